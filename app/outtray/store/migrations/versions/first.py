"""The first schema."""

from __future__ import annotations

from alembic import op

from outtray.store.dialects import sqlite, sqlite_search
from outtray.store.tables import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates all tables of the first schema."""
    Base.metadata.create_all(op.get_bind())
    for statement in (*sqlite.APPEND_ONLY, sqlite_search.CREATE_SEARCH):
        op.execute(statement)

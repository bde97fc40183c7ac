"""Alembic's entry: runs the revisions on the connection that `store.upgrade` hands in."""

from __future__ import annotations

from alembic import context

from outtray.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()

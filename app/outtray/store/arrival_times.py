"""When drafts came in, where that is not now: the practice desk's did so over some days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, update

from outtray.model.clock import to_milliseconds
from outtray.store.tables import DraftTable, RevisionTable, table_of
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_REVISIONS = table_of(RevisionTable)


def set_received(transaction: Transaction, times: Mapping[int, datetime]) -> None:
    """Sets when drafts of this transaction were received, by their numbers."""
    rows = [{"of": number, "at": to_milliseconds(at)} for number, at in times.items()]
    if not rows:
        return
    at: BindParameter[int] = bindparam("at")
    transaction.connection.execute(
        update(_DRAFTS).where(_DRAFTS.c.id == bindparam("of")).values(created_at=at, sorted_at=at), rows
    )
    transaction.connection.execute(
        update(_REVISIONS).where(_REVISIONS.c.draft_id == bindparam("of")).values(created_at=at), rows
    )

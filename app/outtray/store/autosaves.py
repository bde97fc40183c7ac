"""The operator's unsaved text of a draft, and whether a draft is open in the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from outtray.model.clock import from_milliseconds
from outtray.model.errors import NotFound
from outtray.store.tables import AutosaveTable, DraftTable, table_of
from outtray.store.transaction import Transaction

_AUTOSAVES = table_of(AutosaveTable)
_DRAFTS = table_of(DraftTable)


@dataclass(frozen=True, slots=True)
class Kept:
    """Unsaved text: the editor's fields by name, and the revision that was being edited.

    `outdated` says that the draft has another revision by now.
    """

    fields: Mapping[str, Any]
    base_revision_id: int
    kept_at: datetime
    outdated: bool


def put_kept(
    transaction: Transaction, draft_id: int, base_revision_id: int, fields: Mapping[str, Any]
) -> None:
    """Keeps the editor's fields in place of those kept before; raises NotFound."""
    set_editing(transaction, draft_id, since=transaction.now_ms)
    drop_kept(transaction, draft_id)
    transaction.connection.execute(
        insert(_AUTOSAVES).values(
            draft_id=draft_id,
            kept_at=transaction.now_ms,
            base_revision_id=base_revision_id,
            fields=dict(fields),
        )
    )


def get_kept(connection: Connection, draft_id: int) -> Kept | None:
    """The unsaved text of a draft, None where there is none."""
    row = connection.execute(
        select(_AUTOSAVES, _DRAFTS.c.revision_id)
        .join(_DRAFTS, _DRAFTS.c.id == _AUTOSAVES.c.draft_id)
        .where(_AUTOSAVES.c.draft_id == draft_id)
    ).first()
    if row is None:
        return None
    outdated = row.base_revision_id != row.revision_id
    return Kept(row.fields, row.base_revision_id, from_milliseconds(row.kept_at), outdated)


def drop_kept(transaction: Transaction, draft_id: int) -> None:
    """Forgets the unsaved text."""
    transaction.connection.execute(delete(_AUTOSAVES).where(_AUTOSAVES.c.draft_id == draft_id))


def set_editing(transaction: Transaction, draft_id: int, *, since: int | None) -> None:
    """Says since when (milliseconds) a draft is open in the editor, None for not; raises NotFound."""
    done = transaction.connection.execute(
        update(_DRAFTS).where(_DRAFTS.c.id == draft_id).values(editing_since=since)
    )
    if done.rowcount == 0:
        raise NotFound(f"There is no draft {draft_id}.")

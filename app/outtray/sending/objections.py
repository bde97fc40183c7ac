"""What speaks against an approved message: looked at before it is uploaded and before it is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from outtray.model.clock import to_milliseconds
from outtray.model.delivery import Delivery
from outtray.model.message import approval_digest
from outtray.store.contacts import contacts_of
from outtray.store.tables import DraftTable, table_of

_DRAFTS = table_of(DraftTable)
_APPROVAL = select(_DRAFTS.c.revision_id, _DRAFTS.c.approved_digest).where(
    _DRAFTS.c.id == bindparam("number")
)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it goes back to review; `sentence` names nobody."""

    code: str
    sentence: str


_CHANGED = Objection("digest_differs", "The message is not the one that was approved. Nothing was sent.")
_WROTE = Objection("replied_since", "This person has written since you approved the message.")


def objection(
    connection: Connection, delivery: Delivery, raw: bytes, recipients: Sequence[str]
) -> Objection | None:
    """The first thing that speaks against `delivery`, whose bytes are `raw`; None where nothing does."""
    draft = connection.execute(_APPROVAL, {"number": delivery.draft_id}).first()
    digest = approval_digest(delivery.account, delivery.thread_id, raw)
    if (
        digest != delivery.digest
        or draft is None
        or draft.approved_digest != digest
        or draft.revision_id != delivery.revision_id
    ):
        return _CHANGED
    approved = to_milliseconds(delivery.approved_at)
    replied = (contact.last_replied_at for contact in contacts_of(connection, recipients).values())
    if any(at is not None and at > approved for at in replied):
        return _WROTE
    return None

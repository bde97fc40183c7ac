"""What speaks against an approved message: looked at before it is uploaded and before it is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from outtray.examination import examine_drafts
from outtray.model.clock import to_milliseconds
from outtray.model.delivery import Delivery
from outtray.model.findings import Rank
from outtray.model.message import approval_digest
from outtray.store.contacts import contacts_of
from outtray.store.drafts import get_draft
from outtray.store.outbox import approval_of
from outtray.store.rows import weight
from outtray.store.suppressions import suppressed


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it goes back to review; `sentence` names nobody."""

    code: str
    sentence: str


_ERASED = Objection("suppressed", "This person is never to be mailed. Nothing was sent.")
_CHANGED = Objection("digest_differs", "The message is not the one that was approved. Nothing was sent.")
_WROTE = Objection("replied_since", "This person has written since you approved the message.")


def objection(
    connection: Connection, delivery: Delivery, raw: bytes, recipients: Sequence[str], now: datetime
) -> Objection | None:
    """The first thing that speaks against `delivery`, whose bytes are `raw`; None where nothing does."""
    approval = approval_of(connection, delivery.draft_id)
    digest = approval_digest(delivery.account, delivery.thread_id, raw)
    if (
        digest != delivery.digest
        or approval is None
        or approval.digest != digest
        or approval.revision_id != delivery.revision_id
    ):
        return _CHANGED
    if suppressed(connection, recipients):
        return _ERASED
    if not approval.examined:
        blocked = _block(connection, delivery.draft_id, now)
        if blocked is not None:
            return blocked
    approved = to_milliseconds(delivery.approved_at)
    replied = (contact.last_replied_at for contact in contacts_of(connection, recipients).values())
    if any(at is not None and at > approved for at in replied):
        return _WROTE
    return None


def _block(connection: Connection, draft_id: int, now: datetime) -> Objection | None:
    """What the checks block by what the operator has set since they last looked; None where nothing is."""
    overridden = {
        (finding.code, finding.excerpt)
        for finding in get_draft(connection, draft_id).findings
        if finding.overridden is not None
    }
    for examined in examine_drafts(connection, [draft_id], now):
        for finding in examined.findings:
            if weight(finding) is Rank.BLOCK and (finding.code, finding.excerpt) not in overridden:
                return Objection("blocked", f"Your checks block it since you approved it: {finding.why}")
    return None

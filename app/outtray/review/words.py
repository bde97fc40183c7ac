"""Words that several use cases of review share."""

from __future__ import annotations

from outtray.model.draft import DraftStatus

# How "This draft is …" ends.
STANDS = {
    DraftStatus.PENDING: "in review",
    DraftStatus.SNOOZED: "snoozed",
    DraftStatus.APPROVED: "approved and on its way out; cancel it in the Outbox first",
    DraftStatus.SENT: "sent",
    DraftStatus.UNCONFIRMED: "with Gmail, and it is not known whether it left",
    DraftStatus.FAILED: "among the failed deliveries; return it to review from there",
    DraftStatus.REJECTED: "rejected already",
    DraftStatus.WITHDRAWN: "withdrawn by its source",
    DraftStatus.DISCARDED: "discarded already",
}


def counted(number: int, word: str) -> str:
    """The number with its word: 1 draft, 2 drafts."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"

"""The lists of drafts that the window shows: which statuses they hold, and how they sort."""

from __future__ import annotations

from enum import StrEnum

from outtray.model.draft import DraftStatus


class DraftList(StrEnum):
    """A mailbox of drafts in the sidebar."""

    REVIEW = "review"
    SNOOZED = "snoozed"
    REJECTED = "rejected"

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses of the drafts in it."""
        return tuple(status.value for status in _STATUSES[self])


_STATUSES = {
    DraftList.REVIEW: (DraftStatus.PENDING,),
    DraftList.SNOOZED: (DraftStatus.SNOOZED,),
    DraftList.REJECTED: (DraftStatus.REJECTED,),
}


class DraftSort(StrEnum):
    """An order of a list; each has an index."""

    PRIORITY = "priority"
    NEWEST = "newest"
    OLDEST = "oldest"
    SCORE = "score"

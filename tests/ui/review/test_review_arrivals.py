"""What comes in while the list is shown: it waits, and costs the window one look however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pytestqt.qtbot import QtBot

from outtray.model.draft import DraftRow, DraftStatus
from outtray.model.draft_lists import DraftList, DraftSort
from outtray.model.findings import Rank
from outtray.ui.review.draft_model import DraftModel


class Rows:
    """A store of short rows; `decided` are those that have left review."""

    def __init__(self) -> None:
        self.decided: set[int] = set()

    def page(
        self, statuses: tuple[str, ...], sort: Any, after: tuple[Any, ...] | None, limit: int = 200
    ) -> list[DraftRow]:
        return []

    def rows(self, ids: Sequence[int]) -> list[DraftRow]:
        return [self._row(number) for number in ids]

    def _row(self, number: int) -> DraftRow:
        status = DraftStatus.REJECTED if number in self.decided else DraftStatus.PENDING
        at = datetime(2026, 11, 24, tzinfo=UTC)
        return DraftRow(
            id=number, status=status, recipient="Ada", more_recipients=0, subject="Slots", snippet="",
            source="a", at=at, attachments=0, worst=Rank.NONE, blocks=0, warns=0, infos=0,
            first_contact=False, edited=False, by_rule=False, sort_key=(number, 50, 0, None),
        )  # fmt: skip


def test_many_new_drafts_are_told_of_once_a_look_and_leave_again_together(qtbot: QtBot) -> None:
    rows = Rows()
    model = DraftModel(rows, lambda row, _place, _of: row.subject)
    model.show_mailbox(DraftList.REVIEW.statuses, DraftSort.NEWEST)
    told: list[int] = []
    model.fresh_changed.connect(told.append)
    model.refresh(range(1, 1001))
    model.refresh(range(1, 2001))
    assert told == [1000, 2000]
    rows.decided = set(range(1, 501))
    model.refresh(range(1, 501))
    assert told == [1000, 2000, 1500]
    assert model.fresh == 1500
    assert model.rowCount() == 0

"""Carries out what the operator decided, away from the GUI thread, and tells what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from outtray.model.changes import Done
from outtray.ui.context import WindowContext

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.errors import OuttrayError


class Decisions(QObject):
    """`begun` and `ended` frame each decision with its drafts; `done` comes between them where it was made.

    Drafts in `pending` are being decided: nothing more is done to them until the answer is there.
    """

    begun = Signal(object)
    done = Signal(object, object)  # the drafts, Done
    ended = Signal(object)
    undone = Signal(object)  # Done
    undoing = Signal(bool)

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.pending: set[int] = set()
        self.approved: list[int] = []

    def approve(self, wanted: Mapping[int, str], shown: Mapping[int, Sequence[str]]) -> None:
        """Approves the messages with these digests, as one operation."""

        def work(desk: Desk) -> Done:
            from outtray.review.approve import Approver

            return Approver(desk).approve(wanted, shown)

        self.approved = list(wanted)
        self._run(list(wanted), work)

    def reject(self, drafts: Sequence[int], reason: str) -> None:
        """Rejects drafts for a reason."""

        def work(desk: Desk) -> Done:
            from outtray.review.decide import reject

            return reject(desk, drafts, reason)

        self._run(drafts, work)

    def snooze(self, drafts: Sequence[int], until: datetime) -> None:
        """Puts drafts aside."""

        def work(desk: Desk) -> Done:
            from outtray.review.decide import snooze

            return snooze(desk, drafts, until)

        self._run(drafts, work)

    def discard(self, drafts: Sequence[int]) -> None:
        """Throws drafts away."""

        def work(desk: Desk) -> Done:
            from outtray.review.decide import discard

            return discard(desk, drafts)

        self._run(drafts, work)

    def restore(self, drafts: Sequence[int]) -> None:
        """Brings drafts back to review."""

        def work(desk: Desk) -> Done:
            from outtray.review.decide import restore

            return restore(desk, drafts)

        self._run(drafts, work)

    def undo(self, operation: int | None = None) -> None:
        """Takes an operation back, the last one where none is named."""

        def work(desk: Desk) -> Done:
            from outtray.review.undo import undo, undo_last

            return undo_last(desk) if operation is None else undo(desk, operation)

        def then(done: Done) -> None:
            self.undoing.emit(False)
            self._context.announce(done.sentence)
            self.undone.emit(done)

        def failed(error: OuttrayError) -> None:
            self.undoing.emit(False)
            self._context.show_message(error.sentence, "warn")

        self.undoing.emit(True)
        self._context.run(work, then, failed)

    def _run(self, drafts: Sequence[int], work: Callable[[Desk], Done]) -> None:
        numbers = [number for number in drafts if number not in self.pending]
        if not numbers:
            return
        self.pending |= set(numbers)
        self.begun.emit(numbers)

        def then(done: Done) -> None:
            self.pending -= set(numbers)
            self._context.announce(done.sentence)
            self.done.emit(numbers, done)
            self.ended.emit(numbers)

        def failed(error: OuttrayError) -> None:
            self.pending -= set(numbers)
            self._context.show_message(error.sentence, "block")
            self.ended.emit(numbers)

        self._context.run(work, then, failed)

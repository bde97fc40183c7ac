"""Has the rules look at new drafts while the window runs, a batch at a time beside the operator's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Changes
    from outtray.review.rules import Looked
    from outtray.ui.context import WindowContext

_GATHER_MILLISECONDS = 150
# An hour's failures may be told by no change at all: the hour just goes by, or a bounce is seen elsewhere.
_AGAIN_MILLISECONDS = 60_000


class RuleKeeper(QObject):
    """The window's own: the only one that hands a `RuleApprover` to the rules."""

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        """Nothing happens before `look`."""
        super().__init__(parent)
        self._context = context
        self._busy = False
        self._again = False
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._go)
        self._regular = QTimer(self, interval=_AGAIN_MILLISECONDS)
        self._regular.timeout.connect(self.look)

    def look(self) -> None:
        """Looks soon; many changes in a row are one look."""
        if not self._regular.isActive():
            self._regular.start()
        if not self._soon.isActive():
            self._soon.start(_GATHER_MILLISECONDS)

    def take_changes(self, changes: Changes) -> None:
        """Looks where anything came in, was examined, ended, or was switched."""
        if changes.drafts or changes.many or changes.added or changes.deliveries or changes.settings:
            self.look()

    def stop(self) -> None:
        """Looks no more: the window is closing."""
        self._soon.stop()
        self._regular.stop()
        self._again = False

    def _go(self) -> None:
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._again = False
        self._context.run(_look, self._looked, self._failed)

    def _looked(self, looked: Looked) -> None:
        self._busy = False
        # What this look changed has asked for another one by itself; only further batches go on at once.
        if looked.more and self._regular.isActive():
            self._soon.start(0)
        elif self._again:
            self.look()

    def _failed(self, error: object) -> None:
        self._busy = False
        self._context.show_message(str(error), "block")


def _look(desk: Desk) -> Looked:
    from outtray.review.rule_approver import RuleApprover
    from outtray.review.rule_stop import look_for_failures
    from outtray.review.rules import evaluate_new

    look_for_failures(desk)
    return evaluate_new(desk, RuleApprover())

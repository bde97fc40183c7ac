"""Keeps the safety checks up with what comes in, a few drafts at a time, while the operator works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from outtray.ui.background import Background

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Changes
    from outtray.model.errors import OuttrayError

# About a tenth of a second of work, beside which the window stays fluid.
_AT_ONCE = 50


class Examiner(QObject):
    """One look at a time; what comes in meanwhile is looked at by the next one."""

    def __init__(self, background: Background) -> None:
        """Does nothing before `look`."""
        super().__init__()
        self._background = background
        self._looking = False
        self._again = False

    def take_changes(self, changes: Changes) -> None:
        """Looks where drafts or the lists that they are held against have changed."""
        if changes.drafts or changes.added or changes.many or changes.settings:
            self.look()

    def look(self) -> None:
        """Has the checks look at what none has seen, beside everything else."""
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        self._background.at_once(_examine, self._looked, self._failed)

    def _looked(self, done: int) -> None:
        self._looking = False
        if self._again or done == _AT_ONCE:
            self.look()

    def _failed(self, error: OuttrayError) -> None:
        self._looking = False
        self._background.failed.emit(error)


def _examine(desk: Desk) -> int:
    from outtray.review.examining import examine_waiting

    return examine_waiting(desk, _AT_ONCE)

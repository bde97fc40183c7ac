"""Looking through the log for what a filter lets through: in stretches, newest first, off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from outtray.model.clock import to_milliseconds
from outtray.store.audit_pages import AuditPages, EventFilter
from outtray.ui.audit.model import AuditModel

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

# So much is looked through in some tens of milliseconds: whatever else is to be done comes in between.
_STRETCH = 20_000
_ENOUGH = 20_000


class LogSearch(QObject):
    """One search at a time; a new one takes the place of what is under way."""

    found = Signal()  # rows came, or the search has ended

    def __init__(self, context: WindowContext, pages: AuditPages, model: AuditModel) -> None:
        """What is found goes into the model."""
        super().__init__()
        self._context, self._pages, self._model = context, pages, model
        self._turn = 0
        self.looking = False

    def start(self, wanted: EventFilter) -> None:
        """Begins at the newest event."""
        self._turn += 1
        self.looking = True
        self._model.show_found(())
        lowest = 1 if wanted.since is None else self._pages.first_since(to_milliseconds(wanted.since))
        self._look(self._turn, wanted, self._pages.last(), lowest)

    def cancel(self) -> None:
        """What is still on its way is not taken."""
        self._turn += 1
        self.looking = False

    def _look(self, turn: int, wanted: EventFilter, last: int, lowest: int) -> None:
        first = max(lowest, last - _STRETCH + 1)
        database = self._context.profile.database

        def scan(_desk: object) -> list[int]:
            pages = AuditPages(database)
            try:
                return pages.scan(wanted, first, last)
            finally:
                pages.close()

        self._context.run(scan, lambda numbers: self._take(turn, wanted, first, lowest, numbers))

    def _take(self, turn: int, wanted: EventFilter, first: int, lowest: int, numbers: list[int]) -> None:
        if turn != self._turn:
            return
        self._model.add_found(numbers)
        self.looking = first > lowest and self._model.rowCount() < _ENOUGH
        if self.looking:
            self._look(turn, wanted, first - 1, lowest)
        self.found.emit()

"""Compares a list with the whole order of its mailbox, away from the GUI thread, one time after another."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from outtray.model.draft_lists import DraftSort
from outtray.store.draft_reads import DraftReads
from outtray.ui.context import WindowContext
from outtray.ui.review.draft_model import DraftModel
from outtray.ui.review.draft_order import OrderDifference, compare

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.errors import OuttrayError


class OrderKeeper(QObject):
    """`compared` carries the difference; who takes it says by `adopted` whether the list still fitted."""

    compared = Signal(object)

    def __init__(self, context: WindowContext, model: DraftModel, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._model = context, model
        self.busy = False
        self._again = False

    def compare(self) -> None:
        """Looks how the whole order differs from what is shown; asked again meanwhile, looks once more."""
        model = self._model
        if model.searching:
            return
        if self.busy:
            self._again = True
            return
        self.busy, self._again = True, False
        shown, complete, generation = model.ids, model.complete, model.generation
        statuses, sort = model.statuses, model.sort

        def work(_desk: Desk) -> OrderDifference:
            return compare(shown, self._read(statuses, sort), complete=complete, generation=generation)

        self._context.run(work, self._take, self._could_not)

    def adopted(self, *, fitted: bool) -> None:
        """The difference was taken over, or the list had changed since it was made."""
        if self._again or not (fitted or self._model.searching):
            self.compare()

    def read(self, then: Callable[[array[int]], object]) -> None:
        """Reads the whole order as it is now."""
        statuses, sort = self._model.statuses, self._model.sort
        self._context.run(lambda _desk: self._read(statuses, sort), then)

    def _read(self, statuses: tuple[str, ...], sort: DraftSort) -> array[int]:
        reads = DraftReads(self._context.profile.database)
        try:
            return reads.order(statuses, sort)
        finally:
            reads.close()

    def _take(self, difference: OrderDifference) -> None:
        self.busy = False
        self.compared.emit(difference)

    def _could_not(self, error: OuttrayError) -> None:
        self.busy = False
        self._context.show_message(error.sentence, "block")

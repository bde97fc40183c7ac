"""The table of events: fixed heights, so that a million rows are laid out like ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
)

from outtray.ui.audit.model import HASH, NUMBER, ON, OUTCOME, TIME, WHAT, WHO, AuditModel, Index
from outtray.ui.deliveries.layout import scale_of
from outtray.ui.deliveries.table_parts import TableCells, TableHeads

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_ROW = 36
# Widths at 100 %, in the picture's proportions; `On` and `Outcome` share what is left.
_WIDTHS = {NUMBER: 72, TIME: 108, WHO: 142, WHAT: 132, HASH: 96}
_SHARE_OF_ON = 0.6
_ROOMY = 240
_PAD = 20


class AuditTable(QTableView):
    """`moved` with the row that became current, `opened` on a double click."""

    moved = Signal(int)
    opened = Signal()

    def __init__(self, context: WindowContext, model: AuditModel) -> None:
        """Takes the model over."""
        super().__init__()
        self._context, self._model = context, model
        self.setObjectName("auditLog")
        self.setAccessibleName("Audit log")
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.hide()
        heads = TableHeads(context, _PAD)
        self.setHorizontalHeader(heads)
        self._cells = TableCells(context, heads)
        self.setItemDelegate(self._cells)
        self._cells.hover(self)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self._dress()
        context.restyled.connect(self._dress)

    def move_by(self, rows: int) -> None:
        """Goes so many rows down, or up."""
        self.go_to(max(0, min(self._model.rowCount() - 1, self.currentIndex().row() + rows)))

    def go_to(self, row: int) -> None:
        """Makes a row current and shows it."""
        if 0 <= row < self._model.rowCount():
            self.setCurrentIndex(self._model.index(row, NUMBER))

    def settle(self, *, first: bool = False) -> None:
        """Makes the first row current, where none is."""
        if first or not self.currentIndex().isValid():
            self.go_to(0)

    def page(self) -> int:
        """How many rows are on the screen."""
        return max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize() - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns share what is left."""
        super().resizeEvent(event)
        self._share_out()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells who shows the details."""
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.moved.emit(current.row())

    def _dress(self) -> None:
        line = self._context.theme.line_height("ui")
        self.verticalHeader().setDefaultSectionSize(max(_ROW, round(line) + 18))
        self.horizontalHeader().setFixedHeight(round(line) + 16)
        self._share_out()

    def _share_out(self) -> None:
        scale = scale_of(self._context)
        widths = {column: round(width * scale) for column, width in _WIDTHS.items()}
        rest = self.viewport().width() - sum(widths.values())
        # Where there is little room the hash goes first, then the outcome: the details have both.
        without_hash = rest < _ROOMY * scale
        rest += widths[HASH] if without_hash else 0
        without_outcome = rest < _ROOMY * scale
        self.setColumnHidden(HASH, without_hash)
        self.setColumnHidden(OUTCOME, without_outcome)
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        on = rest if without_outcome else round(rest * _SHARE_OF_ON)
        self.setColumnWidth(ON, max(90, on))
        self.setColumnWidth(OUTCOME, max(60, rest - on))

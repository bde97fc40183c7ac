"""The table of events: fixed heights, so that a million rows are laid out like ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from outtray.ui.audit.model import COLUMNS, HASH, NUMBER, ON, OUTCOME, TIME, WHAT, WHO, AuditModel, Index

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_ROW = 36
# Widths at 100 %, in the picture's proportions; `On` and `Outcome` share what is left.
_WIDTHS = {NUMBER: 72, TIME: 108, WHO: 142, WHAT: 132, HASH: 96}
_SHARE_OF_ON = 0.6
_PAD = 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _place(rect: QRect, column: int) -> QRect:
    """Where the words of a cell or of a column's head stand."""
    return rect.adjusted(_PAD if column == NUMBER else 4, 0, -8, -1)


class _Heads(QHeaderView):
    """The columns' names, over the words of their cells."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._context = context
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """A name and the line below."""
        colour = self._context.theme.color
        painter.fillRect(rect, colour("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line"))
        painter.setFont(self._context.theme.font("meta"))
        painter.setPen(colour("text2"))
        painter.drawText(_place(rect, section), _LEFT, COLUMNS[section])


class _Cells(QStyledItemDelegate):
    """One cell: icon, elided words, a hairline below."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Painted by hand: the style's own item knows no hairline and no token."""
        colour, rect = self._context.theme.color, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("selected" if option.widget.hasFocus() else "selectedInactive"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line"))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if not text:
            return
        place = _place(rect, index.column())
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if icon is not None:
            side = QRect(place.left(), place.center().y() - 7, 16, 16)
            icon.paint(painter, side)
            place.setLeft(place.left() + 22)
        font = index.data(Qt.ItemDataRole.FontRole)
        painter.setFont(font)
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole))
        shown = QFontMetrics(font).elidedText(
            " ".join(str(text).split()), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, _LEFT, shown)


class AuditTable(QTableView):
    """`moved` with the row that became current, `opened` on a double click."""

    moved = Signal(int)
    opened = Signal()

    def __init__(self, context: WindowContext, model: AuditModel) -> None:
        """Takes the model over."""
        super().__init__()
        self._context, self._model = context, model
        self._cells = _Cells(context)
        self.setObjectName("auditLog")
        self.setAccessibleName("Audit log")
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
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
        self.setHorizontalHeader(_Heads(context))
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
        scale = self._context.theme.line_height("ui") / 18
        rest = self.viewport().width()
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, round(width * scale))
            rest -= round(width * scale)
        on = max(90, round(rest * _SHARE_OF_ON))
        self.setColumnWidth(ON, on)
        self.setColumnWidth(OUTCOME, max(60, rest - on))

"""How tables look here: names of columns without a ground, cells with a hairline below, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from outtray.ui.deliveries.layout import scale_of
from outtray.ui.deliveries.list_model import Index

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TableHeads(QHeaderView):
    """The columns' names, over the words of their cells; `edge` is the room left of the first column."""

    def __init__(self, context: WindowContext, edge: int, right: frozenset[int] = frozenset()) -> None:
        """`right` are the columns whose words stand at their right edge."""
        super().__init__(Qt.Orientation.Horizontal)
        self._context, self.edge, self.right = context, edge, right
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
        name = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        painter.drawText(self.place(rect, section), _RIGHT if section in self.right else _LEFT, name)

    def place(self, rect: QRect, column: int) -> QRect:
        """Where the words of a cell or of a column's head stand."""
        return rect.adjusted(self.edge if column == 0 else 4, 0, 0 if column in self.right else -8, -1)


class TableCells(QStyledItemDelegate):
    """One cell: icon, elided words, a hairline below."""

    def __init__(self, context: WindowContext, heads: TableHeads) -> None:
        """`heads` say where the words stand."""
        super().__init__()
        self._context, self._heads = context, heads
        self._hovered = -1

    def hover(self, view: QTableView) -> None:
        """Follows the pointer over a view, so that all of a row shows that it is below it."""
        view.setMouseTracking(True)
        view.entered.connect(lambda index: self._point_at(view, index.row()))
        view.viewportEntered.connect(lambda: self._point_at(view, -1))

    def _point_at(self, view: QTableView, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            view.viewport().update()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Painted by hand: the style's own item knows no hairline and no token."""
        colour, rect = self._context.theme.color, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("selected" if option.widget.hasFocus() else "selectedInactive"))
        elif index.row() == self._hovered and option.widget.underMouse():
            painter.fillRect(rect, colour("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line"))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if not text:
            return
        place = self._heads.place(rect, index.column())
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if icon is not None:
            side = round(16 * scale_of(self._context))
            icon.paint(painter, QRect(place.left(), place.center().y() - side // 2 + 1, side, side))
            place.setLeft(place.left() + side + 6)
        font = index.data(Qt.ItemDataRole.FontRole) or self._context.theme.font("ui")
        words = " ".join(str(text).split())
        painter.setFont(font)
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole).color())
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, _RIGHT if index.column() in self._heads.right else _LEFT, shown)

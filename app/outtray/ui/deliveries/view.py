"""The list that shows deliveries: a one-column table, worked by keys and by pointer alike."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from outtray.ui.deliveries.list_model import Index, ListModel
from outtray.ui.deliveries.row_painter import RowPainter


class DeliveryView(QTableView):
    """Never told more than it shows: heights are fixed, so no row is asked for to lay the list out."""

    currentDelivery = Signal(object)  # noqa: N815 - a Qt signal; the number, None for none
    acted = Signal(int)  # the drawn button of a delivery was pressed
    headActed = Signal(str)  # noqa: N815 - the drawn button of a group was pressed
    opened = Signal(int)  # a double click
    boxed = Signal(int)  # the tick box of a delivery was pressed

    def __init__(self, model: ListModel, painter: RowPainter, parent: QWidget | None = None) -> None:
        """Takes the model and its painter over."""
        super().__init__(parent)
        self._model = model
        self._painter = painter
        painter.setParent(self)
        self.setModel(model)
        self.setItemDelegate(painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        # The column's own ground shows below the last row.
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.hide()
        self.rescale()
        model.rowsInserted.connect(self._size_heads)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def rescale(self) -> None:
        """Takes the painter's heights anew, after the text size changed."""
        self.verticalHeader().setDefaultSectionSize(self._painter.height_of(head=False))
        self._size_heads()

    def current(self) -> int | None:
        """The number of the current delivery."""
        return self._model.delivery_at(self.currentIndex().row())

    def select(self, delivery_id: int) -> bool:
        """Makes a delivery current; False where it is not in the list."""
        row = self._model.row_of(delivery_id)
        if row is None:
            return False
        self.setCurrentIndex(self._model.index(row, 0))
        return True

    def move(self, step: int) -> None:  # type: ignore[override]  # Qt's move(x, y) places windows
        """Goes to the next (1) or previous (-1) delivery, past heads."""
        row = self.currentIndex().row() + step if self.currentIndex().isValid() else 0
        step = step if self.currentIndex().isValid() else 1
        while 0 <= row < self._model.rowCount():
            if self._model.delivery_at(row) is not None:
                self.setCurrentIndex(self._model.index(row, 0))
                return
            row += step

    def settle(self, row: int) -> None:
        """Makes the delivery nearest to `row` current, where none is: after rows have gone."""
        if self.current() is not None or self._model.count() == 0:
            return
        last = self._model.rowCount() - 1
        below = range(max(0, min(row, last)), last + 1)
        above = range(min(row, last), -1, -1)
        for place in (*below, *above):
            if self._model.delivery_at(place) is not None:
                self.setCurrentIndex(self._model.index(place, 0))
                return

    def shown(self) -> list[int]:
        """The deliveries on the screen now."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        last = self._model.rowCount() - 1 if last < 0 else last
        places = (self._model.delivery_at(row) for row in range(first, last + 1))
        return [number for number in places if number is not None]

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells who shows the details."""
        super().currentChanged(current, previous)
        self.currentDelivery.emit(self._model.delivery_at(current.row()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a drawn button acts."""
        index = self.indexAt(event.position().toPoint())
        delivery = self._model.delivery_at(index.row())
        left = event.button() == Qt.MouseButton.LeftButton
        point = event.position().toPoint()
        if left and delivery is not None and self._painter.box_rect(self.visualRect(index)).contains(point):
            self.boxed.emit(delivery)
            return
        if left and self._on_button(index, event):
            head = self._model.head_at(index.row())
            if head is not None:
                self.headActed.emit(head.key)
            elif delivery is not None:
                self.acted.emit(delivery)
            return
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer says where a click acts."""
        over = self._on_button(self.indexAt(event.position().toPoint()), event)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def _on_button(self, index: QModelIndex, event: QMouseEvent) -> bool:
        if not index.isValid():
            return False
        rect = self.visualRect(index)
        current = index.row() == self.currentIndex().row()
        return self._painter.on_button(rect, index, event.position().toPoint(), current=current)

    def _open(self, row: int) -> None:
        delivery = self._model.delivery_at(row)
        if delivery is not None:
            self.opened.emit(delivery)

    def _size_heads(self, *_rows: object) -> None:
        height = self._painter.height_of(head=True)
        for row in self._model.head_rows():
            self.setRowHeight(row, height)

"""The list of drafts on the screen: one column, rows of one height, the current row and the ticked ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from outtray.ui.review.draft_model import DraftModel, Index
from outtray.ui.review.row_delegate import RowDelegate

_CHECK_EDGE = 42  # pixels from the left within which a click ticks, while anything is ticked


class DraftsView(QTableView):
    """Never told more than it shows: all rows are of one height, so none is asked for to lay out the list.

    `current_changed` carries the draft's number, None for none; `tick_asked` the row whose box was clicked.
    """

    current_changed = Signal(object)
    tick_asked = Signal(int)
    open_asked = Signal()

    def __init__(self, model: DraftModel, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = delegate
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setObjectName("drafts")
        self.setAccessibleName("Drafts")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().hide()
        self.restyle()
        self.doubleClicked.connect(lambda _index: self.open_asked.emit())

    def restyle(self) -> None:
        """Takes the rows' height from the delegate again."""
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height)
        self.verticalScrollBar().setSingleStep(self._delegate.row_height // 2)
        # The delegate draws the current row with round corners; the view's own ground would show beside them.
        palette = self.palette()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.Highlight, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self.viewport().update()

    @property
    def position(self) -> int:
        """The place of the current row, -1 for none."""
        return self.currentIndex().row()

    def current(self) -> int | None:
        """The current draft."""
        return self._model.id_at(self.position)

    def go_to(self, position: int) -> None:
        """Makes a row current, or the nearest one; nothing is current in an empty list."""
        last = self._model.rowCount() - 1
        if position > last and self._model.canFetchMore(QModelIndex()):
            self._model.fetchMore(QModelIndex())
            last = self._model.rowCount() - 1
        place = min(max(position, 0), last)
        index = self._model.index(place, 0) if place >= 0 else QModelIndex()
        if index == self.currentIndex():
            return
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def step(self, by: int) -> None:
        """Goes down (1) or up (-1)."""
        self.go_to(self.position + by if self.position >= 0 else 0)

    def redraw(self, position: int) -> None:
        """Paints one row again."""
        self.update(self._model.index(position, 0))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells who shows the message."""
        super().currentChanged(current, previous)
        self.current_changed.emit(self._model.id_at(current.row()))

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: letters are keys here."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current row is drawn as the one that keys go to."""
        self._delegate.keeps_focus = True
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The current row steps back."""
        self._delegate.keeps_focus = event.reason() == Qt.FocusReason.PopupFocusReason
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a box ticks; elsewhere it makes the row current."""
        position = self.indexAt(event.position().toPoint()).row()
        ticking = bool(self._delegate.checked) and event.position().x() < _CHECK_EDGE
        with_key = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if position >= 0 and event.button() == Qt.MouseButton.LeftButton and (ticking or with_key):
            self.tick_asked.emit(position)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Marks the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Marks none."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, position: int) -> None:
        before = self._delegate.hovered
        if position != before:
            self._delegate.hovered = position
            for place in (before, position):
                if place >= 0:
                    self.redraw(place)

"""A splitter whose handles are hairlines, with room round them to take hold."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle

from outtray.ui.context import WindowContext


class ThinSplitter(QSplitter):
    """`restore_asked` comes from a double click on a handle."""

    restore_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Parts lie side by side and can't be dragged shut."""
        super().__init__(Qt.Orientation.Horizontal)
        self.context = context
        # Of one pixel, Qt lets the handle be held a few pixels beside it too.
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        """One that draws a line."""
        return _Handle(self)


class _Handle(QSplitterHandle):
    def __init__(self, splitter: ThinSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, splitter)
        self._thin = splitter

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.contentsRect(), self._thin.context.theme.color("line"))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._thin.restore_asked.emit()

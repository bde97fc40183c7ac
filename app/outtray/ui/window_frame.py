"""The window as the system knows it: its title, its size, and what it paints until its content is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent

    from outtray.ui.remembered import Remembered

    Paint = Callable[[QPainter, QWidget], None]

_MINIMUM = (640, 480)
_DEFAULT = (1440, 900)


class WindowFrame(QWidget):
    """Shows a first picture, tells of its first paint, then holds the content (`fill`)."""

    painted = Signal()  # once: the first time that a person sees it
    close_asked = Signal()
    closed = Signal()

    def __init__(self, remembered: Remembered, paint: Paint | None = None) -> None:
        """As large as it was the last time on this screen; `paint` draws the first picture."""
        super().__init__()
        self._remembered, self._paint = remembered, paint
        self._seen = False
        # Whether closing needs no question any more.
        self.may_close = False
        self.setWindowTitle("Outtray")
        self.setObjectName("window")
        self._restore_size()

    def fill(self, content: QWidget) -> None:
        """Puts the content in the picture's place."""
        self._paint = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        content.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first picture, while there is nothing else; and word of it."""
        if self._paint is not None:
            from PySide6.QtGui import QPainter

            painter = QPainter(self)
            self._paint(painter, self)
            painter.end()
        else:
            super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first, unless that was done."""
        if not self.may_close:
            event.ignore()
            self.close_asked.emit()
            return
        self._keep_size()
        event.accept()
        self.closed.emit()

    def _size_name(self) -> str:
        screen = self.screen().geometry()
        return f"size {screen.width()}x{screen.height()}"

    def _restore_size(self) -> None:
        self.setMinimumSize(*_MINIMUM)
        room = self.screen().availableGeometry()
        kept: Any = self._remembered.get(self._size_name())
        if isinstance(kept, list) and len(kept) == 2:
            self.resize(round(kept[0] * room.width()), round(kept[1] * room.height()))
        else:
            # Less than the whole screen: the window's own frame needs room too.
            self.resize(min(_DEFAULT[0], room.width() - 8), min(_DEFAULT[1], room.height() - 40))

    def _keep_size(self) -> None:
        room = self.screen().availableGeometry()
        if not self.isMaximized() and not self.isFullScreen():
            shares = [round(self.width() / room.width(), 4), round(self.height() / room.height(), 4)]
            self._remembered.set(self._size_name(), shares)

"""A card over the dimmed window, with the keyboard in it until it closes: palette, key sheet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext


class Overlay(QWidget):
    """Covers its parent; `body` is where the content goes. `closed` comes when it has gone."""

    closed = Signal()

    def __init__(self, context: WindowContext, parent: QWidget, name: str, width: int, top: int) -> None:
        """`name` is spoken; `width` and `top` are the card's, in the design's pixels."""
        super().__init__(parent)
        self._context, self._width, self._top = context, width, top
        self._before: QWidget | None = None
        # A dialog for whoever hears the window, a plain child for the window system.
        self.card = _Card(self)
        self.card.setAccessibleName(name)
        self.card.setWindowTitle(name)
        self.card.left.connect(self.close_card)
        frame = QVBoxLayout(self.card)
        frame.setContentsMargins(0, 0, 0, 0)
        ground = QFrame()
        ground.setProperty("floating", True)
        frame.addWidget(ground)
        self.body = QVBoxLayout(ground)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        shadow = QGraphicsDropShadowEffect(self.card)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 70))
        self.card.setGraphicsEffect(shadow)
        parent.installEventFilter(self)
        self.hide()

    def open_card(self, focus: QWidget) -> None:
        """Shows the card and gives `focus` the keyboard."""
        self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.card.show()
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_card(self) -> None:
        """Hides it and gives the keyboard back to whatever had it."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the window's size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card closes it."""
        event.accept()
        self.close_card()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dims what lies below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 120 if self._context.theme.dark else 72))
        painter.end()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        px = self._context.theme.px
        width = min(px(self._width), self.width() - 32)
        height = min(self._wanted_height(width), self.height() - 32)
        top = max(16, min(px(self._top), self.height() - height - 16))
        self.card.setGeometry((self.width() - width) // 2, top, width, height)

    def _wanted_height(self, width: int) -> int:
        layout = self.card.layout()
        assert layout is not None
        return max(layout.sizeHint().height(), layout.heightForWidth(width))


class _Card(QDialog):
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves; Enter presses nothing by itself."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click into the card does not close it."""
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round within the card."""
        parts = [
            part
            for part in self.findChildren(QWidget)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()
        ]
        if not parts:
            return True
        focus = QApplication.focusWidget()
        at = parts.index(focus) if focus in parts else -1
        parts[(at + (1 if forward else -1)) % len(parts)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

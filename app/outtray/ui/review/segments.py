"""A switch of a few words of which one holds: the parts of a message, the ways to look at a change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import chip_width, draw_focus, paint_chip, px


class Segments(QWidget):
    """The words of the switch from left to right; `chosen` carries the key of the one pressed."""

    chosen = Signal(str)

    def __init__(self, context: WindowContext, name: str, words: Sequence[tuple[str, str]]) -> None:
        """`words` are pairs of key and word."""
        super().__init__()
        self._context = context
        self.setAccessibleName(name)
        self._buttons: dict[str, _Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for key, word in words:
            button = _Segment(context, word)
            button.setObjectName(f"view{key.title()}")
            button.clicked.connect(lambda _on=False, wanted=key: self.chosen.emit(wanted))
            self._buttons[key] = button
            row.addWidget(button)
        self.current = words[0][0]
        self.choose(self.current)

    def choose(self, key: str) -> None:
        """Shows which one holds."""
        self.current = key
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def offer(self, keys: Sequence[str]) -> None:
        """Shows these words alone."""
        for name, button in self._buttons.items():
            button.setVisible(name in keys)

    def count(self, key: str, number: int) -> None:
        """Puts a number behind a word, in warning colours; 0 takes it away."""
        self._buttons[key].show_number(number)

    def after(self, keys: Sequence[str]) -> str:
        """The key behind the current one, among these, round and round."""
        place = keys.index(self.current) if self.current in keys else -1
        return keys[(place + 1) % len(keys)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The well that the words lie in."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._context.theme.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)


class _Segment(QAbstractButton):
    def __init__(self, context: WindowContext, word: str) -> None:
        super().__init__()
        self._context, self._number = context, 0
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_number(self, number: int) -> None:
        if number != self._number:
            self._number = number
            self.setAccessibleDescription(f"{number}" if number else "")
            self.updateGeometry()
            self.update()

    def nextCheckState(self) -> None:
        """Pressing again changes nothing; the switch says which one holds."""

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._context.theme.font("medium")).horizontalAdvance(self.text()) + 20
        if self._number:
            width += chip_width(self._context, str(self._number)) + 6
        return QSize(round(width), px(self._context, 24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        parent = self.parentWidget()
        if step is None or parent is None:
            super().keyPressEvent(event)
            return
        shown = [other for other in parent.findChildren(_Segment) if not other.isHidden()]
        other = shown[(shown.index(self) + step) % len(shown)]
        other.setFocus(Qt.FocusReason.TabFocusReason)
        other.click()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse():
            painter.setPen(theme.color("line") if self.isChecked() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("surface" if self.isChecked() else "hover"))
            painter.drawRoundedRect(box, 5, 5)
        if self.hasFocus():
            draw_focus(painter, box.adjusted(1, 1, -1, -1), theme.color("focus"), 5)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color("text" if self.isChecked() else "text2"))
        room = box
        if self._number:
            width = chip_width(self._context, str(self._number))
            height = min(box.height() - 6, 18.0)
            chip = QRectF(box.right() - width - 6, (self.height() - height) / 2, width, height)
            paint_chip(painter, self._context, chip, str(self._number), "warn")
            room = box.adjusted(0, 0, -width - 2, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())

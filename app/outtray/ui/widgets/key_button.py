"""A button that shows its key beside its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

if TYPE_CHECKING:
    from outtray.ui.context import Theme

_GAP = 8
_PAD = 6


def keycap_width(theme: Theme, cap: str) -> int:
    """How wide a keycap is drawn."""
    metrics = QFontMetrics(theme.font("micro"))
    return max(metrics.horizontalAdvance(cap) + 2 * _PAD, metrics.height() + 4)


def paint_keycap(
    painter: QPainter, theme: Theme, rect: QRect, cap: str, *, ground: QColor, text: QColor
) -> None:
    """Draws a keycap into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line") if ground.alpha() == 255 else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(theme.font("micro"))
    painter.setPen(text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, cap)
    painter.restore()


class KeyButton(QPushButton):
    """`role` is `""`, `primary`, `danger` or `quiet`, as in the style sheet; the key is drawn, not spoken."""

    def __init__(self, theme: Theme, text: str, key: str = "", role: str = "") -> None:
        """`key` as people read it ("Ctrl .")."""
        super().__init__(text)
        self._theme = theme
        self.key = key
        self.setProperty("role", role)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Room for the words and the keycap."""
        hint = super().sizeHint()
        return hint + QSize(self._extra(), 0)

    def minimumSizeHint(self) -> QSize:
        """As wide as it wants to be: words are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The style's button, its label moved aside for the keycap."""
        if not self.key:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        option.rect.adjust(0, 0, -self._extra(), 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        width = keycap_width(self._theme, self.key)
        height = min(self.height() - 8, QFontMetrics(self._theme.font("micro")).height() + 5)
        cap = QRect(self.width() - width - 12, (self.height() - height) // 2, width, height)
        ground, text = self._keycap_colours()
        paint_keycap(painter, self._theme, cap, self.key, ground=ground, text=text)
        painter.end()

    def _keycap_colours(self) -> tuple[QColor, QColor]:
        colour = self._theme.color
        if not self.isEnabled():
            return colour("sunken"), colour("disabled")
        if self.property("role") == "primary":
            return colour("accentKeycap"), colour("onAccent")
        return colour("sunken"), colour("text2")

    def _extra(self) -> int:
        return keycap_width(self._theme, self.key) + _GAP if self.key else 0

"""A button that shows its key beside its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QPushButton

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from outtray.ui.context import Theme

_GAP = 8
_PAD = 6
_RADIUS = 6


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
        self.theme = theme
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
        from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter

        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        option.rect.adjust(0, 0, -self._extra(), 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        self.paint_key(painter)
        painter.end()

    def paint_key(self, painter: QPainter) -> None:
        """Draws the keycap at the right edge."""
        width = keycap_width(self.theme, self.key)
        height = min(self.height() - 8, QFontMetrics(self.theme.font("micro")).height() + 5)
        cap = QRect(self.width() - width - 12, (self.height() - height) // 2, width, height)
        ground, text = self._keycap_colours()
        paint_keycap(painter, self.theme, cap, self.key, ground=ground, text=text)

    def _keycap_colours(self) -> tuple[QColor, QColor]:
        colour = self.theme.color
        if not self.isEnabled():
            return colour("sunken"), colour("disabled")
        if self.property("role") == "primary":
            return colour("accentKeycap"), colour("onAccent")
        return colour("sunken"), colour("text2")

    def _extra(self) -> int:
        return keycap_width(self.theme, self.key) + _GAP if self.key else 0


class PictureButton(KeyButton):
    """A plain or quiet one with a picture before its words, drawn without the help of the style.

    The top bar's: asking the style takes more of a start than the whole bar.
    """

    def __init__(self, theme: Theme, picture: str, text: str, key: str = "", *, quiet: bool = False) -> None:
        """`picture` is the name of an icon; a quiet button has no border."""
        super().__init__(theme, text, key, "quiet" if quiet else "")
        self.picture = picture
        self._quiet = quiet

    def sizeHint(self) -> QSize:
        """Room for picture, words and keycap."""
        side = self.theme.px(16)
        words = QFontMetrics(self.theme.font("medium")).horizontalAdvance(self.text())
        return QSize(24 + side + (8 + words if words else 0) + self._extra(), self.theme.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, ring, picture, words, keycap."""
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        token = "text" if self.isEnabled() else "disabled"
        side = theme.px(16)
        painter.drawPixmap(12, (self.height() - side) // 2, theme.pixmap(self.picture, token, side))
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color(token))
        words = self.rect().adjusted(12 + side + 8, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.key:
            self.paint_key(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self.theme
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen if self._quiet else theme.color("line"))
        if self.isEnabled() and (not self._quiet or self.underMouse()):
            painter.setBrush(theme.color("hover" if self.underMouse() or self.isDown() else "surface"))
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(theme.color("focus"))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

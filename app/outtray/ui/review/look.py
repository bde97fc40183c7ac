"""Lengths, chips and pills as the review draws them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton

from outtray.ui.context import WindowContext
from outtray.ui.review.row_delegate import RowLook


def px(context: WindowContext, pixels: float) -> int:
    """A length of the design at 100 %, scaled with the text."""
    return round(pixels * context.theme.line_height("ui") / 18)


def row_look(context: WindowContext) -> RowLook:
    """What a delegate takes from the theme."""
    return RowLook(context.theme.color, context.theme.font, context.pixmap)


def chip_width(context: WindowContext, words: str, icon: str = "") -> float:
    """How wide a chip with these words is."""
    return QFontMetricsF(context.theme.font("micro")).horizontalAdvance(words) + 12 + (16 if icon else 0)


def paint_chip(
    painter: QPainter, context: WindowContext, box: QRectF, words: str, tone: str, icon: str = ""
) -> None:
    """Draws a chip into `box`; `tone` is a token with a soft ground, empty for the quiet one."""
    theme = context.theme
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(f"{tone}Soft" if tone else "sunken"))
    painter.drawRoundedRect(box, 4, 4)
    left = 6.0
    if icon:
        pixmap = context.pixmap(icon, tone or "text2", 12)
        painter.drawPixmap(box.topLeft() + QRectF(6, (box.height() - 12) / 2, 0, 0).topLeft(), pixmap)
        left += 16
    painter.setFont(theme.font("micro"))
    painter.setPen(theme.color(tone or "text2"))
    inner = box.adjusted(left, 0, -4, 0)
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
    painter.restore()


class PillButton(QPushButton):
    """A rounded button that floats or stands in a head: "3 new drafts", "14 more lines"."""

    def __init__(self, context: WindowContext, icon: str, *, floating: bool = False) -> None:
        """`icon` stands in front, or behind the words of a floating one."""
        super().__init__()
        self._context, self._icon, self._floating = context, icon, floating
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Room for the words and the icon."""
        width = QFontMetricsF(self._context.theme.font("medium")).horizontalAdvance(self.text())
        return QSize(round(width) + 46, px(self._context, 26))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The rounded ground, the icon, the words."""
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground = theme.color("raised" if self._floating else "selected")
        painter.setBrush(theme.color("hover") if self.underMouse() and self._floating else ground)
        painter.setPen(theme.color("line") if self._floating else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        token = "text" if self._floating else "accentText"
        icon = self._context.pixmap(self._icon, token, 14)
        top = (self.height() - 14) / 2
        place = self.width() - 26 if self._floating else 12
        painter.drawPixmap(round(place), round(top), icon)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color(token))
        inner = box.adjusted(14, 0, -30, 0) if self._floating else box.adjusted(32, 0, -12, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            draw_focus(painter, box.adjusted(1, 1, -1, -1), theme.color("focus"), box.height() / 2)


def draw_focus(painter: QPainter, box: QRectF, colour: QColor, radius: float) -> None:
    """The ring that shows where the keyboard is."""
    pen = painter.pen()
    pen.setColor(colour)
    pen.setWidthF(2)
    pen.setStyle(Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, radius, radius)


def dress(
    button: QAbstractButton, name: str, object_name: str, tip: str = "", icon: QIcon | None = None
) -> None:
    """Gives a button its accessible name, its object name, its tooltip and its icon."""
    button.setAccessibleName(name)
    button.setObjectName(object_name)
    if tip:
        button.setToolTip(tip)
    if icon is not None:
        button.setIcon(icon)

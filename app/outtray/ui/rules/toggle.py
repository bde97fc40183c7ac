"""A switch of two ends, on and off; it asks whoever owns it and does not turn by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from outtray.ui.context import WindowContext
from outtray.ui.review.look import draw_focus, px


class Toggle(QAbstractButton):
    """`clicked` asks; `setChecked` shows what holds."""

    def __init__(self, context: WindowContext, name: str) -> None:
        """`name` is spoken."""
        super().__init__()
        self._context = context
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        context.restyled.connect(self.updateGeometry)

    def nextCheckState(self) -> None:
        """Turning is the owner's, once the answer is there."""

    def sizeHint(self) -> QSize:
        """As high as a pointer needs."""
        return QSize(px(self._context, 40), px(self._context, 26))

    def minimumSizeHint(self) -> QSize:
        """Never smaller."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rounded track with a knob: left and hollow is off, right and filled is on."""
        colour = self._context.theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = px(self._context, 20)
        track = QRectF(2, (self.height() - height) / 2, self.width() - 4, height)
        on = self.isChecked()
        painter.setPen(QPen(colour("accent" if on else "lineStrong"), 1))
        painter.setBrush(colour("accent" if on else "surface"))
        painter.drawRoundedRect(track, height / 2, height / 2)
        knob = height - 8
        left = track.right() - knob - 4 if on else track.left() + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("onAccent" if on else "lineStrong"))
        painter.drawEllipse(QRectF(left, track.top() + 4, knob, knob))
        if self.hasFocus():
            draw_focus(painter, track.adjusted(-1, -1, 1, 1), colour("focus"), height / 2 + 1)
        painter.end()

"""A field that looks for something: a glass at its left edge, drawn, so that it is no button to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from outtray.ui.context import WindowContext

_LEFT = 10


class GlassField(QLineEdit):
    """A line edit with a glass before its text."""

    def __init__(self, context: WindowContext, left: int = _LEFT) -> None:
        """`left` is where the glass stands, in pixels."""
        super().__init__()
        self._context, self._left = context, left
        self.setTextMargins(left + 14, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and the glass at its left edge."""
        super().paintEvent(event)
        side = self._context.theme.px(16)
        painter = QPainter(self)
        glass = self._context.theme.pixmap("ph.magnifying-glass", "text3", side)
        painter.drawPixmap(self._left, (self.height() - side) // 2, glass)
        painter.end()

"""An icon of the icon font for Qt's own buttons and menus; imported when the first one is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from outtray.ui.theme.icons import draw


class IconEngine(QIconEngine):
    """Draws its glyph at any size, grey where the button is shut, in the colours of the theme that holds."""

    def __init__(
        self, glyph: str, family: str, colour: Callable[[], QColor], disabled: Callable[[], QColor]
    ) -> None:
        """`glyph` is a character of the font `family`; colours are asked for each time it is drawn."""
        super().__init__()
        self._glyph, self._family, self._colour, self._disabled = glyph, family, colour, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002
        """Draws the glyph into `rect`."""
        colour = self._disabled if mode == QIcon.Mode.Disabled else self._colour
        draw(painter, QRectF(rect), self._glyph, self._family, colour())

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The same in device pixels."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """One for a copy of the icon."""
        return IconEngine(self._glyph, self._family, self._colour, self._disabled)

"""Icons from the one Phosphor font that qtawesome carries, drawn sharp at every size and ratio.

Importing qtawesome costs more than an empty window, so only its files are used: the font and the
table of names. GUI thread only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QIcon

_PREFIX = "ph."


class IconsMissingError(RuntimeError):
    """The installation lacks qtawesome's files."""


class Icons:
    """Icons and pixmaps by qtawesome's names; `colour` gives the colour of a token."""

    def __init__(self, colour: Callable[[str], QColor], disabled: Callable[[], QColor]) -> None:
        """Loads the font; raises IconsMissingError."""
        folder = _fonts_folder()
        number = QFontDatabase.addApplicationFont(str(next(folder.glob("phosphor-*.ttf"))))
        families = QFontDatabase.applicationFontFamilies(number)
        if not families:
            raise IconsMissingError(f"Qt can't read the icon font in {folder}")
        self._family = families[0]
        self._names = next(folder.glob("phosphor-charmap-*.json")).read_text(encoding="utf-8")
        self._glyphs: dict[str, str] = {}
        self._colour, self._disabled = colour, disabled
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def clear(self) -> None:
        """Forgets what was drawn: the theme has changed."""
        self._pixmaps.clear()

    def icon(self, name: str, token: str) -> QIcon:
        """The icon for buttons and menus, in the token's colour; grey where it is disabled."""
        key = (name, token)
        if key not in self._icons:
            from PySide6.QtGui import QIcon

            from outtray.ui.theme.icon_engine import IconEngine

            engine = IconEngine(self.glyph(name), self._family, lambda: self._colour(token), self._disabled)
            self._icons[key] = QIcon(engine)
        return self._icons[key]

    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        """The icon for painters, `size` logical pixels wide."""
        application = QGuiApplication.instance()
        ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
        key = (name, token, size, ratio)
        if key not in self._pixmaps:
            pixmap = QPixmap(round(size * ratio), round(size * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            draw(painter, QRectF(0, 0, size, size), self.glyph(name), self._family, self._colour(token))
            painter.end()
            self._pixmaps[key] = pixmap
        return self._pixmaps[key]

    def glyph(self, name: str) -> str:
        """The character of a name; KeyError for a name that Phosphor does not have."""
        if name not in self._glyphs:
            # A start needs ten of the table's thousand names: to find those is less than to read all.
            found = re.search(
                f'"{re.escape(name.removeprefix(_PREFIX))}": *"(?:0x)?([0-9a-fA-F]+)"', self._names
            )
            if found is None:
                raise KeyError(name)
            self._glyphs[name] = chr(int(found[1], 16))
        return self._glyphs[name]


def draw(painter: QPainter, rect: QRectF, glyph: str, family: str, colour: QColor) -> None:
    """Draws one glyph of the icon font as large as `rect`."""
    font = QFont(family)
    font.setPixelSize(max(1, round(rect.height())))
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(colour)
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph)
    painter.restore()


def _fonts_folder() -> Path:
    found = find_spec("qtawesome")
    if found is None or found.origin is None:
        raise IconsMissingError("qtawesome is not installed")
    return Path(found.origin).parent / "fonts"

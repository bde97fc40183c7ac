"""The theme: which colours hold now, the fonts, and how the application is dressed in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

from outtray.ui.theme.icons import Icons
from outtray.ui.theme.tokens import DARK, LIGHT, STYLES

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon, QPixmap

_TEMPLATE = Path(__file__).with_name("outtray.qss")
_INTER = "Inter"
# Systems set their text to 12 to 15 px; only what is larger is somebody's wish for large text.
_LARGEST_USUAL_TEXT = 16.0
_WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold}
_SYSTEM = QPalette.ColorRole
# What stands for a token where the system asks for high contrast: the system's own colours.
_SYSTEM_ROLES: Mapping[str, QPalette.ColorRole] = {
    "window": _SYSTEM.Window,
    "panel": _SYSTEM.Window,
    "surface": _SYSTEM.Base,
    "raised": _SYSTEM.Base,
    "sunken": _SYSTEM.Base,
    "hover": _SYSTEM.Base,
    "selected": _SYSTEM.Highlight,
    "selectedInactive": _SYSTEM.Highlight,
    "accent": _SYSTEM.Highlight,
    "accentKeycap": _SYSTEM.Highlight,
    "onAccent": _SYSTEM.HighlightedText,
    "onBlock": _SYSTEM.HighlightedText,
    "focus": _SYSTEM.Highlight,
    "accentText": _SYSTEM.Link,
}


class AppTheme(QObject):
    """Implements `ui.context.Theme` and dresses the application; `changed` tells who paints by hand."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        """Takes over the application's looks with the first `apply`."""
        super().__init__(application)
        self._application = application
        self._system_font = QFont(application.font())
        self._system_palette = QPalette(application.palette())
        self._wish, self._text_size = "", 0
        # Where the system asks for high contrast, its colours hold and ours step aside.
        self.high_contrast = False
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._lines: dict[str, float] = {}
        self._families = self._ui_families()
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.dark = False
        self.scale = 1.0
        self.icons = Icons(self.color, lambda: self.color("disabled"))
        application.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, wish: str, text_size: int) -> None:
        """Colours and fonts for painting alone; nothing of Qt's own is dressed yet. See `apply`."""
        self._settle(wish, text_size)

    def apply(self, wish: str, text_size: int) -> None:
        """`wish` is `system`, `light` or `dark`; `text_size` in per cent. Nothing happens where both hold."""
        if (wish, text_size) == (self._wish, self._text_size):
            return
        self._wish, self._text_size = wish, text_size
        self._dress()

    def color(self, token: str) -> QColor:
        """The colour of a token in the current theme."""
        return self._colours[token]

    def font(self, style: str) -> QFont:
        """The font of a text style."""
        if style not in self._fonts:
            self._fonts[style] = self._make_font(style)
        return self._fonts[style]

    def line_height(self, style: str) -> float:
        """The distance of two lines of a style: the design's, or what the font needs where that is more."""
        if style not in self._lines:
            needed = QFontMetricsF(self.font(style)).height()
            self._lines[style] = max(STYLES[style].line * self.scale, needed)
        return self._lines[style]

    def icon(self, name: str, token: str = "text2") -> QIcon:  # noqa: S107
        """An icon in a token's colour."""
        return self.icons.icon(name, token)

    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        """The same for painters."""
        return self.icons.pixmap(name, token, size)

    def px(self, pixels: float) -> int:
        """A length of the design at 100 %, scaled with the text."""
        return round(pixels * self.scale)

    def _ui_families(self) -> list[str]:
        own = self._system_font.families() or [self._system_font.family()]
        return [_INTER, *own] if QFontDatabase.hasFamily(_INTER) else own

    def _make_font(self, style: str) -> QFont:
        wanted = STYLES[style]
        font = QFont(self._mono) if style == "mono" else QFont(self._system_font)
        if style != "mono":
            font.setFamilies(self._families)
        font.setPixelSize(max(1, round(wanted.size * self.scale)))
        font.setWeight(_WEIGHTS[wanted.weight])
        # Figures of one width, so that counts and countdowns stand still.
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _follow_system(self) -> None:
        if self._wish:
            self._dress()

    def _dress(self) -> None:
        self._settle(self._wish, self._text_size)
        self._application.setFont(self.font("ui"))
        if self.high_contrast:
            self._application.setPalette(self._system_palette)
            self._application.setStyleSheet("")
        else:
            self._application.setPalette(self._palette())
            self._application.setStyleSheet(style_sheet(self._colours, self.scale))
        self.changed.emit()

    def _settle(self, wish: str, text_size: int) -> None:
        hints = self._application.styleHints()
        self.high_contrast = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        self.dark = wish == "dark" or (wish == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
        enlarged = QFontInfo(self._system_font).pixelSize() / _LARGEST_USUAL_TEXT
        self.scale = text_size / 100 * max(1.0, enlarged)
        self._colours = self._system_colours() if self.high_contrast else _colours(dark=self.dark)
        self._fonts.clear()
        self._lines.clear()
        self.icons.clear()

    def _system_colours(self) -> dict[str, QColor]:
        palette = self._system_palette
        return {
            name: palette.color(
                _SYSTEM_ROLES.get(
                    name, QPalette.ColorRole.Base if name.endswith("Soft") else QPalette.ColorRole.WindowText
                )
            )
            for name in LIGHT
        }

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.color(token))
        for role in (_SYSTEM.WindowText, _SYSTEM.Text, _SYSTEM.ButtonText, _SYSTEM.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        palette.setColor(QPalette.ColorGroup.Inactive, _SYSTEM.Highlight, self.color("selectedInactive"))
        return palette


_ROLES: Mapping[QPalette.ColorRole, str] = {
    _SYSTEM.Window: "window",
    _SYSTEM.WindowText: "text",
    _SYSTEM.Base: "surface",
    _SYSTEM.AlternateBase: "panel",
    _SYSTEM.Text: "text",
    _SYSTEM.PlaceholderText: "text3",
    _SYSTEM.Button: "surface",
    _SYSTEM.ButtonText: "text",
    _SYSTEM.BrightText: "block",
    _SYSTEM.Highlight: "selected",
    _SYSTEM.HighlightedText: "text",
    _SYSTEM.Accent: "accent",
    _SYSTEM.Link: "accentText",
    _SYSTEM.LinkVisited: "accentText",
    _SYSTEM.ToolTipBase: "raised",
    _SYSTEM.ToolTipText: "text",
    _SYSTEM.Light: "raised",
    _SYSTEM.Midlight: "line",
    _SYSTEM.Mid: "line",
    _SYSTEM.Dark: "lineStrong",
    _SYSTEM.Shadow: "lineStrong",
}


def _colours(*, dark: bool) -> dict[str, QColor]:
    return {name: QColor(value) for name, value in (DARK if dark else LIGHT).items()}


def style_sheet(colours: Mapping[str, QColor], scale: float) -> str:
    """The one style sheet with colours and lengths (`$px8`) filled in."""
    from string import Template

    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    lengths = {f"px{number}": f"{round(number * scale)}px" for number in range(1, 65)}
    return template.substitute({name: value.name() for name, value in colours.items()} | lengths)

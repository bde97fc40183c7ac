"""The tokens have the contrast that the design measured, and every style and icon is there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outtray.ui.commands import COMMANDS
from outtray.ui.palette import icon_of
from outtray.ui.rooms import ROOMS
from outtray.ui.theme.theme import style_sheet
from outtray.ui.theme.tokens import DARK, GROUNDS, LIGHT, STYLES
from tests.fakes.window import theme

ON_ALL_GROUNDS = {
    "text": (13.51, 10.42),
    "text2": (6.04, 6.35),
    "text3": (4.72, 4.58),
    "accentText": (6.17, 6.23),
    "block": (5.30, 5.58),
    "warn": (5.26, 6.61),
    "info": (5.55, 5.96),
    "ok": (5.32, 6.36),
    "agent": (6.01, 5.88),
}
PAIRS = {
    ("onAccent", "accent"): (6.44, 6.53),
    ("onBlock", "block"): (6.53, 8.31),
    ("block", "blockSoft"): (5.66, 6.83),
    ("warn", "warnSoft"): (5.74, 7.39),
    ("info", "infoSoft"): (5.91, 7.05),
    ("ok", "okSoft"): (5.65, 7.26),
    ("agent", "agentSoft"): (6.29, 7.15),
    ("add", "addSoft"): (6.65, 7.95),
    ("del", "delSoft"): (6.54, 7.37),
    ("onAccent", "accentKeycap"): (4.94, 5.03),
}
LINES = {"lineStrong": (3.16, 4.21), "focus": (5.84, 8.33)}
THEMES = pytest.mark.parametrize(("place", "tokens"), [(0, LIGHT), (1, DARK)], ids=["light", "dark"])


def luminance(value: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measuring_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@THEMES
def test_text_has_the_contrast_of_the_design_on_its_worst_ground(
    place: int, tokens: Mapping[str, str]
) -> None:
    for name, wanted in ON_ALL_GROUNDS.items():
        worst = min(contrast(tokens[name], tokens[ground]) for ground in GROUNDS)
        assert worst == pytest.approx(wanted[place], abs=0.02), name
        assert worst >= 4.5


@THEMES
def test_text_on_a_coloured_ground_can_be_read(place: int, tokens: Mapping[str, str]) -> None:
    for (text, ground), wanted in PAIRS.items():
        assert contrast(tokens[text], tokens[ground]) == pytest.approx(wanted[place], abs=0.06), text


@THEMES
def test_borders_and_the_focus_ring_are_seen(place: int, tokens: Mapping[str, str]) -> None:
    for name, wanted in LINES.items():
        worst = min(contrast(tokens[name], tokens[ground]) for ground in GROUNDS[:3])
        assert worst == pytest.approx(wanted[place], abs=0.02), name
        assert worst >= 3


@THEMES
def test_the_style_sheet_is_filled_in_whole_and_short(place: int, tokens: Mapping[str, str]) -> None:
    sheet = style_sheet({name: QColor(value) for name, value in tokens.items()}, 1.5)
    assert "$" not in sheet
    assert len(sheet.splitlines()) < 200


def test_every_style_has_a_font_with_figures_of_one_width(qtbot: QtBot) -> None:
    looks = theme()
    for style, wanted in STYLES.items():
        font = looks.font(style)
        assert font.pixelSize() == wanted.size
        assert looks.line_height(style) >= wanted.size
        assert font.featureTags()


def test_text_grows_with_the_setting(qtbot: QtBot) -> None:
    looks = theme()
    looks.apply("light", 200)
    assert looks.font("body").pixelSize() == 28
    assert looks.px(32) == 64
    looks.apply("light", 100)


def test_dark_and_light_are_changed_while_the_window_is_open(qtbot: QtBot) -> None:
    looks = theme()
    with qtbot.waitSignal(looks.changed):
        looks.apply("dark", 100)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.palette().window().color().name().upper() == DARK["window"]
    assert looks.color("text").name().upper() == DARK["text"]
    looks.apply("light", 100)


def test_every_icon_that_is_named_exists_and_draws_something(qtbot: QtBot) -> None:
    looks = theme()
    names = {room.icon for room in ROOMS} | {icon_of(command) for command in COMMANDS}
    for name in names:
        image = looks.pixmap(name, "text", 18).toImage()
        drawn = any(
            image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
        )
        assert drawn, name


def test_an_icon_is_drawn_once_and_anew_in_another_theme(qtbot: QtBot) -> None:
    looks = theme()
    first = looks.pixmap("ph.tray", "text", 18)
    assert looks.pixmap("ph.tray", "text", 18).cacheKey() == first.cacheKey()
    looks.apply("dark", 100)
    assert looks.pixmap("ph.tray", "text", 18).cacheKey() != first.cacheKey()
    looks.apply("light", 100)

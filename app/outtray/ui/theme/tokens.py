"""The design's tokens in one place: colours light and dark, and the text styles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# name: (light, dark). Contrasts are measured by a test against the grounds named below.
_COLOURS: Mapping[str, tuple[str, str]] = {
    "window": ("#F3F4F2", "#121514"),
    "panel": ("#FAFBFA", "#171A19"),
    "surface": ("#FFFFFF", "#1C201E"),
    "raised": ("#FFFFFF", "#242927"),
    "sunken": ("#EEF0ED", "#0F1211"),
    "line": ("#E1E4E0", "#2B312E"),
    "lineStrong": ("#848B85", "#7A837D"),
    "hover": ("#EDEFEC", "#222725"),
    "selected": ("#DDEBE6", "#1D3A32"),
    "selectedInactive": ("#E6E8E5", "#262B29"),
    "text": ("#1B1F1D", "#E9EDEA"),
    "text2": ("#4F5752", "#B4BCB7"),
    "text3": ("#5F6762", "#97A09A"),
    "accent": ("#0E6B57", "#3DB597"),
    "onAccent": ("#FFFFFF", "#06231B"),
    "onBlock": ("#FFFFFF", "#2A0A07"),
    "accentText": ("#0B5F4D", "#5CCBAF"),
    "focus": ("#0E6B57", "#5CCBAF"),
    "block": ("#B3261E", "#FF8F85"),
    "blockSoft": ("#FCEBE9", "#3A1F1D"),
    "warn": ("#855300", "#EDB458"),
    "warnSoft": ("#FBF0DA", "#382B14"),
    "info": ("#2F5D8C", "#8DB8E8"),
    "infoSoft": ("#E8EFF7", "#1B2A3A"),
    "ok": ("#1C6B33", "#7FCB90"),
    "okSoft": ("#E3F2E6", "#1B3022"),
    "agent": ("#6A3FA0", "#C3A6F0"),
    "agentSoft": ("#F0EAF8", "#2B2339"),
    "add": ("#155F2B", "#8BD79B"),
    "addSoft": ("#DDF3E1", "#1B3323"),
    "del": ("#9C1F18", "#FF9D94"),
    "delSoft": ("#FBE3E1", "#3B211F"),
    "disabled": ("#8E958F", "#68706B"),
    # The ground of a keycap on `accent`: 12 % white, and 16 % `onAccent`, already laid over it.
    "accentKeycap": ("#2B7D6B", "#349E83"),
}
LIGHT: Mapping[str, str] = {name: pair[0] for name, pair in _COLOURS.items()}
DARK: Mapping[str, str] = {name: pair[1] for name, pair in _COLOURS.items()}

GROUNDS = ("window", "panel", "surface", "raised", "sunken", "hover", "selected", "selectedInactive")


class TextStyle(NamedTuple):
    """Size and line height in logical pixels at 100 %, and a weight of CSS."""

    size: int
    line: int
    weight: int


STYLES: Mapping[str, TextStyle] = {
    "display": TextStyle(22, 28, 600),
    "title": TextStyle(17, 24, 600),
    "heading": TextStyle(15, 20, 600),
    "body": TextStyle(14, 22, 400),
    "ui": TextStyle(13, 18, 400),
    "medium": TextStyle(13, 18, 500),
    "strong": TextStyle(13, 18, 600),
    "meta": TextStyle(12, 16, 400),
    "micro": TextStyle(11, 14, 500),
    "mono": TextStyle(12, 18, 400),
}

"""What an element's style says about whether a reader would see its text.

Covers the ways in which mail hides text (CSS 2.2, CSS Color 4 names as far as mail uses them). It errs
on the side of "hidden": such text is not lost, it is shown in a place of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<marks>(?:[.#][\w-]+)*)", re.IGNORECASE)
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|vw|vh|%|cm|mm|in)?", re.IGNORECASE)
_NUMBERS = re.compile(r"-?\d*\.?\d+%?")
_CLOSE_COLOURS = (
    48  # sum of the differences of red, green and blue under which text can't be told from its ground
)
_FAR_AWAY = -100.0  # pixels to the left of or above the page
_UNREADABLE = 2.0  # pixels of font size under which nobody reads

Colour = tuple[int, int, int]

_NAMED: Mapping[str, Colour] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0),
    "blue": (0, 0, 255), "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "snow": (255, 250, 250), "ivory": (255, 255, 240), "navy": (0, 0, 128),
    "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240),
    "azure": (240, 255, 255), "mintcream": (245, 255, 250), "orange": (255, 165, 0), "purple": (128, 0, 128),
    "teal": (0, 128, 128), "maroon": (128, 0, 0), "olive": (128, 128, 0), "lime": (0, 255, 0),
    "aqua": (0, 255, 255), "fuchsia": (255, 0, 255), "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
}  # fmt: skip
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "%": 0.16, "cm": 37.8,
           "mm": 3.78, "in": 96.0, "vw": 8.0, "vh": 8.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How inherited style makes text look at one place of the page; `hidden` says by what it is hidden."""

    colour: Colour = (0, 0, 0)
    ground: Colour = (255, 255, 255)
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One rule of a style sheet with one plain selector (a tag, classes, an id)."""

    tag: str
    classes: frozenset[str]
    identifier: str
    style: Mapping[str, str]

    def meets(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether the rule is about an element."""
        return (
            self.tag in {"", "*", tag}
            and (not self.identifier or self.identifier == attributes.get("id", ""))
            and self.classes <= frozenset(attributes.get("class", "").split())
        )


def declarations(style: str) -> dict[str, str]:
    """The properties of a style attribute, names and values in lower case."""
    found: dict[str, str] = {}
    for part in _COMMENT.sub(" ", style).split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def style_rules(sheet: str) -> list[StyleRule]:
    """The rules of a style sheet. Of a selector with several parts the last one counts alone: more is
    taken as meant than a mail program would, never less. What a medium restricts counts too.
    """
    rules = []
    text = _COMMENT.sub(" ", sheet)
    for selectors, body in _RULE.findall(text):
        style = declarations(body)
        for selector in selectors.split(","):
            last = selector.split("{")[-1].replace(">", " ").split()
            match = _SIMPLE_SELECTOR.fullmatch(last[-1].partition(":")[0]) if last else None
            if match is None or not style:
                continue
            marks = re.findall(r"[.#][\w-]+", match["marks"])
            rules.append(
                StyleRule(
                    (match["tag"] or "").lower(),
                    frozenset(mark[1:] for mark in marks if mark[0] == "."),
                    next((mark[1:] for mark in marks if mark[0] == "#"), ""),
                    style,
                )
            )
    return rules


def look_of(parent: Look, attributes: Mapping[str, str], style: Mapping[str, str]) -> Look:
    """The look of an element's own text, given where it stands, its attributes and its whole style."""
    colour = _colour(style.get("color") or attributes.get("color", "")) or parent.colour
    ground = _ground(style, attributes) or parent.ground
    hidden = parent.hidden or _hidden_by(attributes, style)
    if hidden in _UNDONE_BY_CHILD and _shows_again(hidden, style):
        hidden = None
    look = replace(parent, colour=colour, ground=ground, hidden=hidden)
    if hidden is None and _close(colour, ground):
        return replace(look, hidden="text in the colour of its ground")
    if hidden == "text in the colour of its ground" and not _close(colour, ground):
        return replace(look, hidden=None)
    return look


_INVISIBLE = "visibility: hidden"
_TINY = "a font too small to read"
_UNDONE_BY_CHILD = {_INVISIBLE, _TINY}


def _shows_again(hidden: str | None, style: Mapping[str, str]) -> bool:
    if hidden == _INVISIBLE:
        return style.get("visibility") == "visible"
    size = style.get("font-size", "")
    # Relative to an unreadable size every size is unreadable.
    return bool(size) and not size.endswith(("em", "%")) and not _tiny(size)


def _hidden_by(attributes: Mapping[str, str], style: Mapping[str, str]) -> str | None:
    tests: tuple[tuple[str, bool], ...] = (
        ("the attribute “hidden”", "hidden" in attributes),
        ("display: none", style.get("display") == "none" or style.get("mso-hide") == "all"),
        (_INVISIBLE, style.get("visibility") in {"hidden", "collapse"}),
        ("opacity: 0", _opacity(style.get("opacity", "1")) < 0.1),
        (_TINY, _tiny(style.get("font-size", "")) or _tiny(_font_size(style.get("font", "")))),
        ("no line height", _zero(style.get("line-height", ""))),
        ("text without colour", _see_through(style.get("color", ""))),
        ("a place off the page", _off_page(style)),
        ("a box without size", _no_size(style)),
        ("clipping", _clipped(style)),
    )
    return next((name for name, met in tests if met), None)


def _font_size(font: str) -> str:
    found = re.search(r"(?:^|\s)(\d*\.?\d+(?:px|pt|em|%))", font)
    return found[1] if found else ""


def _pixels(value: str) -> float | None:
    match = _LENGTH.fullmatch(value.strip())
    return None if match is None else float(match[1]) * _PIXELS[(match[2] or "px").lower()]


def _tiny(value: str) -> bool:
    pixels = _pixels(value) if value else None
    return pixels is not None and pixels < _UNREADABLE


def _zero(value: str) -> bool:
    match = _LENGTH.fullmatch(value.strip())
    # A line height without a unit is a factor, not a length.
    return match is not None and abs(float(match[1])) < (1.0 if match[2] == "px" else 0.1)


def _opacity(value: str) -> float:
    match = _NUMBERS.fullmatch(value.strip())
    if match is None:
        return 1.0
    return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)


def _off_page(style: Mapping[str, str]) -> bool:
    moved = ["text-indent", "margin-left", "margin-top", "margin"]
    if style.get("position") in {"absolute", "fixed", "relative"}:
        moved += ["left", "top"]
    for name in moved:
        for part in style.get(name, "").split():
            pixels = _pixels(part)
            if pixels is not None and pixels <= _FAR_AWAY:
                return True
    return any(
        float(number) <= _FAR_AWAY for number in _NUMBERS.findall(_translation(style)) if "%" not in number
    )


def _translation(style: Mapping[str, str]) -> str:
    transform = style.get("transform", "")
    return transform if "translate" in transform else ""


def _no_size(style: Mapping[str, str]) -> bool:
    sizes = ("height", "max-height", "width", "max-width")
    return (
        any(name in style and _zero(style[name]) for name in sizes)
        and style.get("overflow", "hidden") != "visible"
    )


def _clipped(style: Mapping[str, str]) -> bool:
    if "scale(0" in style.get("transform", "").replace(" ", ""):
        return True
    if re.search(r"inset\(\s*(?:[5-9]\d|100)%", style.get("clip-path", "")):
        return True
    numbers = _NUMBERS.findall(style.get("clip", ""))
    return (
        "rect" in style.get("clip", "")
        and bool(numbers)
        and all(abs(float(n.rstrip("%"))) <= 1 for n in numbers)
    )


def _see_through(value: str) -> bool:
    if value == "transparent":
        return True
    numbers = _NUMBERS.findall(value)
    if value.startswith(("rgba", "hsla")) and len(numbers) == 4:
        return _opacity(numbers[3]) < 0.1
    return bool(re.fullmatch(r"#[0-9a-f]{6}0[0-9a-f]|#[0-9a-f]{3}0", value))


def _ground(style: Mapping[str, str], attributes: Mapping[str, str]) -> Colour | None:
    named = style.get("background-color") or style.get("background", "")
    found = _colour(named)
    if found is None:
        found = next((colour for colour in map(_colour, named.split()) if colour), None)
    return found or _colour(attributes.get("bgcolor", "").lower())


def _colour(value: str) -> Colour | None:
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if match := re.fullmatch(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?", value):
        return (int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:6], 16))
    if match := re.fullmatch(r"#([0-9a-f]{3})[0-9a-f]?", value):
        red, green, blue = (int(digit * 2, 16) for digit in match[1])
        return (red, green, blue)
    if value.startswith("rgb"):
        numbers = _NUMBERS.findall(value)
        if len(numbers) >= 3:
            parts = [float(n.rstrip("%")) * (2.55 if n.endswith("%") else 1) for n in numbers[:3]]
            return (int(parts[0]), int(parts[1]), int(parts[2]))
    return None


def _close(one: Colour, other: Colour) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= _CLOSE_COLOURS

"""Paths into nested values, as `--map` and `--items` write them: `contact.emails[0].address`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_INDEX = re.compile(r"\[(\d*)\]")


class _Missing:
    """Stands for what is not there, since None is a value."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()


class ValuePath:
    """A path; its text is what the person wrote, and the name by which a problem is told."""

    __slots__ = ("steps", "text")

    def __init__(self, text: str) -> None:
        """Names are parted by dots, places in arrays stand in brackets or as numbers between dots."""
        self.text = text.strip()
        parts = _INDEX.sub(lambda found: f".{found[1]}", self.text).split(".")
        self.steps = tuple(part.strip() for part in parts if part.strip())

    def find(self, value: Any) -> Any:
        """What lies there, or MISSING. An array that is entered without a place gives all its values."""
        if isinstance(value, Mapping) and self.text in value:
            return value[self.text]
        return _find(value, self.steps)

    def without(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of an object from which what lies there was taken; what becomes empty by it goes too."""
        if self.text in values:
            return {name: value for name, value in values.items() if name != self.text}
        left = _without(values, self.steps)
        return left if isinstance(left, dict) else {}


def _find(value: Any, steps: Sequence[str]) -> Any:
    if not steps:
        return value
    if isinstance(value, Mapping):
        for end in range(1, len(steps) + 1):
            # A name may hold dots itself.
            name = ".".join(steps[:end])
            if name in value:
                found = _find(value[name], steps[end:])
                if found is not MISSING:
                    return found
        return MISSING
    if isinstance(value, list | tuple):
        if steps[0].isascii() and steps[0].isdigit() and len(steps[0]) < 10:
            position = int(steps[0])
            return _find(value[position], steps[1:]) if position < len(value) else MISSING
        each = [found for one in value if (found := _find(one, steps)) is not MISSING]
        return each or MISSING
    return MISSING


def _without(value: Any, steps: Sequence[str]) -> Any:
    """The value without what lies behind `steps`, MISSING where nothing is left."""
    if not steps:
        return MISSING
    if isinstance(value, Mapping):
        for end in range(1, len(steps) + 1):
            name = ".".join(steps[:end])
            if name in value and _find(value[name], steps[end:]) is not MISSING:
                left = _without(value[name], steps[end:])
                rest = {
                    key: (left if key == name else inner)
                    for key, inner in value.items()
                    if key != name or left is not MISSING
                }
                return rest or MISSING
        return value
    if isinstance(value, list | tuple):
        if steps[0].isascii() and steps[0].isdigit() and len(steps[0]) < 10:
            position = int(steps[0])
            each = [_without(one, steps[1:]) if at == position else one for at, one in enumerate(value)]
        else:
            each = [_without(one, steps) for one in value]
        return [one for one in each if one is not MISSING] or MISSING
    return value


def leaves(value: Any, prefix: str = "", room: int = 6) -> list[tuple[str, Any]]:
    """Each path of an object with what lies there; of an array of objects the first one stands for all."""
    found: list[tuple[str, Any]] = []
    if isinstance(value, Mapping) and room:
        for name, inner in value.items():
            found += leaves(inner, f"{prefix}.{name}" if prefix else str(name), room - 1)
    elif isinstance(value, list) and room and any(isinstance(one, Mapping) for one in value):
        place, first = next((at, one) for at, one in enumerate(value) if isinstance(one, Mapping))
        found += leaves(first, f"{prefix}[{place}]", room - 1)
    elif prefix:
        found.append((prefix, value))
    return found

"""The shape of the review for a window's size: four columns down to one."""

from __future__ import annotations

from dataclasses import dataclass

_HYSTERESIS = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """`drawer`: the panel lies over the message; `narrow`: the digest leaves the bar; `single`: one column.

    `low`: the destination folds to one line.
    """

    drawer: bool = False
    narrow: bool = False
    single: bool = False
    low: bool = False


def shape_for(width: int, height: int, before: Shape, scale: float = 1.0) -> Shape:
    """The shape for a window's size in logical pixels; text at `scale` needs more room.

    A drag at the edge of two shapes does not flicker: growing back takes 24 pixels more.
    """
    width, height = round(width / scale), round(height / scale)

    def under(edge: int, *, now: bool, size: int) -> bool:
        return size < edge + (_HYSTERESIS if now else 0)

    return Shape(
        under(1280, now=before.drawer, size=width),
        under(1100, now=before.narrow, size=width),
        under(820, now=before.single, size=width),
        under(600, now=before.low, size=height),
    )

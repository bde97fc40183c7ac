"""The whole order of a mailbox as an array of ids, read and compared away from the GUI thread.

A page by keyset cannot jump into the middle of a million rows; eight bytes a draft can.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """How a mailbox differs from what a list shows.

    `gone` are shown ids that it holds no more, `fresh` ids that the list has to take in when it is
    asked to, `tail` what simply follows the rows that were loaded so far. `order` is the whole order,
    `generation` names the state of the list that was compared.
    """

    gone: tuple[int, ...]
    fresh: array[int]
    tail: array[int]
    order: array[int]
    generation: int


def compare(shown: array[int], order: array[int], *, complete: bool, generation: int) -> OrderDifference:
    """Compares the ids a list shows with the mailbox's order now.

    `complete` says that the list has been given a whole order before, so that whatever it does not
    show is new; else what stands behind its last row has only not been loaded yet.
    """
    top = max(max(shown, default=0), max(order, default=0))
    in_order = _flags(order, top)
    in_shown = _flags(shown, top)
    gone = tuple(number for number in shown if not in_order[number])
    split = len(order) if complete else _behind_last(shown, order, in_order)
    fresh = array("q", (number for number in order[:split] if not in_shown[number]))
    tail = array("q", (number for number in order[split:] if not in_shown[number]))
    return OrderDifference(gone, fresh, tail, order, generation)


class IdSet:
    """A set of ids with a byte for each up to the largest: a sixtieth of what Python's own would take."""

    def __init__(self, ids: array[int] | None = None) -> None:
        """`ids` are in it from the start."""
        self._flags = bytearray()
        if ids is not None:
            self.update(ids)

    def __contains__(self, number: int) -> bool:
        return number < len(self._flags) and bool(self._flags[number])

    def add(self, number: int) -> None:
        """Takes an id in."""
        if number >= len(self._flags):
            self._flags.extend(bytes(number + 1 - len(self._flags)))
        self._flags[number] = 1

    def update(self, ids: array[int]) -> None:
        """Takes many ids in."""
        if ids:
            self.add(max(ids))
        for number in ids:
            self._flags[number] = 1

    def discard(self, number: int) -> None:
        """Lets an id go, if it is in."""
        if number in self:
            self._flags[number] = 0


def _flags(ids: array[int], top: int) -> bytearray:
    """A byte for each id up to `top`: an eighth of a set's memory at a million ids."""
    flags = bytearray(top + 1)
    for number in ids:
        flags[number] = 1
    return flags


def _behind_last(shown: array[int], order: array[int], in_order: bytearray) -> int:
    for number in reversed(shown):
        if in_order[number]:
            return order.index(number) + 1
    return 0

"""A list of deliveries under group heads that reads its rows page by page.

The numbers of all rows are known (an index gives them); the rows themselves are read when they are
painted, so that ten thousand open as fast as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from PySide6.QtCore import QModelIndex

from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.deliveries.list_model import PAGE, Head, ListModel

Section = tuple[Head, Sequence[int]]


class GroupedModel(ListModel):
    """Heads and deliveries in one column; `show` takes new sections in with the least of movement."""

    def __init__(
        self,
        read: Callable[[Sequence[int]], Iterable[DeliveryRow]],
        speak: Callable[[DeliveryRow], str],
    ) -> None:
        """`read` gives rows for numbers, `speak` a row as one sentence."""
        super().__init__()
        self._read = read
        self._speak = speak
        self._rows: dict[int, DeliveryRow] = {}

    def show(self, sections: Sequence[Section]) -> None:
        """Takes new sections in: what is the same stays, only the stretch that differs is replaced."""
        keys: list[str | int] = []
        for head, ids in sections:
            keys.append(head.key)
            keys.extend(ids)
        self._rows.clear()
        self.heads = {**self.heads, **{head.key: head for head, _ in sections}}
        start = _alike(self.keys, keys)
        end = _alike(self.keys[start:][::-1], keys[start:][::-1])
        if start + end < len(self.keys):
            self.beginRemoveRows(QModelIndex(), start, len(self.keys) - end - 1)
            self.keys = self.keys[:start] + self.keys[len(self.keys) - end :]
            self.placed()
            self.endRemoveRows()
        if start + end < len(keys):
            self.beginInsertRows(QModelIndex(), start, len(keys) - end - 1)
            self.keys = keys
            self.placed()
            self.endInsertRows()
        self.heads = {head.key: head for head, _ in sections}
        self.checked.intersection_update(self.deliveries())
        self.redraw(0, len(keys) - 1)

    def spoken(self, row: DeliveryRow) -> str:
        """The row as one sentence."""
        return self._speak(row)

    def ids_of(self, head_key: str) -> list[int]:
        """The deliveries under a head."""
        behind = self.keys[self.keys.index(head_key) + 1 :]
        return [key for key in takewhile(lambda key: isinstance(key, int), behind) if isinstance(key, int)]

    def known_row(self, delivery_id: int) -> DeliveryRow | None:
        """A delivery's row, reading its page where that has not been read; None where it is gone."""
        if delivery_id not in self._rows:
            place = self.row_of(delivery_id)
            start = 0 if place is None else place - place % PAGE
            wanted = [key for key in self.keys[start : start + PAGE] if isinstance(key, int)]
            self._rows.update((row.id, row) for row in self._read(wanted))
        return self._rows.get(delivery_id)


def _alike(left: Sequence[object], right: Sequence[object]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count

"""A list of deliveries under group heads, as a one-column table model that reads rows page by page.

The numbers of all rows are known (an index gives them); the rows themselves are read when they are
painted, a page at a time, so that ten thousand open as fast as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from outtray.store.outbox_reads import DeliveryRow

PAGE = 100
RowRole = int(Qt.ItemDataRole.UserRole) + 1
CheckedRole = RowRole + 1

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a group; `action` is what its button does to all of the group."""

    key: str
    title: str
    count: int
    icon: str
    note: str = ""
    action: str | None = None
    warns: bool = False


Section = tuple[Head, Sequence[int]]


class GroupedModel(QAbstractTableModel):
    """Heads and deliveries in one column; `show` takes new sections in with the least of movement."""

    def __init__(
        self,
        read: Callable[[Sequence[int]], Iterable[DeliveryRow]],
        speak: Callable[[DeliveryRow], str],
        parent: QObject | None = None,
    ) -> None:
        """`read` gives rows for numbers, `speak` a row as one sentence."""
        super().__init__(parent)
        self._read = read
        self._speak = speak
        self._keys: list[str | int] = []
        self._heads: dict[str, Head] = {}
        self._rows: dict[int, DeliveryRow] = {}
        self.checked: set[int] = set()

    def show(self, sections: Sequence[Section]) -> None:
        """Takes new sections in: what is the same stays, only the stretch that differs is replaced."""
        keys: list[str | int] = []
        for head, ids in sections:
            keys.append(head.key)
            keys.extend(ids)
        self._rows.clear()
        self._heads = {head.key: head for head, _ in sections}
        self.checked &= {key for key in keys if isinstance(key, int)}
        start = _alike(self._keys, keys)
        end = _alike(self._keys[start:][::-1], keys[start:][::-1])
        if start + end < len(self._keys):
            self.beginRemoveRows(QModelIndex(), start, len(self._keys) - end - 1)
            self._keys = self._keys[:start] + self._keys[len(self._keys) - end :]
            self.endRemoveRows()
        if start + end < len(keys):
            self.beginInsertRows(QModelIndex(), start, len(keys) - end - 1)
            self._keys = keys
            self.endInsertRows()
        self._touch(0, len(keys) - 1)

    def touch(self, delivery_ids: Iterable[int]) -> None:
        """Redraws these rows; their time has moved on."""
        places = {key: place for place, key in enumerate(self._keys) if isinstance(key, int)}
        for number in delivery_ids:
            if number in places:
                self._touch(places[number], places[number])

    def count(self) -> int:
        """How many deliveries there are, heads not counted."""
        return len(self._keys) - len(self._heads)

    def row_of(self, delivery_id: int) -> int | None:
        """The place of a delivery, None where it is not here."""
        return self._keys.index(delivery_id) if delivery_id in self._keys else None

    def ids_of(self, head_key: str) -> list[int]:
        """The deliveries under a head."""
        behind = self._keys[self._keys.index(head_key) + 1 :]
        return [key for key in takewhile(lambda key: isinstance(key, int), behind) if isinstance(key, int)]

    def delivery_at(self, row: int) -> int | None:
        """The number of the delivery in a row, None for a head or outside."""
        key = self._keys[row] if 0 <= row < len(self._keys) else None
        return key if isinstance(key, int) else None

    def head_at(self, row: int) -> Head | None:
        """The head in a row, None for a delivery or outside."""
        key = self._keys[row] if 0 <= row < len(self._keys) else None
        return self._heads[key] if isinstance(key, str) else None

    def known_row(self, delivery_id: int) -> DeliveryRow | None:
        """A delivery's row, reading its page where that has not been read; None where it is gone."""
        if delivery_id not in self._rows:
            place = self.row_of(delivery_id)
            start = 0 if place is None else place - place % PAGE
            wanted = [key for key in self._keys[start : start + PAGE] if isinstance(key, int)]
            self._rows.update((row.id, row) for row in self._read(wanted))
        return self._rows.get(delivery_id)

    def set_checked(self, delivery_id: int, *, checked: bool) -> None:
        """Ticks or unticks a delivery."""
        before = bool(self.checked)
        (self.checked.add if checked else self.checked.discard)(delivery_id)
        if before != bool(self.checked):
            self._touch(0, len(self._keys) - 1)
        else:
            self.touch([delivery_id])

    def clear_checked(self) -> None:
        """Unticks all."""
        self.checked.clear()
        self._touch(0, len(self._keys) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Heads and deliveries."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads can't become current."""
        if self.delivery_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row's value, its ticked state, or its sentence."""
        head = self.head_at(index.row())
        if head is not None:
            return self._head_data(head, role)
        number = self.delivery_at(index.row())
        if number is None or role not in _ROLES:
            return None
        if role == CheckedRole:
            return number in self.checked
        row = self.known_row(number)
        if row is None or role == RowRole:
            return row
        return self._speak(row)

    def _head_data(self, head: Head, role: int) -> Any:
        if role == RowRole:
            return head
        return f"{head.title}, {head.count}" if role in _SPOKEN else None

    def _touch(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))


_SPOKEN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)}
_ROLES = _SPOKEN | {RowRole, CheckedRole}


def _alike(left: Sequence[object], right: Sequence[object]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count

"""What every list of deliveries is to its view: rows by number, in one column, some of them heads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from outtray.store.outbox_reads import DeliveryRow

PAGE = 100
RowRole = int(Qt.ItemDataRole.UserRole) + 1
CheckedRole = RowRole + 1
SPOKEN = frozenset({int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)})

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


class ListModel(QAbstractTableModel):
    """One column of deliveries. A subclass keeps `keys`: a delivery's number, or a head's name."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.keys: list[str | int] = []
        self.heads: dict[str, Head] = {}
        self.checked: set[int] = set()
        self._places: dict[int, int] = {}
        self._head_places: list[int] = []

    @abstractmethod
    def known_row(self, delivery_id: int) -> DeliveryRow | None:
        """What a delivery's row shows; None where it is gone."""

    @abstractmethod
    def spoken(self, row: DeliveryRow) -> str:
        """The row as one sentence."""

    def count(self) -> int:
        """How many deliveries there are, heads not counted."""
        return len(self._places)

    def row_of(self, delivery_id: int) -> int | None:
        """The place of a delivery, None where it is not here."""
        return self._places.get(delivery_id)

    def delivery_at(self, row: int) -> int | None:
        """The number of the delivery in a row, None for a head or outside."""
        key = self.keys[row] if 0 <= row < len(self.keys) else None
        return key if isinstance(key, int) else None

    def head_at(self, row: int) -> Head | None:
        """The head in a row, None for a delivery or outside."""
        key = self.keys[row] if 0 <= row < len(self.keys) else None
        return self.heads[key] if isinstance(key, str) else None

    def head_rows(self) -> list[int]:
        """The places of the heads."""
        return self._head_places

    def deliveries(self) -> list[int]:
        """All deliveries in their order."""
        return list(self._places)

    def touch(self, delivery_ids: Iterable[int]) -> None:
        """Redraws these rows: their time has moved on."""
        for number in delivery_ids:
            place = self._places.get(number)
            if place is not None:
                self.redraw(place, place)

    def redraw(self, first: int, last: int) -> None:
        """Tells the view that rows from `first` to `last` look different."""
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def set_checked(self, delivery_ids: Sequence[int], *, checked: bool) -> None:
        """Ticks or unticks deliveries."""
        before = bool(self.checked)
        (self.checked.update if checked else self.checked.difference_update)(delivery_ids)
        if before != bool(self.checked) or len(delivery_ids) > PAGE:
            self.redraw(0, len(self.keys) - 1)
        else:
            self.touch(delivery_ids)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Heads and deliveries."""
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One."""
        return 0 if parent.isValid() else 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Nothing: a list has no headers, and its rows no numbers to be read aloud."""
        del section, orientation, role
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads can't become current."""
        if self.delivery_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row's value, its ticked state, or its sentence."""
        head = self.head_at(index.row())
        if head is not None:
            if role == RowRole:
                return head
            return f"{head.title}, {head.count}" if role in SPOKEN else None
        number = self.delivery_at(index.row())
        if number is None or role not in _ROLES:
            return None
        if role == CheckedRole:
            return number in self.checked
        row = self.known_row(number)
        if row is None or role == RowRole:
            return row
        return f"{self.spoken(row)}, selected" if number in self.checked else self.spoken(row)

    def placed(self) -> None:
        """Notes where each delivery stands; called by whoever has changed `keys`."""
        self._places = {key: place for place, key in enumerate(self.keys) if isinstance(key, int)}
        self._head_places = [place for place, key in enumerate(self.keys) if isinstance(key, str)]


_ROLES = SPOKEN | {RowRole, CheckedRole}

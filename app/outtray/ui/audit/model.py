"""The table of the log: rows by number, newest first, read in pages as they come on the screen."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush

from outtray.store.audit_pages import AuditPages, EventRow
from outtray.ui.audit import words
from outtray.ui.deliveries.moments import grouped, moment, second, zone_of

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("No.", "Time", "Who", "What", "On", "Outcome", "Hash")
NUMBER, TIME, WHO, WHAT, ON, OUTCOME, HASH = range(len(COLUMNS))
PAGE = 200
_KEPT_PAGES = 20
_SPOKEN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)}
_TOKENS = ("text3", "text2", "text", "text", "text", "text2", "text2")
_STYLES = ("ui", "ui", "ui", "medium", "ui", "ui", "mono")


class AuditModel(QAbstractTableModel):
    """All events, or those whose numbers were found. The log only grows, so a row never changes."""

    def __init__(self, context: WindowContext, pages: AuditPages) -> None:
        """Empty until `show_all` or `show_found`."""
        super().__init__()
        self._context, self._pages = context, pages
        self._last = 0
        self._found: array[int] | None = None
        self._read: OrderedDict[int, dict[int, EventRow]] = OrderedDict()

    @property
    def found(self) -> bool:
        """Whether only some events are shown."""
        return self._found is not None

    def show_all(self, last: int) -> None:
        """Every event up to number `last`."""
        self._replace(None, last)

    def show_found(self, numbers: Sequence[int]) -> None:
        """Only these, in this order."""
        self._replace(array("q", numbers), self._last)

    def add_found(self, numbers: Sequence[int]) -> None:
        """More of what is looked for, behind what was found so far."""
        if self._found is None or not numbers:
            return
        self.beginInsertRows(QModelIndex(), len(self._found), len(self._found) + len(numbers) - 1)
        self._found.extend(numbers)
        self.endInsertRows()

    def grow(self, last: int) -> None:
        """The log has got longer: new events come on top."""
        if self._found is None and last > self._last:
            self.beginInsertRows(QModelIndex(), 0, last - self._last - 1)
            # The page that was the last one may have been read before it was full.
            self._read.pop((self._last - 1) // PAGE, None)
            self._last = last
            self.endInsertRows()

    def number_at(self, row: int) -> int | None:
        """The number of the event in a row."""
        if not 0 <= row < self.rowCount():
            return None
        return self._last - row if self._found is None else self._found[row]

    def row_of(self, number: int) -> int | None:
        """The row of an event, None where it is not shown."""
        if self._found is not None:
            return self._found.index(number) if number in self._found else None
        return self._last - number if 1 <= number <= self._last else None

    def event_at(self, row: int) -> EventRow | None:
        """The event in a row; None where it is missing from the log."""
        number = self.number_at(row)
        if number is None:
            return None
        return self._event(number)

    def forget(self) -> None:
        """Words are made anew: the operator's name or zone has changed, or a person was erased."""
        self._read.clear()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many events are shown."""
        if parent.isValid():
            return 0
        return self._last if self._found is None else len(self._found)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Seven."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's words, its colour, font and icon; the first cell speaks the whole row."""
        column = index.column()
        if role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(self._context.theme.color(_TOKENS[column]))
        if role == Qt.ItemDataRole.FontRole:
            return self._context.theme.font(_STYLES[column])
        if role not in _SPOKEN and role not in _ASKED:
            return None
        event = self.event_at(index.row())
        if event is None:
            missing = {NUMBER: f"{self.number_at(index.row()):,}", WHAT: "Not in the log"}
            return missing.get(column) if role in _SPOKEN else None
        if role == Qt.ItemDataRole.DecorationRole:
            name, token = words.ICONS.get(event.actor_kind, words.ICONS["system"])
            return self._context.icon(name, token) if column == WHO else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(event, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NUMBER:
            return self.sentence(event)
        return self._cells[column](event)

    def sentence(self, event: EventRow) -> str:
        """The row as one sentence."""
        told = words.sentence(event, self._operator())
        return f"{event.sequence:,}, {self._time(event)}, {told} {words.outcome(event)}"

    def _event(self, number: int) -> EventRow | None:
        page = (number - 1) // PAGE if self._found is None else -number
        rows = self._read.get(page)
        if rows is None:
            if self._found is None:
                read = self._pages.rows(page * PAGE + 1, page * PAGE + PAGE)
                rows = {row.sequence: row for row in read}
                self._keep(page, rows)
            else:
                self._read_found(number)
                rows = self._read[page]
        return rows.get(number)

    def _read_found(self, number: int) -> None:
        """Reads the found ones around this one; each is kept by itself."""
        assert self._found is not None
        place = self._found.index(number)
        start = place - place % PAGE
        wanted = list(self._found[start : start + PAGE])
        read = {row.sequence: row for row in self._pages.some(wanted)}
        for one in wanted:
            self._keep(-one, {one: read[one]} if one in read else {}, _KEPT_PAGES * PAGE)

    def _keep(self, page: int, rows: dict[int, EventRow], most: int = _KEPT_PAGES) -> None:
        self._read[page] = rows
        self._read.move_to_end(page)
        while len(self._read) > most:
            self._read.popitem(last=False)

    def _replace(self, found: array[int] | None, last: int) -> None:
        if self.rowCount():
            self.beginRemoveRows(QModelIndex(), 0, self.rowCount() - 1)
            self._found, self._last = array("q"), 0
            self.endRemoveRows()
        self._read.clear()
        count = last if found is None else len(found)
        if count:
            self.beginInsertRows(QModelIndex(), 0, count - 1)
        self._found, self._last = found, last
        if count:
            self.endInsertRows()

    def _time(self, event: EventRow) -> str:
        zone, now = zone_of(self._context.settings), self._context.clock.now()
        if event.at.astimezone(zone).date() == now.astimezone(zone).date():
            return second(event.at, zone)
        return moment(event.at, now, zone)

    def _operator(self) -> str:
        return str(self._context.settings.get("operator.name") or "")

    def _tip(self, event: EventRow, column: int) -> str | None:
        if column == TIME:
            return event.at.isoformat()
        return event.hash.hex() if column == HASH else None

    @property
    def _cells(self) -> tuple[Callable[[EventRow], str], ...]:
        return (
            lambda event: f"{event.sequence:,}",
            self._time,
            lambda event: words.who(event, self._operator()),
            words.what,
            words.on,
            words.outcome,
            lambda event: grouped(event.hash.hex()[:8]),
        )


_ASKED = {int(Qt.ItemDataRole.DecorationRole), int(Qt.ItemDataRole.ToolTipRole)}

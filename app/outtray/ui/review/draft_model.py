"""The model behind a list of drafts: ids in their order, rows read in pages as they come on the screen."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from outtray.model.draft import DraftRow
from outtray.ui.review.draft_order import IdSet, OrderDifference

PAGE = 200
_KEPT_ROWS = 4_000
_ONE_BY_ONE = 200  # more rows than these are put in their places all at once
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class RowReads(Protocol):
    """Short indexed reads that the model makes on the GUI thread."""

    def page(
        self, statuses: tuple[str, ...], sort: Any, after: tuple[Any, ...] | None, limit: int = PAGE
    ) -> list[DraftRow]:
        """The rows behind `after` (a row's `sort_key`), at most `limit`."""
        ...

    def rows(self, ids: Sequence[int]) -> list[DraftRow]:
        """These rows, whatever their status; unknown ids are left out."""
        ...


class DraftModel(QAbstractTableModel):
    """Rows of one mailbox in one order, or of a search.

    New drafts never push in: they are kept in `fresh` until `take_in`. A row whose draft has left the
    mailbox is removed by `refresh`, one that changed is redrawn in place.
    """

    fresh_changed = Signal(int)

    def __init__(
        self, reads: RowReads, sentence: Callable[[DraftRow, int, int], str], parent: QObject | None = None
    ) -> None:
        """`sentence` says a row aloud, given its place (from 1) and the number of rows."""
        super().__init__(parent)
        self._reads = reads
        self._sentence = sentence
        self._statuses: tuple[str, ...] = ()
        self._sort: Any = None
        self._ids: array[int] = array("q")
        self._rows: OrderedDict[int, DraftRow] = OrderedDict()
        self._shown = IdSet()
        self._fresh: array[int] = array("q")
        self._waiting = IdSet()
        self._complete = True
        self._searching = self._anywhere = False
        self.generation = 0

    # What Qt asks.

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows are known so far."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One column; the delegate paints the whole row."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for tests and assistive programs; the delegate takes `row_at`."""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        return self._sentence(row, index.row() + 1, len(self._ids))

    def canFetchMore(self, parent: Index) -> bool:
        """Whether the order behind the last row is still to be read."""
        return not (parent.isValid() or self._complete or self._searching)

    def fetchMore(self, parent: Index) -> None:  # noqa: ARG002 - Qt's
        """Appends the next page by keyset, for as long as the whole order is not there."""
        last = self.row_at(len(self._ids) - 1)
        rows = self._reads.page(self._statuses, self._sort, last.sort_key if last else None, PAGE)
        rows = [row for row in rows if row.id not in self._shown]
        self._complete = self._complete or not rows
        self._append(array("q", (row.id for row in rows)), rows)

    # What is shown.

    @property
    def ids(self) -> array[int]:
        """A copy of the ids in their order."""
        return self._ids[:]

    @property
    def fresh(self) -> int:
        """How many new drafts wait to be taken in."""
        return len(self._fresh)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that the list shows."""
        return self._statuses

    @property
    def sort(self) -> Any:
        """The order that it stands in."""
        return self._sort

    @property
    def searching(self) -> bool:
        """Whether the rows are those of a search."""
        return self._searching

    @property
    def complete(self) -> bool:
        """Whether the whole order is known."""
        return self._complete

    def ids_from(self, position: int, limit: int = PAGE) -> array[int]:
        """The ids from a position on, at most `limit`."""
        return self._ids[max(0, position) : max(0, position) + limit]

    def id_at(self, position: int) -> int | None:
        """The draft of a row, None behind the last one."""
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def row_at(self, position: int) -> DraftRow | None:
        """The row at a position, read with its page where it is not kept."""
        if not 0 <= position < len(self._ids):
            return None
        number = self._ids[position]
        row = self._rows.get(number)
        if row is None:
            start = position // PAGE * PAGE
            self._keep(self._reads.rows([i for i in self._ids[start : start + PAGE] if i not in self._rows]))
            row = self._rows.get(number)
        return row

    def position_of(self, number: int, near: int = 0) -> int | None:
        """Where a draft stands; looks round `near` first, since that is where decisions are made."""
        if number not in self._shown:
            return None
        start = max(0, near - PAGE)
        for low, high in ((start, min(near + PAGE, len(self._ids))), (0, len(self._ids))):
            try:
                return self._ids.index(number, low, high)
            except ValueError:
                continue
        return None

    # What changes it.

    def show_mailbox(self, statuses: tuple[str, ...], sort: Any) -> None:
        """Shows the first page of a mailbox; `adopt` brings the rest."""
        rows = self._reads.page(statuses, sort, None, PAGE)
        self._statuses, self._sort = statuses, sort
        self._searching = self._anywhere = False
        self._replace(array("q", (row.id for row in rows)), rows)
        self._complete = len(rows) < PAGE

    def show_found(self, ids: Sequence[int], *, anywhere: bool = False) -> None:
        """Shows what a search found, in its order; `anywhere`: in all mailboxes, so that no row leaves."""
        self._searching, self._anywhere = True, anywhere
        self._replace(array("q", ids), [])
        self._complete = True

    def adopt(self, difference: OrderDifference, but: int | None = None) -> bool:
        """Takes over what a comparison found; False where the list has changed since it began.

        `but` is a row that stays whatever became of its draft.
        """
        if self._searching or difference.generation != self.generation:
            return False
        self._append(difference.tail, [])
        self._complete = True
        for number in difference.gone:
            if number != but:
                self.remove(number)
        self._set_fresh(difference.fresh)
        return True

    def refresh(
        self, ids: Iterable[int], *, returning: bool = False, but: int | None = None, near: int = 0
    ) -> None:
        """Reads changed drafts again: redraws them, removes those that left, notes those that came.

        `returning`: what the operator's own undo brought back goes to its place at once. `but` is a row
        that stays where it is whatever became of its draft; `near` is where most of them are likely to be.
        """
        came, left = array("q"), set[int]()
        for row in self._reads.rows(sorted(ids)):
            position = self.position_of(row.id, near)
            if row.status.value not in self._statuses and row.id != but and not self._anywhere:
                self.remove(row.id, near)
                if row.id in self._waiting:
                    left.add(row.id)
            elif position is not None:
                self._keep([row])
                index = self.index(position, 0)
                self.dataChanged.emit(index, index)
            elif returning:
                self._place(row)
            elif not self._searching and row.id not in self._waiting:
                came.append(row.id)
        if left:
            self._set_fresh(array("q", (number for number in self._fresh if number not in left)))
        if came:
            # Added to what waits, never made anew: an import brings hundreds at a time.
            self._fresh.extend(came)
            self._waiting.update(came)
            self.fresh_changed.emit(len(self._fresh))

    def forget_rows(self) -> None:
        """Reads every row again when it is next on the screen."""
        self._rows.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    def remove(self, number: int, near: int = 0) -> None:
        """Takes a row out, if it is there; `near` is where to look first."""
        position = self.position_of(number, near)
        if position is None:
            return
        self.generation += 1
        self.beginRemoveRows(NOWHERE, position, position)
        del self._ids[position]
        self._shown.discard(number)
        self._rows.pop(number, None)
        self.endRemoveRows()

    def take_in(self, order: array[int] | None = None) -> None:
        """Brings the new drafts to their places; many of them need the whole `order`."""
        fresh = self._reads.rows(list(self._fresh)) if len(self._fresh) <= _ONE_BY_ONE else []
        if order is not None and len(self._fresh) > _ONE_BY_ONE:
            self._replace(order, [])
        for row in fresh:
            if row.status.value in self._statuses:
                self._place(row)
        self._set_fresh(array("q"))

    @property
    def needs_order(self) -> bool:
        """Whether there are too many new drafts to find each one's place by itself."""
        return len(self._fresh) > _ONE_BY_ONE

    def _place(self, row: DraftRow) -> None:
        if self.position_of(row.id) is not None:
            return
        position = self._position_for(row)
        if position is None:
            return
        self.generation += 1
        self.beginInsertRows(NOWHERE, position, position)
        self._ids.insert(position, row.id)
        self._shown.add(row.id)
        self._keep([row])
        self.endInsertRows()

    def _position_for(self, row: DraftRow) -> int | None:
        """Where the row belongs: before the first row behind it that is shown. None: not loaded yet."""
        if self._searching:
            return 0
        behind = self._reads.page(self._statuses, self._sort, row.sort_key, PAGE)
        for follower in behind:
            position = self.position_of(follower.id)
            if position is not None:
                return position
        return len(self._ids) if self._complete else None

    def _append(self, ids: array[int], rows: list[DraftRow]) -> None:
        if not ids:
            return
        self.generation += 1
        self.beginInsertRows(NOWHERE, len(self._ids), len(self._ids) + len(ids) - 1)
        self._ids.extend(ids)
        self._shown.update(ids)
        self._keep(rows)
        self.endInsertRows()

    def _replace(self, ids: array[int], rows: list[DraftRow]) -> None:
        self.generation += 1
        if self._ids:
            self.beginRemoveRows(NOWHERE, 0, len(self._ids) - 1)
            self._ids = array("q")
            self._shown = IdSet()
            self._rows.clear()
            self.endRemoveRows()
        self._set_fresh(array("q"))
        self._append(ids, rows)

    def _keep(self, rows: Iterable[DraftRow]) -> None:
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        while len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)

    def _set_fresh(self, fresh: array[int]) -> None:
        if fresh != self._fresh:
            self._fresh = fresh[:]
            self._waiting = IdSet(fresh)
            self.fresh_changed.emit(len(fresh))

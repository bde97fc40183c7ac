"""The list of what was sent, newest first, read in pages as it is scrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QModelIndex

from outtray.store.outbox_reads import DeliveryRow, OutboxReads, SentRow
from outtray.ui.deliveries.list_model import PAGE, Index, ListModel


class SentModel(ListModel):
    """`show_newest` or `show_found`; further pages come when Qt asks for more rows."""

    def __init__(self, reads: Callable[[], OutboxReads], speak: Callable[[SentRow], str]) -> None:
        """`reads` gives the window's reads, `speak` says a row as one sentence."""
        super().__init__()
        self._reads = reads
        self._speak = speak
        self._rows: dict[int, SentRow] = {}
        self._complete = True

    def show_newest(self) -> None:
        """Brings what was sent since on top; where too much has changed, begins anew."""
        rows = self._reads().sent(None, PAGE)
        fresh = [row for row in rows if row.row.id not in self._rows]
        known = [row.row.id for row in rows if row.row.id in self._rows]
        if self.keys and fresh == rows[: len(fresh)] and known == self.keys[: len(known)] and known:
            self._insert(0, fresh)
            self._keep(rows)
            self.redraw(0, len(rows) - 1)
        else:
            self._replace(rows)
            self._complete = len(rows) < PAGE

    def show_found(self, ids: Sequence[int]) -> None:
        """Only these, in this order."""
        self._replace(self._reads().sent_rows(ids))
        self._complete = True

    def look_again(self, delivery_ids: Iterable[int]) -> None:
        """Reads those of them that are shown again: a bounce may have come back."""
        ids = [number for number in delivery_ids if number in self._rows]
        self._keep(self._reads().sent_rows(ids[:PAGE]))
        self.touch(ids)

    def known_row(self, delivery_id: int) -> DeliveryRow | None:
        """The delivery's own part of its row."""
        found = self._rows.get(delivery_id)
        return None if found is None else found.row

    def sent_row(self, delivery_id: int) -> SentRow | None:
        """All of its row."""
        return self._rows.get(delivery_id)

    def spoken(self, row: DeliveryRow) -> str:
        """The row as one sentence."""
        return self._speak(self._rows[row.id])

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is a page behind the last row."""
        return not parent.isValid() and not self._complete

    def fetchMore(self, _parent: Index) -> None:
        """Reads it."""
        last = self.keys[-1] if self.keys else None
        after = self._rows[last].place if isinstance(last, int) else None
        rows = self._reads().sent(after, PAGE)
        self._complete = len(rows) < PAGE
        self._insert(len(self.keys), [row for row in rows if row.row.id not in self._rows])

    def _replace(self, rows: Sequence[SentRow]) -> None:
        if self.keys:
            self.beginRemoveRows(QModelIndex(), 0, len(self.keys) - 1)
            self.keys = []
            self._rows.clear()
            self.placed()
            self.endRemoveRows()
        self._insert(0, rows)

    def _insert(self, place: int, rows: Sequence[SentRow]) -> None:
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), place, place + len(rows) - 1)
        self.keys[place:place] = [row.row.id for row in rows]
        self._keep(rows)
        self.placed()
        self.endInsertRows()

    def _keep(self, rows: Iterable[SentRow]) -> None:
        self._rows.update((row.row.id, row) for row in rows)

"""The list column: head, rows, what an empty list says, and the undo strip at the foot."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from outtray.model.changes import Changes
from outtray.model.draft import DraftRow
from outtray.model.draft_lists import DraftList, DraftSort
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.draft_model import DraftModel
from outtray.ui.review.draft_order import OrderDifference
from outtray.ui.review.drafts_view import DraftsView
from outtray.ui.review.empty_list import EmptyList
from outtray.ui.review.list_head import ListHead
from outtray.ui.review.look import row_look
from outtray.ui.review.order_keeper import OrderKeeper
from outtray.ui.review.row_delegate import RowDelegate
from outtray.ui.review.row_words import counted, sentence, short_time, soon_time
from outtray.ui.review.undo_strip import UndoStrip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from outtray.desk import Desk

_TITLES = {DraftList.REVIEW: "Review", DraftList.SNOOZED: "Snoozed", DraftList.REJECTED: "Rejected"}
_FIRST_SORT = {
    DraftList.REVIEW: DraftSort.PRIORITY,
    DraftList.SNOOZED: DraftSort.OLDEST,
    DraftList.REJECTED: DraftSort.NEWEST,
}
_MOST_FOUND = 200
_MOST_ONE_BY_ONE = 200  # changed drafts that are looked for in the list on the GUI thread
_FOUND_ONE_BY_ONE = 20
_SCREENFUL = 20
_TELL_MILLISECONDS = 1_000


class ListPane(QWidget):
    """One list of drafts. `current_changed` comes once a move, with the draft's number or None."""

    current_changed = Signal(object)
    command = Signal(str)

    def __init__(self, context: WindowContext, draft_list: DraftList) -> None:
        """Reads nothing before `enter`."""
        super().__init__()
        self._context = context
        self._list = draft_list
        self._sort = _FIRST_SORT[draft_list]
        self.model = DraftModel(context.reads, self._sentence, self)
        self._delegate = RowDelegate(row_look(context), self._time_words, self)
        self.view = DraftsView(self.model, self._delegate)
        self.head = ListHead(context, _TITLES[draft_list], decides=draft_list is DraftList.REVIEW)
        self.head.show_sort(self._sort)
        self.strip = UndoStrip(context)
        self._empty = EmptyList(context, draft_list)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.head, self._pages, self.strip):
            layout.addWidget(widget)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._query = ""
        self._everywhere = False
        self._search_number = 0
        self._settling = False
        self._keeper = OrderKeeper(context, self.model, self)
        self._keeper.compared.connect(self._adopt)
        self._bring_back = False
        self._late: set[int] = set()
        self._untouched = True
        self._held: int | None = None
        self._mine: set[int] = set()
        self.returning = False
        # While an import runs, once in a while is enough.
        self._tell_fresh = QTimer(self, singleShot=True, interval=_TELL_MILLISECONDS)
        self._tell_fresh.timeout.connect(self._announce_fresh)
        self.head.command.connect(self.command)
        self.head.sort_chosen.connect(self.sort_by)
        self.view.current_changed.connect(self._current_moved)
        self.view.tick_asked.connect(self._tick_row)
        self._empty.command.connect(self._from_empty)
        self.model.fresh_changed.connect(self._fresh_changed)
        context.restyled.connect(self._restyle)

    # What it shows.

    def enter(self, target: int | None = None) -> None:
        """Shows the list, at a draft where one is named."""
        if not self.model.statuses:
            self._show_mailbox()
        if target is not None:
            self.go_to(target)

    @property
    def region(self) -> QWidget:
        """What gets the keyboard: the rows, or what stands in their place."""
        return self._empty if self._pages.currentIndex() else self.view

    def current(self) -> int | None:
        """The current draft."""
        return self.view.current()

    def neighbours(self) -> list[int]:
        """The drafts that are most likely to be looked at next."""
        place = self.view.position
        return [number for step in (1, -1, 2) if (number := self.model.id_at(place + step)) is not None]

    def go_to(self, number: int) -> bool:
        """Makes a draft current; False where it is not in the list."""
        position = self.model.position_of(number, max(0, self.view.position))
        if position is None:
            return False
        self.view.go_to(position)
        return True

    def step(self, by: int) -> None:
        """Goes down or up by one."""
        self._untouched = False
        self.view.step(by)

    def sort_by(self, sort: DraftSort) -> None:
        """Shows the list in another order, from its beginning."""
        if sort is self._sort and not self._query:
            return
        self._sort = sort
        self.head.show_sort(sort)
        if not self._query:
            self._show_mailbox()

    def search(self, query: str, *, everywhere: bool = False) -> None:
        """Shows what is found, as it is typed; an empty query shows the list again."""
        query = query if query.strip() else ""
        if query == self._query and everywhere == self._everywhere:
            return
        self._query, self._everywhere = query, everywhere
        self._search_number += 1
        number = self._search_number
        if not query:
            self._show_mailbox()
            return
        statuses = () if everywhere else self._list.statuses

        def work(desk: Desk) -> list[int]:
            from outtray.store.search import search

            if number != self._search_number:
                return []
            with desk.store.read() as connection:
                return search(connection, query, statuses, _MOST_FOUND, lambda: number != self._search_number)

        self._context.run(work, lambda ids: self._show_found(number, ids))

    # Selecting.

    @property
    def selected(self) -> list[int]:
        """The ticked drafts, in the order of the list."""
        checked = self._delegate.checked
        if len(checked) > _FOUND_ONE_BY_ONE:
            return [number for number in self.model.ids if number in checked]
        places = {number: self.model.position_of(number) for number in checked}
        return sorted(checked, key=lambda number: places[number] or 0)

    def toggle(self) -> None:
        """Ticks the current row, or takes the tick away, and goes on."""
        if self.view.position >= 0:
            self._tick_row(self.view.position)
            self.step(1)

    def select(self, numbers: Iterable[int]) -> None:
        """Ticks these drafts and no others."""
        self._delegate.checked = set(numbers)
        self.head.show_selected(len(self._delegate.checked))
        self._delegate.forget()
        self.view.viewport().update()

    # What changes it.

    def expect(self, numbers: Iterable[int]) -> None:
        """These drafts are being decided: their rows leave without being held."""
        self._untouched = False
        self._mine |= set(numbers)

    def settled(self, numbers: Iterable[int]) -> None:
        """The decision is made or was refused."""
        if self._keeper.busy:
            # Their rows leave with the comparison that is under way.
            self._late |= set(numbers)
        else:
            self._mine -= set(numbers)
        remaining = self._delegate.checked - set(numbers)
        if remaining != self._delegate.checked:
            self.select(remaining)

    def take_changes(self, changes: Changes) -> None:
        """Redraws what changed; nothing moves but what left."""
        if not self.model.statuses:
            return
        if changes.many or len(changes.drafts) > _MOST_ONE_BY_ONE:
            self.model.forget_rows()
            self._bring_back = self._bring_back or self.returning
            self._keeper.compare()
        elif changes.drafts:
            with self._settle():
                self.model.refresh(
                    changes.drafts,
                    returning=self.returning,
                    but=self._hold(),
                    near=max(0, self.view.position),
                )
        if changes.counts or changes.many or changes.drafts:
            self._say_counts()

    def take_in(self) -> None:
        """Brings the new drafts to their places; the current row stays current."""
        if not self.model.fresh:
            return
        if self.model.needs_order:
            self._keeper.read(self._take_in)
        else:
            self._take_in(None)

    def tick(self) -> None:
        """Once a second."""
        self.strip.tick()

    # Inside.

    def _show_mailbox(self) -> None:
        current = self.current()
        with self._settle(keep=False):
            self.model.show_mailbox(self._list.statuses, self._sort)
            if current is None or not self.go_to(current):
                self.view.go_to(0)
        self.select(())
        self._keeper.compare()
        self._say_counts()

    def _show_found(self, number: int, ids: list[int]) -> None:
        if number != self._search_number:
            return
        with self._settle(keep=False):
            self.model.show_found(ids, anywhere=self._everywhere)
            self.view.go_to(0)
        self._say_counts()

    def _adopt(self, difference: OrderDifference) -> None:
        with self._settle():
            fitted = self.model.adopt(difference, self._hold())
        if fitted:
            self._mine -= self._late
            self._late.clear()
        self._say_counts()
        self._keeper.adopted(fitted=fitted)
        if fitted and self._bring_back:
            self._bring_back = False
            self.take_in()

    def _take_in(self, order: array[int] | None) -> None:
        with self._settle():
            self.model.take_in(order)
        self._say_counts()

    def _hold(self) -> int | None:
        """The draft that is being read stays, unless the operator is deciding it."""
        current = self.current()
        self._held = None if current is None or current in self._mine else current
        return self._held

    @contextmanager
    def _settle(self, *, keep: bool = True) -> Iterator[None]:
        """Whatever happens to the rows inside, one row is current afterwards, and it is told once."""
        place, before = self.view.position, self.current()
        following = self.model.ids_from(place) if keep else array("q")
        self._settling = True
        try:
            yield
            if keep and before is not None and self.current() != before:
                self._find_again(place, following)
            elif self.current() is None and self.model.rowCount():
                self.view.go_to(0)
        finally:
            self._settling = False
        self._show_page()
        if self.current() != before or not keep:
            self._current_moved(self.current())

    def _find_again(self, place: int, following: array[int]) -> None:
        for number in following:
            position = self.model.position_of(number, place)
            if position is not None:
                self.view.go_to(position)
                return
        self.view.go_to(place)

    def _current_moved(self, number: int | None) -> None:
        if self._settling:
            return
        if self._held is not None and number != self._held:
            QTimer.singleShot(0, self, self._let_go)
        self.current_changed.emit(number)

    def _let_go(self) -> None:
        held, self._held = self._held, None
        row = next(iter(self._context.reads.rows([held])), None) if held is not None else None
        if row is not None and row.status.value not in self.model.statuses and not self.model.searching:
            with self._settle():
                self.model.remove(row.id)

    def _tick_row(self, position: int) -> None:
        number = self.model.id_at(position)
        if number is not None:
            self.select(self._delegate.checked ^ {number})

    def _fresh_changed(self, number: int) -> None:
        rows = self.model.rowCount()
        if number and (not rows or (self._untouched and rows < _SCREENFUL)):
            QTimer.singleShot(0, self, self.take_in)
            return
        self.head.show_fresh(number)
        if number:
            self._tell_fresh.start()

    def _announce_fresh(self) -> None:
        if self.model.fresh:
            self._context.announce(counted(self.model.fresh, "new draft"))

    def _say_counts(self) -> None:
        if self._query:
            found = self.model.rowCount()
            self.head.show_count(f"{found}+ found" if found >= _MOST_FOUND else f"{found} found")
        else:
            counts = self._context.reads.counts()
            self.head.show_count(f"{sum(counts.get(f'status.{name}', 0) for name in self._list.statuses):,}")
        self.head.show_title("All mailboxes" if self._everywhere and self._query else _TITLES[self._list])
        self._show_page()

    def _show_page(self) -> None:
        empty = self.model.rowCount() == 0
        if empty:
            self._empty.say(self._query, everywhere=self._everywhere)
        had_focus = self.region.hasFocus()
        self._pages.setCurrentIndex(1 if empty else 0)
        if had_focus:
            self.region.setFocus(Qt.FocusReason.OtherFocusReason)

    def _from_empty(self, command: str) -> None:
        if command == "searchEverywhere":
            self.search(self._query, everywhere=True)
        else:
            self.command.emit(command)

    def _sentence(self, row: DraftRow, place: int, of: int) -> str:
        return sentence(row, place, of, self._time_words(row.at))

    def _time_words(self, instant: datetime) -> str:
        words = soon_time if self._list is DraftList.SNOOZED else short_time
        return words(instant, self._context.clock.now(), zone_of(self._context.settings))

    def _restyle(self) -> None:
        self._delegate.restyle()
        self.view.restyle()
        self.head.restyle()
        self.strip.restyle()

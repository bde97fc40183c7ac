"""A screen with a list of deliveries and the details of one beside it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outtray.model.changes import Changes
from outtray.ui.commands import Handler
from outtray.ui.deliveries.layout import Empty, ScreenHead, ground, scale_of
from outtray.ui.deliveries.list_model import ListModel
from outtray.ui.deliveries.row_painter import RowPainter
from outtray.ui.deliveries.view import DeliveryView
from outtray.ui.screen import Screen
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Done
    from outtray.ui.context import WindowContext
    from outtray.ui.deliveries.actions import Act

_FOUND = 500


class DeliveryScreen(Screen):
    """Keys, search, changes and the two columns; a subclass says which deliveries, and what is done to them.

    `statuses` are those of the drafts that it shows, for the search.
    """

    statuses: tuple[str, ...] = ()
    list_width = 0  # 0: the details have a fixed width, the list takes the rest
    pane_width = 360
    list_ground = "surface"
    one_column_below = 820  # there is room for the list or for the details

    def __init__(
        self, context: WindowContext, model: ListModel, painter: RowPainter, empty: tuple[str, str, str]
    ) -> None:
        """`empty` is the icon, sentence and explanation of a screen that holds nothing."""
        super().__init__(context)
        self.model = model
        self.view = DeliveryView(model, painter)
        self.view.setObjectName(self.name)
        self.view.setAccessibleName(self.title)
        self.head = ScreenHead(context, self.title)
        self._empty_words = empty
        self.empty = Empty(context, *empty)
        self.wanted: frozenset[int] | None = None
        self._query = ""
        self._narrow = False
        self._reading = False
        self._stale = True
        self.view.currentDelivery.connect(self._follow)
        self.view.opened.connect(self.open_details)
        context.restyled.connect(self.view.rescale)

    def lay_out(self, pane: QWidget, *below: QWidget) -> None:
        """Puts list and details side by side; `below` stands at the foot of the list."""
        self.pane = pane
        self.column = ground(QWidget(), self.list_ground)
        list_column = QVBoxLayout(self.column)
        list_column.setContentsMargins(0, 0, 0, 0)
        list_column.setSpacing(0)
        list_column.addWidget(self.head)
        list_column.addWidget(Rule())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        list_column.addWidget(self.stack, 1)
        for widget in below:
            list_column.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.column, 0 if self.list_width else 1)
        self._parting = Rule("vertical")
        row.addWidget(self._parting)
        row.addWidget(pane, 1 if self.list_width else 0)
        # A screen that lies behind another must not keep the window from getting smaller.
        self.setMinimumSize(1, 1)
        self._fit()

    # What a subclass says.

    @abstractmethod
    def refresh(self) -> None:
        """Reads which deliveries there are and shows them."""

    @abstractmethod
    def show_details(self, delivery_id: int) -> None:
        """Fills the details."""

    def concerns(self, changes: Changes) -> bool:
        """Whether changes may have moved anything in this list."""
        return bool(changes.deliveries or changes.many or changes.accounts or changes.settings)

    # What the window asks.

    def handlers(self) -> Mapping[str, Handler]:
        """Moving and looking; a subclass adds what it does to a delivery."""
        return {
            "next": Handler(lambda: self.view.move(1), self.nothing),
            "previous": Handler(lambda: self.view.move(-1), self.nothing),
            "open": Handler(self._open_current, self.nothing),
            "back": Handler(self.back),
            "readOn": Handler(self._read_on, self.nothing),
        }

    def enter(self, target: int | None = None) -> None:
        """`target` is a draft, whose latest delivery becomes current."""
        if self._stale:
            self._show()
        delivery = None if target is None else self.context.outbox_reads.latest_of(target)
        if delivery is not None and self.view.select(delivery):
            self.open_details(delivery)
        self.view.settle(0)

    def leave(self) -> None:
        """A search ends with the visit."""
        self.search("")

    def take_changes(self, changes: Changes) -> None:
        """Reads again, at once where it is shown."""
        if not self.concerns(changes):
            return
        self._stale = True
        if self.isVisible():
            self._show()

    def search(self, query: str) -> None:
        """Leaves those deliveries whose draft has the words."""
        if query == self._query:
            return
        self._query = query
        if not query.strip():
            self.wanted = None
            self._show()
            return
        statuses = self.statuses

        def find(desk: Desk) -> list[int]:
            from outtray.store.search import search

            with desk.store.read() as connection:
                return search(connection, query, statuses, _FOUND)

        self.context.run(find, lambda found: self._take_found(query, found))

    def regions(self) -> Sequence[QWidget]:
        """List and details."""
        return (self.view, self.pane)

    def resized(self, width: int, height: int) -> None:  # noqa: ARG002 - Qt's two, one is needed
        """List and details side by side, or one of them."""
        self._narrow = width < self.one_column_below * scale_of(self.context)
        self._fit()

    # Doing things.

    def nothing(self) -> str | None:
        """Why nothing can be done where no delivery is current."""
        return "There is no message here." if self.view.current() is None else None

    def do(self, act: Act) -> None:
        """Does something to deliveries and says what was done."""
        self.context.run(act, self.say)

    def say(self, done: Done) -> None:
        """What a use case did, in its own sentence."""
        self.context.show_message(done.sentence, "ok")

    def open_details(self, delivery_id: int) -> None:
        """Shows the details; where there is room for one column only, in place of the list."""
        self._reading = True
        self.show_details(delivery_id)
        self._fit()

    def back(self) -> None:
        """Closes the details and gives the list the keyboard."""
        self._reading = False
        self._fit()
        self.view.setFocus()

    def details_wanted(self) -> bool:
        """Whether the details stand beside the list."""
        return self.view.current() is not None

    def _follow(self, delivery_id: int | None) -> None:
        if delivery_id is not None and (not self._narrow or self._reading):
            self.show_details(delivery_id)
        self._fit()

    def _open_current(self) -> None:
        current = self.view.current()
        if current is not None:
            self.open_details(current)

    def _read_on(self) -> None:
        self.context.invoke("next")

    def _take_found(self, query: str, drafts: list[int]) -> None:
        if query != self._query:
            return
        reads = self.context.outbox_reads
        self.wanted = frozenset(reads.latest_of_all(drafts))
        self._show()

    def _show(self) -> None:
        before = self.view.currentIndex().row()
        self._stale = False
        self.refresh()
        if self._query.strip():
            self.empty.say(f"No message matches “{self._query.strip()}”.")
        else:
            self.empty.say(*self._empty_words[1:])
        self.stack.setCurrentWidget(self.view if self.model.count() else self.empty)
        if self.isVisible():
            self.view.settle(before)
        current = self.view.current()
        if current is not None and not self.pane.isHidden():
            self.show_details(current)
        self._fit()

    def _fit(self) -> None:
        wanted = self.details_wanted() and (self._reading or not self._narrow)
        self.pane.setVisible(wanted)
        self.column.setVisible(not (self._narrow and wanted))
        self._parting.setVisible(wanted and not self._narrow)
        scale = scale_of(self.context)
        self.head.note.setVisible(not self._narrow)
        if self._narrow:
            self.column.setMaximumWidth(16_777_215)
            self.column.setMinimumWidth(0)
            self.pane.setMinimumWidth(0)
            self.pane.setMaximumWidth(16_777_215)
        elif self.list_width:
            self.column.setFixedWidth(round(min(self.list_width * scale, max(300, self.width() * 0.42))))
        else:
            self.pane.setFixedWidth(round(min(self.pane_width * scale, max(300, self.width() * 0.45))))

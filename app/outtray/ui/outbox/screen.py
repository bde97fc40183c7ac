"""The Outbox screen: everything that is on its way out, why it has not left, and until when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from outtray.model.clock import to_milliseconds
from outtray.model.delivery import NOT_LEFT, Gate
from outtray.store.outbox_reads import UNDER_WAY, DeliveryRow
from outtray.ui.commands import Handler
from outtray.ui.deliveries import actions
from outtray.ui.deliveries.grouped_model import GroupedModel, Section
from outtray.ui.deliveries.list_model import Head
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.deliveries.pane import DeliveryPane
from outtray.ui.deliveries.screen import DeliveryScreen
from outtray.ui.outbox.groups import BY_KEY, Group, Moment, arranged, group_key, group_of, notice, spoken
from outtray.ui.outbox.painter import OutboxPainter

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.ui.context import WindowContext

_TAKEN_BACK = "Taken back by you"
_BACK = "It is in Review again. Nothing of it has left."
_EMPTY = ("ph.hourglass-medium", "Nothing is on its way out.", "What you approve waits here until it leaves.")


class OutboxScreen(DeliveryScreen):
    """See `design.md` 8. Taking back is one key as long as nothing of a message is with Gmail."""

    name = "outbox"
    title = "Outbox"
    statuses = ("approved",)

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing before `enter`."""
        super().__init__(
            context,
            GroupedModel(self._read, self._speak),
            OutboxPainter(context),
            (
                "ph.hourglass-medium",
                "Nothing is on its way out.",
                "What you approve waits here until it leaves.",
            ),
        )
        self._asked_for_use = False
        self._details = DeliveryPane(context)
        self._details.closed.connect(self.close_details)
        self._details.acted.connect(self.act)
        self.view.acted.connect(self.act)
        self._shut = False
        self._stop = QPushButton("Stop and cancel all")
        self._stop.setObjectName("stopAndCancelAll")
        self._stop.setAccessibleName("Stop and cancel all")
        self._stop.setToolTip("Pauses sending and takes everything that has not left back to Review")
        self._stop.setProperty("compact", True)
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self._ask_to_stop)
        self.head.right.addWidget(self._stop)
        self.lay_out(self._details)

    def handlers(self) -> Mapping[str, Handler]:
        """Moving, and `z`."""
        return {
            **super().handlers(),
            "undo": Handler(self._undo_current, self._not_to_undo),
            "retry": Handler(self._act_current, self._nothing_to_do),
        }

    def refresh(self) -> None:
        """The groups in the order of the gates."""
        reads = self.context.outbox_reads
        sections: list[Section] = []
        for group, heaps in arranged(reads.heaps(UNDER_WAY)):
            ids: Sequence[int] = reads.ids(heaps)
            if self.wanted is not None:
                ids = [number for number in ids if number in self.wanted]
            if ids:
                sections.append((self._head(group, len(ids)), ids))
        assert isinstance(self.model, GroupedModel)
        self.model.show(sections)
        self.head.show_count(self.model.count())
        self._stop.setVisible(bool(sections))
        self._ask_for_use()

    def show_details(self, delivery_id: int) -> None:
        """The exact state of one delivery."""
        detail = self.context.outbox_reads.detail(delivery_id)
        group = group_of(detail.row)
        action = None if group.action is None else (group.action, self._key(group))
        self._details.show_delivery(detail, group.title, notice(detail.row), action)

    def details_wanted(self) -> bool:
        """Until they are closed; Enter opens them again."""
        return super().details_wanted() and not self._shut

    def open_details(self, delivery_id: int) -> None:
        """Shows them."""
        self._shut = False
        super().open_details(delivery_id)

    def back(self) -> None:
        """Closes the details."""
        self.close_details()

    def close_details(self) -> None:
        """The list has all of the room."""
        self._shut = True
        super().back()

    def tick(self) -> None:
        """Countdowns move on in what is on the screen."""
        self.model.touch(self.view.shown())

    def act(self, delivery_id: int) -> None:
        """Does what the first thing that holds a delivery offers."""
        row = self.model.known_row(delivery_id)
        if row is None:
            return
        do: Mapping[str, Callable[[DeliveryRow], None]] = {
            Gate.UNDO: self._take_back,
            Gate.RECONCILING: self._ask_again,
            Gate.SWITCH: lambda _row: self.context.invoke("resumeSending"),
            Gate.SIGN_IN: self._reconnect,
        }
        key = group_key(row.state, row.waiting_for)
        if BY_KEY[key].action is not None:
            do.get(key, self._try_now)(row)

    def _read(self, ids: Sequence[int]) -> list[DeliveryRow]:
        return self.context.outbox_reads.rows(ids)

    def _speak(self, row: DeliveryRow) -> str:
        return spoken(row, self._now())

    def _now(self) -> Moment:
        return Moment(self.context.clock.now(), zone_of(self.context.settings))

    def _head(self, group: Group, count: int) -> Head:
        note, title = group.note, group.title
        waits = [wait for wait in self.context.outbox_reads.account_waits() if wait[1] == group.key]
        if waits and group.key == Gate.SIGN_IN:
            title = f"{title}: {waits[0][0]}"
        elif waits and waits[0][3]:
            note = waits[0][3]
        return Head(str(group.key), title, count, group.icon, note, warns=group.warns)

    def _key(self, group: Group) -> str:
        return self.context.key_of("undo") if group.key == Gate.UNDO else ""

    def _current_row(self) -> DeliveryRow | None:
        current = self.view.current()
        return None if current is None else self.model.known_row(current)

    def _undo_current(self) -> None:
        row = self._current_row()
        if row is not None:
            self._take_back(row)

    def _not_to_undo(self) -> str | None:
        return "There is no message here to take back." if self._current_row() is None else None

    def _act_current(self) -> None:
        row = self._current_row()
        if row is not None:
            self.act(row.id)

    def _nothing_to_do(self) -> str | None:
        row = self._current_row()
        if row is None:
            return "There is no message here."
        return None if group_of(row).action else "It leaves by itself when its time has come."

    def _take_back(self, row: DeliveryRow) -> None:
        if row.state in NOT_LEFT:
            act = actions.take_back([row.id], _TAKEN_BACK)
            self.context.run(act, lambda _done: self.context.show_message(_BACK, "ok"))
        else:
            self.do(actions.take_back([row.id], _TAKEN_BACK))

    def _ask_again(self, row: DeliveryRow) -> None:
        self.do(actions.ask_again(row.id))

    def _reconnect(self, row: DeliveryRow) -> None:
        from outtray.ui.accounts.connect_dialog import ConnectDialog

        for account in self.context.reads.accounts():
            if account.address == row.account:
                ConnectDialog(self.context, self, account).open()

    def _try_now(self, row: DeliveryRow) -> None:
        self.do(actions.try_now(row.account))

    def _ask_to_stop(self) -> None:
        from outtray.ui.widgets.question import Question

        count = self.model.count()
        messages = "One message goes" if count == 1 else f"{count:,} messages go"
        Question(
            self.context,
            self,
            "Stop and cancel all?",
            f"Sending is paused. {messages} back to Review, as far as nothing of them has left. "
            "What may have left already is looked up and shown.",
            (("Stop and cancel all", self._stop_all), ("Leave them", lambda: None)),
            danger=True,
        ).open()

    def _stop_all(self) -> None:
        self.do(actions.stop_and_cancel())

    def _ask_for_use(self) -> None:
        """How many of the day's messages have left, of all accounts together."""
        if self._asked_for_use:
            return
        self._asked_for_use = True
        addresses = [account.address for account in self.context.reads.accounts()]
        midnight = self._now().midnight()

        def ask(desk: Desk) -> int:
            from outtray.store.quotas import used_today

            with desk.store.read() as connection:
                return sum(used_today(connection, one, to_milliseconds(midnight)) for one in addresses)

        self.context.run(ask, lambda used: self._take_use(used, len(addresses)))

    def _take_use(self, used: int, accounts: int) -> None:
        self._asked_for_use = False
        limit = self.context.settings["sending.per_day"] * max(accounts, 1)
        left = max(limit - used, 0)
        self.head.note.setText(f"{used} of {limit} sent today, {left} can still go")

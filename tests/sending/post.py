"""A desk with one account and its sender, driven by hand: approve, let time pass, look what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.delivery import Delivery, DeliveryState
from outtray.model.draft import Draft
from outtray.model.events import OPERATOR
from outtray.sending.gmail import GmailTransport
from outtray.sending.pace import Pace
from outtray.sending.sender import Sender
from outtray.sending.transport import Transport
from outtray.store.accounts import list_accounts
from outtray.store.drafts import get_draft
from outtray.store.outbox import get_delivery
from outtray.store.settings import set_setting
from outtray.transports import transport_for
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, propose

# A call that never answers is given up after this many real seconds.
PATIENCE = 0.3


class Post:
    """`sent_off` approves a draft; `run` lets the sender work until nothing is due before `until`."""

    def __init__(self, desk: Desk, clock: FakeClock) -> None:
        self.desk = desk
        self.clock = clock
        self._turn = 0
        self.transport = self.new_transport()
        self.sender = self.new_sender()
        self.sender.step()

    def new_transport(self) -> Transport:
        transport = transport_for(self.desk, self.account)
        if isinstance(transport, GmailTransport):
            transport._read_seconds = PATIENCE
        return transport

    def new_sender(self, pace: Pace | None = None, chance: Callable[[], float] = lambda: 0.5) -> Sender:
        """As after a restart: another owner of leases, nothing remembered."""
        return Sender(self.desk, self.account.address, self.transport, pace=pace, chance=chance)

    @property
    def account(self) -> Account:
        with self.desk.store.read() as connection:
            return list_accounts(connection)[0]

    def close(self) -> None:
        self.transport.close()
        self.desk.close()

    def set(self, name: str, value: Any) -> None:
        self.desk.store.write(lambda transaction: set_setting(transaction, name, value, OPERATOR))

    def approved(self, **fields: Any) -> int:
        """A delivery whose undo window runs."""
        self._turn += 1
        return approve(self.desk, propose(self.desk, **({"external_id": str(self._turn)} | fields)))

    def due(self, **fields: Any) -> int:
        """A delivery whose undo window is over."""
        number = self.approved(**fields)
        self.clock.advance(timedelta(seconds=31))
        return number

    def run(self, wait: timedelta = timedelta(0), sender: Sender | None = None) -> datetime | None:
        """Steps, and lets time pass to each next instant, as long as that lies within `wait` from now."""
        sender = sender or self.sender
        end = self.clock.now() + wait
        for _ in range(2_000):
            following = sender.step()
            if following is None or following > end:
                return following
            if following > self.clock.now():
                self.clock.advance(following - self.clock.now())
        raise AssertionError("the sender never rests")

    def delivery(self, number: int) -> Delivery:
        with self.desk.store.read() as connection:
            return get_delivery(connection, number)

    def state(self, number: int) -> DeliveryState:
        return self.delivery(number).state

    def draft(self, number: int) -> Draft:
        with self.desk.store.read() as connection:
            return get_draft(connection, self.delivery(number).draft_id)

    def actions(self, number: int) -> list[str]:
        """The audit events of a delivery, in order."""
        return [
            row[0]
            for row in self.rows(
                "SELECT action FROM audit_events WHERE object_kind = 'delivery' AND object_id = ?"
                " ORDER BY sequence",
                str(number),
            )
        ]

    def attempts(self, number: int) -> list[tuple[str, str | None]]:
        """Step and outcome of each call, in order."""
        return [
            (row[0], row[1])
            for row in self.rows(
                "SELECT step, outcome FROM delivery_attempts WHERE delivery_id = ? ORDER BY id", number
            )
        ]

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with self.desk.store.read() as connection:
            return list(connection.exec_driver_sql(statement, tuple(values)))

"""The loop of one account as a stepper: `step` does one thing that is due and says when to come again.

No Qt, no sleeping, no clock of its own. Whatever is persisted is committed before the call that follows;
what a call's outcome leads to is in `outcomes`.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.accounts import Account, AccountState
from outtray.model.backoff import Chance
from outtray.model.delivery import Delivery, DeliveryState, Gate
from outtray.model.transitions import Step
from outtray.sending.breakers import ServiceBreakers, service_names
from outtray.sending.calls import Caller
from outtray.sending.clockwork import Clockwork
from outtray.sending.gates import Gates, account_gates, account_hold, earlier
from outtray.sending.leaving import Leaving
from outtray.sending.looking import Looking
from outtray.sending.pace import Pace
from outtray.sending.recalling import Recalling
from outtray.sending.recovery import Stopped
from outtray.sending.transport import Transport
from outtray.sending.units import MESSAGE, Units
from outtray.sending.watching import Watching
from outtray.store.accounts import get_account, set_wait
from outtray.store.due import due, due_ids, give_grace, next_due
from outtray.store.outbox import get_delivery, transition
from outtray.store.quotas import OPEN, Wait
from outtray.store.settings import all_settings
from outtray.store.transaction import Transaction
from outtray.store.waiting import show_account_gate

_LOG = logging.getLogger("outtray.sending")
_AT_ONCE = 200
# A call may be running, or its outcome is being looked into.
_CALLED = (DeliveryState.RELEASING, DeliveryState.STAGING)
_BEGUN = (*_CALLED, DeliveryState.STAGED, DeliveryState.FAILED)
# These are shown without a time: it is that of the next try, and would be written on every delivery.
_NO_TIME = frozenset({Gate.OFFLINE, Gate.KEYRING})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a sender sees as it looks round."""

    account: Account
    settings: dict[str, Any]
    gates: Gates
    over: tuple[int, ...]
    begun: tuple[Delivery, ...]


class Sender:
    """Sends for one account; for one thread."""

    def __init__(
        self,
        desk: Desk,
        address: str,
        transport: Transport,
        *,
        chance: Chance = random.random,
        pace: Pace | None = None,
        stopped: Callable[[], bool] = lambda: False,
        watch: bool = False,
    ) -> None:
        """`chance` gives a number in 0…1 for the jitter; `stopped` is asked before each call. With `watch` it
        looks at what came in while nothing leaves, and not only before what may have been answered.
        """
        self.desk = desk
        self.address = address
        self.pace = pace or Pace()
        self.owner = uuid.uuid4().hex
        self.stopped = stopped
        self._clockwork = Clockwork(desk.clock)
        self._shown: tuple[Gate | None, datetime | None, str | None] | None = None
        self._begun = False
        account = self._account()
        self.breakers = ServiceBreakers({} if account is None else service_names(account))
        with desk.store.read() as connection:
            self._units = Units.of(connection, address, desk.clock, self.pace.units_a_minute)
        calls = Caller(desk, address, transport, self.breakers, chance, self._units)
        self._leaving = Leaving(desk, address, calls, self.breakers, self.owner, self.pace, stopped)
        self._looking = Looking(desk, calls, self.breakers, self.owner, self.pace, chance, stopped)
        self._recalling = Recalling(desk, calls, self.breakers, self.owner, self.pace)
        self._watching = Watching(desk, address, calls, self.breakers, stopped)
        self._watch = watch

    def step(self) -> datetime | None:
        """Does the one thing that is due. Gives the instant at which to step again: now where there may be
        more, None where only somebody's action brings more. Raises StoreError.
        """
        now = self.desk.clock.now()
        self._begin(now)
        outlook = self._look_round(now)
        if outlook is None or self.stopped():
            return None
        if self._show(outlook.gates):
            return now
        try:
            if self._work(outlook, now):
                return now
        except Stopped:
            return None
        return self._next(outlook, now)

    def close(self) -> None:
        """Gives back what the sender has opened; the transport is its maker's."""
        self._leaving.close()

    def _begin(self, now: datetime) -> None:
        """A restart gives undo windows a moment, and so does a sleep."""
        if not self._begun:
            self._grace(now)
            self._begun = True
        moved = self._clockwork.moved()
        if moved is not None:
            _LOG.info("the clock moved by %d s", moved.total_seconds())
            self._clockwork.settle(self.desk, self.address, moved, self.owner)
            self._grace(now)

    def _grace(self, now: datetime) -> None:
        def work(transaction: Transaction) -> None:
            give_grace(transaction, self.address, now + self.pace.grace)

        with self.desk.store.read() as connection:
            holding = due_ids(connection, self.address, DeliveryState.HOLDING, now + self.pace.grace, 1)
        if holding:
            self.desk.store.write(work)

    def _account(self) -> Account | None:
        with self.desk.store.read() as connection:
            return get_account(connection, self.address)

    def _look_round(self, now: datetime) -> Outlook | None:
        with self.desk.store.read() as connection:
            account = get_account(connection, self.address)
            if account is None:
                return None
            settings = all_settings(connection)
            self.breakers.load(connection)
            until, units_at = self.breakers.wait_until(now), self._units.free_at(MESSAGE)
            gates = account_gates(connection, account, settings, until, now, units_at=units_at)
            return Outlook(
                account,
                settings,
                gates,
                tuple(due_ids(connection, self.address, DeliveryState.HOLDING, now, _AT_ONCE)),
                tuple(due(connection, self.address, _BEGUN, now, _AT_ONCE)),
            )

    def _work(self, outlook: Outlook, now: datetime) -> bool:
        """Whether anything was done."""
        if outlook.over:
            self.desk.store.write(lambda transaction: self._end_windows(transaction, outlook))
            return True
        if any(self._go_on_with(delivery, outlook, now) for delivery in outlook.begun):
            return True
        if outlook.gates.first.gate is None:
            if self._has_to_look(outlook, now):
                self._watching.look(outlook.account)
                return True
            if self._leaving.stage_some():
                return True
        next_look = self._next_look(outlook, now)
        if next_look is not None and next_look <= now:
            self._watching.look(outlook.account)
            return True
        return self._tidy(outlook, now)

    def _has_to_look(self, outlook: Outlook, now: datetime) -> bool:
        if not self._watching.sees(outlook.account):
            return False
        with self.desk.store.read() as connection:
            return self._watching.before_staging(connection, now)

    def _next_look(self, outlook: Outlook, now: datetime) -> datetime | None:
        """When to look at what came in while nothing leaves; None where it is not to be done."""
        if not self._watch or outlook.gates.asking.gate is not None:
            return None
        if not self._watching.sees(outlook.account):
            return None
        with self.desk.store.read() as connection:
            return self._watching.next_look(connection, now)

    def _go_on_with(self, delivery: Delivery, outlook: Outlook, now: datetime) -> bool:
        """Whether anything was done about a delivery that had begun to leave."""
        reachable = outlook.gates.connection.gate is None
        if delivery.state in _CALLED:
            if delivery.leased_by_another(self.owner, now):
                return False
            if not (reachable if delivery.recall is not None else outlook.gates.asking.gate is None):
                return False
            self._looking.look(delivery, outlook.account)
            return True
        if delivery.recall is not None:
            return reachable and self._recalling.delete(delivery)
        if delivery.state is not DeliveryState.STAGED:
            return False
        if self._leaving.release(delivery.id, outlook.gates):
            return True
        return reachable and self._recalling.put_back_if_held(delivery.id, now)

    def _end_windows(self, transaction: Transaction, outlook: Outlook) -> None:
        for number in outlook.over:
            delivery = get_delivery(transaction.connection, number)
            if delivery.state is not DeliveryState.HOLDING or delivery.hold_until > transaction.now:
                continue
            wait = OPEN
            if delivery.send_after is not None and delivery.send_after > transaction.now:
                wait = Wait(Gate.SCHEDULE, delivery.send_after)
            shown = earlier(outlook.gates.first, wait)
            transition(
                transaction,
                delivery,
                Step.WINDOW_OVER,
                next_at=wait.until or delivery.hold_until,
                waiting_for=shown.gate,
                waiting_until=_shown_until(shown),
                explanation=outlook.gates.reason if shown == outlook.gates.first else None,
            )

    def _show(self, gates: Gates) -> bool:
        """Whether the account's gate is another one than was shown."""
        gate, until, reason = gates.first.gate, _shown_until(gates.first), gates.reason
        if self._shown == (gate, until, reason):
            return False
        self.desk.store.write(
            lambda transaction: show_account_gate(transaction, self.address, gate, until, reason)
        )
        self._shown = (gate, until, reason)
        return True

    def _tidy(self, outlook: Outlook, now: datetime) -> bool:
        """Takes a wait off the account whose time is over, once there is nothing else to do."""
        account = outlook.account
        if (
            account.state is not AccountState.OK
            or account.wait_for is None
            or account_hold(account, now).gate is not None
        ):
            return False
        self.desk.store.write(lambda transaction: set_wait(transaction, self.address, None, None, None))
        return True

    def _next(self, outlook: Outlook, now: datetime) -> datetime | None:
        states = [
            DeliveryState.HOLDING,
            DeliveryState.STAGING,
            DeliveryState.STAGED,
            DeliveryState.RELEASING,
            DeliveryState.FAILED,
        ]
        if outlook.gates.first.gate is None:
            states.append(DeliveryState.QUEUED)
        with self.desk.store.read() as connection:
            instants = [next_due(connection, self.address, states, now), self._lease_end(connection, now)]
        instants += [wait.until for wait in outlook.gates.shut]
        instants.append(self._next_look(outlook, now))
        return min((one for one in instants if one is not None and one > now), default=None)

    def _lease_end(self, connection: Connection, now: datetime) -> datetime | None:
        ends = [
            one.lease_until
            for one in due(connection, self.address, _CALLED, now, _AT_ONCE)
            if one.leased_by_another(self.owner, now) and one.lease_until is not None
        ]
        return min(ends, default=None)


def _shown_until(wait: Wait) -> datetime | None:
    return None if wait.gate in _NO_TIME else wait.until

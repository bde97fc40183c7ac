"""The sender without a window: runs every account's stepper in turn until there is nothing left to do."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.backoff import Chance
from outtray.model.delivery import UNDER_WAY, DeliveryState
from outtray.sending.copied import notice_copy
from outtray.sending.pace import Pace
from outtray.sending.sender import Sender
from outtray.sending.switch import stand
from outtray.sending.transport import Transport
from outtray.store.accounts import list_accounts
from outtray.store.outbox import state_counts, waiting_for_counts

# Another process may turn the switch at any time; it counts within a second.
LOOK_SECONDS = 0.5
TransportFor = Callable[[Desk, Account], Transport]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did and what is left. `sent` counts this run; the others are what stands now.

    `held` says what the waiting ones wait for, by gate; `paused` whether the switch is off.
    """

    sent: int
    waiting: int
    unconfirmed: int
    failed: int
    paused: bool
    timed_out: bool
    held: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What the operator reads."""
        parts = [f"{self.sent} sent"]
        parts += [f"{self.waiting} waiting"] if self.waiting else []
        parts += [f"{self.unconfirmed} unconfirmed"] if self.unconfirmed else []
        parts += [f"{self.failed} failed"] if self.failed else []
        said = ", ".join(parts) + "."
        if self.paused and self.waiting:
            said += " Sending is paused; `outtray sending resume` lets it go on."
        elif self.timed_out:
            said += " The time was up."
        return said

    def as_json(self) -> dict[str, Any]:
        """The form of `send --json`."""
        return {
            "sent": self.sent,
            "waiting": self.waiting,
            "unconfirmed": self.unconfirmed,
            "failed": self.failed,
            "paused": self.paused,
            "timed_out": self.timed_out,
            "waiting_for": dict(self.held),
        }


def send_until_empty(
    desk: Desk,
    *,
    timeout: float | None,
    until_empty: bool,
    transport_for: TransportFor,
    wait: Callable[[float], object] | None = None,
    chance: Chance = random.random,
    pace: Pace | None = None,
) -> Result:
    """Sends what is approved. The caller holds the profile's `sender` lock.

    Without `until_empty`: one pass over what can leave now. With it, waits for whatever time brings
    (undo windows, quotas, looks), for `timeout` seconds at most; without a timeout it ends where only
    the operator can let anything go on. `wait` sleeps for seconds.
    """
    sleep = wait or threading.Event().wait
    ends = None if timeout is None else desk.clock.monotonic() + timeout
    notice_copy(desk)
    with desk.store.read() as connection:
        accounts = list_accounts(connection)
        before = state_counts(connection).get(DeliveryState.SENT, 0)
    transports = [transport_for(desk, account) for account in accounts]
    senders = [
        Sender(desk, account.address, transport, chance=chance, pace=pace)
        for account, transport in zip(accounts, transports, strict=True)
    ]
    timed_out = False
    try:
        while True:
            following = [sender.step() for sender in senders]
            now = desk.clock.now()
            timed_out = ends is not None and desk.clock.monotonic() >= ends
            if timed_out:
                break
            if any(instant is not None and instant <= now for instant in following):
                continue
            if not until_empty or not _may_go_on(desk, following, timeout):
                break
            sleep(_seconds(following, now, ends, desk.clock.monotonic()))
    finally:
        for sender in senders:
            sender.close()
        for transport in transports:
            transport.close()
    with desk.store.read() as connection:
        return _result(connection, before, timed_out=timed_out)


def _may_go_on(desk: Desk, following: list[datetime | None], timeout: float | None) -> bool:
    with desk.store.read() as connection:
        under_way = sum(count for state, count in state_counts(connection).items() if state in UNDER_WAY)
    return under_way > 0 and (timeout is not None or any(following))


def _seconds(following: list[datetime | None], now: datetime, ends: float | None, steady: float) -> float:
    waits = [(instant - now).total_seconds() for instant in following if instant is not None]
    waits += [LOOK_SECONDS] + ([] if ends is None else [ends - steady])
    return max(0.001, min(waits))


def _result(connection: Connection, before: int, *, timed_out: bool) -> Result:
    counts = state_counts(connection)
    return Result(
        sent=counts.get(DeliveryState.SENT, 0) - before,
        waiting=sum(count for state, count in counts.items() if state in UNDER_WAY),
        unconfirmed=counts.get(DeliveryState.UNCONFIRMED, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        paused=stand(connection)[0],
        timed_out=timed_out,
        held=waiting_for_counts(connection),
    )

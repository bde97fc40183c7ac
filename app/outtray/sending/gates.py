"""What holds mail back: the gates of an account, those of one delivery, and the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from outtray.model.accounts import Account, AccountState
from outtray.model.breaker import NEVER
from outtray.model.delivery import Delivery, Gate
from outtray.model.operator_time import Quiet, operator_zone
from outtray.sending.switch import stand
from outtray.store.quotas import OPEN, Wait, account_wait, recipient_wait

UNITS_WAIT = "Gmail takes only so many calls a minute from one account. It goes on by itself."
_ORDER = {gate: place for place, gate in enumerate(Gate)}
# Through these no question gets to the service either.
_CONNECTION = frozenset({Gate.SIGN_IN, Gate.KEYRING, Gate.OFFLINE, Gate.BREAKER, Gate.RETRY})


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates that are shut for a whole account, in their order; `reason` is the first one's own."""

    shut: tuple[Wait, ...]
    reason: str | None = None

    @property
    def first(self) -> Wait:
        """What is shown on everything that waits."""
        return self.shut[0] if self.shut else OPEN

    @property
    def connection(self) -> Wait:
        """What keeps even a question from the service; open for a draft that is to be deleted."""
        return next((wait for wait in self.shut if wait.gate in _CONNECTION), OPEN)

    @property
    def asking(self) -> Wait:
        """What keeps looks back: the switch stops them too."""
        return next(
            (wait for wait in self.shut if wait.gate in _CONNECTION or wait.gate is Gate.SWITCH), OPEN
        )


def account_gates(
    connection: Connection,
    account: Account,
    settings: Mapping[str, Any],
    breaker_until: datetime | None,
    now: datetime,
    *,
    but: int | None = None,
    units_at: datetime | None = None,
) -> Gates:
    """The gates that hold the account now; `but` is a delivery whose own reservation does not count.

    `units_at` is the instant at which Gmail takes the next calls, None where it does now.
    """
    found = []
    pause = OPEN
    if stand(connection)[0]:
        found.append(Wait(Gate.SWITCH))
    held = account_hold(account, now)
    if held.gate is not None:
        found.append(held)
    if breaker_until is not None:
        found.append(Wait(Gate.BREAKER, None if breaker_until == NEVER else breaker_until))
    quota = account_wait(connection, settings, account.address, now, but=but)
    if quota.gate is not None:
        found.append(quota)
    elif units_at is not None:
        pause = Wait(Gate.ACCOUNT_QUOTA, units_at)
        found.append(pause)
    quiet = Quiet.parse(settings["sending.quiet_hours"]).until(
        now, operator_zone(settings["operator.time_zone"])
    )
    if quiet is not None:
        found.append(Wait(Gate.QUIET_HOURS, quiet))
    shut = tuple(sorted(found, key=lambda wait: _ORDER[_gate(wait)]))
    first = shut[0] if shut else OPEN
    return Gates(shut, account.wait_reason if first is held else UNITS_WAIT if first is pause else None)


def account_hold(account: Account, now: datetime) -> Wait:
    """What is written on the account itself: the sign-in, the keyring, offline, what Gmail asked for."""
    if account.state is not AccountState.OK:
        return Wait(Gate.SIGN_IN)
    if account.wait_for is None or (account.wait_until is not None and account.wait_until <= now):
        return OPEN
    return Wait(account.wait_for, account.wait_until)


def own_wait(
    connection: Connection,
    delivery: Delivery,
    recipients: Iterable[str],
    settings: Mapping[str, Any],
    now: datetime,
) -> Wait:
    """What holds this delivery by itself."""
    if delivery.retry_at is not None and delivery.retry_at > now:
        return Wait(Gate.RETRY, delivery.retry_at)
    quota = recipient_wait(connection, settings, recipients, now, but=delivery.id)
    if quota.gate is not None:
        return quota
    if delivery.send_after is not None and delivery.send_after > now:
        return Wait(Gate.SCHEDULE, delivery.send_after)
    return OPEN


def earlier(one: Wait, other: Wait) -> Wait:
    """The one that is shown."""
    if one.gate is None or other.gate is None:
        return other if one.gate is None else one
    return min(one, other, key=lambda wait: _ORDER[_gate(wait)])


def _gate(wait: Wait) -> Gate:
    assert wait.gate is not None
    return wait.gate

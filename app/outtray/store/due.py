"""What a sender has to do next, found through the index on account, state and `next_at`.

Each question costs the same however many deliveries wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.delivery import Delivery, DeliveryState, Gate
from outtray.store.delivery_rows import COLUMNS, DELIVERIES, delivery_from
from outtray.store.transaction import Transaction

_D = DELIVERIES.c


# Asked at every step; building a statement anew costs more than running it.
_TIME_HAS_COME = (_D.account == bindparam("account"), _D.next_at <= bindparam("now"))
_DUE = (
    select(*COLUMNS)
    .where(*_TIME_HAS_COME, _D.state.in_(bindparam("states", expanding=True)))
    .order_by(_D.next_at, _D.id)
    .limit(bindparam("limit"))
)
_DUE_IDS = (
    select(_D.id)
    .where(*_TIME_HAS_COME, _D.state == bindparam("state"))
    .order_by(_D.next_at, _D.id)
    .limit(bindparam("limit"))
)
_NEXT = select(func.min(_D.next_at)).where(
    _D.account == bindparam("account"), _D.state == bindparam("state"), _D.next_at > bindparam("now")
)


def due(
    connection: Connection, account: str, states: Sequence[DeliveryState], now: datetime, limit: int
) -> list[Delivery]:
    """Deliveries of these states whose time has come, the longest due first."""
    rows = connection.execute(
        _DUE,
        {
            "account": account,
            "states": [state.value for state in states],
            "now": to_milliseconds(now),
            "limit": limit,
        },
    )
    return [delivery_from(row) for row in rows]


def due_ids(
    connection: Connection, account: str, state: DeliveryState, now: datetime, limit: int
) -> list[int]:
    """The numbers of the deliveries of a state whose time has come, the longest due first."""
    values = {"account": account, "state": state.value, "now": to_milliseconds(now), "limit": limit}
    return list(connection.execute(_DUE_IDS, values).scalars())


def next_due(
    connection: Connection, account: str, states: Sequence[DeliveryState], now: datetime
) -> datetime | None:
    """The first instant after `now` at which one of these states has something to do."""
    found = [
        connection.execute(
            _NEXT, {"account": account, "state": state.value, "now": to_milliseconds(now)}
        ).scalar()
        for state in states
    ]
    first = min((one for one in found if one is not None), default=None)
    return None if first is None else from_milliseconds(first)


def hurry(transaction: Transaction, account: str) -> None:
    """Ends backoffs now, and lets looks be taken now."""
    now = transaction.now_ms
    here = _D.account == account
    transaction.connection.execute(
        update(DELIVERIES)
        .where(here, _D.retry_at.is_not(None), _D.state.in_(["queued", "staged"]))
        .values(retry_at=None, next_at=now)
    )
    transaction.connection.execute(
        update(DELIVERIES)
        .where(here, _D.waiting_for == Gate.RECONCILING.value, _D.state.in_(["staging", "releasing"]))
        .values(next_at=now, waiting_until=now)
    )
    transaction.changed(many=True)


def give_grace(transaction: Transaction, account: str, until: datetime) -> int:
    """Lets no undo window of the account end before `until`; returns how many were lengthened."""
    end = to_milliseconds(until)
    done = transaction.connection.execute(
        update(DELIVERIES)
        .where(_D.account == account, _D.state == DeliveryState.HOLDING.value, _D.hold_until < end)
        .values(hold_until=end, waiting_until=end, next_at=end)
    )
    if done.rowcount:
        transaction.changed(many=True)
    return int(done.rowcount)


def clock_moved(transaction: Transaction, account: str, by: timedelta, owner: str) -> None:
    """The machine's clock was set by `by`, or it slept: what was measured from now on keeps its length.

    Looks keep theirs either way, since Google's work takes real time. Undo windows and backoffs are moved
    only where the clock went back; that they end early after a sleep is what they are for.
    """
    shift = by // timedelta(milliseconds=1)

    def move(condition: Any, *names: str) -> None:
        transaction.connection.execute(
            update(DELIVERIES)
            .where(_D.account == account, condition)
            .values({name: case((_D[name].is_(None), None), else_=_D[name] + shift) for name in names})
        )

    move(_D.waiting_for == Gate.RECONCILING.value, "next_at", "waiting_until", "changed_at")
    move(_D.lease_owner == owner, "lease_until")
    if shift < 0:
        move(_D.state == DeliveryState.HOLDING.value, "hold_until", "waiting_until", "next_at")
        own_backoff = or_(_D.retry_at == _D.next_at, _D.waiting_for == Gate.RETRY.value)
        move(own_backoff & (_D.retry_at.is_not(None)), "retry_at", "next_at")
    transaction.changed(many=True)

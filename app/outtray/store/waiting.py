"""What queued deliveries are shown to wait for, kept right in one statement however many they are.

Two kinds of gates: those that hold a whole account (the switch, the sign-in, the daily quota, …) and
those of one delivery (a backoff, a person's weekly quota, its schedule), for which `next_at` stands.
The first shut one, in the order of `Gate`, is shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, case, cast, literal, null, or_, update

from outtray.model.clock import to_milliseconds
from outtray.model.delivery import DeliveryState, Gate
from outtray.store.delivery_rows import DELIVERIES
from outtray.store.transaction import Transaction

OF_ONE_DELIVERY = (Gate.RETRY, Gate.RECIPIENT_QUOTA, Gate.SCHEDULE)
_ORDER = {gate: place for place, gate in enumerate(Gate)}
_QUEUED = DELIVERIES.c.state == DeliveryState.QUEUED.value


def show_account_gate(
    transaction: Transaction,
    account: str,
    gate: Gate | None,
    until: datetime | None,
    reason: str | None = None,
) -> int:
    """Shows `gate` on the account's queued deliveries, or its own on each that an earlier one holds.

    None: only what holds each by itself is left. `reason` is a sentence, where there is one. Staged ones that
    a gate held are due again. Returns how many queued ones changed.
    """
    transaction.connection.execute(
        update(DELIVERIES)
        .where(
            DELIVERIES.c.account == account,
            DELIVERIES.c.state == DeliveryState.STAGED.value,
            DELIVERIES.c.waiting_for.in_([one.value for one in Gate if one is not Gate.RETRY]),
        )
        .values(next_at=transaction.now_ms)
    )
    own = _own_gate(transaction.now_ms)
    # A delivery's own gate is one of three; those that come before the account's stay on top.
    earlier = [one.value for one in OF_ONE_DELIVERY if gate is None or _ORDER[one] < _ORDER[gate]]
    shown, shown_until = own, case((own.is_not(None), DELIVERIES.c.next_at), else_=null())
    why: ColumnElement[Any] = cast(null(), String)
    if gate is not None:
        on_top = own.in_(earlier)
        instant = None if until is None else to_milliseconds(until)
        shown = case((on_top, own), else_=literal(gate.value, String))
        shown_until = case(
            (on_top, DELIVERIES.c.next_at), else_=cast(literal(instant, BigInteger), BigInteger)
        )
        why = case((on_top, cast(null(), String)), else_=literal(reason, String))
    return _show(transaction, DELIVERIES.c.account == account, shown, shown_until, why)


def shut_switch(transaction: Transaction) -> int:
    """Shows the switch on everything that is queued: it comes before every other gate."""
    return _show(
        transaction,
        literal(value=True),
        literal(Gate.SWITCH.value, String),
        cast(null(), BigInteger),
    )


def show_open_switch(transaction: Transaction) -> int:
    """Takes the switch off what is queued; the senders then show what else holds their account."""
    own = _own_gate(transaction.now_ms)
    return _show(
        transaction,
        DELIVERIES.c.waiting_for == Gate.SWITCH.value,
        own,
        case((own.is_not(None), DELIVERIES.c.next_at), else_=null()),
    )


def _own_gate(now_ms: int) -> ColumnElement[Any]:
    columns = DELIVERIES.c
    return case(
        (or_(columns.next_at.is_(None), columns.next_at <= now_ms), cast(null(), String)),
        (columns.retry_at == columns.next_at, literal(Gate.RETRY.value, String)),
        (columns.send_after == columns.next_at, literal(Gate.SCHEDULE.value, String)),
        else_=literal(Gate.RECIPIENT_QUOTA.value, String),
    )


def _show(
    transaction: Transaction,
    which: ColumnElement[bool],
    shown: ColumnElement[Any],
    until: ColumnElement[Any],
    why: ColumnElement[Any] | None = None,
) -> int:
    why = cast(null(), String) if why is None else why
    differs = or_(
        DELIVERIES.c.waiting_for.is_distinct_from(shown),
        DELIVERIES.c.waiting_until.is_distinct_from(until),
        DELIVERIES.c.explanation.is_distinct_from(why),
    )
    done = transaction.connection.execute(
        update(DELIVERIES)
        .where(_QUEUED, which, differs)
        .values(waiting_for=shown, waiting_until=until, explanation=why)
    )
    if done.rowcount:
        # Too many to name: whoever shows drafts or deliveries asks again.
        transaction.changed(many=True)
    return int(done.rowcount)

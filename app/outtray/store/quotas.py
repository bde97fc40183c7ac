"""Quotas, counted from what deliveries reserved and never from memory; a quota only ever makes wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from outtray.model.accounts import Account
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.delivery import Gate
from outtray.model.operator_time import Quiet, day_bounds, operator_zone
from outtray.store import facts
from outtray.store.delivery_rows import DELIVERIES
from outtray.store.tables import DeliveryRecipientTable, table_of

_RECIPIENTS = table_of(DeliveryRecipientTable)
WEEK = timedelta(days=7)
_USED = select(func.count()).where(
    DELIVERIES.c.account == bindparam("account"),
    DELIVERIES.c.counted_at >= bindparam("since"),
    DELIVERIES.c.id != bindparam("but"),
)
_COUNTED = (
    select(_RECIPIENTS.c.counted_at)
    .where(
        _RECIPIENTS.c.address_key == bindparam("person"),
        _RECIPIENTS.c.counted_at > bindparam("since"),
        _RECIPIENTS.c.delivery_id != bindparam("but"),
    )
    .order_by(_RECIPIENTS.c.counted_at)
)


@dataclass(frozen=True, slots=True)
class Wait:
    """The first shut gate and until when; both None where nothing holds it. `until` is None where only the
    operator can open the gate, or where it is not known.
    """

    gate: Gate | None = None
    until: datetime | None = None


OPEN = Wait()


def used_today(connection: Connection, account: str, day_start_ms: int, *, but: int | None = None) -> int:
    """How many deliveries of the account were reserved since `day_start_ms`; `but` leaves one out."""
    values = {"account": account, "since": day_start_ms, "but": but or 0}
    return int(connection.execute(_USED, values).scalar_one())


def used_by_recipient(
    connection: Connection, address_key: str, since_ms: int, *, but: int | None = None
) -> int:
    """How many deliveries to a person were reserved after `since_ms`; `but` leaves one out."""
    return len(_counted(connection, address_key, since_ms, but))


def account_wait(
    connection: Connection,
    settings: Mapping[str, Any],
    account: str,
    now: datetime,
    *,
    but: int | None = None,
) -> Wait:
    """The account's daily quota: a calendar day of the operator's zone, however long that day is."""
    start, end = day_bounds(now, operator_zone(settings["operator.time_zone"]))
    used = used_today(connection, account, to_milliseconds(start), but=but)
    return OPEN if used < settings["sending.per_day"] else Wait(Gate.ACCOUNT_QUOTA, end)


def recipient_wait(
    connection: Connection,
    settings: Mapping[str, Any],
    recipients: Iterable[str],
    now: datetime,
    *,
    but: int | None = None,
) -> Wait:
    """The weekly quota of each person (7 × 24 hours back from `now`), until the last of them is free."""
    limit = settings["sending.per_recipient_week"]
    since = to_milliseconds(now - WEEK)
    until: datetime | None = None
    for key in recipients:
        counted = _counted(connection, key, since, but)
        if len(counted) < limit:
            continue
        if not limit:
            return Wait(Gate.RECIPIENT_QUOTA, None)
        # Free again once so many have gone out of the window that one fits in.
        free = from_milliseconds(counted[len(counted) - limit]) + WEEK + timedelta(milliseconds=1)
        until = free if until is None else max(until, free)
    return OPEN if until is None else Wait(Gate.RECIPIENT_QUOTA, until)


def forecast(
    connection: Connection,
    settings: Mapping[str, Any],
    account: Account,
    recipients: Iterable[str],
    now: datetime,
    send_after: datetime | None,
) -> Wait:
    """The first gate that would hold a message approved now, the undo window left out."""
    switch = facts.get_fact(connection, facts.SWITCH)
    if switch is None or switch["paused"]:
        return Wait(Gate.SWITCH)
    if account.wait_for is not None and (account.wait_until is None or account.wait_until > now):
        return Wait(account.wait_for, account.wait_until)
    quiet_until = Quiet.parse(settings["sending.quiet_hours"]).until(
        now, operator_zone(settings["operator.time_zone"])
    )
    for wait in (
        account_wait(connection, settings, account.address, now),
        recipient_wait(connection, settings, recipients, now),
        OPEN if quiet_until is None else Wait(Gate.QUIET_HOURS, quiet_until),
        OPEN if send_after is None or send_after <= now else Wait(Gate.SCHEDULE, send_after),
    ):
        if wait.gate is not None:
            return wait
    return OPEN


def _counted(connection: Connection, address_key: str, since_ms: int, but: int | None) -> list[int]:
    values = {"person": address_key, "since": since_ms, "but": but or 0}
    return list(connection.execute(_COUNTED, values).scalars())

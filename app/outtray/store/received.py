"""What received mail has to do with what was sent: whether somebody is known, and which message bounced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from outtray.model.clock import to_milliseconds
from outtray.model.delivery import DeliveryState
from outtray.store.delivery_rows import DELIVERIES
from outtray.store.tables import ContactTable, DeliveryRecipientTable, RevisionTable, table_of

_D = DELIVERIES.c
_CONTACTS = table_of(ContactTable)
_RECIPIENTS = table_of(DeliveryRecipientTable)
_REVISIONS = table_of(RevisionTable)
# Servers give up on a message after five days at most, as a rule.
_BOUNCES_WITHIN = timedelta(days=14)
# The service's clock and this machine's may differ.
_CLOCKS_DIFFER = timedelta(hours=1)
_FIRST_DUE = (
    select(_D.id, _D.thread_id, _D.revision_id)
    .where(
        _D.account == bindparam("account"),
        _D.state == DeliveryState.QUEUED.value,
        _D.next_at <= bindparam("now"),
    )
    .order_by(_D.next_at, _D.id)
    .limit(bindparam("limit"))
    .subquery("first_due")
)
_WRITTEN_TO = (
    select(_RECIPIENTS.c.delivery_id)
    .join(_CONTACTS, _CONTACTS.c.address_key == _RECIPIENTS.c.address_key)
    .where(_RECIPIENTS.c.delivery_id == _FIRST_DUE.c.id, _CONTACTS.c.sent > 0)
)
_AN_ANSWER = select(_REVISIONS.c.id).where(
    _REVISIONS.c.id == _FIRST_DUE.c.revision_id, _REVISIONS.c.in_reply_to.is_not(None)
)
_MAY_BE_ANSWERED = (
    select(_FIRST_DUE.c.id)
    .where(or_(_FIRST_DUE.c.thread_id.is_not(None), exists(_WRITTEN_TO), exists(_AN_ANSWER)))
    .limit(1)
)
_IS_KNOWN = select(
    or_(
        exists(
            select(_CONTACTS.c.address_key).where(
                _CONTACTS.c.address_key == bindparam("person"), _CONTACTS.c.sent > 0
            )
        ),
        exists(select(_RECIPIENTS.c.delivery_id).where(_RECIPIENTS.c.address_key == bindparam("person"))),
    )
)
_SENT = (
    select(_D.id, _D.message_id, _D.gmail_thread_id)
    .where(
        _D.account == bindparam("account"),
        _D.counted_at >= bindparam("since"),
        _D.state == DeliveryState.SENT.value,
        _D.sent_at <= bindparam("until"),
    )
    .order_by(_D.sent_at.desc(), _D.id.desc())
)
_TO_THEM = select(_RECIPIENTS.c.delivery_id).where(
    _RECIPIENTS.c.address_key.in_(bindparam("people", expanding=True)),
    func.coalesce(_RECIPIENTS.c.counted_at, 0) >= bindparam("since"),
)


def may_be_answered(connection: Connection, account: str, now: datetime, limit: int) -> bool:
    """Whether one of the next `limit` queued deliveries is an answer, or to somebody written to before."""
    values = {"account": account, "now": to_milliseconds(now), "limit": limit}
    return connection.execute(_MAY_BE_ANSWERED, values).first() is not None


def is_known(connection: Connection, address_key: str) -> bool:
    """Whether anything was approved or sent to this person."""
    return bool(connection.execute(_IS_KNOWN, {"person": address_key}).scalar())


def what_bounced(
    connection: Connection,
    account: str,
    *,
    mentioned: Sequence[str],
    thread_id: str | None,
    failed: Sequence[str],
    at: datetime,
) -> int | None:
    """The sent delivery that a report of `at` is about: by the Message-ID, else by the thread, else the
    latest one to the people whom the report names (`failed`, as `EmailAddress.key`); None where none is.
    """
    since = to_milliseconds(at - _BOUNCES_WITHIN)
    until = to_milliseconds(at + _CLOCKS_DIFFER)
    rows = list(connection.execute(_SENT, {"account": account, "since": since, "until": until}))
    to_them: set[int] = set(
        connection.execute(_TO_THEM, {"people": list(failed), "since": since}).scalars() if failed else ()
    )
    by_name: list[int] = [row.id for row in rows if row.message_id in mentioned]
    in_thread: list[int] = [
        row.id for row in rows if thread_id is not None and row.gmail_thread_id == thread_id
    ]
    for found in (by_name, in_thread):
        if found:
            return next((number for number in found if number in to_them), found[0])
    to_one: list[int] = [row.id for row in rows if row.id in to_them]
    return to_one[0] if to_one else None

"""The outbox: deliveries as the use cases add and change them, each change with its audit event.

A state changes through `transition` alone, which applies the table of `model.transitions`; the draft follows
in the same transaction.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Update, bindparam, func, insert, select, update

from outtray.model.clock import to_milliseconds
from outtray.model.delivery import NOT_LEFT, UNDER_WAY, Delivery, DeliveryState, Gate
from outtray.model.draft import DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.model.events import SYSTEM, Actor, Event
from outtray.model.transitions import Step, apply
from outtray.store.delivery_rows import COLUMNS, DELIVERIES, changed_columns, delivery_from
from outtray.store.drafts import set_status
from outtray.store.settings import get_setting
from outtray.store.tables import DeliveryRecipientTable, DraftTable, table_of
from outtray.store.transaction import Transaction

_RECIPIENTS = table_of(DeliveryRecipientTable)
_DRAFTS = table_of(DraftTable)
# Building a statement anew costs more than running it.
_ONE = select(*COLUMNS).where(DELIVERIES.c.id == bindparam("number"))
_LATEST = (
    select(*COLUMNS)
    .where(DELIVERIES.c.draft_id == bindparam("number"))
    .order_by(DELIVERIES.c.id.desc())
    .limit(1)
)
_MESSAGE = select(DELIVERIES.c.message).where(DELIVERIES.c.id == bindparam("number"))
_PEOPLE = select(_RECIPIENTS.c.address_key).where(_RECIPIENTS.c.delivery_id == bindparam("number"))
_APPROVAL = select(
    _DRAFTS.c.revision_id, _DRAFTS.c.approved_digest, _DRAFTS.c.examined_at.is_not(None).label("examined")
).where(_DRAFTS.c.id == bindparam("number"))
_COUNTED = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.delivery_id == bindparam("number"))
    .values(counted_at=bindparam("counted"))
)
_STATES_UNDER_WAY = [state.value for state in DeliveryState if state in UNDER_WAY]
_FOLLOWS = {
    DeliveryState.SENT: DraftStatus.SENT,
    DeliveryState.UNCONFIRMED: DraftStatus.UNCONFIRMED,
    DeliveryState.FAILED: DraftStatus.FAILED,
    DeliveryState.CANCELLED: DraftStatus.PENDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """What an approval hands over. `message` are the bytes without `Date` that `digest` binds; `recipient` is
    what lists show, `recipients` the counting forms of everybody who gets it.
    """

    draft_id: int
    revision_id: int
    account: str
    digest: str
    message: bytes
    message_id: str
    delivery_token: str
    thread_id: str | None
    recipient: str
    recipients: Sequence[str]
    subject: str
    send_after: datetime | None
    approved_by: str


def add_delivery(transaction: Transaction, new: NewDelivery) -> int:
    """Puts an approved draft into the outbox, where its undo window begins to run; returns its number.

    The approval's own event is the caller's to record.
    """
    window = timedelta(seconds=get_setting(transaction.connection, "sending.undo_seconds"))
    hold_until = to_milliseconds(transaction.now + window)
    done = transaction.connection.execute(
        insert(DELIVERIES).values(
            draft_id=new.draft_id,
            revision_id=new.revision_id,
            account=new.account,
            state=DeliveryState.HOLDING.value,
            digest=new.digest,
            message=new.message,
            message_size=len(new.message),
            message_id=new.message_id,
            delivery_token=new.delivery_token,
            thread_id=new.thread_id,
            recipient=new.recipient,
            recipients=len(new.recipients),
            subject=new.subject,
            approved_at=transaction.now_ms,
            approved_by=new.approved_by,
            hold_until=hold_until,
            send_after=None if new.send_after is None else to_milliseconds(new.send_after),
            waiting_for=Gate.UNDO.value,
            waiting_until=hold_until,
            next_at=hold_until,
            changed_at=transaction.now_ms,
        )
    )
    assert done.inserted_primary_key is not None
    number = int(done.inserted_primary_key[0])
    transaction.insert_tuples(_RECIPIENTS, [(number, key, None) for key in dict.fromkeys(new.recipients)])
    transaction.changed(deliveries=frozenset({number}))
    return number


def get_delivery(connection: Connection, delivery_id: int) -> Delivery:
    """One delivery without its bytes; raises NotFound."""
    found = _read(connection, _ONE, delivery_id)
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return found


def latest_delivery(connection: Connection, draft_id: int) -> Delivery | None:
    """A draft's latest delivery, None where it never had one."""
    return _read(connection, _LATEST, draft_id)


def message_of(connection: Connection, delivery_id: int) -> bytes:
    """The approved bytes (RFC 5322, without Date); raises NotFound."""
    message = connection.execute(_MESSAGE, {"number": delivery_id}).scalar_one_or_none()
    if message is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return bytes(message)


@dataclass(frozen=True, slots=True)
class Approval:
    """What a draft says of its approval; `examined`: the checks have seen it by the lists as they are now."""

    revision_id: int
    digest: str | None
    examined: bool


def approval_of(connection: Connection, draft_id: int) -> Approval | None:
    """The approval of a draft, None where there is no such draft."""
    row = connection.execute(_APPROVAL, {"number": draft_id}).first()
    return None if row is None else Approval(row.revision_id, row.approved_digest, bool(row.examined))


def recipients_of(connection: Connection, delivery_id: int) -> list[str]:
    """The counting forms of everybody who gets it."""
    return list(connection.execute(_PEOPLE, {"number": delivery_id}).scalars())


def oldest_waiting(connection: Connection) -> int | None:
    """When the oldest delivery that is under way was approved, in milliseconds; None where none is."""
    number = connection.execute(
        select(func.min(DELIVERIES.c.id)).where(DELIVERIES.c.state.in_(_STATES_UNDER_WAY))
    ).scalar()
    if number is None:
        return None
    query = select(DELIVERIES.c.approved_at).where(DELIVERIES.c.id == number)
    return int(connection.execute(query).scalar_one())


def waiting_count(connection: Connection) -> int:
    """How many deliveries are under way."""
    query = select(func.count()).where(DELIVERIES.c.state.in_(_STATES_UNDER_WAY))
    return int(connection.execute(query).scalar_one())


def state_counts(connection: Connection, account: str | None = None) -> dict[DeliveryState, int]:
    """How many deliveries stand in each state, of one account or of all."""
    query = select(DELIVERIES.c.state, func.count()).group_by(DELIVERIES.c.state)
    if account is not None:
        query = query.where(DELIVERIES.c.account == account)
    return {DeliveryState(state): count for state, count in connection.execute(query)}


def waiting_for_counts(connection: Connection) -> dict[str, int]:
    """What deliveries under way wait for, by gate; those that wait for nothing are left out."""
    query = (
        select(DELIVERIES.c.waiting_for, func.count())
        .where(DELIVERIES.c.state.in_(_STATES_UNDER_WAY), DELIVERIES.c.waiting_for.is_not(None))
        .group_by(DELIVERIES.c.waiting_for)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def under_way_ids(connection: Connection) -> list[int]:
    """The numbers of all deliveries that have not come to an end, oldest first."""
    return state_ids(connection, [state for state in DeliveryState if state in UNDER_WAY])


def state_ids(connection: Connection, states: Sequence[DeliveryState]) -> list[int]:
    """The numbers of all deliveries in these states, oldest first."""
    wanted = [state.value for state in states]
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.state.in_(wanted)).order_by(DELIVERIES.c.id)
    return list(connection.execute(query).scalars())


def transition(
    transaction: Transaction,
    delivery: Delivery,
    step: Step,
    *,
    actor: Actor = SYSTEM,
    draft: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
    **values: Any,
) -> Delivery:
    """Moves a delivery, as it was read in this transaction, along one line of the table.

    `draft` are columns for the draft that follows (`reason`, or another `status`); `details` go into the
    event. Raises Refused `changed_meanwhile` where the delivery does not stand where it was read.
    """
    after = apply(delivery, step, transaction.now, **values)
    write(transaction, delivery, after)
    if after.counted_at != delivery.counted_at:
        counted = None if after.counted_at is None else to_milliseconds(after.counted_at)
        transaction.connection.execute(_COUNTED, {"number": delivery.id, "counted": counted})
    _draft_follows(transaction, delivery, after, dict(draft or {}))
    happened = {"draft": delivery.draft_id, "from": delivery.state.value, "step": step.value}
    happened |= {"attempt": after.attempt} if after.attempt else {}
    happened |= {"cause": after.cause} if after.cause else {}
    transaction.record(
        Event(
            actor,
            # A bounce is no state of its own, and must not be read as one more sending.
            f"delivery.{'bounced' if step is Step.BOUNCED else after.state.value}",
            "delivery",
            str(delivery.id),
            _OUTCOMES.get(step, "done"),
            happened | dict(details or {}),
        )
    )
    return after


_OUTCOMES = {
    Step.UNKNOWN: "unknown",
    Step.MISSING: "unknown",
    Step.LOST: "unknown",
    Step.REFUSED_FOR_GOOD: "refused",
    Step.REFUSED_FOR_NOW: "refused",
    Step.NOT_TRIED: "not_tried",
    Step.GIVE_UP: "failed",
}


def write(transaction: Transaction, before: Delivery, after: Delivery) -> None:
    """Stores what differs between two states of one delivery, without an event: for `transition`, and for
    what is no change of state (what it waits for, when to look at it). Raises Refused `changed_meanwhile`.
    """
    columns = changed_columns(before, after)
    if not columns:
        return
    found = {"number_before": before.id, "state_before": before.state.value}
    done = transaction.connection.execute(_update_of(tuple(columns)), columns | found)
    if done.rowcount != 1:
        raise Refused("changed_meanwhile", "The delivery was changed meanwhile. Look at where it stands now.")
    transaction.changed(deliveries=frozenset({before.id}))


@functools.cache
def _update_of(names: tuple[str, ...]) -> Update:
    """The statement that sets these columns; there are as many as the table has lines, or nearly."""
    return (
        update(DELIVERIES)
        .where(DELIVERIES.c.id == bindparam("number_before"), DELIVERIES.c.state == bindparam("state_before"))
        .values({name: bindparam(name, type_=DELIVERIES.c[name].type) for name in names})
    )


def take_back(transaction: Transaction, delivery_id: int, reason: str, actor: Actor) -> bool:
    """Takes a delivery back to review as long as nothing of it is with Gmail: the store decides the race.

    True: its draft is pending again, with `reason`. False: it is already leaving, or has ended.
    """
    delivery = get_delivery(transaction.connection, delivery_id)
    if delivery.state not in NOT_LEFT:
        return False
    transition(
        transaction,
        delivery,
        Step.TAKE_BACK,
        actor=actor,
        draft={"reason": reason or None},
        cause="taken_back",
        explanation=reason or None,
    )
    return True


@dataclass(frozen=True, slots=True)
class Recall:
    """What is to become of a delivery once its Gmail draft is deleted: back to review, or discarded."""

    reason: str
    cause: str = "recalled"
    to: str = "review"


def recall(transaction: Transaction, delivery: Delivery, what: Recall, actor: Actor) -> None:
    """Asks the sender to delete the Gmail draft first, as soon as no call is running; with an event."""
    wanted = {"to": what.to, "reason": what.reason, "cause": what.cause}
    # While a call is running or looked into, its own time decides when the sender comes back to it.
    settled = delivery.state in {DeliveryState.STAGED, DeliveryState.FAILED}
    next_at = transaction.now if settled and delivery.lease_owner is None else delivery.next_at
    write(transaction, delivery, replace(delivery, recall=wanted, next_at=next_at))
    transaction.record(
        Event(
            actor,
            "delivery.recalled",
            "delivery",
            str(delivery.id),
            details={
                "draft": delivery.draft_id,
                "state": delivery.state.value,
                "to": what.to,
                "cause": what.cause,
            },
        )
    )


def _draft_follows(
    transaction: Transaction, before: Delivery, after: Delivery, columns: dict[str, Any]
) -> None:
    status = columns.pop("status", _FOLLOWS.get(after.state, DraftStatus.APPROVED))
    if _FOLLOWS.get(before.state, DraftStatus.APPROVED) is status and not columns:
        return
    if status is DraftStatus.SENT and after.sent_at is not None:
        columns["sorted_at"] = to_milliseconds(after.sent_at)
    if status is DraftStatus.APPROVED:
        # It was decided when it was approved, not when it was tried again.
        columns["decided_at"] = to_milliseconds(after.approved_at)
    set_status(transaction, after.draft_id, status, **columns)


def _read(connection: Connection, query: Select[Any], number: int) -> Delivery | None:
    row = connection.execute(query, {"number": number}).first()
    return None if row is None else delivery_from(row)

"""What the operator does to deliveries: try again, discard, edit, settle, ask, cancel, stop everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from outtray.desk import Desk
from outtray.model.breaker import BreakerState
from outtray.model.changes import Done
from outtray.model.delivery import NOT_LEFT, Delivery, DeliveryState, Gate
from outtray.model.draft import DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.model.settings import look_times
from outtray.model.transitions import Step
from outtray.sending.breakers import account_breakers, service_names
from outtray.sending.outcomes import accept
from outtray.sending.switch import shut
from outtray.sending.transport import Sent
from outtray.store.accounts import account_event, get_account, set_wait
from outtray.store.breakers import all_breakers, breaker_event, get_breaker, put_breaker
from outtray.store.due import hurry
from outtray.store.outbox import (
    Recall,
    get_delivery,
    recall,
    take_back,
    transition,
    under_way_ids,
    write,
)
from outtray.store.settings import get_setting
from outtray.store.transaction import Transaction

_CANCELLED = "You cancelled it."
_EDIT = "You took it back to edit it."
_IN_FLIGHT = frozenset({DeliveryState.STAGING, DeliveryState.STAGED, DeliveryState.RELEASING})


def retry(desk: Desk, delivery_ids: Iterable[int]) -> Done:
    """Lets failed deliveries go out again, from their Gmail draft where it lives."""

    def one(transaction: Transaction, delivery: Delivery) -> bool:
        if delivery.state is not DeliveryState.FAILED or _at_work(delivery, transaction):
            return False
        step = Step.RETRY if delivery.gmail_draft_id is None else Step.RETRY_STAGED
        transition(
            transaction,
            delivery,
            step,
            actor=OPERATOR,
            attempt=0,
            first_tried_at=None,
            recall=None,
            known=None,
            next_at=transaction.now,
        )
        return True

    nothing = "Nothing here has failed, or its Gmail draft is being deleted at this moment."
    return _each(desk, delivery_ids, one, "Trying {} again.", nothing)


def discard(desk: Desk, delivery_ids: Iterable[int], note: str) -> Done:
    """Gives failed deliveries up; a Gmail draft of theirs is deleted first."""

    def one(transaction: Transaction, delivery: Delivery) -> bool:
        if delivery.state is not DeliveryState.FAILED:
            return False
        if delivery.gmail_draft_id is not None:
            recall(transaction, delivery, Recall(note, "discarded", "discarded"), OPERATOR)
            return True
        transition(
            transaction,
            delivery,
            Step.DISCARD,
            actor=OPERATOR,
            draft={"status": DraftStatus.DISCARDED, "note": note or None},
            cause="discarded",
            explanation=delivery.explanation,
            settled_by=OPERATOR.kind.value,
            settled_note=note or None,
        )
        return True

    return _each(desk, delivery_ids, one, "Discarded {}.", "Only what has failed can be discarded here.")


def edit(desk: Desk, delivery_id: int) -> Done:
    """Takes a delivery back to review, which voids its approval; a Gmail draft of it is deleted first.

    Raises Refused `leaving` where it may be on its way already, `unconfirmed` where the operator has to say
    first whether it was sent.
    """

    def work(transaction: Transaction) -> Done:
        delivery = get_delivery(transaction.connection, delivery_id)
        if not _bring_back(transaction, delivery, Recall(_EDIT, "edited")):
            raise _not_back(delivery)
        later = delivery.gmail_draft_id is not None
        said = (
            "It comes back to Review once its Gmail draft is deleted." if later else "It is in Review again."
        )
        return Done(transaction.changes, None, said)

    return desk.store.write(work)


def settle(desk: Desk, delivery_id: int, was_sent: bool, note: str) -> Done:
    """The operator says what Gmail could not: whether an unconfirmed message was sent. Needs a reason."""
    if not note.strip():
        raise Refused("reason_needed", "Say how you know it: the reason goes into the log.", field="note")

    def work(transaction: Transaction) -> Done:
        delivery = get_delivery(transaction.connection, delivery_id)
        if delivery.state is not DeliveryState.UNCONFIRMED:
            raise Refused("already_settled", "This message is not unconfirmed any more.")
        by: dict[str, Any] = {"settled_by": OPERATOR.kind.value, "settled_note": note.strip()}
        if was_sent:
            sent = Sent(delivery.gmail_message_id or "", delivery.gmail_thread_id)
            at = delivery.released_at or transaction.now
            accept(transaction, delivery, Step.SETTLED_SENT, sent, at, actor=OPERATOR, **by)
            return Done(transaction.changes, None, "Recorded: it was sent.")
        transition(
            transaction,
            delivery,
            Step.SETTLED_NOT_SENT,
            actor=OPERATOR,
            draft={"reason": f"You said that it was not sent: {note.strip()}"},
            cause="settled_not_sent",
            **by,
        )
        return Done(transaction.changes, None, "Recorded: it was not sent. It is in Review again.")

    return desk.store.write(work)


def ask_again(desk: Desk, delivery_id: int) -> Done:
    """Looks now what came of a delivery: an unconfirmed one, or one that is being looked into."""

    def work(transaction: Transaction) -> Done:
        delivery = get_delivery(transaction.connection, delivery_id)
        if delivery.state is DeliveryState.UNCONFIRMED:
            times = look_times(get_setting(transaction.connection, "sending.look_again_seconds"))
            transition(
                transaction,
                delivery,
                Step.ASK_AGAIN,
                actor=OPERATOR,
                looks=len(times) - 1,
                next_at=transaction.now,
                waiting_for=Gate.RECONCILING,
                waiting_until=transaction.now,
                explanation=delivery.explanation,
            )
        elif delivery.waiting_for is Gate.RECONCILING:
            now = transaction.now
            write(transaction, delivery, replace(delivery, next_at=now, waiting_until=now))
        else:
            raise Refused("nothing_to_ask", "What became of this message is known.")
        return Done(transaction.changes, None, "Asking Gmail again.")

    return desk.store.write(work)


def cancel(desk: Desk, delivery_ids: Iterable[int], reason: str = _CANCELLED) -> Done:
    """Takes deliveries back to review; those with a Gmail draft once that is deleted."""

    def one(transaction: Transaction, delivery: Delivery) -> bool:
        return _bring_back(transaction, delivery, Recall(reason or _CANCELLED, "cancelled"))

    return _each(desk, delivery_ids, one, "Cancelled {}.", "Nothing here can be cancelled any more.")


def stop_and_cancel(desk: Desk) -> Done:
    """Pauses sending and takes back everything that has not left; staged Gmail drafts are deleted."""

    def work(transaction: Transaction) -> Done:
        shut(transaction)
        count = 0
        for number in under_way_ids(transaction.connection):
            delivery = get_delivery(transaction.connection, number)
            count += _bring_back(transaction, delivery, Recall(_CANCELLED, "cancelled"))
        return Done(transaction.changes, None, f"Sending is paused. Cancelled {_messages(count)}.")

    return desk.store.write(work)


def try_now(desk: Desk, account: str) -> Done:
    """Does not wait any longer for a backoff, the breaker, the network or the keyring."""

    def work(transaction: Transaction) -> Done:
        known = get_account(transaction.connection, account)
        if known is None:
            raise Refused("no_account", "This account is not in the profile any more.")
        set_wait(transaction, known.address, None, None, None)
        for name in service_names(known).values():
            breaker = get_breaker(transaction.connection, name)
            if breaker.state is BreakerState.OPEN:
                put_breaker(transaction, name, replace(breaker, open_until=transaction.now), OPERATOR)
        hurry(transaction, known.address)
        transaction.record(account_event(OPERATOR, "account.try_now", known))
        return Done(transaction.changes, None, "Trying now.")

    return desk.store.write(work)


def set_breaker(desk: Desk, name: str, state: BreakerState) -> Done:
    """Forces a breaker open, disables it, or resets it to closed; raises Refused for a name that is none."""

    def work(transaction: Transaction) -> Done:
        breakers = account_breakers(transaction.connection) | all_breakers(transaction.connection)
        if name not in breakers:
            raise Refused("no_breaker", "There is no breaker of this name.")
        before, after = breakers[name], breakers[name].forced(state, transaction.now)
        put_breaker(transaction, name, after, OPERATOR)
        if before != after and before.state is after.state:
            # It forgets what it has seen, which is no change of its state.
            transaction.record(breaker_event(OPERATOR, "breaker.reset", name, before))
            transaction.changed(accounts=True)
        return Done(transaction.changes, None, f"The breaker is {state.value.replace('_', ' ')}.")

    return desk.store.write(work)


def _at_work(delivery: Delivery, transaction: Transaction) -> bool:
    """Whether a call about it may be running: what that gives has to find the delivery where it was."""
    return delivery.leased_by_another("", transaction.now)


def _bring_back(transaction: Transaction, delivery: Delivery, what: Recall) -> bool:
    if delivery.state in NOT_LEFT:
        return take_back(transaction, delivery.id, what.reason, OPERATOR)
    if delivery.state is DeliveryState.FAILED and delivery.gmail_draft_id is None:
        transition(
            transaction,
            delivery,
            Step.TAKE_BACK,
            actor=OPERATOR,
            draft={"reason": what.reason},
            cause=what.cause,
            explanation=what.reason,
        )
        return True
    if delivery.state in _IN_FLIGHT or delivery.state is DeliveryState.FAILED:
        recall(transaction, delivery, what, OPERATOR)
        return True
    return False


def _not_back(delivery: Delivery) -> Refused:
    if delivery.state is DeliveryState.UNCONFIRMED:
        return Refused("unconfirmed", "Say first whether it was sent: nobody knows.")
    return Refused("leaving", "It is not on its way any more, so there is nothing to take back.")


def _each(
    desk: Desk,
    delivery_ids: Iterable[int],
    one: Callable[[Transaction, Delivery], bool],
    sentence: str,
    nothing: str,
) -> Done:
    """Does `one` to each in one transaction; raises Refused where none of them allows it."""
    wanted = list(dict.fromkeys(delivery_ids))

    def work(transaction: Transaction) -> Done:
        count = sum(one(transaction, get_delivery(transaction.connection, number)) for number in wanted)
        if not count:
            raise Refused("nothing_to_do", nothing)
        return Done(transaction.changes, None, sentence.format(_messages(count)))

    return desk.store.write(work)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"

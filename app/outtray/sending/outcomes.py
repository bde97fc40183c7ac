"""What an outcome writes: a message that left, one of which nothing is known, one that has to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from outtray.model.backoff import LONGEST, MOST_ATTEMPTS, Chance, backoff
from outtray.model.clock import to_milliseconds
from outtray.model.delivery import Delivery, Gate
from outtray.model.draft import DraftStatus
from outtray.model.settings import look_times
from outtray.model.transitions import Step
from outtray.sending.transport import Sent
from outtray.store.contacts import note_sent
from outtray.store.outbox import recipients_of, transition, write
from outtray.store.quotas import Wait
from outtray.store.settings import get_setting
from outtray.store.transaction import Transaction

HELD_SINCE = "held_since"


def accept(
    transaction: Transaction, delivery: Delivery, step: Step, sent: Sent, at: datetime, **values: Any
) -> None:
    """It left: with its ids at the service and the instant, and its people are no first contact any more."""
    transition(
        transaction,
        delivery,
        step,
        gmail_message_id=sent.message_id or None,
        gmail_thread_id=sent.thread_id,
        sent_at=at,
        details={"gmail_message_id": sent.message_id},
        **values,
    )
    note_sent(transaction, recipients_of(transaction.connection, delivery.id), to_milliseconds(at))


def not_known(
    transaction: Transaction,
    delivery: Delivery,
    sentence: str,
    code: str,
    step: Step = Step.UNKNOWN,
    **values: Any,
) -> None:
    """Nobody knows what came of the call: the looks begin."""
    first = _look_times(transaction)[0]
    look_at = transaction.now + timedelta(seconds=first)
    known = {"why": sentence, "code": code, "since": to_milliseconds(transaction.now), "asked": []}
    transition(
        transaction,
        delivery,
        step,
        known=known,
        explanation=sentence,
        next_at=look_at,
        waiting_for=Gate.RECONCILING,
        waiting_until=look_at,
        **values,
    )


def look_again(transaction: Transaction, delivery: Delivery, evidence: Mapping[str, Any]) -> None:
    """A look that was not the last one saw nothing that settles it."""
    times = _look_times(transaction)
    looks = delivery.looks + 1
    # Measured from when the outcome became unknown, so that a slow look does not push the others back.
    next_at = max(delivery.changed_at + timedelta(seconds=times[looks]), transaction.now)
    write(
        transaction,
        delivery,
        replace(
            delivery,
            looks=looks,
            known=_with(delivery, evidence),
            next_at=next_at,
            waiting_for=Gate.RECONCILING,
            waiting_until=next_at,
            lease_owner=None,
            lease_until=None,
        ),
    )


def is_last_look(transaction: Transaction, delivery: Delivery) -> bool:
    """Whether this look is the one after which it is concluded."""
    return delivery.looks + 1 >= len(_look_times(transaction))


def try_again(
    transaction: Transaction, delivery: Delivery, step: Step, chance: Chance, **values: Any
) -> None:
    """An attempt that certainly did nothing: the next one after a backoff, or none any more."""
    retry_at = transaction.now + backoff(delivery.attempt, chance)
    after = transition(
        transaction,
        delivery,
        step,
        retry_at=retry_at,
        next_at=retry_at,
        waiting_for=Gate.RETRY,
        waiting_until=retry_at,
        **values,
    )
    first = after.first_tried_at or transaction.now
    tried = delivery.attempt
    if after.recall is not None and after.gmail_draft_id is None:
        follow_recall(transaction, after)
        return
    if tried < MOST_ATTEMPTS and transaction.now - first < LONGEST:
        return
    given_up = transition(
        transaction,
        after,
        Step.GIVE_UP,
        cause="gave_up",
        explanation=f"It did not get through in {tried} attempts. Nothing has left.",
    )
    follow_recall(transaction, given_up)


def follow_recall(transaction: Transaction, delivery: Delivery) -> None:
    """What was recalled while a call was running that placed or released nothing: it goes where the recall
    says, at once where nothing of it is at the service, else behind the deletion of its draft.
    """
    if delivery.recall is None:
        return
    if delivery.gmail_draft_id is None:
        transition(transaction, delivery, Step.TAKE_BACK, **recalled(delivery.recall))
    else:
        write(transaction, delivery, replace(delivery, next_at=transaction.now))


def recalled(recall: Mapping[str, Any]) -> dict[str, Any]:
    """What a recall says of the delivery and the draft that it ends, as `transition` takes it."""
    reason = recall.get("reason")
    discarded = recall.get("to") == "discarded"
    return {
        "draft": {"status": DraftStatus.DISCARDED, "note": reason} if discarded else {"reason": reason},
        "cause": recall.get("cause"),
        "explanation": reason,
    }


def hold(
    transaction: Transaction,
    delivery: Delivery,
    wait: Wait,
    next_at: datetime | None,
    known: Mapping[str, Any] | None = None,
) -> None:
    """Shows what a delivery waits for, and when the sender comes back to it. No change of state."""
    write(
        transaction,
        delivery,
        replace(
            delivery,
            waiting_for=wait.gate,
            waiting_until=wait.until,
            next_at=next_at,
            known=delivery.known if known is None else known,
        ),
    )


def evidence_of(delivery: Delivery, evidence: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is known, as the operator is shown it."""
    return _with(delivery, evidence) | {"looked_at": to_milliseconds(now)}


def _with(delivery: Delivery, evidence: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(delivery.known or {})
    return known | dict(evidence)


def _look_times(transaction: Transaction) -> tuple[float, ...]:
    return look_times(get_setting(transaction.connection, "sending.look_again_seconds"))

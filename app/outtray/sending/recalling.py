"""Gmail drafts that are to be deleted: what was recalled, and what has stood too long behind a shut gate."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outtray.desk import Desk
from outtray.model.clock import from_milliseconds
from outtray.model.delivery import Delivery, DeliveryState
from outtray.model.transitions import Step
from outtray.sending.breakers import ServiceBreakers
from outtray.sending.calls import Caller, Outcome
from outtray.sending.leases import LeaseLost, mine
from outtray.sending.outcomes import HELD_SINCE, not_known, recalled
from outtray.sending.pace import Pace
from outtray.sending.transport import NOTHING_HAPPENED, Trouble
from outtray.store.attempts import begin_attempt, end_attempt
from outtray.store.outbox import get_delivery, transition, write
from outtray.store.transaction import Transaction

_LOG = logging.getLogger("outtray.sending")
_GONE = "The draft was gone from Gmail when it was to be deleted."
# A deletion may be asked for again: it can do no harm.
_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Deletion:
    draft_id: str
    attempt_id: int
    state: DeliveryState


class Recalling:
    """Deletes, for one sender."""

    def __init__(self, desk: Desk, calls: Caller, breakers: ServiceBreakers, owner: str, pace: Pace) -> None:
        """`owner` is who holds the leases."""
        self._desk = desk
        self._calls = calls
        self._breakers = breakers
        self._owner = owner
        self._pace = pace

    def put_back_if_held(self, delivery_id: int, now: datetime) -> bool:
        """Deletes the draft of a delivery that a gate has held for too long; False where it has not."""
        with self._desk.store.read() as connection:
            delivery = get_delivery(connection, delivery_id)
        since = (delivery.known or {}).get(HELD_SINCE)
        if delivery.state is not DeliveryState.STAGED or delivery.waiting_for is None or since is None:
            return False
        if now - from_milliseconds(since) < self._pace.shut_for:
            return False
        return self.delete(delivery)

    def delete(self, delivery: Delivery) -> bool:
        """Deletes the delivery's Gmail draft, and what comes of that decides. True where it was tried."""
        if not self._calls.ready():
            return False
        deletion = self._desk.store.write(lambda transaction: self._begin(transaction, delivery))
        if deletion is None:
            return False
        outcome = self._calls.call(lambda: self._calls.transport.delete_draft(deletion.draft_id))
        try:
            self._desk.store.write(
                lambda transaction: self._deleted(transaction, delivery.id, deletion, outcome)
            )
        except LeaseLost:
            _LOG.warning("delivery %d was taken over by another sender", delivery.id)
        return True

    def _begin(self, transaction: Transaction, seen: Delivery) -> _Deletion | None:
        delivery = get_delivery(transaction.connection, seen.id)
        if delivery.state is not seen.state or delivery.leased_by_another(self._owner, transaction.now):
            return None
        if delivery.gmail_draft_id is None:
            return None
        lease_until = transaction.now + self._pace.lease
        leased = replace(delivery, lease_owner=self._owner, lease_until=lease_until, next_at=lease_until)
        write(transaction, delivery, leased)
        attempt = begin_attempt(transaction, delivery.id, delivery.attempt, "delete_draft")
        self._breakers.save(transaction)
        return _Deletion(delivery.gmail_draft_id, attempt, delivery.state)

    def _deleted(
        self, transaction: Transaction, delivery_id: int, deletion: _Deletion, outcome: Outcome[None]
    ) -> None:
        delivery = mine(transaction, delivery_id, deletion.state, self._owner)
        end_attempt(
            transaction,
            deletion.attempt_id,
            outcome.word,
            took=outcome.took,
            status=outcome.status,
            answer=outcome.answer,
        )
        self._breakers.save(transaction)
        error = outcome.error
        if error is None:
            self._calls.free_account(transaction)
            _deleted_for_good(transaction, delivery)
        elif error.trouble is Trouble.MISSING:
            # Somebody deleted it, or pressed Send: only a look at what was sent can tell.
            not_known(
                transaction,
                delivery,
                _GONE,
                "draft_gone",
                Step.MISSING,
                released_at=delivery.released_at or delivery.staged_at or transaction.now,
            )
        else:
            self._calls.hold_account(transaction, error)
            soon = error.trouble in NOTHING_HAPPENED or error.trouble is Trouble.OFFLINE
            next_at = transaction.now + (timedelta(seconds=1) if soon else _AGAIN)
            write(
                transaction, delivery, replace(delivery, next_at=next_at, lease_owner=None, lease_until=None)
            )


def _deleted_for_good(transaction: Transaction, delivery: Delivery) -> None:
    recall = delivery.recall
    if recall is None:
        transition(
            transaction,
            delivery,
            Step.PUT_BACK,
            next_at=transaction.now,
            known=None,
            waiting_for=delivery.waiting_for,
            waiting_until=delivery.waiting_until,
        )
        return
    transition(
        transaction,
        delivery,
        Step.DELETED,
        gmail_draft_id=None,
        gmail_draft_message_id=None,
        **recalled(recall),
    )

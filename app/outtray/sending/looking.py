"""Recovery as the sender runs it: takes looks, and concludes along the table at the last one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.backoff import Chance, backoff
from outtray.model.delivery import Delivery, DeliveryState, Gate
from outtray.model.transitions import Step
from outtray.sending.breakers import ServiceBreakers
from outtray.sending.calls import Caller, Outcome
from outtray.sending.leases import LeaseLost, mine
from outtray.sending.outcomes import (
    accept,
    evidence_of,
    is_last_look,
    look_again,
    not_known,
    try_again,
)
from outtray.sending.pace import Pace
from outtray.sending.recovery import Looker, Seen, Sight, Stopped
from outtray.sending.transport import NOTHING_HAPPENED, Sent, TransportError, Trouble
from outtray.store.attempts import add_attempt, close_open_attempts
from outtray.store.outbox import get_delivery, transition, write
from outtray.store.transaction import Transaction

_LOG = logging.getLogger("outtray.sending")
_GONE = "The draft is gone from Gmail and no sent copy is there."
_CANT_SEE = (
    "The draft is gone from Gmail. This sign-in does not let Outtray see what was sent, so it can't tell"
    " whether it was."
)
_EDITED = "The draft was changed in Gmail's own window, so this message was not sent from here."
_ENDED = "Outtray ended while the call was running."


class Looking:
    """Looks, for one sender."""

    def __init__(
        self,
        desk: Desk,
        calls: Caller,
        breakers: ServiceBreakers,
        owner: str,
        pace: Pace,
        chance: Chance,
        stopped: Callable[[], bool],
    ) -> None:
        """`stopped` is asked between the calls of a look."""
        self._desk = desk
        self._calls = calls
        self._breakers = breakers
        self._owner = owner
        self._pace = pace
        self._chance = chance
        self._looker = Looker(calls.transport, stopped)
        self._failed_looks = 0

    def look(self, delivery: Delivery, account: Account) -> None:
        """One look at what came of the delivery's call, or the beginning of the looks."""
        if delivery.waiting_for is not Gate.RECONCILING:
            self._desk.store.write(lambda transaction: self._found_open(transaction, delivery))
            return
        if not self._calls.ready():
            return
        if not self._desk.store.write(lambda transaction: self._take(transaction, delivery)):
            return
        staging = delivery.state is DeliveryState.STAGING
        stopped: list[Stopped] = []

        def ask() -> Sight | None:
            try:
                if staging:
                    return self._looker.after_create(delivery, sees_sent=account.sees_sent)
                return self._looker.after_send(delivery, sees_sent=account.sees_sent)
            except Stopped as stop:
                stopped.append(stop)
                return None

        outcome = self._calls.call(ask, several=True)
        if stopped:
            self._desk.store.write(lambda transaction: self._leave_off(transaction, delivery))
            raise stopped[0]
        try:
            self._desk.store.write(lambda transaction: self._conclude(transaction, delivery, outcome))
        except LeaseLost:
            _LOG.warning("delivery %d was taken over by another sender", delivery.id)

    def _found_open(self, transaction: Transaction, seen: Delivery) -> None:
        """A call that its process did not live to see answered."""
        delivery = get_delivery(transaction.connection, seen.id)
        if delivery.state is not seen.state or delivery.leased_by_another(self._owner, transaction.now):
            return
        close_open_attempts(transaction, delivery.id)
        not_known(transaction, delivery, _ENDED, "process_ended")

    def _take(self, transaction: Transaction, seen: Delivery) -> bool:
        delivery = get_delivery(transaction.connection, seen.id)
        moved_on = (delivery.state, delivery.looks) != (seen.state, seen.looks)
        if moved_on or delivery.leased_by_another(self._owner, transaction.now):
            return False
        lease_until = transaction.now + self._pace.lease
        write(transaction, delivery, replace(delivery, lease_owner=self._owner, lease_until=lease_until))
        self._breakers.save(transaction)
        return True

    def _leave_off(self, transaction: Transaction, seen: Delivery) -> None:
        delivery = get_delivery(transaction.connection, seen.id)
        if delivery.lease_owner == self._owner:
            write(transaction, delivery, replace(delivery, lease_owner=None, lease_until=None))

    def _conclude(self, transaction: Transaction, seen: Delivery, outcome: Outcome[Sight | None]) -> None:
        delivery = mine(transaction, seen.id, seen.state, self._owner)
        add_attempt(
            transaction,
            delivery.id,
            delivery.attempt,
            "look",
            outcome.word if outcome.value is None else outcome.value.seen.value,
            took=outcome.took,
            status=outcome.status,
            answer=outcome.answer or _words(outcome.value),
        )
        self._breakers.save(transaction)
        self._calls.keep_units(transaction)
        if outcome.value is None:
            assert outcome.error is not None
            self._look_failed(transaction, delivery, outcome.error)
            return
        self._failed_looks = 0
        self._calls.free_account(transaction)
        if delivery.state is DeliveryState.STAGING:
            self._after_create(transaction, delivery, outcome.value)
        else:
            self._after_send(transaction, delivery, outcome.value)

    def _look_failed(self, transaction: Transaction, delivery: Delivery, error: TransportError) -> None:
        """A look that gave no answer does not count as one."""
        self._failed_looks += 1
        self._calls.hold_account(transaction, error)
        wait = timedelta(seconds=1)
        if error.trouble is Trouble.UNITS and error.until is not None:
            wait = max(wait, error.until - transaction.now)
        elif error.trouble not in NOTHING_HAPPENED and error.trouble is not Trouble.OFFLINE:
            wait = max(wait, backoff(self._failed_looks, self._chance, error.retry_after))
        next_at = transaction.now + wait
        write(
            transaction,
            delivery,
            replace(
                delivery,
                next_at=next_at,
                waiting_for=Gate.RECONCILING,
                waiting_until=next_at,
                lease_owner=None,
                lease_until=None,
            ),
        )

    def _after_create(self, transaction: Transaction, delivery: Delivery, sight: Sight) -> None:
        if sight.draft is not None:
            transition(
                transaction,
                delivery,
                Step.ADOPTED,
                gmail_draft_id=sight.draft.draft_id,
                gmail_draft_message_id=sight.draft.message_id,
                staged_at=transaction.now,
                next_at=transaction.now,
                known=None,
            )
        elif sight.sent is not None:
            self._found_sent(transaction, delivery, sight, sight.sent)
        elif is_last_look(transaction, delivery):
            try_again(transaction, delivery, Step.NOT_THERE, self._chance, known=None)
        else:
            look_again(transaction, delivery, sight.evidence)

    @staticmethod
    def _found_sent(transaction: Transaction, delivery: Delivery, sight: Sight, sent: Sent) -> None:
        known = evidence_of(delivery, sight.evidence, transaction.now)
        accept(transaction, delivery, Step.FOUND_SENT, sent, sight.at or transaction.now, known=known)

    def _after_send(self, transaction: Transaction, delivery: Delivery, sight: Sight) -> None:
        known = evidence_of(delivery, sight.evidence, transaction.now)
        if sight.sent is not None:
            self._found_sent(transaction, delivery, sight, sight.sent)
        elif not is_last_look(transaction, delivery):
            look_again(transaction, delivery, sight.evidence)
        elif sight.seen is Seen.DRAFT:
            try_again(
                transaction,
                delivery,
                Step.STILL_THERE,
                self._chance,
                attempt=delivery.attempt + 1,
                known=None,
            )
        elif sight.seen is Seen.EDITED:
            transition(
                transaction,
                delivery,
                Step.EDITED,
                draft={"reason": _EDITED},
                cause="edited_in_gmail",
                explanation=_EDITED,
                known=known,
            )
        else:
            transition(
                transaction,
                delivery,
                Step.LOST,
                cause="gone" if sight.seen is Seen.NOTHING else "cant_see",
                explanation=_GONE if sight.seen is Seen.NOTHING else _CANT_SEE,
                known=known,
            )


def _words(sight: Sight | None) -> str:
    evidence: Mapping[str, Any] = {} if sight is None else sight.evidence
    counts = [
        f"{evidence[name]} {words}"
        for name, words in (("drafts_seen", "drafts looked at"), ("sent_seen", "sent messages looked at"))
        if name in evidence
    ]
    return ", ".join(counts)

"""The good way out in two steps: a draft is placed (`staging`), then released (`releasing`)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from outtray.desk import Desk
from outtray.model.clock import from_milliseconds
from outtray.model.delivery import Delivery, DeliveryState
from outtray.model.events import SYSTEM
from outtray.model.message import with_date
from outtray.model.operator_time import operator_zone
from outtray.model.transitions import Step
from outtray.sending.breakers import ServiceBreakers
from outtray.sending.calls import Caller, Outcome
from outtray.sending.gates import Gates, account_gates, earlier, own_wait
from outtray.sending.leases import LeaseLost, mine
from outtray.sending.marks import Marks
from outtray.sending.objections import objection
from outtray.sending.outcomes import HELD_SINCE, accept, follow_recall, hold, not_known
from outtray.sending.pace import Pace
from outtray.sending.transport import NOTHING_HAPPENED, Placed, Sent, TransportError, Trouble
from outtray.sending.units import MESSAGE, SEND
from outtray.store.accounts import get_account
from outtray.store.attempts import begin_attempt, end_attempt
from outtray.store.due import due, due_ids
from outtray.store.outbox import Recall, get_delivery, message_of, recall, recipients_of, transition
from outtray.store.quotas import Wait
from outtray.store.settings import all_settings
from outtray.store.transaction import Transaction

_LOG = logging.getLogger("outtray.sending")
_AT_ONCE = 50
_IN_A_ROW = 10
_SAME_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that is committed to: what for, the row that its answer belongs to, and where the log stands."""

    delivery: Delivery
    attempt_id: int
    head: tuple[int, bytes]
    raw: bytes = b""


class Leaving:
    """Places and releases, for one sender."""

    def __init__(
        self,
        desk: Desk,
        address: str,
        calls: Caller,
        breakers: ServiceBreakers,
        owner: str,
        pace: Pace,
        stopped: Callable[[], bool],
    ) -> None:
        """`owner` is who holds the leases; `stopped` is asked between two calls."""
        self._marks = Marks(desk, address)
        self._desk = desk
        self._address = address
        self._calls = calls
        self._breakers = breakers
        self._owner = owner
        self._pace = pace
        self._stopped = stopped

    def close(self) -> None:
        """Gives back what was opened outside the profile."""
        self._marks.close()

    def stage_some(self) -> bool:
        """Takes the next queued deliveries all the way out, one after the other; False where none may leave.

        Each has its gates read anew: one look round serves a few, and only as long as all goes well.
        """
        with self._desk.store.read() as connection:
            now = self._desk.clock.now()
            if not due_ids(connection, self._address, DeliveryState.QUEUED, now, 1):
                return False
        if not self._calls.ready():
            return True
        call, looked = self._desk.store.write(self._choose)
        left = _IN_A_ROW
        while call is not None:
            looked = True
            left -= 1
            call = self._take_out(call, more=left > 0)
        return looked

    def _take_out(self, call: _Call, *, more: bool) -> _Call | None:
        """Places and releases; with `more` gives the next call, if that may be made."""
        self._marks.note(call.head)
        outcome = self._calls.call(lambda: self._calls.transport.create(call.raw, call.delivery.thread_id))

        def placed(transaction: Transaction) -> _Call | None:
            self._placed(transaction, call, outcome)
            # That it is placed and that it is let go are committed together: one fsync before the release.
            return None if self._stopped() else self._let_go(transaction, call.delivery.id)

        try:
            release = self._desk.store.write(placed)
        except LeaseLost:
            _LOG.warning("delivery %d was taken over by another sender", call.delivery.id)
            return None
        return None if release is None else self._send(release, more=more)

    def release(self, delivery_id: int, gates: Gates) -> bool:
        """Releases a staged delivery; False where a gate holds it, which is shown on it then.

        `gates` as they stood a moment ago: where one was shut, nobody needs to be asked for a token.
        """
        if gates.first.gate is None and not self._calls.ready():
            return False
        call = self._desk.store.write(lambda transaction: self._let_go(transaction, delivery_id))
        if call is None:
            return False
        self._send(call, more=False)
        return True

    def _send(self, call: _Call, *, more: bool) -> _Call | None:
        """The call that releases; with `more` gives the next call, if that may be made."""
        assert call.delivery.gmail_draft_id is not None
        draft_id = call.delivery.gmail_draft_id
        self._marks.note(call.head)
        outcome = self._calls.call(lambda: self._calls.transport.send(draft_id))

        def end(transaction: Transaction) -> _Call | None:
            self._released(transaction, call, outcome)
            # What one has left and what the next one is about to do are committed together: one fsync.
            go_on = more and outcome.error is None and not self._stopped()
            return self._choose(transaction)[0] if go_on else None

        try:
            return self._desk.store.write(end)
        except LeaseLost:
            _LOG.warning("delivery %d was taken over by another sender", call.delivery.id)
            return None

    def _gates(
        self, transaction: Transaction, settings: Mapping[str, Any], units: int, but: int | None = None
    ) -> Gates | None:
        """The account's gates for calls of so many units; None where there is no account any more."""
        account = get_account(transaction.connection, self._address)
        if account is None:
            return None
        until = self._breakers.wait_until(transaction.now)
        return account_gates(
            transaction.connection,
            account,
            settings,
            until,
            transaction.now,
            but=but,
            units_at=self._calls.units.free_at(units),
        )

    def _choose(self, transaction: Transaction) -> tuple[_Call | None, bool]:
        """The next delivery that may leave, in `staging` now; and whether anything was done at all."""
        settings = all_settings(transaction.connection)
        gates = self._gates(transaction, settings, MESSAGE)
        if gates is None or gates.first.gate is not None:
            return None, False
        queued = (DeliveryState.QUEUED,)
        looked = False
        # Mostly the first one may leave; where it is held, the next ones are looked at in one go.
        for limit in (1, _AT_ONCE):
            for delivery in due(transaction.connection, self._address, queued, transaction.now, limit):
                looked = True
                call = self._stage_or_hold(transaction, delivery, settings)
                if call is not None:
                    return call, True
        return None, looked

    def _stage_or_hold(
        self, transaction: Transaction, delivery: Delivery, settings: Mapping[str, Any]
    ) -> _Call | None:
        """The delivery in `staging` now; None where it has to wait by itself or went back to review."""
        recipients = recipients_of(transaction.connection, delivery.id)
        wait = own_wait(transaction.connection, delivery, recipients, settings, transaction.now)
        if wait.gate is not None:
            hold(transaction, delivery, wait, wait.until)
            return None
        raw = message_of(transaction.connection, delivery.id)
        against = objection(transaction.connection, delivery, raw, recipients, transaction.now)
        if against is None:
            return self._stage(transaction, delivery, raw, settings)
        transition(
            transaction,
            delivery,
            Step.OBJECTED,
            draft={"reason": against.sentence},
            cause=against.code,
            explanation=against.sentence,
        )
        return None

    def _stage(
        self, transaction: Transaction, delivery: Delivery, raw: bytes, settings: Mapping[str, Any]
    ) -> _Call:
        zone = operator_zone(settings["operator.time_zone"])
        date_header = format_datetime(transaction.now.astimezone(zone))
        lease_until = transaction.now + self._pace.lease
        staging = transition(
            transaction,
            delivery,
            Step.STAGE,
            attempt=delivery.attempt + 1,
            date_header=date_header,
            counted_at=transaction.now,
            first_tried_at=delivery.first_tried_at or transaction.now,
            lease_owner=self._owner,
            lease_until=lease_until,
            next_at=lease_until,
            details={"digest": delivery.digest},
        )
        attempt = begin_attempt(transaction, delivery.id, staging.attempt, "create")
        self._breakers.save(transaction)
        return _Call(staging, attempt, transaction.head, with_date(raw, date_header))

    def _placed(self, transaction: Transaction, call: _Call, outcome: Outcome[Placed]) -> None:
        delivery = mine(transaction, call.delivery.id, DeliveryState.STAGING, self._owner)
        self._ended(transaction, call, outcome)
        if outcome.value is not None:
            transition(
                transaction,
                delivery,
                Step.PLACED,
                gmail_draft_id=outcome.value.draft_id,
                gmail_draft_message_id=outcome.value.message_id,
                staged_at=transaction.now,
                next_at=transaction.now,
            )
            return
        assert outcome.error is not None
        first = delivery.attempt == 1
        self._went_wrong(
            transaction,
            delivery,
            outcome.error,
            {
                "attempt": delivery.attempt - 1,
                "first_tried_at": None if first else delivery.first_tried_at,
            },
        )

    def _let_go(self, transaction: Transaction, delivery_id: int) -> _Call | None:
        """The delivery in `releasing`, its gates and its digest checked once more; None where it is held."""
        delivery = get_delivery(transaction.connection, delivery_id)
        if delivery.state is not DeliveryState.STAGED or delivery.recall is not None:
            return None
        if delivery.leased_by_another(self._owner, transaction.now):
            # Its Gmail draft may be being deleted at this moment.
            return None
        settings = all_settings(transaction.connection)
        gates = self._gates(transaction, settings, SEND, but=delivery.id)
        if gates is None:
            return None
        raw = message_of(transaction.connection, delivery.id)
        recipients = recipients_of(transaction.connection, delivery.id)
        against = objection(transaction.connection, delivery, raw, recipients, transaction.now)
        if against is not None:
            recall(transaction, delivery, Recall(against.sentence, cause=against.code), SYSTEM)
            return None
        wait = earlier(
            gates.first, own_wait(transaction.connection, delivery, recipients, settings, transaction.now)
        )
        if wait.gate is not None:
            self._hold_staged(transaction, delivery, wait)
            return None
        lease_until = transaction.now + self._pace.lease
        releasing = transition(
            transaction,
            delivery,
            Step.RELEASE,
            released_at=delivery.released_at or transaction.now,
            counted_at=self._counted(delivery, transaction.now),
            lease_owner=self._owner,
            lease_until=lease_until,
            next_at=lease_until,
            known=None,
            details={"digest": delivery.digest},
        )
        attempt = begin_attempt(transaction, delivery.id, releasing.attempt, "send")
        self._breakers.save(transaction)
        return _Call(releasing, attempt, transaction.head)

    @staticmethod
    def _counted(delivery: Delivery, now: datetime) -> datetime:
        """When it counts for the quotas: since its staging, or from now once that is a while ago."""
        counted = delivery.counted_at
        return counted if counted is not None and now - counted < _SAME_MOMENT else now

    def _hold_staged(self, transaction: Transaction, delivery: Delivery, wait: Wait) -> None:
        """Notes since when a gate has been shut: a Gmail draft is not left lying about."""
        known = dict(delivery.known or {})
        since = known.setdefault(HELD_SINCE, transaction.now_ms)
        ends = from_milliseconds(since) + self._pace.shut_for
        until = ends if wait.until is None else min(wait.until, ends)
        # Once that is in the past it is due whenever the sender looks round: it is deleted as soon as the
        # service can be reached, and what opens the gate wakes the sender by itself.
        hold(transaction, delivery, wait, until, known=known)

    def _released(self, transaction: Transaction, call: _Call, outcome: Outcome[Sent]) -> None:
        delivery = mine(transaction, call.delivery.id, DeliveryState.RELEASING, self._owner)
        self._ended(transaction, call, outcome)
        if outcome.value is not None:
            accept(transaction, delivery, Step.ACCEPTED, outcome.value, transaction.now)
            return
        assert outcome.error is not None
        self._went_wrong(transaction, delivery, outcome.error, {})

    def _went_wrong(
        self,
        transaction: Transaction,
        delivery: Delivery,
        error: TransportError,
        given_back: dict[str, Any],
    ) -> None:
        """The lines of the table that begin with an error; `given_back` where no attempt was burned."""
        held = self._calls.hold_account(transaction, error)
        if error.trouble is Trouble.OFFLINE or error.trouble in NOTHING_HAPPENED:
            after = transition(
                transaction,
                delivery,
                Step.NOT_TRIED if error.trouble is Trouble.OFFLINE else Step.REFUSED_FOR_NOW,
                next_at=transaction.now,
                waiting_for=held.gate,
                waiting_until=held.until,
                explanation=None if held.gate is None else error.sentence,
                details={"refusal": error.code},
                **given_back,
            )
            if after.state is DeliveryState.QUEUED:
                follow_recall(transaction, after)
        elif error.trouble is Trouble.PERMANENT:
            failed = transition(
                transaction, delivery, Step.REFUSED_FOR_GOOD, cause=error.code, explanation=error.sentence
            )
            follow_recall(transaction, failed)
        else:
            not_known(transaction, delivery, error.sentence, error.code)

    def _ended(self, transaction: Transaction, call: _Call, outcome: Outcome[Any]) -> None:
        end_attempt(
            transaction,
            call.attempt_id,
            outcome.word,
            took=outcome.took,
            status=outcome.status,
            answer=outcome.answer,
        )
        self._breakers.save(transaction)
        if outcome.error is None:
            self._calls.free_account(transaction)

"""Puts deliveries in the states that the rooms show, by the store's own steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from outtray.desk import Desk
from outtray.model.delivery import Gate
from outtray.model.transitions import Step
from outtray.store.attempts import add_attempt
from outtray.store.outbox import get_delivery, transition
from outtray.store.transaction import Transaction
from tests.fakes.desks import approve, propose

BUSY = '{"error": {"code": 503, "message": "The service is currently unavailable."}}'


def step(desk: Desk, delivery_id: int, what: Step, **values: Any) -> None:
    """One line of the table."""
    desk.store.write(
        lambda transaction: transition(
            transaction, get_delivery(transaction.connection, delivery_id), what, **values
        )
    )


def approved(desk: Desk, to: str, subject: str = "Slots in Gdynia", **fields: Any) -> int:
    """A delivery whose undo window runs."""
    return approve(desk, propose(desk, to=to, subject=subject, **fields))


def queued(desk: Desk, to: str, gate: Gate | None = None, **values: Any) -> int:
    """One behind a gate, or next to leave."""
    number = approved(desk, to)
    step(desk, number, Step.WINDOW_OVER, waiting_for=gate, **values)
    return number


def staging(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One that is being placed."""
    number = approved(desk, to, subject)
    now = desk.clock.now()
    step(desk, number, Step.WINDOW_OVER, waiting_for=None)
    step(
        desk,
        number,
        Step.STAGE,
        attempt=1,
        date_header="Mon, 02 Mar 2026 10:00:00 +0100",
        counted_at=now,
        lease_owner="test",
        lease_until=now + timedelta(minutes=1),
        first_tried_at=now,
    )
    return number


def releasing(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One whose Gmail draft is being released."""
    number = staging(desk, to, subject)
    now = desk.clock.now()
    step(desk, number, Step.PLACED, gmail_draft_id="r-1", gmail_draft_message_id="m-1", staged_at=now)
    step(
        desk,
        number,
        Step.RELEASE,
        released_at=now,
        counted_at=now,
        lease_owner="test",
        lease_until=now + timedelta(minutes=1),
    )
    return number


def sent(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One that has left."""
    number = releasing(desk, to, subject)
    step(desk, number, Step.ACCEPTED, sent_at=desk.clock.now(), gmail_message_id="18f2a0c4d5e6b798")
    return number


def gave_up(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One that Gmail did not answer."""
    number = queued(desk, to)
    _attempts(desk, number, 3, "unknown", 503, BUSY)
    step(
        desk,
        number,
        Step.GIVE_UP,
        attempt=3,
        cause="gave_up",
        explanation="It did not get through in 3 attempts. Nothing has left.",
    )
    return number


def refused(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One that Gmail refused for an address."""
    number = staging(desk, to, subject)
    _attempts(desk, number, 1, "permanent", 400, "Invalid To header")
    step(
        desk,
        number,
        Step.REFUSED_FOR_GOOD,
        cause="invalid_recipient",
        explanation="Gmail does not take an address of this message.",
    )
    return number


def unconfirmed(desk: Desk, to: str, subject: str = "Slots in Gdynia") -> int:
    """One of which nobody knows whether it left."""
    number = releasing(desk, to, subject)
    step(
        desk,
        number,
        Step.LOST,
        looks=3,
        cause="gone",
        explanation="The draft is gone from Gmail and no sent copy is there.",
        waiting_for=None,
    )
    return number


def _attempts(desk: Desk, delivery_id: int, count: int, outcome: str, status: int, answer: str) -> None:
    def work(transaction: Transaction) -> None:
        for number in range(1, count + 1):
            add_attempt(
                transaction,
                delivery_id,
                number,
                "create",
                outcome,
                took=400,
                status=status,
                answer=answer,
            )

    desk.store.write(work)

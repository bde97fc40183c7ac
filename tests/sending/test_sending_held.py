"""A staged message behind a gate that nobody opens."""

from __future__ import annotations

import threading
from datetime import timedelta

from outtray.model.delivery import DeliveryState, Gate
from outtray.sending.sender import Sender
from outtray.sending.transport import Placed
from outtray.store.accounts import set_state
from tests.fakes.google import ADDRESS, FakeGoogle, Fault
from tests.sending.post import Post


def test_the_sender_sleeps_until_somebody_signs_in_again(gmail: Post, google: FakeGoogle) -> None:
    google.faults.next("drafts.send", Fault.UNAUTHORIZED, Fault.UNAUTHORIZED)
    number = gmail.due()
    # Its draft is deleted after a quarter of an hour, which takes a sign-in too: nothing happens by itself.
    assert gmail.run(timedelta(hours=2)) is None
    held = gmail.delivery(number)
    assert (held.state, held.waiting_for) == (DeliveryState.STAGED, Gate.SIGN_IN)

    def sign_in_again() -> None:
        from outtray.model.accounts import AccountState

        gmail.desk.store.write(lambda t: set_state(t, ADDRESS, AccountState.OK, None))

    sign_in_again()
    gmail.run(timedelta(hours=1))
    assert gmail.state(number) is DeliveryState.SENT
    assert len(google.delivered()) == 1
    assert google.mailbox.drafts() == []


def test_a_sender_that_is_stopped_while_it_places_a_message_does_not_release_it(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    stop = threading.Event()
    stopping = Sender(gmail.desk, ADDRESS, gmail.transport, stopped=stop.is_set)
    create = gmail.transport.create

    def stopped_meanwhile(raw: bytes, thread_id: str | None) -> Placed:
        stop.set()
        return create(raw, thread_id)

    gmail.transport.create = stopped_meanwhile  # type: ignore[method-assign]
    gmail.run(timedelta(minutes=1), sender=stopping)
    assert gmail.state(number) is DeliveryState.STAGED
    assert google.calls("drafts.send") == 0
    gmail.run(timedelta(minutes=1), sender=gmail.new_sender())
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]

"""A staged message behind a gate that nobody opens."""

from __future__ import annotations

from datetime import timedelta

from outtray.model.delivery import DeliveryState, Gate
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

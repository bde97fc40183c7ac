"""What recovery concludes: at start, after any unknown outcome, with and without seeing what was sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from outtray.model.delivery import DeliveryState, Gate
from outtray.model.draft import DraftStatus
from outtray.sending import switch
from outtray.sending.pace import Pace
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.fakes.google import COMPOSE, FakeGoogle, Fault
from tests.fakes.google.desk_accounts import connect
from tests.sending.post import Post

LONG = timedelta(minutes=30)


class Killed(BaseException):
    """Stands for kill -9 at a call: nothing of the process runs afterwards."""


@pytest.fixture
def blind(tmp_path: Path, clock: FakeClock, google: FakeGoogle) -> Post:
    """A sign-in without gmail.metadata."""
    desk = make_desk(tmp_path, practice=False, clock=clock)
    connect(desk, google, scopes=(COMPOSE,))
    switch.resume(desk, confirmed=True)
    return Post(desk, clock)


def killed_at(post: Post, call: str, *, after: bool) -> None:
    """The sender's process dies right before or right after a call takes effect."""
    original = getattr(post.transport, call)

    def dies(*arguments: object) -> object:
        if after:
            original(*arguments)
        raise Killed

    setattr(post.transport, call, dies)
    with pytest.raises(Killed):
        post.run()
    setattr(post.transport, call, original)
    post.sender = post.new_sender()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", ["create", "send"])
def test_a_process_that_dies_at_a_call_loses_nothing_and_doubles_nothing(
    gmail: Post, google: FakeGoogle, call: str, after: bool
) -> None:
    number = gmail.due()
    killed_at(gmail, call, after=after)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]
    assert not google.mailbox.drafts()


def test_a_second_process_leaves_a_leased_delivery_alone_until_the_lease_has_run_out(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    killed_at(gmail, "create", after=True)
    lease_until = gmail.delivery(number).lease_until
    assert lease_until is not None
    other = gmail.new_sender()
    assert gmail.run(timedelta(0), other) == lease_until
    assert gmail.state(number) is DeliveryState.STAGING
    assert google.calls("drafts.list") == 0


def test_an_answer_that_comes_after_the_lease_was_lost_changes_nothing(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    other = gmail.new_sender()
    original = gmail.transport.create

    def slow(raw: bytes, thread_id: str | None) -> object:
        placed = original(raw, thread_id)
        gmail.transport.create = original  # type: ignore[method-assign]
        gmail.clock.advance(timedelta(seconds=100))
        gmail.run(LONG, other)
        return placed

    gmail.transport.create = slow  # type: ignore[assignment,method-assign]
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_a_look_comes_after_5_30_and_120_seconds(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    began = gmail.clock.now()
    google.faults.next("drafts.create", Fault.RESET_BEFORE)
    seen = []
    for _ in range(3):
        gmail.run()
        waits = gmail.delivery(number)
        assert waits.waiting_for is Gate.RECONCILING
        assert waits.waiting_until is not None
        seen.append((waits.waiting_until - began).total_seconds())
        gmail.clock.advance(waits.waiting_until - gmail.clock.now())
    assert seen == [5, 30, 120]
    gmail.run()
    assert gmail.state(number) is DeliveryState.QUEUED
    assert gmail.delivery(number).waiting_for is Gate.RETRY


def test_the_times_of_the_looks_are_a_setting(gmail: Post, google: FakeGoogle) -> None:
    gmail.set("sending.look_again_seconds", "1 2")
    number = gmail.due()
    google.faults.next("drafts.create", Fault.RESET_BEFORE)
    gmail.run(timedelta(seconds=2))
    assert gmail.state(number) is DeliveryState.QUEUED


def test_a_draft_that_google_makes_late_is_adopted(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.late(3600))
    gmail.run(timedelta(seconds=31))
    google.finish_late()
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert google.calls("drafts.create") == 1
    assert list(google.tokens().values()) == [1]


def test_a_send_that_google_completes_late_is_found_in_sent(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.late(3600))
    gmail.run(timedelta(seconds=31))
    assert gmail.state(number) is DeliveryState.RELEASING
    google.finish_late()
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert google.calls("drafts.send") == 1
    assert gmail.delivery(number).gmail_message_id == google.delivered()[0].message_id


def test_a_send_that_completes_after_the_last_look_is_still_sent_once(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.late(3600))
    following = gmail.run(timedelta(seconds=120))
    assert gmail.state(number) is DeliveryState.STAGED
    assert following is not None
    google.finish_late()
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_a_person_who_presses_send_in_gmail_is_seen(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.PERSON_SENDS)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


@pytest.mark.parametrize("call", ["drafts.list", "drafts.get"])
def test_a_person_who_sends_a_draft_that_we_do_not_know_of_yet_is_seen(
    gmail: Post, google: FakeGoogle, call: str
) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.RESET_AFTER)
    if call == "drafts.get":
        google.faults.next(call, Fault.PERSON_SENDS)
        gmail.run()
    else:
        gmail.run()
        google.mailbox.send_draft(google.mailbox.drafts()[0][0], by="person")
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert [one.by for one in google.delivered()] == ["person"]
    assert google.calls("drafts.create") == 1


def test_a_draft_that_google_denies_and_still_lists_is_there(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_BEFORE)
    # The first question of each look is denied; the second, after the list, is answered.
    google.faults.next("drafts.get", *[Fault.NOT_FOUND, Fault.slow(0)] * 3)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_a_draft_edited_by_hand_goes_back_to_review_with_that_reason(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.PERSON_EDITS)
    gmail.run(LONG)
    draft = gmail.draft(number)
    assert (gmail.state(number), draft.status) == (DeliveryState.CANCELLED, DraftStatus.PENDING)
    assert draft.reason is not None
    assert "Gmail's own window" in draft.reason
    assert not google.delivered()


def test_a_draft_deleted_by_hand_is_unconfirmed_with_its_evidence(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.PERSON_DELETES)
    gmail.run(LONG)
    lost = gmail.delivery(number)
    assert lost.state is DeliveryState.UNCONFIRMED
    assert lost.explanation == "The draft is gone from Gmail and no sent copy is there."
    assert lost.known is not None
    assert lost.known["asked"] == ["drafts.get", "messages.list", "messages.get", "drafts.list"]
    assert lost.counted_at is not None
    assert gmail.draft(number).status is DraftStatus.UNCONFIRMED


def test_without_the_permission_a_draft_that_is_gone_is_never_called_sent(
    blind: Post, google: FakeGoogle
) -> None:
    number = blind.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    blind.run(LONG)
    lost = blind.delivery(number)
    assert (lost.state, lost.cause) == (DeliveryState.UNCONFIRMED, "cant_see")
    assert google.calls("messages.list") == 0
    assert list(google.tokens().values()) == [1]


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_IN_REQUEST])
def test_without_the_permission_a_draft_that_is_still_there_is_released_again(
    blind: Post, google: FakeGoogle, fault: Fault
) -> None:
    number = blind.due()
    google.faults.next("drafts.send", fault)
    blind.run(LONG)
    assert blind.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_a_look_that_gets_no_answer_does_not_count_as_one(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    google.faults.next("drafts.get", *[Fault.SERVER_ERROR_BEFORE] * 4)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.attempts(number).count(("look", "unknown")) == 4


def test_sent_is_read_page_after_page_and_each_message_is_asked_for_once(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.PERSON_DELETES)
    for other in range(130):
        draft_id, _ = google.mailbox.create_draft(
            f"To: a@example.com\r\nSubject: {other}\r\n\r\nx".encode(), None
        )
        google.mailbox.send_draft(draft_id)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.UNCONFIRMED
    assert google.calls("messages.get") == 130
    assert google.calls("messages.list") == 6


def test_the_clock_of_google_may_differ_by_hours(gmail: Post, google: FakeGoogle) -> None:
    google.skew = -5 * 3600
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT


def test_a_mailbox_restored_meanwhile_leads_to_no_second_message(gmail: Post, google: FakeGoogle) -> None:
    before = google.mailbox.snapshot()
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    gmail.run()
    google.mailbox.restore(before)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.UNCONFIRMED
    assert list(google.tokens().values()) == [1]


def test_a_lease_is_only_as_long_as_the_longest_call(gmail: Post) -> None:
    assert Pace().lease >= timedelta(seconds=10 + 60)

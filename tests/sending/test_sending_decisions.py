"""What the operator can do to a delivery: retry, discard, edit, settle, ask, cancel, stop everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.model.errors import Refused
from outtray.review import decide
from outtray.sending import decisions, switch
from outtray.sending.transport import Placed, TransportError, Trouble
from tests.fakes.desks import approve
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post

LONG = timedelta(minutes=30)


def failed(post: Post, google: FakeGoogle, step: str = "drafts.create") -> int:
    number = post.due()
    google.faults.next(step, Fault.INVALID_TO)
    post.run()
    assert post.state(number) is DeliveryState.FAILED
    return number


def unconfirmed(post: Post, google: FakeGoogle) -> int:
    number = post.due()
    google.faults.next("drafts.send", Fault.PERSON_DELETES)
    post.run(LONG)
    assert post.state(number) is DeliveryState.UNCONFIRMED
    return number


@pytest.mark.parametrize(("step", "creates"), [("drafts.create", 2), ("drafts.send", 1)])
def test_a_retry_goes_on_from_the_gmail_draft_where_it_lives(
    gmail: Post, google: FakeGoogle, step: str, creates: int
) -> None:
    number = failed(gmail, google, step)
    decisions.retry(gmail.desk, [number])
    assert gmail.draft(number).status is DraftStatus.APPROVED
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert google.calls("drafts.create") == creates
    assert list(google.tokens().values()) == [1]


@pytest.mark.parametrize("step", ["drafts.create", "drafts.send"])
def test_discarding_takes_the_gmail_draft_away_first(gmail: Post, google: FakeGoogle, step: str) -> None:
    number = failed(gmail, google, step)
    decisions.discard(gmail.desk, [number], "They have left the company.")
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.DISCARDED
    assert gmail.draft(number).note == "They have left the company."
    assert not google.mailbox.drafts()


@pytest.mark.parametrize("step", ["drafts.create", "drafts.send"])
def test_what_failed_and_was_discarded_can_be_restored_and_leave_after_all(
    gmail: Post, google: FakeGoogle, step: str
) -> None:
    number = failed(gmail, google, step)
    decisions.discard(gmail.desk, [number], "They have left the company.")
    gmail.run()
    draft = gmail.draft(number).id
    decide.restore(gmail.desk, [draft])
    again = approve(gmail.desk, draft)
    gmail.run(LONG)
    assert gmail.state(again) is DeliveryState.SENT
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert len(google.delivered()) == 1


@pytest.mark.parametrize("step", ["drafts.create", "drafts.send"])
def test_editing_voids_the_approval_and_takes_the_gmail_draft_away_first(
    gmail: Post, google: FakeGoogle, step: str
) -> None:
    number = failed(gmail, google, step)
    decisions.edit(gmail.desk, number)
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    draft = gmail.draft(number)
    assert (draft.status, draft.approved_digest) == (DraftStatus.PENDING, None)
    assert not google.mailbox.drafts()


def test_a_gmail_draft_that_is_gone_when_it_is_to_be_deleted_may_have_been_sent(
    gmail: Post, google: FakeGoogle
) -> None:
    number = failed(gmail, google, "drafts.send")
    decisions.edit(gmail.desk, number)
    google.faults.next("drafts.delete", Fault.PERSON_SENDS)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.draft(number).status is DraftStatus.SENT


def test_settling_needs_a_reason(gmail: Post, google: FakeGoogle) -> None:
    number = unconfirmed(gmail, google)
    with pytest.raises(Refused):
        decisions.settle(gmail.desk, number, True, "  ")


def test_it_was_sent(gmail: Post, google: FakeGoogle) -> None:
    number = unconfirmed(gmail, google)
    decisions.settle(gmail.desk, number, True, "She answered it.")
    settled = gmail.delivery(number)
    assert (settled.state, settled.settled_note) == (DeliveryState.SENT, "She answered it.")
    assert gmail.draft(number).status is DraftStatus.SENT
    with pytest.raises(Refused):
        decisions.settle(gmail.desk, number, False, "no")


def test_it_was_not_sent(gmail: Post, google: FakeGoogle) -> None:
    number = unconfirmed(gmail, google)
    decisions.settle(gmail.desk, number, False, "I asked her.")
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING
    assert gmail.delivery(number).counted_at is None


def test_asking_again_finds_what_came_late(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    google.mailbox.receive(b"Subject: x\r\n\r\n")
    sent_page = gmail.transport.list_sent
    from outtray.sending.transport import SentPage

    gmail.transport.list_sent = lambda page=None: SentPage((), None)  # type: ignore[method-assign]
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.UNCONFIRMED
    gmail.transport.list_sent = sent_page  # type: ignore[method-assign]
    decisions.ask_again(gmail.desk, number)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT


def test_asking_now_does_not_wait_for_the_next_look(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_AFTER)
    gmail.run()
    assert gmail.state(number) is DeliveryState.RELEASING
    decisions.ask_again(gmail.desk, number)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT


def test_stop_and_cancel_brings_everything_back_and_leaves_no_gmail_draft(
    gmail: Post, google: FakeGoogle
) -> None:
    holding = gmail.approved(to="grace@example.com")
    staged = gmail.due()
    create = gmail.transport.create

    def pressed(raw: bytes, thread_id: str | None) -> object:
        placed = create(raw, thread_id)
        decisions.stop_and_cancel(gmail.desk)
        return placed

    gmail.transport.create = pressed  # type: ignore[assignment,method-assign]
    gmail.run()
    assert switch.status(gmail.desk).paused
    for number in (holding, staged):
        assert gmail.state(number) is DeliveryState.CANCELLED
        assert gmail.draft(number).status is DraftStatus.PENDING
    assert not google.mailbox.drafts()
    assert not google.delivered()


def test_cancelling_after_a_release_was_tried_counts_only_once_the_deletion_is_confirmed(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_BEFORE)
    gmail.run()
    decisions.cancel(gmail.desk, [number], "Changed my mind.")
    assert gmail.state(number) is DeliveryState.RELEASING
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).reason == "Changed my mind."
    assert not google.mailbox.drafts()
    assert not google.delivered()


def test_what_has_ended_cannot_be_cancelled(practice: Post) -> None:
    number = practice.due()
    practice.run()
    with pytest.raises(Refused):
        decisions.cancel(practice.desk, [number])


def test_try_now_ends_a_backoff(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.throttled("600"))
    gmail.run()
    assert gmail.state(number) is DeliveryState.QUEUED
    decisions.try_now(gmail.desk, gmail.account.address)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT


def test_everything_the_operator_does_is_on_record(gmail: Post, google: FakeGoogle) -> None:
    from outtray.audit.verify import verify

    number = failed(gmail, google, "drafts.send")
    decisions.retry(gmail.desk, [number])
    gmail.run()
    with gmail.desk.store.read() as connection:
        assert verify(connection).ok
    actions = gmail.actions(number)
    assert actions == [
        "delivery.queued",
        "delivery.staging",
        "delivery.staged",
        "delivery.releasing",
        "delivery.failed",
        "delivery.staged",
        "delivery.releasing",
        "delivery.sent",
    ]


@pytest.mark.parametrize("way", ["cancel", "edit", "stop"])
def test_what_was_cancelled_while_it_was_being_placed_is_in_review_once_nothing_was_placed(
    gmail: Post, google: FakeGoogle, way: str
) -> None:
    number = gmail.due()
    create = gmail.transport.create

    def cancelled_meanwhile(raw: bytes, thread_id: str | None) -> Placed:
        gmail.transport.create = create  # type: ignore[method-assign]
        if way == "cancel":
            decisions.cancel(gmail.desk, [number], "Not today.")
        elif way == "edit":
            decisions.edit(gmail.desk, number)
        else:
            decisions.stop_and_cancel(gmail.desk)
        raise TransportError(Trouble.OFFLINE, "Gmail can't be reached. Nothing was sent.")

    gmail.transport.create = cancelled_meanwhile  # type: ignore[method-assign]
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    draft = gmail.draft(number)
    assert draft.status is DraftStatus.PENDING
    assert draft.reason == {"cancel": "Not today.", "edit": "You took it back to edit it."}.get(
        way, "You cancelled it."
    )
    gmail.run(LONG)
    assert google.calls("drafts.create") == 0


def test_what_was_cancelled_while_it_was_placed_unseen_is_in_review_once_a_look_found_nothing(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.SERVER_ERROR_BEFORE)
    gmail.run()
    decisions.cancel(gmail.desk, [number], "Not today.")
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING
    assert google.calls("drafts.create") == 1


@pytest.mark.parametrize(
    ("call", "draft_there"), [("create", False), ("send", True)], ids=["nothing placed", "a draft placed"]
)
def test_what_was_cancelled_while_gmail_refused_it_for_good_is_in_review(
    gmail: Post, google: FakeGoogle, call: str, draft_there: bool
) -> None:
    number = gmail.due()
    asked = getattr(gmail.transport, call)

    def cancelled_meanwhile(*arguments: Any) -> Any:
        setattr(gmail.transport, call, asked)
        decisions.cancel(gmail.desk, [number], "Not today.")
        google.faults.next(f"drafts.{call}", Fault.INVALID_TO)
        return asked(*arguments)

    setattr(gmail.transport, call, cancelled_meanwhile)
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING
    assert google.mailbox.drafts() == []
    assert ("delete_draft", "done") in gmail.attempts(number) or not draft_there


def test_what_failed_is_not_tried_again_while_its_gmail_draft_is_being_deleted(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", Fault.INVALID_TO)
    gmail.run()
    decisions.edit(gmail.desk, number)
    gmail.transport.prepare()
    delete = gmail.transport.delete_draft

    def tried_again_meanwhile(draft_id: str) -> None:
        delete(draft_id)
        with pytest.raises(Refused):
            decisions.retry(gmail.desk, [number])

    gmail.transport.delete_draft = tried_again_meanwhile  # type: ignore[method-assign]
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING
    assert google.calls("drafts.send") == 1

"""Every fault at both steps, against a Gmail over real HTTP: delivered once, or known why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outtray.model.delivery import DeliveryState, Gate
from outtray.model.draft import DraftStatus
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post

LONG = timedelta(minutes=30)

# After these nobody knows what happened; a draft or a message may be there.
UNKNOWN = (
    Fault.RESET_BEFORE,
    Fault.RESET_AFTER,
    Fault.RESET_IN_REQUEST,
    Fault.RESET_IN_ANSWER,
    Fault.CLOSE_BEFORE,
    Fault.CLOSE_AFTER,
    Fault.HANG_BEFORE,
    Fault.HANG_AFTER,
    Fault.SERVER_ERROR_BEFORE,
    Fault.SERVER_ERROR_AFTER,
    Fault.HTML_BEFORE,
    Fault.HTML_AFTER,
    Fault.HTML_OK,
    Fault.EMPTY_BODY,
    Fault.TRUNCATED_JSON,
    Fault.TEAPOT,
    Fault.NOT_FOUND,
)
HARMLESS = (Fault.DUPLICATE_ANSWER, Fault.slow(0.01))
THROTTLES = (Fault.THROTTLED, Fault.RATE_LIMIT, Fault.USER_RATE_LIMIT)
REFUSES_ACCOUNT = (
    Fault.INSUFFICIENT_PERMISSIONS,
    Fault.GMAIL_DISABLED,
    Fault.API_NOT_ENABLED,
    Fault.DOMAIN_POLICY,
)
PERMANENT = (Fault.INVALID_TO, Fault.INVALID_ARGUMENT, Fault.TOO_LARGE)
STEPS = ("drafts.create", "drafts.send")


def named(fault: object) -> str | None:
    return fault.name if isinstance(fault, Fault) else None


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", UNKNOWN, ids=named)
def test_an_unknown_outcome_is_looked_into_and_the_message_leaves_once(
    gmail: Post, google: FakeGoogle, step: str, fault: Fault
) -> None:
    number = gmail.due()
    google.faults.next(step, fault)
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]
    assert gmail.draft(number).status is DraftStatus.SENT
    assert ("look", "nothing") in gmail.attempts(number) or any(
        name == "look" for name, _ in gmail.attempts(number)
    )
    assert not google.mailbox.drafts()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", HARMLESS, ids=named)
def test_a_good_answer_in_an_odd_way_is_a_good_answer(
    gmail: Post, google: FakeGoogle, step: str, fault: Fault
) -> None:
    first, second = gmail.due(), gmail.due(to="grace@example.com")
    google.faults.next(step, fault)
    gmail.run(LONG)
    assert gmail.state(first) is gmail.state(second) is DeliveryState.SENT
    assert gmail.attempts(first) == [("create", "done"), ("send", "done")]
    assert sorted(google.tokens().values()) == [1, 1]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", THROTTLES, ids=named)
def test_a_throttled_account_waits_and_loses_no_attempt(
    gmail: Post, google: FakeGoogle, step: str, fault: Fault
) -> None:
    number = gmail.due()
    google.faults.next(step, fault)
    gmail.run()
    assert gmail.account.wait_for is Gate.RETRY
    assert gmail.rows("SELECT * FROM breakers") == []
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.delivery(number).attempt == 1
    assert gmail.account.wait_for is None


def test_a_longer_retry_after_wins(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.throttled("600"))
    began = gmail.clock.now()
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.delivery(number).staged_at == began + timedelta(seconds=600)


def test_gmails_own_sending_limit_waits_until_the_time_it_names(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    named_time = gmail.clock.now() + timedelta(hours=5)
    google.faults.next("drafts.create", Fault.sending_limit(named_time.isoformat().replace("+00:00", "Z")))
    gmail.run()
    waits = gmail.delivery(number)
    assert (waits.waiting_for, waits.waiting_until) == (Gate.ACCOUNT_QUOTA, named_time)
    assert waits.explanation == "Gmail's own sending limit for this account is reached."
    gmail.run(timedelta(hours=6))
    assert gmail.state(number) is DeliveryState.SENT


@pytest.mark.parametrize(
    "fault", [Fault.sending_limit("2026-03-02T14:00:00.000Z"), Fault.DAILY_LIMIT], ids=named
)
def test_a_limit_met_at_the_release_takes_the_gmail_draft_back_and_sends_later(
    gmail: Post, google: FakeGoogle, fault: Fault
) -> None:
    number = gmail.due()
    google.faults.next("drafts.send", fault)
    gmail.run(timedelta(minutes=40))
    assert gmail.state(number) is DeliveryState.QUEUED
    assert gmail.delivery(number).waiting_for is Gate.ACCOUNT_QUOTA
    assert not google.mailbox.drafts()
    gmail.run(timedelta(days=1))
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", REFUSES_ACCOUNT, ids=named)
def test_an_account_that_gmail_refuses_waits_for_its_operator(
    gmail: Post, google: FakeGoogle, step: str, fault: Fault
) -> None:
    first = gmail.due()
    google.faults.next(step, fault)
    gmail.run(LONG)
    second = gmail.due(to="grace@example.com")
    gmail.run(LONG)
    for number in (first, second):
        assert gmail.delivery(number).waiting_for is Gate.SIGN_IN
    assert gmail.account.wait_reason
    assert not google.delivered()
    assert google.calls(step) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_token_that_is_refused_is_renewed_once_and_nothing_is_lost(
    gmail: Post, google: FakeGoogle, step: str
) -> None:
    number = gmail.due()
    google.faults.next(step, Fault.UNAUTHORIZED)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.delivery(number).attempt == 1
    assert google.calls("oauth.token") == 1


def test_a_fresh_token_that_is_refused_too_asks_for_the_sign_in(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.UNAUTHORIZED, Fault.UNAUTHORIZED)
    gmail.run(LONG)
    waits = gmail.delivery(number)
    assert (waits.state, waits.waiting_for, waits.attempt) == (DeliveryState.QUEUED, Gate.SIGN_IN, 0)
    assert google.calls("drafts.create") == 2


def test_a_sign_in_that_google_ended_holds_everything_before_any_call(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    gmail.clock.advance(timedelta(hours=2))
    google.faults.next("oauth.token", Fault.INVALID_GRANT)
    gmail.run(LONG)
    waits = gmail.delivery(number)
    assert (waits.state, waits.waiting_for, waits.attempt) == (DeliveryState.QUEUED, Gate.SIGN_IN, 0)
    assert google.calls("drafts.create") == 0
    assert "delivery.staging" not in gmail.actions(number)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", PERMANENT, ids=named)
def test_a_message_that_gmail_refuses_fails_at_once_with_the_raw_answer(
    gmail: Post, google: FakeGoogle, step: str, fault: Fault
) -> None:
    number = gmail.due()
    google.faults.next(step, fault)
    gmail.run(LONG)
    failed = gmail.delivery(number)
    assert failed.state is DeliveryState.FAILED
    assert failed.explanation
    assert failed.counted_at is None
    assert google.calls(step) == 1
    assert gmail.draft(number).status is DraftStatus.FAILED
    ((answer,),) = gmail.rows("SELECT answer FROM delivery_attempts WHERE outcome = 'permanent'")
    assert '"error"' in answer


def test_offline_burns_no_attempt_and_goes_on_when_the_network_is_back(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.offline()
    gmail.run(timedelta(seconds=30))
    waits = gmail.delivery(number)
    assert (waits.state, waits.attempt, waits.first_tried_at) == (DeliveryState.QUEUED, 0, None)
    assert waits.waiting_for in {Gate.OFFLINE, Gate.BREAKER}
    google.online()
    gmail.run(LONG)
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.delivery(number).attempt == 1


def test_wrong_ids_never_lead_to_a_second_message(gmail: Post, google: FakeGoogle) -> None:
    first, second = gmail.due(), gmail.due(to="grace@example.com")
    google.faults.next("drafts.create", Fault.WRONG_IDS)
    google.faults.next("drafts.send", Fault.NOT_FOUND, Fault.WRONG_IDS)
    gmail.run(LONG)
    assert gmail.state(first) is DeliveryState.CANCELLED
    assert gmail.draft(first).status is DraftStatus.PENDING
    assert gmail.state(second) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_twenty_attempts_are_the_end_and_the_draft_in_gmail_stays_for_a_retry(
    gmail: Post, google: FakeGoogle
) -> None:
    number = gmail.due()
    google.faults.always("drafts.send", Fault.TEAPOT)
    for _ in range(40):
        gmail.run(timedelta(hours=1))
        if gmail.state(number) is DeliveryState.FAILED:
            break
    failed = gmail.delivery(number)
    assert (failed.state, failed.cause) == (DeliveryState.FAILED, "gave_up")
    assert failed.gmail_draft_id is not None
    assert not google.delivered()

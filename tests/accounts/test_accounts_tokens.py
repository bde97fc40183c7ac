"""Access tokens: kept while they are good, renewed once they are not, and what Google's refusals mean."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from outtray.accounts import credentials
from outtray.accounts.tokens import TokenSource, access_token
from outtray.desk import Desk
from outtray.model.accounts import Account, AccountState, GoogleUnavailable, SignInNeeded
from outtray.model.delivery import Gate
from outtray.store.accounts import get_account
from tests.fakes.clock import FakeClock
from tests.fakes.google import FakeGoogle, Fault
from tests.fakes.google.desk_accounts import connect


@pytest.fixture
def account(desk: Desk, google: FakeGoogle) -> Account:
    return connect(desk, google)


def stored(desk: Desk, account: Account) -> Account:
    with desk.store.read() as connection:
        found = get_account(connection, account.address)
    assert found is not None
    return found


def refusals(desk: Desk) -> int:
    with desk.store.read() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT COUNT(*) FROM audit_events WHERE action = 'account.token_refused'"
            ).scalar_one()
        )


def test_a_good_token_is_used_without_asking_google(desk: Desk, google: FakeGoogle, account: Account) -> None:
    assert access_token(desk, account) == access_token(desk, account)
    assert google.calls("oauth.token") == 0


def test_a_token_that_ended_is_renewed_once(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    old = access_token(desk, account)
    clock.advance(timedelta(minutes=59))
    new = access_token(desk, account)
    assert new != old
    assert access_token(desk, account) == new
    assert google.calls("oauth.token") == 1
    assert google.oauth.look(f"Bearer {new}") is not None


def test_a_token_that_gmail_refused_early_is_renewed_when_asked(
    desk: Desk, google: FakeGoogle, account: Account
) -> None:
    source = TokenSource(desk, account)
    old = source()
    assert source.renew() != old
    assert google.calls("oauth.token") == 1


def test_a_sender_asks_the_keyring_only_when_its_token_has_ended(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    source = TokenSource(desk, account)
    first = source()
    credentials.forget(desk, account.address)
    assert source() == first
    clock.advance(timedelta(hours=1))
    with pytest.raises(SignInNeeded):
        source()


def test_a_sign_in_that_google_ended_is_marked_with_the_reason(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    google.oauth.revoke_all()
    clock.advance(timedelta(hours=1))
    for _ in range(2):
        with pytest.raises(SignInNeeded) as caught:
            access_token(desk, account)
    marked = stored(desk, account)
    assert marked.state is AccountState.SIGN_IN_NEEDED
    assert marked.wait_for is Gate.SIGN_IN
    assert marked.wait_reason == caught.value.sentence
    assert refusals(desk) == 1


def test_a_client_left_in_testing_is_named_as_the_reason(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    kept = credentials.load(desk, account.address)
    assert kept is not None
    value = json.loads(desk.secrets.get(credentials.entry_name(desk, account.address)) or "")
    value["refresh_until"] = kept.expires_at
    desk.secrets.set(credentials.entry_name(desk, account.address), json.dumps(value))
    google.oauth.revoke_all()
    clock.advance(timedelta(days=7))
    with pytest.raises(SignInNeeded) as caught:
        access_token(desk, account)
    assert "7 days" in caught.value.sentence


def test_a_client_that_was_deleted_is_named_as_the_reason(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    google.faults.next("oauth.token", Fault.INVALID_CLIENT)
    clock.advance(timedelta(hours=1))
    with pytest.raises(SignInNeeded) as caught:
        access_token(desk, account)
    assert "no longer knows the client" in caught.value.sentence


@pytest.mark.parametrize("secret", [None, "not json", '{"refresh_token": "alone"}'])
def test_a_keyring_that_lost_the_sign_in_asks_to_reconnect(
    secret: str | None, desk: Desk, google: FakeGoogle, account: Account
) -> None:
    credentials.forget(desk, account.address)
    if secret is not None:
        desk.secrets.set(credentials.entry_name(desk, account.address), secret)
    with pytest.raises(SignInNeeded):
        access_token(desk, account)
    assert stored(desk, account).state is AccountState.SIGN_IN_NEEDED


@pytest.mark.parametrize(
    "fault",
    [
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.CLOSE_BEFORE,
        Fault.RESET_IN_ANSWER,
        Fault.SERVER_ERROR_BEFORE,
        Fault.HTML_BEFORE,
        Fault.HTML_OK,
        Fault.TRUNCATED_JSON,
        Fault.EMPTY_BODY,
        Fault.throttled("30"),
    ],
    ids=lambda fault: fault.name,
)
def test_a_google_that_stumbles_says_nothing_about_the_sign_in(
    fault: Fault, desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    google.faults.next("oauth.token", fault)
    clock.advance(timedelta(hours=1))
    with pytest.raises(GoogleUnavailable) as caught:
        access_token(desk, account)
    assert not caught.value.offline
    assert google.calls("oauth.token") == 1
    assert caught.value.retry_after == (30 if fault.name == "throttled" else None)
    assert stored(desk, account).state is AccountState.OK
    assert access_token(desk, account)


def test_offline_is_told_from_a_broken_answer(
    desk: Desk, google: FakeGoogle, account: Account, clock: FakeClock
) -> None:
    clock.advance(timedelta(hours=1))
    google.offline()
    with pytest.raises(GoogleUnavailable) as caught:
        access_token(desk, account)
    assert caught.value.offline
    assert stored(desk, account).state is AccountState.OK

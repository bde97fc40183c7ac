"""What the store knows of accounts: their order, what they wait for, which one a draft leaves from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outtray.accounts.practice import PRACTICE_ADDRESS, add_practice_account
from outtray.desk import Desk
from outtray.model.accounts import AccountKind, AccountState
from outtray.model.delivery import Gate
from outtray.model.errors import NotFound
from outtray.store import facts
from outtray.store.accounts import account_for, get_account, list_accounts, set_state, set_wait
from tests.fakes.clock import START
from tests.fakes.google import FakeGoogle
from tests.fakes.google.desk_accounts import connect

SECOND = "ulf.berg@granhult.example.com"


@pytest.fixture
def both(desk: Desk, google: FakeGoogle) -> Desk:
    connect(desk, google)
    connect(desk, google, SECOND)
    return desk


def test_a_draft_leaves_from_the_account_that_it_names_else_from_the_first(
    both: Desk, google: FakeGoogle
) -> None:
    with both.store.read() as connection:
        accounts = [account.address for account in list_accounts(connection)]
        assert accounts == [google.page.address, SECOND]
        first = account_for(connection, None)
        named = account_for(connection, SECOND.replace("granhult", "Granhult"))
        assert first is not None
        assert first.address == google.page.address
        assert named is not None
        assert named.address == SECOND
        assert account_for(connection, "nobody@example.com") is None


def test_without_an_account_there_is_none_to_leave_from(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert account_for(connection, None) is None
        assert list_accounts(connection) == []


def test_an_account_that_must_sign_in_waits_for_that_whatever_else_ends(both: Desk) -> None:
    until = START + timedelta(minutes=5)
    both.store.write(lambda t: set_wait(t, SECOND, Gate.BREAKER, until, "Gmail is not answering."))
    with both.store.read() as connection:
        waiting = get_account(connection, SECOND)
    assert waiting is not None
    assert (waiting.wait_for, waiting.wait_until) == (Gate.BREAKER, until)
    assert waiting.as_json()["waiting_for"] == "breaker"
    both.store.write(lambda t: set_state(t, SECOND, AccountState.SIGN_IN_NEEDED, "Reconnect."))
    both.store.write(lambda t: set_wait(t, SECOND, None, None, None))
    with both.store.read() as connection:
        waiting = get_account(connection, SECOND)
    assert waiting is not None
    assert (waiting.wait_for, waiting.wait_until, waiting.wait_reason) == (Gate.SIGN_IN, None, "Reconnect.")
    both.store.write(lambda t: set_state(t, SECOND, AccountState.OK, None))
    with both.store.read() as connection:
        waiting = get_account(connection, SECOND)
    assert waiting is not None
    assert (waiting.wait_for, waiting.wait_reason) == (None, None)


def test_an_account_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.store.write(lambda t: set_wait(t, "nobody@example.com", None, None, None))


def test_the_practice_account_is_added_once(desk: Desk) -> None:
    first = add_practice_account(desk)
    assert first == add_practice_account(desk)
    assert first.address == PRACTICE_ADDRESS
    assert first.kind is AccountKind.PRACTICE
    assert first.sees_sent


def test_an_empty_profile_becomes_a_practice_one_with_the_practice_account(desk: Desk) -> None:
    assert not desk.practice
    add_practice_account(desk)
    with desk.store.read() as connection:
        assert facts.get_fact(connection, facts.KIND) == "practice"
        assert facts.get_fact(connection, facts.SWITCH)["paused"] is False


def test_the_log_names_an_account_by_number_alone(both: Desk) -> None:
    with both.store.read() as connection:
        payloads = connection.exec_driver_sql("SELECT payload FROM audit_events").scalars().all()
        clear = connection.exec_driver_sql("SELECT value FROM audit_clear_values").scalars().all()
    assert not any(SECOND.encode() in payload for payload in payloads)
    assert SECOND in clear

"""Removing an account: ended at Google, out of the keyring, and never under a message on its way."""

from __future__ import annotations

import pytest

from outtray.accounts.practice import PRACTICE_ADDRESS
from outtray.accounts.remove import remove
from outtray.desk import Desk
from outtray.model.delivery import DeliveryState
from outtray.model.errors import NotFound, Refused
from outtray.store.accounts import list_accounts
from outtray.store.tables import DeliveryTable, table_of
from outtray.store.transaction import Transaction
from tests.fakes.desks import MemorySecrets, propose
from tests.fakes.google import ADDRESS, FakeGoogle, Fault
from tests.fakes.google.desk_accounts import connect


def kept(desk: Desk) -> dict[str, str]:
    assert isinstance(desk.secrets, MemorySecrets)
    return desk.secrets.kept


def on_its_way(desk: Desk, state: DeliveryState) -> None:
    draft = propose(desk)

    def write(transaction: Transaction) -> None:
        transaction.connection.execute(
            table_of(DeliveryTable).insert(),
            {
                "draft_id": draft,
                "revision_id": 1,
                "account": ADDRESS,
                "state": state.value,
                "digest": "",
                "message_size": 0,
                "message_id": "<1@outtray.example.com>",
                "delivery_token": "1",
                "recipient": "ada@example.com",
                "recipients": 1,
                "subject": "",
                "approved_at": 0,
                "approved_by": "operator",
                "hold_until": 0,
                "attempt": 0,
                "looks": 0,
                "changed_at": 0,
                "message": b"",
            },
        )

    desk.store.write(write)


def test_removing_ends_the_sign_in_at_google_and_forgets_it(desk: Desk, google: FakeGoogle) -> None:
    connect(desk, google)
    assert "ended at Google" in remove(desk, ADDRESS.upper())
    assert google.oauth.live_grants() == 0
    assert kept(desk) == {}
    with desk.store.read() as connection:
        assert list_accounts(connection) == []
        actions = connection.exec_driver_sql("SELECT action FROM audit_events").scalars().all()
    assert actions[-2:] == ["account.removed", "account.signed_out"]


def test_google_out_of_reach_is_said_and_the_account_is_gone_all_the_same(
    desk: Desk, google: FakeGoogle
) -> None:
    connect(desk, google)
    google.offline()
    sentence = remove(desk, ADDRESS)
    assert "could not be told" in sentence
    assert "https://myaccount.google.com/connections" in sentence
    assert kept(desk) == {}


def test_a_sign_in_that_google_ended_already_counts_as_ended(desk: Desk, google: FakeGoogle) -> None:
    connect(desk, google)
    google.oauth.revoke_all()
    assert "ended at Google" in remove(desk, ADDRESS)


def test_a_revocation_is_asked_for_once(desk: Desk, google: FakeGoogle) -> None:
    connect(desk, google)
    google.faults.next("oauth.revoke", Fault.CLOSE_AFTER)
    assert "could not be told" in remove(desk, ADDRESS)
    assert google.calls("oauth.revoke") == 1


@pytest.mark.parametrize(
    "state",
    [
        DeliveryState.HOLDING,
        DeliveryState.QUEUED,
        DeliveryState.STAGING,
        DeliveryState.STAGED,
        DeliveryState.RELEASING,
        DeliveryState.UNCONFIRMED,
    ],
)
def test_an_account_stays_while_a_message_of_it_has_not_come_to_an_end(
    state: DeliveryState, desk: Desk, google: FakeGoogle
) -> None:
    connect(desk, google)
    on_its_way(desk, state)
    with pytest.raises(Refused) as caught:
        remove(desk, ADDRESS)
    assert caught.value.code == "in_flight"
    assert caught.value.sentence.startswith("1 message")
    assert google.oauth.live_grants() == 1
    assert len(kept(desk)) == 1


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED])
def test_what_has_come_to_an_end_keeps_no_account(
    state: DeliveryState, desk: Desk, google: FakeGoogle
) -> None:
    connect(desk, google)
    on_its_way(desk, state)
    remove(desk, ADDRESS)


def test_the_practice_account_needs_no_google(desk: Desk) -> None:
    from outtray.accounts.practice import add_practice_account

    add_practice_account(desk)
    assert remove(desk, PRACTICE_ADDRESS) == f"{PRACTICE_ADDRESS} is removed."


def test_an_account_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        remove(desk, "nobody@example.com")

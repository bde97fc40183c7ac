"""A desk whose Gmail account is connected to the fake Google, without the pages of a sign-in."""

from __future__ import annotations

from datetime import timedelta

from outtray.accounts import credentials
from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.clock import to_milliseconds
from outtray.model.events import OPERATOR
from outtray.store.accounts import account_event, put_account
from outtray.store.settings import set_setting
from outtray.store.transaction import Transaction
from tests.fakes.google import COMPOSE, METADATA, FakeGoogle


def connect(
    desk: Desk,
    google: FakeGoogle,
    address: str | None = None,
    scopes: tuple[str, ...] = (COMPOSE, METADATA),
) -> Account:
    """Adds the account, with tokens in the desk's keyring, and points the Gmail API at the fake.

    The access token is good for an hour of the desk's clock and of the fake's.
    """
    grant = google.grant(address, scopes)
    client = google.client_secrets()["installed"]
    kept = credentials.Credentials(
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        auth_uri=client["auth_uri"],
        token_uri=client["token_uri"],
        refresh_token=grant.refresh_token,
        access_token=grant.access_token,
        expires_at=to_milliseconds(desk.clock.now() + timedelta(hours=1)),
    )
    credentials.save(desk, grant.address, kept)

    def write(transaction: Transaction) -> Account:
        set_setting(transaction, "gmail.api_endpoint", google.root, OPERATOR)
        account = put_account(
            transaction,
            Account(
                address=grant.address,
                kind=AccountKind.GMAIL,
                display_name="",
                scopes=scopes,
                client_id=client["client_id"],
                state=AccountState.OK,
                position=0,
                wait_for=None,
                wait_until=None,
                wait_reason=None,
                added_at=transaction.now,
                signed_in_at=transaction.now,
            ),
        )
        transaction.record(account_event(OPERATOR, "account.added", account))
        return account

    return desk.store.write(write)

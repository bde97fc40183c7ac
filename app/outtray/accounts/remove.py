"""Removing an account: the sign-in ends at Google, and its tokens leave the keyring."""

from __future__ import annotations

from outtray.accounts import credentials
from outtray.accounts.revoking import revoke
from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind, KeyringLocked, KeyringMissing
from outtray.model.errors import NotFound, Refused
from outtray.model.events import OPERATOR
from outtray.store.accounts import (
    account_event,
    away_count,
    get_account,
    remove_account,
    waiting_here_count,
)
from outtray.store.transaction import Transaction

_CONNECTIONS = "https://myaccount.google.com/connections"


def remove(desk: Desk, address: str) -> str:
    """Removes the account and says in a sentence what became of its sign-in.

    Raises NotFound, KeyringLocked, and Refused while approved messages of it have not come to an end.
    """
    with desk.store.read() as connection:
        account = get_account(connection, address)
    if account is None:
        raise NotFound(f"There is no account {address} in this profile. `outtray account list` names them.")
    kept, keyring_gone = None, False
    if account.kind is AccountKind.GMAIL:
        try:
            kept = credentials.load(desk, account.address)
        except KeyringLocked:
            raise
        except KeyringMissing:
            keyring_gone = True
    desk.store.write(lambda transaction: _drop(transaction, account))
    if account.kind is not AccountKind.GMAIL:
        return f"{account.address} is removed."
    if not keyring_gone:
        credentials.forget(desk, account.address)
    revoked = kept is not None and revoke(kept.client, kept.refresh_token)
    outcome = "revoked" if revoked else "not revoked"
    desk.store.write(
        lambda transaction: transaction.record(
            account_event(OPERATOR, "account.signed_out", account, details={"at_google": outcome})
        )
    )
    if revoked:
        return f"{account.address} is removed: its sign-in has ended at Google and is out of the keyring."
    rest = "" if not keyring_gone else " There was no keyring to take it out of."
    return (
        f"{account.address} is removed, but Google could not be told that its sign-in has ended.{rest} "
        f"End it at {_CONNECTIONS}."
    )


def _drop(transaction: Transaction, account: Account) -> None:
    away = away_count(transaction.connection, account.address)
    if away:
        raise Refused(
            "in_flight",
            f"{_messages(away)} from {account.address} may be with Google at this moment, or the outcome is "
            "not known. Wait, or settle what is unconfirmed under Failed; then remove the account.",
        )
    waiting = waiting_here_count(transaction.connection, account.address)
    if waiting:
        raise Refused(
            "in_flight",
            f"{_messages(waiting)} wait to leave from {account.address}. Send them or take them back in the "
            "Outbox; then remove the account.",
        )
    remove_account(transaction, account.address)
    transaction.record(account_event(OPERATOR, "account.removed", account))


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"

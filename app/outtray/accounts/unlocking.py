"""Opening the keyring again, so that what waits for it goes on."""

from __future__ import annotations

from outtray.accounts.keyring_store import open_keyring
from outtray.desk import Desk
from outtray.model.delivery import Gate
from outtray.store.accounts import list_accounts, set_wait
from outtray.store.transaction import Transaction


def unlock(desk: Desk) -> str:
    """Has the system ask for the keyring's password, and lets accounts go on that waited for it.

    Waits for the operator's answer, so it is a job and not short work. Raises KeyringMissing, KeyringLocked.
    """
    open_keyring(desk.secrets)
    desk.store.write(_go_on)
    return "The keyring is open."


def _go_on(transaction: Transaction) -> None:
    for account in list_accounts(transaction.connection):
        if account.wait_for is Gate.KEYRING:
            set_wait(transaction, account.address, None, None, None)

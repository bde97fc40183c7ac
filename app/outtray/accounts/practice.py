"""The practice account: built in, needs no Google, and sends nowhere."""

from __future__ import annotations

from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR, SYSTEM, Event
from outtray.store import facts
from outtray.store.accounts import account_event, list_accounts, put_account
from outtray.store.transaction import Transaction

PRACTICE_ADDRESS = "practice@outtray.example.com"
PRACTICE_NAME = "Outtray practice"


def add_practice_account(desk: Desk) -> Account:
    """The profile's practice account, added where it is missing; raises Refused beside a real account.

    A profile that has had no account becomes a practice profile by this, for good.
    """
    return desk.store.write(_add)


def _add(transaction: Transaction) -> Account:
    accounts = list_accounts(transaction.connection)
    known = next((account for account in accounts if account.kind is AccountKind.PRACTICE), None)
    if known is not None:
        return known
    if accounts:
        raise Refused(
            "real_profile",
            "This profile has a real account, so it never takes the practice one. "
            "`outtray --practice` opens a profile of its own for that.",
        )
    if facts.get_fact(transaction.connection, facts.KIND) != "practice":
        _become_practice(transaction)
    account = put_account(
        transaction,
        Account(
            address=PRACTICE_ADDRESS,
            kind=AccountKind.PRACTICE,
            display_name=PRACTICE_NAME,
            scopes=(),
            client_id=None,
            state=AccountState.OK,
            position=0,
            wait_for=None,
            wait_until=None,
            wait_reason=None,
            added_at=transaction.now,
            signed_in_at=None,
        ),
    )
    transaction.record(account_event(OPERATOR, "account.added", account))
    return account


def _become_practice(transaction: Transaction) -> None:
    facts.set_fact(transaction, facts.KIND, "practice")
    transaction.record(Event(OPERATOR, "profile.changed", "profile", "practice"))
    # Without an account nothing was ever approved, so nothing waits behind the switch of the new profile.
    if (facts.get_fact(transaction.connection, facts.SWITCH) or {}).get("paused"):
        facts.set_fact(transaction, facts.SWITCH, {"paused": False, "since": transaction.now_ms})
        transaction.record(
            Event(SYSTEM, "sending.resumed", "switch", "sending", details={"because": "practice"})
        )
        transaction.changed(settings=frozenset({facts.SWITCH}))

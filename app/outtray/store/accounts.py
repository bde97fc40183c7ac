"""The sending accounts of a profile: who they are, whether they are signed in, what holds all their mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.delivery import DeliveryState, Gate
from outtray.model.errors import NotFound
from outtray.model.events import SYSTEM, Actor, Event, Personal
from outtray.model.mailboxes import address_key
from outtray.store.tables import AccountTable, DeliveryTable, table_of
from outtray.store.transaction import Transaction

_ACCOUNTS = table_of(AccountTable)
_ALL = select(_ACCOUNTS).order_by(_ACCOUNTS.c.position, _ACCOUNTS.c.address)
_DELIVERIES = table_of(DeliveryTable)
# In these a call may be running at this moment, or its outcome is still to be asked for.
_AWAY = (
    DeliveryState.STAGING.value,
    DeliveryState.STAGED.value,
    DeliveryState.RELEASING.value,
    DeliveryState.UNCONFIRMED.value,
)
_WAITING = (DeliveryState.HOLDING.value, DeliveryState.QUEUED.value)


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, in the order in which they were added."""
    rows = connection.execute(_ALL)
    return [_account(row) for row in rows.mappings()]


def get_account(connection: Connection, address: str) -> Account | None:
    """The account of this address in any spelling, None where there is none."""
    key = address_key(address)
    return next((found for found in list_accounts(connection) if address_key(found.address) == key), None)


def account_for(connection: Connection, wanted: str | None) -> Account | None:
    """The account that a draft leaves from: the one it names, else the first.

    None where there is no account, or not the one that the draft names.
    """
    if wanted:
        return get_account(connection, wanted)
    return next(iter(list_accounts(connection)), None)


def put_account(transaction: Transaction, account: Account) -> Account:
    """Adds the account at the end, or replaces what is known of it; the caller records the event.

    Returns it with its place in the order.
    """
    known = get_account(transaction.connection, account.address)
    values = _values(account)
    if known is None:
        last = transaction.connection.execute(select(func.max(_ACCOUNTS.c.position))).scalar_one()
        values["position"] = 0 if last is None else last + 1
        transaction.connection.execute(insert(_ACCOUNTS).values(address=account.address, **values))
    else:
        values["position"] = known.position
        transaction.connection.execute(
            update(_ACCOUNTS).where(_ACCOUNTS.c.address == known.address).values(**values)
        )
    transaction.changed(accounts=True)
    return _known(transaction.connection, account.address)


def remove_account(transaction: Transaction, address: str) -> None:
    """Drops the account's row; the caller records the event. Raises NotFound."""
    account = _known(transaction.connection, address)
    transaction.connection.execute(delete(_ACCOUNTS).where(_ACCOUNTS.c.address == account.address))
    transaction.changed(accounts=True)


def set_wait(
    transaction: Transaction, address: str, gate: Gate | None, until: datetime | None, reason: str | None
) -> None:
    """Holds all of the account's deliveries at `gate`, or lets them go on; raises NotFound.

    An account that has to sign in goes on waiting for that, whatever else ends.
    """
    account = _known(transaction.connection, address)
    if account.state is not AccountState.OK:
        return
    if (gate, until, reason) == (account.wait_for, account.wait_until, account.wait_reason):
        return
    _write(transaction, account, wait_for=gate, wait_until=_milliseconds(until), wait_reason=reason)


def set_state(
    transaction: Transaction,
    address: str,
    state: AccountState,
    reason: str | None,
    actor: Actor = SYSTEM,
) -> None:
    """Says whether Google takes the account's sign-in, with its audit event; raises NotFound.

    Signed out or refused, the account waits for the sign-in with `reason` (a sentence without personal
    data); in order again, it waits for nothing.
    """
    account = _known(transaction.connection, address)
    if state is account.state and (state is AccountState.OK or reason == account.wait_reason):
        return
    gate = None if state is AccountState.OK else Gate.SIGN_IN
    _write(transaction, account, state=state.value, wait_for=gate, wait_until=None, wait_reason=reason)
    if state is not AccountState.OK:
        details = {"state": state.value} | ({"reason": reason} if reason else {})
        transaction.record(account_event(actor, "account.token_refused", account, "refused", details))


def account_event(
    actor: Actor,
    action: str,
    account: Account,
    outcome: str = "done",
    details: dict[str, Any] | None = None,
) -> Event:
    """An event about an account, which the chain names by its number; the address stands beside the chain."""
    return Event(
        actor,
        action,
        "account",
        str(account.position + 1),
        outcome,
        {"kind": account.kind.value} | (details or {}),
        (Personal(account.address, "address", account.address),),
    )


def away_count(connection: Connection, address: str) -> int:
    """How many of the account's deliveries are in Google's hands, or may be."""
    return _count(connection, address, _AWAY)


def waiting_here_count(connection: Connection, address: str) -> int:
    """How many approved messages wait to leave from the account and have not left this computer."""
    return _count(connection, address, _WAITING)


def _count(connection: Connection, address: str, states: tuple[str, ...]) -> int:
    statement = select(func.count()).where(_DELIVERIES.c.account == address, _DELIVERIES.c.state.in_(states))
    return int(connection.execute(statement).scalar_one())


def _known(connection: Connection, address: str) -> Account:
    account = get_account(connection, address)
    if account is None:
        raise NotFound(f"There is no account {address} in this profile.")
    return account


def _write(transaction: Transaction, account: Account, **values: Any) -> None:
    gate = values.pop("wait_for")
    transaction.connection.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.address == account.address)
        .values(wait_for=None if gate is None else gate.value, **values)
    )
    transaction.changed(accounts=True)


def _values(account: Account) -> dict[str, Any]:
    return {
        "kind": account.kind.value,
        "display_name": account.display_name,
        "scopes": list(account.scopes),
        "client_id": account.client_id,
        "state": account.state.value,
        "wait_for": None if account.wait_for is None else account.wait_for.value,
        "wait_until": _milliseconds(account.wait_until),
        "wait_reason": account.wait_reason,
        "added_at": to_milliseconds(account.added_at),
        "signed_in_at": _milliseconds(account.signed_in_at),
    }


def _account(row: Any) -> Account:
    return Account(
        address=row["address"],
        kind=AccountKind(row["kind"]),
        display_name=row["display_name"],
        scopes=tuple(row["scopes"]),
        client_id=row["client_id"],
        state=AccountState(row["state"]),
        position=row["position"],
        wait_for=None if row["wait_for"] is None else Gate(row["wait_for"]),
        wait_until=None if row["wait_until"] is None else from_milliseconds(row["wait_until"]),
        wait_reason=row["wait_reason"],
        added_at=from_milliseconds(row["added_at"]),
        signed_in_at=None if row["signed_in_at"] is None else from_milliseconds(row["signed_in_at"]),
    )


def _milliseconds(instant: datetime | None) -> int | None:
    return None if instant is None else to_milliseconds(instant)

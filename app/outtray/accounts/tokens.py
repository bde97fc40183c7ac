"""Access tokens of a Gmail account: the one that is still good, or a new one for the refresh token."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from outtray.accounts import credentials
from outtray.accounts.credentials import Credentials
from outtray.accounts.google_http import Reply, post_form
from outtray.desk import Desk
from outtray.model.accounts import (
    Account,
    AccountState,
    GoogleUnavailable,
    KeyringMissing,
    SignInNeeded,
)
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.store.accounts import get_account, set_state
from outtray.store.transaction import Transaction

__all__ = [
    "GoogleUnavailable",
    "KeyringMissing",
    "SignInNeeded",
    "TokenSource",
    "access_token",
    "sign_in_ends",
]

# A token that ends while a large message is on its way would burn an attempt.
_MARGIN_MS = 120_000
_GONE = "The keyring no longer holds this sign-in. Reconnect to go on."
_ENDED = "Google no longer takes this sign-in. Reconnect to go on."
_TESTING = (
    "Google ended this sign-in after 7 days, since its client was left in Testing. "
    "Publish the client, then reconnect."
)
_NO_CLIENT = "Google no longer knows the client of this account. Make a new one, then reconnect."
_SHUT_OUT = "The organisation of this account does not let Outtray in. Ask its administrator, then reconnect."


def access_token(desk: Desk, account: Account, *, renew: bool = False) -> str:
    """A token that is good for some minutes at least; asks Google once where there is none.

    `renew` asks for another one even so: Gmail has refused the last. Raises SignInNeeded (the account is
    marked so), KeyringMissing, and GoogleUnavailable, which says nothing about the sign-in.
    """
    return _current(desk, account.address, renew=renew)[0]


def sign_in_ends(desk: Desk, account: Account) -> datetime | None:
    """When Google will end the sign-in by itself, as it does after 7 days for a client in "Testing".

    None where it named no such time. Raises KeyringMissing.
    """
    kept = credentials.load(desk, account.address)
    if kept is None or kept.refresh_until is None:
        return None
    return from_milliseconds(kept.refresh_until)


class TokenSource:
    """Access tokens for one sender: asks the keyring only when the token that it remembers has ended."""

    def __init__(self, desk: Desk, account: Account) -> None:
        """Nothing is asked for before the first call."""
        self._desk, self._address = desk, account.address
        self._lock = threading.Lock()
        self._token, self._until = "", 0

    def __call__(self) -> str:
        """As `access_token`."""
        with self._lock:
            if to_milliseconds(self._desk.clock.now()) >= self._until:
                self._token, self._until = _current(self._desk, self._address, renew=False)
            return self._token

    def renew(self) -> str:
        """Another token, where Gmail has refused the last one before its time."""
        with self._lock:
            self._token, self._until = _current(self._desk, self._address, renew=True)
            return self._token


def _current(desk: Desk, address: str, *, renew: bool) -> tuple[str, int]:
    """A token and the instant (ms) from which it is no longer used."""
    kept = credentials.load(desk, address)
    if kept is None:
        raise _needs_sign_in(desk, address, AccountState.SIGN_IN_NEEDED, _GONE)
    until = kept.expires_at - _MARGIN_MS
    if kept.access_token and not renew and to_milliseconds(desk.clock.now()) < until:
        return kept.access_token, until
    kept = _refreshed(desk, address, kept)
    credentials.save(desk, address, kept)
    assert kept.access_token is not None
    return kept.access_token, kept.expires_at - _MARGIN_MS


def _refreshed(desk: Desk, address: str, kept: Credentials) -> Credentials:
    reply = post_form(
        kept.token_uri,
        {
            "grant_type": "refresh_token",
            "refresh_token": kept.refresh_token,
            "client_id": kept.client_id,
            "client_secret": kept.client_secret,
        },
    )
    token = reply.text("access_token")
    if reply.status == 200 and token:
        lifetime = reply.value.get("expires_in")
        seconds = lifetime if isinstance(lifetime, int) else 0
        return replace(
            kept,
            access_token=token,
            expires_at=to_milliseconds(desk.clock.now() + timedelta(seconds=seconds)),
            refresh_token=reply.text("refresh_token") or kept.refresh_token,
        )
    raise _refusal(desk, address, kept, reply)


def _refusal(desk: Desk, address: str, kept: Credentials, reply: Reply) -> SignInNeeded | GoogleUnavailable:
    state = AccountState.SIGN_IN_NEEDED
    match reply.text("error"):
        case "invalid_grant":
            return _needs_sign_in(desk, address, state, _TESTING if _ran_out(desk, kept) else _ENDED)
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return _needs_sign_in(desk, address, state, _NO_CLIENT)
        case "admin_policy_enforced" | "org_internal" | "access_denied":
            return _needs_sign_in(desk, address, AccountState.REFUSED, _SHUT_OUT)
    return GoogleUnavailable(
        f"Google gave no new sign-in (answer {reply.status}). Outtray asks again.", status=reply.status
    )


def _ran_out(desk: Desk, kept: Credentials) -> bool:
    return kept.refresh_until is not None and to_milliseconds(desk.clock.now()) >= kept.refresh_until


def _needs_sign_in(desk: Desk, address: str, state: AccountState, reason: str) -> SignInNeeded:
    """Marks the account, in the store and the audit log, and gives the error to raise."""

    def mark(transaction: Transaction) -> None:
        if get_account(transaction.connection, address) is not None:
            set_state(transaction, address, state, reason)

    desk.store.write(mark)
    return SignInNeeded(reason)

"""Connecting a Gmail account, and connecting it anew when Google has ended the sign-in."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from outtray.accounts import consent, credentials
from outtray.accounts.client_file import OAuthClient, read_client_file
from outtray.accounts.credentials import Credentials
from outtray.accounts.google_http import get_json
from outtray.accounts.keyring_store import open_keyring
from outtray.accounts.revoking import revoke
from outtray.desk import Desk
from outtray.model.accounts import (
    SCOPE_COMPOSE,
    SCOPE_METADATA,
    Account,
    AccountKind,
    AccountState,
    GoogleUnavailable,
)
from outtray.model.clock import to_milliseconds
from outtray.model.errors import NotFound, OuttrayError, Refused
from outtray.model.events import OPERATOR, SYSTEM, Event
from outtray.model.mailboxes import address_key
from outtray.model.settings import GMAIL_API_ENVIRONMENT, gmail_root
from outtray.store import facts
from outtray.store.accounts import account_event, get_account, list_accounts, put_account
from outtray.store.settings import get_setting
from outtray.store.transaction import Transaction

WAIT_SECONDS = 300.0


def sign_in(
    desk: Desk,
    client_secrets: Path | None,
    *,
    open_browser: Callable[[str], bool] | None,
    on_address: Callable[[str], object],
    cancelled: Callable[[], bool] = lambda: False,
    see_sent: bool = True,
    renew: str | None = None,
    seconds: float = WAIT_SECONDS,
) -> Account:
    """Connects a Gmail account to this profile; sending is paused with the first one.

    `client_secrets` may be None at a renewal: the client is then the one in the keyring. `on_address` is
    told the address of Google's page; `open_browser` opens it. `see_sent` also asks for `gmail.metadata`.
    `renew` is the address of an account that has to sign in again: nobody else may answer for it.
    Raises Refused, UsageError (the file), KeyringMissing, GoogleUnavailable.
    """
    _refuse_practice(desk)
    root = _api_root(desk)
    client = _client(desk, client_secrets, renew)
    open_keyring(desk.secrets)

    def show(address: str) -> None:
        on_address(address)
        if open_browser is not None:
            open_browser(address)

    granted = consent.ask(
        client,
        (SCOPE_COMPOSE, SCOPE_METADATA) if see_sent else (SCOPE_COMPOSE,),
        desk.clock,
        show=show,
        cancelled=cancelled,
        seconds=seconds,
        login_hint=renew,
    )
    if SCOPE_COMPOSE not in granted.scopes:
        if renew is None:  # Google would end the sign-in that is there along with the new one
            revoke(client, granted.access_token)
        raise Refused(
            "compose_missing",
            "Outtray can't send without the first permission, “Manage drafts and send emails”. "
            "Nothing was stored; start again and leave its box ticked.",
        )
    if granted.refresh_token is None:
        raise Refused(
            "sign_in_failed",
            "Google gave a sign-in that ends within the hour. Nothing was stored. Remove Outtray's access "
            "at https://myaccount.google.com/connections and start again.",
        )
    address = _whose(root, granted.access_token)
    _refuse_other(desk, address, renew)
    return _keep(desk, address, client, granted)


def _refuse_practice(desk: Desk) -> None:
    with desk.store.read() as connection:
        practice = facts.get_fact(connection, facts.KIND) == "practice"
    if practice:
        raise Refused(
            "practice_profile",
            "This is a practice profile, and it never takes a real account. "
            "Open Outtray without --practice to connect Gmail.",
        )


def _api_root(desk: Desk) -> str:
    with desk.store.read() as connection:
        setting = get_setting(connection, "gmail.api_endpoint")
    return gmail_root(setting, os.environ.get(GMAIL_API_ENVIRONMENT))


def _client(desk: Desk, client_secrets: Path | None, renew: str | None) -> OAuthClient:
    if client_secrets is not None:
        return read_client_file(client_secrets)
    kept = None if renew is None else credentials.load(desk, renew)
    if kept is None:
        raise Refused(
            "no_client", "The keyring no longer holds this account's client. Choose its client secrets file."
        )
    return kept.client


def _whose(root: str, access_token: str) -> str:
    reply = get_json(f"{root}/gmail/v1/users/me/profile", access_token)
    address = reply.text("emailAddress")
    if reply.status == 200 and "@" in address:
        return address
    if reply.status == 403:
        raise Refused(
            "gmail_refused",
            "Google let you in, but Gmail refused: enable the Gmail API in the client's project "
            "(https://console.cloud.google.com/apis/library/gmail.googleapis.com), or have the "
            "administrator switch Gmail on for this account. Nothing was stored.",
        )
    raise GoogleUnavailable(
        f"Gmail did not say whose account this is (answer {reply.status}). Nothing was stored; start again.",
        status=reply.status,
    )


def _refuse_other(desk: Desk, address: str, renew: str | None) -> None:
    """Raises Refused where the answer came from an account that was not meant."""
    with desk.store.read() as connection:
        known = get_account(connection, address)
    if renew is not None and address_key(address) != address_key(renew):
        raise Refused(
            "other_account",
            f"You signed in as {address}, but {renew} has to sign in again. "
            "Nothing was changed; start again and choose that account on Google's page.",
        )
    if renew is None and known is not None and known.state is AccountState.OK:
        raise Refused("already_added", f"{known.address} is connected already. Nothing was changed.")


def _keep(desk: Desk, address: str, client: OAuthClient, granted: consent.Granted) -> Account:
    assert granted.refresh_token is not None
    now = desk.clock.now()
    ends = granted.refresh_expires_in
    kept = Credentials(
        client_id=client.client_id,
        client_secret=client.client_secret,
        auth_uri=client.auth_uri,
        token_uri=client.token_uri,
        refresh_token=granted.refresh_token,
        access_token=granted.access_token,
        expires_at=to_milliseconds(now + timedelta(seconds=granted.expires_in)),
        refresh_until=None if ends is None else to_milliseconds(now + timedelta(seconds=ends)),
    )
    before = credentials.load(desk, address)
    credentials.save(desk, address, kept)
    try:
        return desk.store.write(lambda transaction: _write(transaction, address, client, granted.scopes))
    except OuttrayError:
        if before is None:
            credentials.forget(desk, address)
        raise


def _write(transaction: Transaction, address: str, client: OAuthClient, scopes: tuple[str, ...]) -> Account:
    connection = transaction.connection
    known = get_account(connection, address)
    if known is None and facts.get_fact(connection, facts.KIND) == "practice":
        raise NotFound("This profile became a practice profile meanwhile. Nothing was stored.")
    first = not any(account.kind is AccountKind.GMAIL for account in list_accounts(connection))
    account = put_account(
        transaction,
        Account(
            address=address if known is None else known.address,
            kind=AccountKind.GMAIL,
            display_name="" if known is None else known.display_name,
            scopes=scopes,
            client_id=client.client_id,
            state=AccountState.OK,
            position=0,
            wait_for=None,
            wait_until=None,
            wait_reason=None,
            added_at=transaction.now if known is None else known.added_at,
            signed_in_at=transaction.now,
        ),
    )
    details = {"scopes": [scope.rpartition("/")[2] for scope in scopes]}
    if known is None:
        transaction.record(account_event(OPERATOR, "account.added", account))
    transaction.record(account_event(OPERATOR, "account.signed_in", account, details=details))
    if first:
        _pause(transaction)
    return account


def _pause(transaction: Transaction) -> None:
    """Nothing leaves from a real account before its operator has looked round and turned sending on."""
    if (facts.get_fact(transaction.connection, facts.SWITCH) or {}).get("paused"):
        return
    facts.set_fact(transaction, facts.SWITCH, {"paused": True, "since": transaction.now_ms})
    transaction.record(
        Event(SYSTEM, "sending.paused", "switch", "sending", details={"because": "first account"})
    )
    transaction.changed(settings=frozenset({facts.SWITCH}))

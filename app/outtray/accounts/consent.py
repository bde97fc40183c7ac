"""The exchange with Google in a sign-in: consent page, code, tokens (OAuth 2.0 with PKCE, RFC 7636)."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from outtray.accounts.client_file import OAuthClient
from outtray.accounts.redirect import Answered, RedirectListener
from outtray.model.accounts import GoogleUnavailable
from outtray.model.clock import Clock
from outtray.model.errors import OuttrayError, Refused

_LOOK_SECONDS = 0.1
_EXCHANGE_SECONDS = 30
_ENVIRONMENT = threading.Lock()


@dataclass(frozen=True, slots=True)
class Granted:
    """What Google gave: tokens, the scopes that the person left ticked, lifetimes in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: tuple[str, ...]
    expires_in: int
    refresh_expires_in: int | None


def ask(
    client: OAuthClient,
    scopes: Sequence[str],
    clock: Clock,
    *,
    show: Callable[[str], None],
    cancelled: Callable[[], bool],
    seconds: float,
    login_hint: str | None = None,
) -> Granted:
    """Has the operator consent in the browser and changes the code for tokens.

    `show` is given the address of the consent page. Raises Refused (`cancelled`, `timed_out`,
    `access_denied`, `sign_in_failed`) and GoogleUnavailable.
    """
    from google_auth_oauthlib.flow import Flow

    try:
        listener = RedirectListener()
    except OSError as error:
        raise Refused(
            "sign_in_failed", f"This computer gave Outtray no port to listen on: {error.strerror}."
        ) from error
    with listener:
        flow = Flow.from_client_config(client.as_google(), scopes=list(scopes), redirect_uri=listener.address)
        if client.is_local:
            flow.oauth2session.trust_env = False
        hint = {} if login_hint is None else {"login_hint": login_hint}
        with _as_the_library_needs(client):
            # Google gives a refresh token only where the person is asked anew.
            address, listener.state = flow.authorization_url(access_type="offline", prompt="consent", **hint)
        show(address)
        answer = _wait(listener, clock, cancelled, seconds)
    if answer.code is None:
        raise Refused(*_REFUSALS.get(answer.error or "", _other(answer.error)))
    return _exchange(client, flow, answer.code, scopes)


def _wait(
    listener: RedirectListener, clock: Clock, cancelled: Callable[[], bool], seconds: float
) -> Answered:
    end = clock.monotonic() + seconds
    while True:
        answer = listener.wait(_LOOK_SECONDS)
        if answer is not None:
            return answer
        if cancelled():
            raise Refused("cancelled", "The sign-in was cancelled. Nothing was stored.")
        if clock.monotonic() >= end:
            raise Refused(
                "timed_out",
                f"No answer came from the browser in {seconds / 60:.0f} minutes. "
                "Nothing was stored; start again.",
            )


def _exchange(client: OAuthClient, flow: Any, code: str, scopes: Sequence[str]) -> Granted:
    from oauthlib.oauth2 import OAuth2Error
    from requests import ConnectionError as NotConnected
    from requests import RequestException

    try:
        with _as_the_library_needs(client):
            token = flow.fetch_token(code=code, include_client_id=True, timeout=_EXCHANGE_SECONDS)
    except OAuth2Error as error:
        raise _failed(error.error) from error
    except RequestException as error:
        raise GoogleUnavailable(
            "Google can't be reached, or did not answer. Nothing was stored; start again.",
            offline=isinstance(error, NotConnected),
        ) from error
    granted = token.get("scope") or scopes
    if isinstance(granted, str):
        granted = granted.split()
    return Granted(
        str(token["access_token"]),
        token.get("refresh_token"),
        tuple(sorted(granted)),
        int(token.get("expires_in") or 0),
        _whole(token.get("refresh_token_expires_in")),
    )


def _failed(name: str | None) -> OuttrayError:
    if name in {"invalid_client", "unauthorized_client"}:
        return Refused(
            "client_refused",
            "Google does not know this client, or its secret was changed. Download its file anew.",
        )
    return Refused(
        "sign_in_failed",
        f"Google did not complete the sign-in ({name or 'unknown reason'}). Nothing was stored; start again.",
    )


_REFUSALS = {
    "access_denied": (
        "access_denied",
        "Google was told not to let Outtray in. Nothing was stored; start again if that was not meant.",
    ),
    "admin_policy_enforced": (
        "access_denied",
        "Your organisation does not let this client use Gmail. Ask its administrator. Nothing was stored.",
    ),
    "org_internal": (
        "access_denied",
        "This client is for the members of its own organisation only. Nothing was stored.",
    ),
}


def _other(name: str | None) -> tuple[str, str]:
    return "sign_in_failed", f"Google ended the sign-in with “{(name or '')[:60]}”. Nothing was stored."


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


@contextlib.contextmanager
def _as_the_library_needs(client: OAuthClient) -> Iterator[None]:
    """Lets oauthlib speak plain http to this computer, and accept that a box was unticked.

    It reads both from the environment alone, so they are set for the one call and for no other host.
    """
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if client.is_local:
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

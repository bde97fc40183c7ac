"""The exchange with Google in a sign-in: consent page, code, tokens (OAuth 2.0 with PKCE, RFC 7636)."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from outtray.accounts.client_file import OAuthClient
from outtray.accounts.google_http import Reply, post_form
from outtray.accounts.redirect import Answered, RedirectListener
from outtray.model.clock import Clock
from outtray.model.errors import Refused

_LOOK_SECONDS = 0.1
_INSECURE = "OAUTHLIB_INSECURE_TRANSPORT"
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
        hint = {} if login_hint is None else {"login_hint": login_hint}
        with _plain_http_allowed(client):
            # Google gives a refresh token only where the person is asked anew.
            address, listener.state = flow.authorization_url(access_type="offline", prompt="consent", **hint)
        end = clock.monotonic() + seconds
        show(address)
        answer = _wait(listener, cancelled, lambda: clock.monotonic() >= end, seconds)
    if answer.code is None:
        raise Refused(*_REFUSALS.get(answer.error or "", _other(answer.error)))
    return _exchange(client, flow.code_verifier, listener.address, answer.code, scopes)


def _wait(
    listener: RedirectListener, cancelled: Callable[[], bool], over: Callable[[], bool], seconds: float
) -> Answered:
    while True:
        answer = listener.wait(_LOOK_SECONDS)
        if answer is not None:
            return answer
        if cancelled():
            raise Refused("cancelled", "The sign-in was cancelled. Nothing was stored.")
        if over():
            raise Refused(
                "timed_out",
                f"No answer came from the browser in {seconds / 60:.0f} minutes. "
                "Nothing was stored; start again.",
            )


def _exchange(client: OAuthClient, verifier: str, redirect: str, code: str, scopes: Sequence[str]) -> Granted:
    reply = post_form(
        client.token_uri,
        {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
        },
    )
    token = reply.text("access_token")
    if reply.status != 200 or not token:
        raise _failed(reply)
    granted = reply.text("scope").split() or scopes
    return Granted(
        token,
        reply.text("refresh_token") or None,
        tuple(sorted(granted)),
        _seconds(reply, "expires_in") or 0,
        _seconds(reply, "refresh_token_expires_in"),
    )


def _failed(reply: Reply) -> Refused:
    name = reply.text("error")
    if name in {"invalid_client", "unauthorized_client", "deleted_client"}:
        return Refused(
            "client_refused",
            "Google does not know this client, or its secret was changed. Download its file anew.",
        )
    return Refused(
        "sign_in_failed",
        f"Google did not complete the sign-in ({name or f'answer {reply.status}'}). "
        "Nothing was stored; start again.",
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


def _seconds(reply: Reply, name: str) -> int | None:
    value = reply.value.get(name)
    return value if isinstance(value, int) else None


@contextlib.contextmanager
def _plain_http_allowed(client: OAuthClient) -> Iterator[None]:
    """Lets oauthlib name an address of this computer that is plain http, as a test's Google has it.

    It reads that from the environment alone, so it is set for the one call and for no other host.
    """
    if not client.is_local:
        yield
        return
    with _ENVIRONMENT:
        before = os.environ.get(_INSECURE)
        os.environ[_INSECURE] = "1"
        try:
            yield
        finally:
            if before is None:
                del os.environ[_INSECURE]
            else:
                os.environ[_INSECURE] = before

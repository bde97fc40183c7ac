"""Google's sign-in: the consent page, tokens, refresh, revocation (RFC 6749, 7009, 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.google.errors import Answer, success
from tests.fakes.google.mailbox import Mailbox

COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
LIFETIME = 3599


@dataclass(slots=True)
class SignInPage:
    """What the person at the consent page does. `testing`: the client was never published."""

    address: str
    refuses: bool = False
    unticked: set[str] = field(default_factory=set)
    state_instead: str | None = None
    gives_refresh_token: bool = True
    testing: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in gave."""

    address: str
    scopes: tuple[str, ...]
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class _Code:
    address: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]


class OAuth:
    """Codes live as long as the process, tokens as long as the mailbox's file."""

    def __init__(
        self, mailbox: Mailbox, page: SignInPage, client_id: str, client_secret: str, now: Callable[[], float]
    ) -> None:
        self._mailbox, self.page, self._now = mailbox, page, now
        self.client_id, self.client_secret = client_id, client_secret
        self._codes: dict[str, _Code] = {}
        self.asked: list[dict[str, str]] = []

    # The endpoints.

    def authorize(self, query: str) -> Answer:
        """The consent page; this person decides at once, so it sends the browser on."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        self.asked.append(asked)
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client_id:
            return _page(401, "Error 401: invalid_client. The OAuth client was not found.")
        if urlsplit(redirect).hostname not in {"127.0.0.1", "localhost", "::1"}:
            return _page(400, "Error 400: redirect_uri_mismatch")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return _page(400, "Error 400: invalid_request")
        if not asked.get("code_challenge") or not asked.get("scope"):
            return _page(400, "Error 400: invalid_request")
        state = self.page.state_instead or asked.get("state", "")
        if self.page.refuses:
            return _go(redirect, {"error": "access_denied", "state": state})
        scopes = tuple(scope for scope in asked["scope"].split() if scope not in self.page.unticked)
        code = "4/" + secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            self.page.address, self.client_id, redirect, asked["code_challenge"], scopes
        )
        return _go(redirect, {"state": state, "code": code, "scope": " ".join(scopes)})

    def token(self, body: bytes) -> Answer:
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if (sent.get("client_id"), sent.get("client_secret")) != (self.client_id, self.client_secret):
            return refusal(401, "invalid_client", "The provided client secret is invalid.")
        if sent.get("grant_type") == "authorization_code":
            return self._exchange(sent)
        if sent.get("grant_type") == "refresh_token":
            return self._refresh(sent.get("refresh_token", ""))
        return refusal(400, "unsupported_grant_type", "Invalid grant_type")

    def revoke(self, query: str, body: bytes) -> Answer:
        token = (parse_qs(body.decode()) | parse_qs(query)).get("token", [""])[0]
        with self._mailbox.change() as connection:
            row = connection.execute("SELECT refresh_token FROM access WHERE token = ?", (token,)).fetchone()
            refresh = token if row is None else row[0]
            done = connection.execute(
                "UPDATE grants SET revoked = 1 WHERE refresh_token = ? AND NOT revoked", (refresh,)
            )
        if done.rowcount == 0:
            return refusal(400, "invalid_token", "Token expired or revoked")
        return success({})

    def look(self, header: str | None) -> Grant | None:
        """Whose access token the Authorization header holds; None where it is worth nothing."""
        token = (header or "").removeprefix("Bearer ")
        with self._mailbox.lock:
            row = self._mailbox._connection.execute(
                "SELECT g.address, g.scopes, g.refresh_token"
                " FROM access a JOIN grants g USING (refresh_token)"
                " WHERE a.token = ? AND a.expires > ? AND NOT g.revoked",
                (token, self._now()),
            ).fetchone()
        return None if row is None else Grant(row[0], tuple(json.loads(row[1])), token, row[2])

    # What a test does without the endpoints.

    def grant(self, address: str, scopes: tuple[str, ...] = (COMPOSE, METADATA)) -> Grant:
        """A sign-in that has happened."""
        refresh = "1//" + secrets.token_urlsafe(24)
        with self._mailbox.change() as connection:
            connection.execute(
                "INSERT INTO grants (refresh_token, address, client_id, scopes) VALUES (?, ?, ?, ?)",
                (refresh, address, self.client_id, json.dumps(scopes)),
            )
        return Grant(address, scopes, self._access(refresh), refresh)

    def revoke_all(self) -> None:
        """The person took the program's access away."""
        with self._mailbox.change() as connection:
            connection.execute("UPDATE grants SET revoked = 1")

    def expire_access_tokens(self) -> None:
        """Every access token has run out; refresh tokens have not."""
        with self._mailbox.change() as connection:
            connection.execute("UPDATE access SET expires = 0")

    def live_grants(self) -> int:
        """How many sign-ins are worth something."""
        with self._mailbox.lock:
            row = self._mailbox._connection.execute(
                "SELECT COUNT(*) FROM grants WHERE NOT revoked"
            ).fetchone()
            return int(row[0])

    def _exchange(self, sent: dict[str, str]) -> Answer:
        code = self._codes.pop(sent.get("code", ""), None)
        if code is None or code.redirect_uri != sent.get("redirect_uri"):
            return refusal(400, "invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            return refusal(400, "invalid_grant", "Invalid code verifier.")
        grant = self.grant(code.address, code.scopes)
        value = _tokens(grant.access_token, code.scopes)
        if self.page.gives_refresh_token:
            value["refresh_token"] = grant.refresh_token
        if self.page.testing:
            value["refresh_token_expires_in"] = 604799
        return success(value)

    def _refresh(self, refresh: str) -> Answer:
        with self._mailbox.lock:
            row = self._mailbox._connection.execute(
                "SELECT scopes FROM grants WHERE refresh_token = ? AND NOT revoked", (refresh,)
            ).fetchone()
        if row is None:
            return refusal(400, "invalid_grant", "Token has been expired or revoked.")
        return success(_tokens(self._access(refresh), tuple(json.loads(row[0]))))

    def _access(self, refresh: str) -> str:
        token = "ya29." + secrets.token_urlsafe(32)
        with self._mailbox.change() as connection:
            connection.execute(
                "INSERT INTO access VALUES (?, ?, ?)", (token, refresh, self._now() + LIFETIME)
            )
        return token


def refusal(code: int, name: str, words: str) -> Answer:
    """An error as RFC 6749 has it."""
    return Answer(code, json.dumps({"error": name, "error_description": words}).encode())


def _tokens(access: str, scopes: tuple[str, ...]) -> dict[str, object]:
    return {
        "access_token": access,
        "expires_in": LIFETIME,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }


def _go(redirect: str, values: dict[str, str]) -> Answer:
    mark = "&" if urlsplit(redirect).query else "?"
    return Answer(302, b"", "text/html", {"Location": f"{redirect}{mark}{urlencode(values)}"})


def _page(code: int, words: str) -> Answer:
    return Answer(
        code, f"<!DOCTYPE html><title>Sign in</title><p>{words}".encode(), "text/html; charset=UTF-8"
    )

"""Gmail behind the port: exactly one HTTP request a call, on a connection of its own.

The connection is opened apart from the request, so that "nothing was written" is known and not guessed;
no library in between repeats anything. Methods: https://developers.google.com/workspace/gmail/api/reference/rest
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import os
import socket
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from outtray.model.accounts import GoogleUnavailable, KeyringMissing, SignInNeeded
from outtray.model.errors import UsageError
from outtray.model.message import DELIVERY_HEADER
from outtray.model.settings import GMAIL_API, is_loopback, parse_setting
from outtray.sending.gmail_answers import (
    about_something_else,
    entries,
    headers_of,
    instant_of,
    next_page,
    page_query,
    text_of,
)
from outtray.sending.gmail_errors import error_of, unreadable
from outtray.sending.gmail_received import RECEIVED_HEADERS, received_of
from outtray.sending.transport import (
    DraftPage,
    Headers,
    Placed,
    Received,
    Sent,
    SentPage,
    TransportError,
    Trouble,
)

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

P = ParamSpec("P")
R = TypeVar("R")
ENVIRONMENT = "OUTTRAY_GMAIL_API"
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
# Google closes a connection that has been idle for minutes; a request into a closed one has no outcome.
IDLE_SECONDS = 30.0
# Above this the message goes as an upload and not within JSON (35 MB against a few).
_INLINE = 3_000_000
_MESSAGE = {"Content-Type": "application/json; charset=UTF-8"}


class Tokens(Protocol):
    """Access tokens; raises SignInNeeded, KeyringMissing, GoogleUnavailable."""

    def __call__(self) -> str:
        """A token that is good for minutes at least."""
        ...

    def renew(self) -> str:
        """Another one, since Gmail has refused the last."""
        ...


def endpoint(setting: str) -> str:
    """The root of the Gmail API: OUTTRAY_GMAIL_API, else the setting, else Google's own.

    Raises UsageError for anything but Google's https address and addresses of this computer.
    """
    named = os.environ.get(ENVIRONMENT, "").strip()
    return str(parse_setting("gmail.api_endpoint", named or setting)) or GMAIL_API


def _answered(
    method: Callable[Concatenate[GmailTransport, P], R],
) -> Callable[Concatenate[GmailTransport, P], R]:
    """Lets no connection be used again that gave anything but a good answer to the very call: with one answer
    too many on it, each call would get the answer to the call before.
    """

    @functools.wraps(method)
    def call(self: GmailTransport, /, *arguments: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, *arguments, **named)
        except TransportError:
            self.close()
            raise

    return call


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    headers: Any


class GmailTransport:
    """Implements `Transport`; `abort` alone may be called from another thread."""

    def __init__(
        self,
        root: str,
        tokens: Tokens,
        *,
        read_seconds: float = READ_SECONDS,
        monotonic: Callable[[], float],
    ) -> None:
        """`root` is what `endpoint` gave; `read_seconds` bounds each wait for the service."""
        self._root = urlsplit(root)
        self._tokens = tokens
        self._read_seconds = read_seconds
        self._monotonic = monotonic
        self._connection: HTTPConnection | None = None
        self._used = 0.0
        self._token = ""
        self._refused = ""

    def prepare(self) -> None:
        """Makes sure that there is a token, another one where Gmail has refused the last."""
        try:
            if self._refused and self._refused == self._token:
                self._token = self._tokens.renew()
            else:
                self._token = self._tokens()
        except SignInNeeded as error:
            raise TransportError(Trouble.SIGN_IN, error.sentence, service="oauth") from error
        except KeyringMissing as error:
            raise TransportError(Trouble.KEYRING, error.sentence, service="oauth") from error
        except GoogleUnavailable as error:
            raise TransportError(
                Trouble.OFFLINE if error.offline else Trouble.THROTTLED,
                error.sentence,
                status=error.status,
                retry_after=error.retry_after,
                code="oauth_unavailable",
                service="oauth",
            ) from error

    @_answered
    def create(self, raw: bytes, thread_id: str | None) -> Placed:
        """`drafts.create`."""
        message = {} if thread_id is None else {"threadId": thread_id}
        if len(raw) <= _INLINE:
            message["raw"] = base64.urlsafe_b64encode(raw).decode("ascii")
            value = self._json("POST", "drafts", {"message": message})
        else:
            body, kind = _multipart({"message": message}, raw)
            value = self._read(
                self._call("POST", "/upload", "drafts?uploadType=multipart", body, {"Content-Type": kind})
            )
        return Placed(text_of(value, "id"), text_of(value, "message", "id"))

    @_answered
    def send(self, draft_id: str) -> Sent:
        """`drafts.send`."""
        value = self._json("POST", "drafts/send", {"id": draft_id})
        if "message" in value:
            raise about_something_else(value)
        thread = value.get("threadId")
        return Sent(text_of(value, "id"), thread if isinstance(thread, str) else None)

    @_answered
    def get_draft(self, draft_id: str) -> Headers:
        """`drafts.get`, as far as gmail.metadata allows it."""
        query = urlencode({"format": "metadata"})
        value = self._json("GET", f"drafts/{quote(draft_id, safe='')}?{query}")
        if value.get("id") != draft_id:
            raise about_something_else(value)
        return headers_of(value.get("message"))

    @_answered
    def list_drafts(self, page: str | None = None) -> DraftPage:
        """`drafts.list`."""
        value = self._json("GET", f"drafts?{page_query(page)}")
        if "id" in value or "messages" in value:
            raise about_something_else(value)
        drafts = tuple(
            Placed(text_of(one, "id"), text_of(one, "message", "id")) for one in entries(value, "drafts")
        )
        return DraftPage(drafts, next_page(value))

    @_answered
    def list_sent(self, page: str | None = None) -> SentPage:
        """`messages.list` of the label SENT: a token with gmail.metadata is refused any search."""
        return self._messages("SENT", page)

    @_answered
    def list_received(self, page: str | None = None) -> SentPage:
        """`messages.list` of the label INBOX."""
        return self._messages("INBOX", page)

    @_answered
    def get_headers(self, message_id: str) -> Headers:
        """`messages.get`, headers only."""
        query = urlencode({"format": "metadata", "metadataHeaders": DELIVERY_HEADER})
        value = self._json("GET", f"messages/{quote(message_id, safe='')}?{query}")
        if value.get("id") != message_id:
            raise about_something_else(value)
        return headers_of(value)

    @_answered
    def get_received(self, message_id: str) -> Received:
        """`messages.get`, the headers of `RECEIVED_HEADERS` only."""
        query = urlencode({"format": "metadata", "metadataHeaders": RECEIVED_HEADERS}, doseq=True)
        value = self._json("GET", f"messages/{quote(message_id, safe='')}?{query}")
        if value.get("id") != message_id:
            raise about_something_else(value)
        return received_of(value)

    @_answered
    def delete_draft(self, draft_id: str) -> None:
        """`drafts.delete`."""
        reply = self._call("DELETE", "", f"drafts/{quote(draft_id, safe='')}", None, {})
        if reply.status not in {200, 204}:
            raise self._error(reply)
        if reply.body.strip() not in {b"", b"{}"}:
            raise about_something_else(reply.body)

    def abort(self) -> None:
        """Shuts the connection down under the call in flight."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):  # closed by itself meanwhile
                connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _messages(self, label: str, page: str | None) -> SentPage:
        value = self._json("GET", f"messages?labelIds={label}&{page_query(page)}")
        if "id" in value or "drafts" in value:
            raise about_something_else(value)
        return SentPage(tuple(text_of(one, "id") for one in entries(value, "messages")), next_page(value))

    def _json(self, method: str, path: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
        body = None if value is None else json.dumps(value).encode()
        return self._read(self._call(method, "", path, body, _MESSAGE if body else {}))

    def _read(self, reply: _Reply) -> dict[str, Any]:
        if reply.status != 200:
            raise self._error(reply)
        try:
            value = json.loads(reply.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise unreadable(reply.status, reply.body)
        return value

    def _error(self, reply: _Reply) -> TransportError:
        error = error_of(reply.status, reply.body, reply.headers, now=instant_of(reply.headers.get("Date")))
        if error.trouble is Trouble.TOKEN:
            if self._refused and self._refused != self._token:
                # A token that was fresh is refused as well: it is the sign-in.
                error.trouble = Trouble.SIGN_IN
            self._refused = self._token
        return error

    def _call(
        self, method: str, prefix: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> _Reply:
        """One request and its whole answer; raises TransportError where there is none."""
        import urllib3

        if not self._token:
            self.prepare()
        connection = self._connected()
        target = f"{self._root.path}{prefix}/gmail/v1/users/me/{path}"
        sent = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **headers}
        try:
            connection.request(method, target, body=body, headers=sent, preload_content=True)
            answer = connection.getresponse()
            reply = _Reply(answer.status, answer.data, answer.headers)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.close()
            raise TransportError(
                Trouble.UNKNOWN,
                "The connection broke before Gmail's answer came.",
                answer=type(error).__name__,
                code="broken",
            ) from error
        except BaseException:
            self.close()
            raise
        self._used = self._monotonic()
        if (answer.headers.get("Connection") or "").lower() == "close":
            self.close()
        if reply.status == 200 and self._refused != self._token:
            self._refused = ""
        return reply

    def _connected(self) -> HTTPConnection:
        """A connection on which nothing of this call was written; `Trouble.OFFLINE` where there is none."""
        import urllib3

        idle = self._monotonic() - self._used
        if self._connection is not None and (idle > IDLE_SECONDS or not self._connection.is_connected):
            self.close()
        if self._connection is None:
            connection = _new_connection(self._root.scheme, self._root.hostname or "", self._root.port)
            try:
                connection.connect()
            except (urllib3.exceptions.HTTPError, OSError) as error:
                connection.close()
                raise TransportError(
                    Trouble.OFFLINE,
                    "Gmail can't be reached. Nothing was sent.",
                    answer=type(error).__name__,
                    code="offline",
                ) from error
            if connection.sock is not None:
                connection.sock.settimeout(self._read_seconds)
                with contextlib.suppress(OSError):
                    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.timeout = self._read_seconds
            self._connection = connection
        return self._connection


def _new_connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    """Not connected yet; through the system's proxy where there is one."""
    # The whole before its parts: while one thread imports it, another one that asks for a part alone gets
    # half of it. Each account has a thread of its own.
    import urllib3  # noqa: F401
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.util import create_urllib3_context

    if scheme == "http":
        if not is_loopback(host):
            raise UsageError("Plain http is taken for addresses of this computer only.")
        return HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    context = create_urllib3_context()
    context.load_default_certs()
    proxy = None if is_loopback(host) else urllib.request.getproxies().get(scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        tunnel = HTTPSConnection(
            through.hostname or "", through.port or 8080, timeout=CONNECT_SECONDS, ssl_context=context
        )
        tunnel.set_tunnel(host, port or 443, scheme="http")
        return tunnel
    return HTTPSConnection(host, port or 443, timeout=CONNECT_SECONDS, ssl_context=context)


def _multipart(value: dict[str, Any], raw: bytes) -> tuple[bytes, str]:
    """A `multipart/related` upload: the JSON, then the message's own bytes."""
    boundary = f"outtray-{hashlib.sha256(raw).hexdigest()[:32]}"
    parts = (
        f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".encode(),
        json.dumps(value).encode(),
        f"\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n".encode(),
        raw,
        f"\r\n--{boundary}--".encode(),
    )
    return b"".join(parts), f'multipart/related; boundary="{boundary}"'

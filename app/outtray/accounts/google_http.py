"""Calls to Google's sign-in service and to `getProfile`: one attempt each, and no guess at the answer."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from outtray.model.accounts import GoogleUnavailable
from outtray.model.settings import is_loopback

if TYPE_CHECKING:
    import urllib3

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that could be read: its status and its JSON object."""

    status: int
    value: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A text of the object, empty where it has none of this name."""
        value = self.value.get(name)
        return value if isinstance(value, str) else ""


def post_form(url: str, fields: Mapping[str, str]) -> Reply:
    """Posts a form; raises GoogleUnavailable where no answer came or it can't be used."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _call("POST", url, headers, urlencode(fields).encode())


def get_json(url: str, access_token: str) -> Reply:
    """Asks the Gmail API; raises GoogleUnavailable where no answer came or it can't be used."""
    return _call("GET", url, {"Authorization": f"Bearer {access_token}"}, None)


def _call(method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
    import urllib3

    try:
        with _pool(url) as pool:
            answer = pool.request(method, url, headers=headers, body=body, redirect=False)
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise GoogleUnavailable(_OFFLINE, offline=True) from error
    except urllib3.exceptions.ProxyError as error:
        raise GoogleUnavailable(_OFFLINE, offline=True) from error
    except urllib3.exceptions.HTTPError as error:
        raise GoogleUnavailable(_SILENT) from error
    if answer.status == 429 or answer.status >= 500:
        wait = _seconds(answer.headers.get("Retry-After"))
        raise GoogleUnavailable(_BUSY, status=answer.status, retry_after=wait)
    try:
        value = json.loads(answer.data) if answer.data else {}
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise GoogleUnavailable(_UNREADABLE, status=answer.status)
    return Reply(answer.status, value)


_OFFLINE = "Google can't be reached. Check the connection of this computer and try again."
_SILENT = "The connection to Google broke before an answer came. Try again."
_BUSY = "Google's sign-in service does not work at the moment. Try again later."
_UNREADABLE = "Google's sign-in service gave an answer that can't be read. Try again later."


def _pool(url: str) -> urllib3.PoolManager:
    """Connections for one call, by the system's proxy where there is one; never a second attempt."""
    import urllib3

    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxy = None if is_loopback(host) else urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        return urllib3.ProxyManager(proxy, timeout=timeout, retries=False)
    return urllib3.PoolManager(timeout=timeout, retries=False)


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, means nothing without Google's clock."""
    try:
        return max(0.0, float(text or ""))
    except ValueError:
        return None

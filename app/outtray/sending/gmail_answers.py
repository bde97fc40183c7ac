"""What stands in Gmail's answers, read with care: anything that is not of the form promised is no answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from outtray.model.clock import from_milliseconds
from outtray.model.message import DELIVERY_HEADER
from outtray.sending.gmail_errors import unreadable
from outtray.sending.transport import Headers, TransportError


def about_something_else(value: Any) -> TransportError:
    """The error for an answer of a good form that is not the answer to this call."""
    return unreadable(200, value if isinstance(value, bytes) else json.dumps(value).encode())


def text_of(value: dict[str, Any], *path: str) -> str:
    """The text at a path of names; raises TransportError where there is none."""
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        raise unreadable(200, json.dumps(value).encode())
    return found


def entries(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list, which is left out where it is empty; raises TransportError."""
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise unreadable(200, json.dumps(value).encode())
    return found


def next_page(value: dict[str, Any]) -> str | None:
    """What continues a list, None at its end."""
    token = value.get("nextPageToken")
    return token if isinstance(token, str) and token else None


def page_query(page: str | None) -> str:
    """The query for a page of a list."""
    return urlencode({"maxResults": 100} | ({} if page is None else {"pageToken": page}))


def headers_of(message: Any) -> Headers:
    """Raises TransportError where the message is not one of the form that `format=metadata` gives."""
    tokens = lines_of(message, DELIVERY_HEADER)
    return Headers(
        text_of(message, "id"), thread_of(message), tokens[0] if tokens else None, date_of(message)
    )


def lines_of(message: Any, name: str) -> list[str]:
    """The values of a header; raises TransportError where `message` is none."""
    if not isinstance(message, dict):
        raise unreadable(200, b"")
    payload = message.get("payload")
    lines = payload.get("headers", []) if isinstance(payload, dict) else []
    return [
        str(line.get("value", "")).strip()
        for line in lines
        if isinstance(line, dict) and str(line.get("name", "")).lower() == name.lower()
    ]


def thread_of(message: dict[str, Any]) -> str | None:
    """The thread that the message stands in."""
    thread = message.get("threadId")
    return thread if isinstance(thread, str) else None


def date_of(message: dict[str, Any]) -> datetime | None:
    """When the service dates it."""
    at = message.get("internalDate")
    return from_milliseconds(int(at)) if isinstance(at, str) and at.isdigit() else None


def instant_of(text: str | None) -> datetime | None:
    """The service's own instant in its `Date` line."""
    try:
        return None if text is None else parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None

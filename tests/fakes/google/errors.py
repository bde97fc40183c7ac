"""Error answers as Google's servers write them, in the old form and the new one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


def success(value: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(value, indent=2).encode())


def error(
    code: int,
    reason: str,
    message: str,
    *,
    form: str = "new",
    domain: str = "global",
    retry_after: str | None = None,
    status: str | None = None,
) -> Answer:
    """`form` is `old` (`errors[]` alone) or `new` (`status` and `details` beside it)."""
    inner: dict[str, Any] = {
        "code": code,
        "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}],
    }
    if code == 401:
        inner["errors"][0] |= {"location": "Authorization", "locationType": "header"}
    if form == "new":
        inner["status"] = status or _STATUS.get(code, "UNKNOWN")
        inner["details"] = [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": _screaming(reason),
                "domain": "googleapis.com",
                "metadata": {"service": "gmail.googleapis.com"},
            }
        ]
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    if code == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return Answer(code, json.dumps({"error": inner}, indent=2).encode(), headers=headers)


def not_found() -> Answer:
    return error(404, "notFound", "Requested entity was not found.")


def html(code: int) -> Answer:
    """The page that stands in front of Google's servers."""
    page = (
        "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n"
        f"  <title>Error {code} (Server Error)!!1</title>\n"
        f"  <p><b>{code}.</b> <ins>That’s an error.</ins>\n"
        "  <p>The server encountered a temporary error and could not complete your request."
        "<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>\n"
    )
    return Answer(code, page.encode(), "text/html; charset=UTF-8")


def _screaming(reason: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c for c in reason).upper()

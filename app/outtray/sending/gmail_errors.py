"""What an answer of Gmail's means: its status and its body to a class of trouble and a sentence.

Google writes errors in two forms (`error.errors[].reason`, and `error.status` with
`error.details[].reason`), and what stands in front of its servers answers in HTML. What can't be read is
unknown, never a guess. Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from outtray.sending.transport import TransportError, Trouble

# In the old form camelCase, in the new one SCREAMING_SNAKE_CASE; compared without either.
_THROTTLED = frozenset({"ratelimitexceeded", "userratelimitexceeded", "concurrentlimitexceeded"})
_PROJECT_QUOTA = frozenset({"dailylimitexceeded", "quotaexceeded", "dailylimitexceededunreg"})
_SCOPES = frozenset({"insufficientpermissions", "accesstokenscopeinsufficient", "insufficientscopes"})
_PROJECT = frozenset({"accessnotconfigured", "servicedisabled"})
_POLICY = frozenset({"domainpolicy", "adminpolicyenforced", "accountdisabled", "userdisabled"})
_DISABLED = frozenset({"failedprecondition"})
_INVALID = frozenset({"invalidargument", "invalid", "badrequest", "invalidrecipient"})
_PROJECT_SPENT = (
    Trouble.PROJECT_QUOTA,
    "project_quota",
    "The daily quota of your Google Cloud project is used up. It turns over at midnight, Pacific time.",
)
_NAMED_TIME = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT[0-9:.]+Z)")


@dataclass(frozen=True, slots=True)
class _Refusal:
    reasons: frozenset[str]
    message: str


def error_of(
    status: int, body: bytes, headers: Mapping[str, str], *, now: datetime | None = None
) -> TransportError:
    """The trouble behind an answer that is not a good one.

    `now` is the service's own instant where it dated its answer: Retry-After may be a date.
    """
    refusal = _read(body)
    trouble, code, sentence = _class_of(status, refusal)
    return TransportError(
        trouble,
        sentence,
        status=status,
        answer=body.decode("utf-8", "replace"),
        code=code,
        retry_after=_seconds(headers.get("Retry-After"), now),
        until=_named_time(refusal) if trouble is Trouble.SENDING_LIMIT else None,
    )


def unreadable(status: int, body: bytes) -> TransportError:
    """An answer that says it is good and can't be read."""
    return TransportError(
        Trouble.UNKNOWN,
        "Gmail gave an answer that can't be read.",
        status=status,
        answer=body.decode("utf-8", "replace"),
        code="unreadable",
    )


def _class_of(status: int, refusal: _Refusal | None) -> tuple[Trouble, str, str]:
    if status >= 500 or status < 400:
        return Trouble.UNKNOWN, "server_error", f"Gmail does not work at the moment (answer {status})."
    if status == 401:
        return Trouble.TOKEN, "unauthorized", "Google no longer takes this sign-in. Reconnect to go on."
    if status == 404:
        return Trouble.MISSING, "not_found", "Gmail has no such draft or message."
    if status == 413:
        return Trouble.PERMANENT, "too_large", "The message is larger than Gmail takes."
    if status == 429:
        return _limited(refusal)
    if refusal is None:
        return Trouble.UNKNOWN, "unreadable", f"Gmail gave an answer that can't be read ({status})."
    if status == 403:
        return _forbidden(refusal)
    if status == 400:
        return _bad_request(refusal)
    return Trouble.UNKNOWN, "unexpected", f"Gmail gave an answer that Outtray does not know ({status})."


def _limited(refusal: _Refusal | None) -> tuple[Trouble, str, str]:
    if refusal is not None and "mail sending" in refusal.message.lower():
        return (
            Trouble.SENDING_LIMIT,
            "sending_limit",
            "Gmail's own sending limit for this account is reached.",
        )
    if refusal is not None and refusal.reasons & _PROJECT_QUOTA:
        return _PROJECT_SPENT
    return Trouble.THROTTLED, "throttled", "Gmail asks to go more slowly."


def _forbidden(refusal: _Refusal) -> tuple[Trouble, str, str]:
    reasons = refusal.reasons
    if reasons & _THROTTLED:
        return _limited(refusal)
    if reasons & _PROJECT_QUOTA:
        return _PROJECT_SPENT
    if reasons & _SCOPES:
        return (
            Trouble.ACCOUNT,
            "scope_missing",
            "This sign-in does not allow Outtray to send. Reconnect, and leave “compose” ticked.",
        )
    if reasons & _PROJECT:
        return (
            Trouble.ACCOUNT,
            "api_disabled",
            "The Gmail API is not switched on in your Google Cloud project. Enable it there, then reconnect.",
        )
    if reasons & _POLICY:
        return (
            Trouble.ACCOUNT,
            "policy",
            "The organisation of this account shuts Outtray out. Ask its administrator, then reconnect.",
        )
    return Trouble.UNKNOWN, "forbidden", "Gmail refused the call with a reason that Outtray does not know."


def _bad_request(refusal: _Refusal) -> tuple[Trouble, str, str]:
    message = refusal.message
    lower = message.lower()
    if refusal.reasons & _DISABLED or "mail service not enabled" in lower:
        return (
            Trouble.ACCOUNT,
            "gmail_disabled",
            "Gmail is not enabled for this account. Enable it, then reconnect.",
        )
    if refusal.reasons & _SCOPES:
        return _forbidden(refusal)
    if "invalid to header" in lower or "recipient address required" in lower or "invalid cc" in lower:
        return Trouble.PERMANENT, "invalid_recipient", "Gmail does not take an address of this message."
    if refusal.reasons & _INVALID:
        return Trouble.PERMANENT, "invalid_message", "Gmail does not take this message."
    return Trouble.UNKNOWN, "unexpected", "Gmail gave an answer that Outtray does not know (400)."


def _read(body: bytes) -> _Refusal | None:
    """The reasons and the message in a body, None where it has no error of Google's."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, str):
        return _Refusal(frozenset({_plain(error)}), str(value.get("error_description", "")))
    if not isinstance(error, dict):
        return None
    reasons = {_plain(error.get("status"))}
    message = str(error.get("message", ""))
    for name in ("errors", "details"):
        for entry in _dicts(error.get(name)):
            reasons.add(_plain(entry.get("reason")))
            message += f" {entry.get('message', '')}"
    return _Refusal(frozenset(reasons - {""}), message)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _plain(value: Any) -> str:
    return value.replace("_", "").lower() if isinstance(value, str) else ""


def _named_time(refusal: _Refusal | None) -> datetime | None:
    match = None if refusal is None else _NAMED_TIME.search(refusal.message)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[1]).astimezone(UTC)
    except ValueError:
        return None


def _seconds(text: str | None, now: datetime | None) -> float | None:
    """Retry-After (RFC 9110, 10.2.3) in seconds, from either of its forms."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        named = parsedate_to_datetime(text)
    except ValueError:
        return None
    return None if now is None else max(0.0, (named - now).total_seconds())

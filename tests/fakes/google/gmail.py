"""The part of the Gmail API (v1) that Outtray uses, with the refusals of the real one."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.google import faults
from tests.fakes.google.errors import Answer, error, not_found, success
from tests.fakes.google.mailbox import Mail, Mailbox, Missing
from tests.fakes.google.oauth import COMPOSE, METADATA, Grant

MAX_UPLOAD = 36_700_160
UNITS = {
    faults.CREATE: 10,
    faults.SEND: 100,
    faults.DELETE: 10,
    faults.GET: 5,
    faults.LIST: 5,
    faults.MESSAGES: 5,
    faults.HEADERS: 5,
}
_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", r"drafts", faults.CREATE),
    ("POST", r"drafts/send", faults.SEND),
    ("GET", r"drafts/(?P<id>[^/]+)", faults.GET),
    ("GET", r"drafts", faults.LIST),
    ("DELETE", r"drafts/(?P<id>[^/]+)", faults.DELETE),
    ("GET", r"messages", faults.MESSAGES),
    ("GET", r"messages/(?P<id>[^/]+)", faults.HEADERS),
    ("GET", r"profile", faults.PROFILE),
)
# Who may call what; see the reference of each method.
_SCOPES = {
    faults.MESSAGES: (METADATA,),
    faults.HEADERS: (METADATA,),
    faults.PROFILE: (COMPOSE, METADATA),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API, read."""

    operation: str
    id: str
    query: dict[str, list[str]]
    upload: bool
    content_type: str
    body: bytes

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


def read_call(method: str, target: str, content_type: str, body: bytes) -> Call | None:
    """None where the API has no such method."""
    parts = urlsplit(target)
    found = re.fullmatch(r"(/upload)?/gmail/v1/users/[^/]+/(.+)", parts.path)
    if found is None:
        return None
    for verb, pattern, operation in _ROUTES:
        match = re.fullmatch(pattern, found[2])
        if verb == method and match is not None:
            name = match.groupdict().get("id", "")
            return Call(operation, name, parse_qs(parts.query), bool(found[1]), content_type, body)
    return None


class Gmail:
    """Answers calls from a mailbox; each takes effect before it returns."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def allowed(self, call: Call, grant: Grant) -> Answer | None:
        """The refusal, where the token's scopes don't reach."""
        if not set(_SCOPES.get(call.operation, (COMPOSE,))) & set(grant.scopes):
            return error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if METADATA in grant.scopes:
            wanted = call.first("format", "minimal" if call.operation == faults.GET else "").lower()
            if "q" in call.query:
                return error(403, "forbidden", "Metadata scope does not support 'q' parameter")
            if wanted in {"full", "raw"} or (call.operation == faults.HEADERS and not wanted):
                return error(
                    403, "forbidden", f"Metadata scope doesn't allow format {(wanted or 'full').upper()}"
                )
        return None

    def answer(self, call: Call, grant: Grant) -> Answer:
        work: dict[str, Callable[[Call], Answer]] = {
            faults.CREATE: self._create,
            faults.SEND: self._send,
            faults.GET: self._get_draft,
            faults.LIST: self._list_drafts,
            faults.DELETE: self._delete,
            faults.MESSAGES: self._list_messages,
            faults.HEADERS: self._get_message,
        }
        if call.operation == faults.PROFILE:
            messages, threads = self.mailbox.totals()
            return success(
                {
                    "emailAddress": grant.address,
                    "messagesTotal": messages,
                    "threadsTotal": threads,
                    "historyId": str(1000 + messages),
                }
            )
        try:
            return work[call.operation](call)
        except Missing:
            return not_found()

    def _create(self, call: Call) -> Answer:
        try:
            raw, thread_id = _uploaded(call)
        except (ValueError, binascii.Error):
            return error(
                400, "invalidArgument", "'raw' RFC822 payload message string or uploading message required"
            )
        if len(raw) > MAX_UPLOAD:
            return error(
                413, "uploadTooLarge", f"Media larger than max allowed: {MAX_UPLOAD} bytes", form="old"
            )
        wrong = _wrong_header(raw)
        if wrong is not None:
            return error(400, "invalidArgument", f"Invalid {wrong} header")
        draft_id, mail = self.mailbox.create_draft(raw, thread_id)
        return success({"id": draft_id, "message": _short(mail)})

    def _send(self, call: Call) -> Answer:
        try:
            draft_id = json.loads(call.body)["id"]
        except (ValueError, KeyError, TypeError):
            return error(400, "invalidArgument", "Missing draft id")
        if not getaddresses(
            [str(self.mailbox.draft(draft_id).headers.get(n) or "") for n in ("To", "Cc", "Bcc")]
        ):
            return error(400, "invalidArgument", "Recipient address required")
        return success(_short(self.mailbox.send_draft(draft_id)))

    def _get_draft(self, call: Call) -> Answer:
        mail = self.mailbox.draft(call.id)
        wanted = call.first("format", "full").lower()
        return success(
            {"id": call.id, "message": _message(mail, wanted, call.query.get("metadataHeaders", []))}
        )

    def _delete(self, call: Call) -> Answer:
        self.mailbox.delete_draft(call.id)
        return Answer(204, b"")

    def _list_drafts(self, call: Call) -> Answer:
        start, limit = _page(call)
        rows = self.mailbox.draft_ids(start, limit + 1)
        value: dict[str, Any] = {"resultSizeEstimate": len(rows)}
        if rows:
            value["drafts"] = [
                {"id": draft, "message": {"id": message, "threadId": thread}}
                for draft, message, thread in rows[:limit]
            ]
        if len(rows) > limit:
            value["nextPageToken"] = f"{start + limit:020d}"
        return success(value)

    def _list_messages(self, call: Call) -> Answer:
        start, limit = _page(call)
        rows = self.mailbox.message_ids(tuple(call.query.get("labelIds", [])), start, limit + 1)
        value: dict[str, Any] = {"resultSizeEstimate": len(rows)}
        if rows:
            value["messages"] = [{"id": message, "threadId": thread} for message, thread in rows[:limit]]
        if len(rows) > limit:
            value["nextPageToken"] = f"{start + limit:020d}"
        return success(value)

    def _get_message(self, call: Call) -> Answer:
        mail = self.mailbox.message(call.id)
        return success(
            _message(mail, call.first("format", "full").lower(), call.query.get("metadataHeaders", []))
        )


def _uploaded(call: Call) -> tuple[bytes, str | None]:
    """The message's bytes and its thread, from any of the three kinds of upload; raises ValueError."""
    if not call.upload:
        message = json.loads(call.body).get("message") or {}
        raw = base64.urlsafe_b64decode(str(message.get("raw") or "").encode() + b"===")
        if not raw:
            raise ValueError("no message")
        return raw, message.get("threadId")
    if call.first("uploadType") == "media":
        return call.body, None
    boundary = re.search(r'boundary="?([^";]+)', call.content_type)
    if boundary is None or call.first("uploadType") != "multipart":
        raise ValueError("not a multipart upload")
    # By the byte: a parser of mail would change the ends of line of the message.
    parts = call.body.split(b"--" + boundary[1].encode())
    if len(parts) != 4:
        raise ValueError("not two parts")
    first, raw = (part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts[1:3])
    meta = json.loads(first or b"{}")
    return raw, (meta.get("message") or {}).get("threadId")


def _wrong_header(raw: bytes) -> str | None:
    headers = BytesParser().parsebytes(raw, headersonly=True)
    for name in ("To", "Cc", "Bcc"):
        for _, address in getaddresses([str(value) for value in headers.get_all(name, [])]):
            if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", address):
                return name
    return None


def _page(call: Call) -> tuple[int, int]:
    return int(call.first("pageToken", "0")), min(int(call.first("maxResults", "100")), 500)


def _short(mail: Mail) -> dict[str, Any]:
    return {"id": mail.id, "threadId": mail.thread_id, "labelIds": list(mail.labels)}


def _message(mail: Mail, wanted: str, names: list[str]) -> dict[str, Any]:
    value = _short(mail) | {
        "snippet": "",
        "historyId": "1000",
        "internalDate": str(mail.at),
        "sizeEstimate": len(mail.raw),
    }
    if wanted == "raw":
        return value | {"raw": base64.urlsafe_b64encode(mail.raw).decode()}
    if wanted == "minimal":
        return value
    chosen = {name.lower() for name in names} if wanted == "metadata" else set()
    headers = [
        {"name": name, "value": " ".join(str(text).split())}
        for name, text in mail.headers.items()
        if not chosen or name.lower() in chosen
    ]
    return value | {"payload": {"mimeType": mail.headers.get_content_type(), "headers": headers}}

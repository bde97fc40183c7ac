"""Bare calls to the Gmail API, one attempt each, for looking at what it really answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON object of an answer; an empty object where the body is none."""

    status: int
    value: dict[str, Any]

    @property
    def error(self) -> dict[str, Any]:
        """What stands under `error`, in the old form or the new one."""
        found = self.value.get("error")
        return found if isinstance(found, dict) else {}

    @property
    def reason(self) -> str:
        """The first reason that the error names."""
        errors = self.error.get("errors") or [{}]
        return str(errors[0].get("reason", ""))


class Api:
    """The API of one mailbox."""

    def __init__(self, root: str, access_token: str) -> None:
        self._root = root
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._http = urllib3.PoolManager(retries=False, timeout=30)

    def get(self, path: str, **query: str | list[str]) -> Answer:
        return self._call("GET", f"/gmail/v1/users/me/{path}?{urlencode(query, doseq=True)}")

    def delete(self, path: str) -> Answer:
        return self._call("DELETE", f"/gmail/v1/users/me/{path}")

    def create(self, raw: bytes, thread_id: str | None = None) -> Answer:
        message: dict[str, str] = {"raw": base64.urlsafe_b64encode(raw).decode()}
        if thread_id:
            message["threadId"] = thread_id
        return self._call("POST", "/gmail/v1/users/me/drafts", json.dumps({"message": message}).encode())

    def upload(self, raw: bytes, thread_id: str | None = None) -> Answer:
        """The same as a multipart upload, which takes large messages."""
        mark = b"outtray-contract"
        meta = json.dumps({"message": {"threadId": thread_id} if thread_id else {}}).encode()
        body = b"\r\n".join(
            (
                b"--" + mark,
                b"Content-Type: application/json; charset=UTF-8\r\n",
                meta,
                b"--" + mark,
                b"Content-Type: message/rfc822\r\n",
                raw,
                b"--" + mark + b"--",
                b"",
            )
        )
        path = "/upload/gmail/v1/users/me/drafts?uploadType=multipart"
        return self._call("POST", path, body, f"multipart/related; boundary={mark.decode()}")

    def send(self, draft_id: str) -> Answer:
        return self._call("POST", "/gmail/v1/users/me/drafts/send", json.dumps({"id": draft_id}).encode())

    def pages(self, path: str, key: str, **query: str) -> Iterator[dict[str, Any]]:
        """Everything that a list gives, page after page."""
        token: str | None = ""
        while token is not None:
            more = {"pageToken": token} if token else {}
            answer = self.get(path, **query, **more)
            yield from answer.value.get(key, [])
            token = answer.value.get("nextPageToken")

    def headers(self, message: dict[str, Any]) -> dict[str, str]:
        """The header lines of a message in the form `metadata`, names in lower case."""
        found = message.get("payload", {}).get("headers", [])
        return {line["name"].lower(): line["value"] for line in found}

    def _call(
        self, method: str, target: str, body: bytes | None = None, kind: str = "application/json"
    ) -> Answer:
        headers = self._headers | ({"Content-Type": kind} if body is not None else {})
        answer = self._http.request(method, self._root + target, body=body, headers=headers)
        value = json.loads(answer.data) if answer.data else {}
        return Answer(answer.status, value)

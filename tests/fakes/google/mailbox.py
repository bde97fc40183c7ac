"""One Gmail mailbox in a file: messages, drafts, and an account of what was delivered that nothing undoes.

Every change is committed before it returns, so the mailbox outlives a kill of the process that serves it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path
from typing import Any

TOKEN_HEADER = "X-Outtray-Delivery"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, thread_id TEXT NOT NULL,
  labels TEXT NOT NULL, at INTEGER NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS drafts (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS delivered (
  number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT, message_id TEXT NOT NULL, draft_id TEXT NOT NULL,
  recipients TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, uploaded BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ids (next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS grants (
  refresh_token TEXT PRIMARY KEY, address TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS access (
  token TEXT PRIMARY KEY, refresh_token TEXT NOT NULL, expires REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `raw` is as Gmail keeps it, with the lines that Gmail adds; `at` in milliseconds."""

    id: str
    thread_id: str
    labels: tuple[str, ...]
    at: int
    raw: bytes

    @property
    def headers(self) -> Message:
        """The header lines alone."""
        return BytesHeaderParser().parsebytes(self.raw)

    @property
    def token(self) -> str | None:
        """The delivery id that Outtray wrote into the message."""
        return self.headers.get(TOKEN_HEADER)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery. `by` is `api` or `person`; `uploaded` are the bytes without the lines of Gmail's."""

    token: str | None
    message_id: str
    draft_id: str
    recipients: tuple[str, ...]
    by: str
    at: int
    uploaded: bytes


class Missing(LookupError):  # noqa: N818 - what was asked for is missing
    """No draft or message of this id."""


class Mailbox:
    """Safe for several threads; `now` gives seconds since 1970."""

    def __init__(self, path: Path, now: Callable[[], float], *, rewrites_message_id: bool = True) -> None:
        self.path = path
        self._now = now
        self._rewrites = rewrites_message_id
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;{_SCHEMA}")
        if self._one("SELECT next FROM ids") is None:
            self._connection.execute("INSERT INTO ids VALUES (1)")

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, for this thread alone."""
        with self.lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # What the API does.

    def create_draft(self, raw: bytes, thread_id: str | None) -> tuple[str, Mail]:
        with self.change() as connection:
            draft_id = f"r-{self._next_id(connection):d}"
            mail = self._add(connection, _received(raw), thread_id, ("DRAFT",))
            connection.execute(
                "INSERT INTO drafts SELECT ?, ?, COALESCE(MAX(number), 0) + 1 FROM drafts",
                (draft_id, mail.id),
            )
        return draft_id, mail

    def draft(self, draft_id: str) -> Mail:
        with self.lock:
            row = self._one("SELECT message_id FROM drafts WHERE id = ?", draft_id)
            if row is None:
                raise Missing(draft_id)
            return self.message(str(row[0]))

    def drafts(self) -> list[tuple[str, Mail]]:
        """All drafts, the newest first."""
        with self.lock:
            rows = self._connection.execute(
                "SELECT id, message_id FROM drafts ORDER BY number DESC"
            ).fetchall()
            return [(draft_id, self.message(message_id)) for draft_id, message_id in rows]

    def draft_ids(self, start: int, limit: int) -> list[tuple[str, str, str]]:
        """A page of (draft id, message id, thread id), the newest first."""
        with self.lock:
            return self._connection.execute(
                "SELECT d.id, m.id, m.thread_id FROM drafts d JOIN messages m ON m.id = d.message_id"
                " ORDER BY d.number DESC LIMIT ? OFFSET ?",
                (limit, start),
            ).fetchall()

    def delete_draft(self, draft_id: str) -> None:
        with self.change() as connection:
            mail = self.draft(draft_id)
            connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))
            connection.execute("DELETE FROM messages WHERE id = ?", (mail.id,))

    def send_draft(self, draft_id: str, by: str = "api") -> Mail:
        """The draft goes, and a message of another id with the label SENT stands in its place."""
        with self.change() as connection:
            old = self.draft(draft_id)
            connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))
            connection.execute("DELETE FROM messages WHERE id = ?", (old.id,))
            raw = old.raw
            if self._rewrites:
                raw = _with_message_id(raw, f"<CAF{self._next_id(connection):x}@mail.gmail.example.com>")
            sent = self._add(connection, raw, old.thread_id, ("SENT",))
            connection.execute(
                "INSERT INTO delivered (token, message_id, draft_id, recipients, by, at, uploaded)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    old.token,
                    sent.id,
                    draft_id,
                    json.dumps(recipients(old.raw)),
                    by,
                    sent.at,
                    _sent_in(old.raw),
                ),
            )
        return sent

    def message(self, message_id: str) -> Mail:
        with self.lock:
            row = self._one("SELECT id, thread_id, labels, at, raw FROM messages WHERE id = ?", message_id)
        if row is None:
            raise Missing(message_id)
        return Mail(row[0], row[1], tuple(json.loads(row[2])), row[3], row[4])

    def message_ids(self, labels: tuple[str, ...], start: int, limit: int) -> list[tuple[str, str]]:
        """A page of (message id, thread id) with all these labels, the newest first."""
        wanted = "".join(" AND labels LIKE ?" for _ in labels)
        with self.lock:
            return self._connection.execute(
                f"SELECT id, thread_id FROM messages WHERE 1{wanted} ORDER BY number DESC LIMIT ? OFFSET ?",
                (*(f'%"{label}"%' for label in labels), limit, start),
            ).fetchall()

    def totals(self) -> tuple[int, int]:
        """How many messages and threads there are."""
        with self.lock:
            row = self._one("SELECT COUNT(*), COUNT(DISTINCT thread_id) FROM messages")
            return (0, 0) if row is None else (row[0], row[1])

    # What happens beside the API.

    def receive(self, raw: bytes, thread_id: str | None = None) -> Mail:
        """Mail that comes in: a reply, a bounce."""
        with self.change() as connection:
            return self._add(connection, raw, thread_id, ("INBOX", "UNREAD"))

    def edit_draft(self, draft_id: str, addition: bytes = b"\r\nP.S. by hand\r\n") -> tuple[str, Mail]:
        """A person edits the draft in Gmail's own window: both ids change."""
        old = self.draft(draft_id)
        self.delete_draft(draft_id)
        return self.create_draft(old.raw + addition, old.thread_id)

    def delivered(self) -> list[Delivered]:
        """Everything that ever left, in order; neither `restore` nor a deletion takes from it."""
        with self.lock:
            rows = self._connection.execute(
                "SELECT token, message_id, draft_id, recipients, by, at, uploaded FROM delivered"
                " ORDER BY number"
            ).fetchall()
        return [Delivered(r[0], r[1], r[2], tuple(json.loads(r[3])), r[4], r[5], r[6]) for r in rows]

    def snapshot(self) -> list[list[tuple[object, ...]]]:
        """Messages and drafts as they are, for `restore`."""
        with self.lock:
            return [self._connection.execute(f"SELECT * FROM {t}").fetchall() for t in ("messages", "drafts")]

    def restore(self, snapshot: list[list[tuple[object, ...]]]) -> None:
        """Puts messages and drafts back as they were; what was delivered stays delivered."""
        with self.change() as connection:
            for table, rows in zip(("messages", "drafts"), snapshot, strict=True):
                connection.execute(f"DELETE FROM {table}")
                for row in rows:
                    connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)

    def _add(
        self, connection: sqlite3.Connection, raw: bytes, thread_id: str | None, labels: tuple[str, ...]
    ) -> Mail:
        number = self._next_id(connection)
        mail = Mail(
            f"18f{number:013x}", thread_id or f"18f{number:013x}", labels, int(self._now() * 1000), raw
        )
        connection.execute(
            "INSERT INTO messages (id, thread_id, labels, at, raw) VALUES (?, ?, ?, ?, ?)",
            (mail.id, mail.thread_id, json.dumps(labels), mail.at, raw),
        )
        return mail

    def _next_id(self, connection: sqlite3.Connection) -> int:
        (number,) = connection.execute("UPDATE ids SET next = next + 1 RETURNING next").fetchone()
        return int(number)

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
        return row


def recipients(raw: bytes) -> list[str]:
    """The addresses of To, Cc and Bcc."""
    headers = BytesHeaderParser().parsebytes(raw)
    lines = [str(value) for name in ("To", "Cc", "Bcc") for value in headers.get_all(name, [])]
    return [address for _, address in getaddresses(lines) if address]


_RECEIVED = b"Received: from 4711 named unknown by gmailapi.google.com with HTTPREST;\r\n\tnow\r\n"


def _received(raw: bytes) -> bytes:
    return _RECEIVED + raw


def _sent_in(raw: bytes) -> bytes:
    return raw.removeprefix(_RECEIVED)


def _with_message_id(raw: bytes, message_id: str) -> bytes:
    """Another Message-ID in the place of the old one, whose value moves to a line of Gmail's."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    lines, kept = [], []
    skipping = False
    for line in head.split(b"\r\n"):
        skipping = line[:1] in b" \t" and skipping if line[:1] else False
        if line.lower().startswith(b"message-id:"):
            kept.append(b"X-Google-Original-Message-ID:" + line.partition(b":")[2])
            skipping = True
        elif skipping:
            kept.append(line)
        else:
            lines.append(line)
    return b"\r\n".join([*lines, *kept, b"Message-ID: " + message_id.encode()]) + gap + body

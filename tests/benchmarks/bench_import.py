"""Import with search index and an audit event a draft, against bare `sqlite3` that writes the same rows."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from outtray.intake.batches import BATCH_ITEMS
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import import_paths
from outtray.model.clock import SystemClock
from outtray.model.draft import Content
from outtray.model.mailboxes import EmailAddress
from outtray.store.dialects.sqlite_connection import connect
from outtray.store.index_text import index_text
from tests.benchmarks.measuring import Figure, at_least, medians
from tests.fakes.desks import make_desk

DRAFTS = 20_000
ROUNDS = 3
_ROWS = ("drafts", "proposals", "revisions", "draft_recipients")
_AUDIT = ("data_subjects", "audit_events", "audit_clear_values")
_BODY = (
    "Thank you for asking about number {0}. " + "We looked at what your site needs and what it costs. " * 8
)


def run() -> list[Figure]:
    """Drafts a second: ours, the same work by hand, and the rows alone."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as folder:
        bench = _Bench(Path(folder))
        rates = medians(
            ROUNDS, {"ours": bench.ours, "same work": bench.same_work, "rows alone": bench.rows_alone}
        )
    return [
        at_least("import against the same work", rates["ours"], "drafts/s", rates["same work"], 0.75),
        at_least("import against the rows alone", rates["ours"], "drafts/s", rates["rows alone"], 0.12),
    ]


class _Bench:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = 0
        self._file = folder / "drafts.jsonl"
        fields = [_fields(number) for number in range(1, DRAFTS + 1)]
        self._file.write_text("".join(json.dumps(one) + "\n" for one in fields), encoding="utf-8")
        self._written = self._look()

    def ours(self) -> float:
        """The program's own import of the file."""
        desk = make_desk(self._new(), clock=SystemClock())
        try:
            begun = time.perf_counter()
            outcome = import_paths(desk, [self._file], ImportOptions())
            took = time.perf_counter() - begun
            assert outcome.added == DRAFTS
        finally:
            desk.close()
        return DRAFTS / took

    def same_work(self) -> float:
        """By hand, in batches of the same size: parsing, keys and digests, words, rows, index and log."""
        lines = self._file.read_text(encoding="utf-8").splitlines()
        chain = bytes(32)

        def write(connection: sqlite3.Connection, start: int, end: int) -> None:
            nonlocal chain
            words: list[tuple[int, str]] = []
            for number, line in enumerate(lines[start:end], start + 1):
                fields = json.loads(line)
                chain = _by_hand_of_one(fields, chain)
                words.append((number, _words(fields)))
            for name in (*_ROWS, *_AUDIT):
                _insert(connection, name, self._written[name][start:end])
            connection.executemany("INSERT INTO drafts_search (rowid, words) VALUES (?, ?)", words)

        return self._by_hand(write)

    def rows_alone(self) -> float:
        """Drafts, proposals and revisions without index and log."""

        def write(connection: sqlite3.Connection, start: int, end: int) -> None:
            for name in _ROWS[:3]:
                _insert(connection, name, self._written[name][start:end])

        return self._by_hand(write)

    def _by_hand(self, write: Callable[[sqlite3.Connection, int, int], None]) -> float:
        desk = make_desk(self._new())
        desk.close()
        connection = connect(desk.profile.database, read_only=False)
        try:
            # The event of the profile's own making stands where the first draft's would.
            connection.execute("DROP TRIGGER audit_events_keep_removed")
            connection.execute("DELETE FROM audit_events")
            begun = time.perf_counter()
            for start in range(0, DRAFTS, BATCH_ITEMS):
                connection.execute("BEGIN IMMEDIATE")
                write(connection, start, start + BATCH_ITEMS)
                connection.execute("COMMIT")
            return DRAFTS / (time.perf_counter() - begun)
        finally:
            connection.close()

    def _look(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the import writes, so that it can be written again by hand."""
        desk = make_desk(self._new())
        import_paths(desk, [self._file], ImportOptions())
        desk.close()
        connection = connect(desk.profile.database, read_only=True)
        try:
            tables = {name: _rows(connection, name) for name in (*_ROWS, *_AUDIT)}
        finally:
            connection.close()
        tables["audit_events"] = tables["audit_events"][-DRAFTS - 1 : -1]
        return tables

    def _new(self) -> Path:
        self._turn += 1
        return self._folder / str(self._turn)


def _by_hand_of_one(fields: dict[str, Any], chain: bytes) -> bytes:
    """What any import computes for a draft besides its rows: a key, two digests, a commitment, an event."""
    key = hmac.digest(b"secret", fields["external_id"].encode(), "sha256")
    hashlib.sha256(json.dumps(fields).encode()).digest()
    event = {
        "seq": 1,
        "at": "2026-11-24T14:30:00.000Z",
        "actor": {"kind": "machine", "name": fields["source"]},
        "action": "draft.proposed",
        "commitments": [
            {"name": "recipient", "hmac": hmac.digest(key, fields["to"].encode(), "sha256").hex()}
        ],
    }
    return hashlib.sha256(chain + json.dumps(event, sort_keys=True).encode()).digest()


def _words(fields: dict[str, Any]) -> str:
    address = EmailAddress(fields["to"])
    content = Content(to=(address,), subject=fields["subject"], body_text=fields["body_text"])
    return index_text(
        content,
        source=fields["source"],
        recipient_name=None,
        company_name=None,
        request=fields["request"],
        context={},
    )


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _fields(number: int) -> dict[str, Any]:
    return {
        "external_id": f"lead-{number}",
        "source": "form-leads",
        "to": f"person{number}@example.com",
        "subject": f"Your question number {number}",
        "body_text": _BODY.format(number),
        "request": f"Could you tell me about number {number}?",
        "priority": number % 100,
    }

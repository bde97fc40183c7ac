"""Verifying a log of a million events, against a bare hashlib loop over the same bytes."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from outtray.audit.verify import verify
from outtray.model.clock import from_milliseconds
from outtray.model.events import GENESIS, SYSTEM, Actor, ActorKind, Event, chain_hash, payload
from outtray.store.dialects.sqlite import reading_engine
from outtray.store.upgrade import upgrade
from tests.benchmarks.measuring import Figure, at_most, medians

EVENTS = 1_000_000
ROUNDS = 5
_BEGUN = 1_790_000_000_000
_MACHINE = Actor(ActorKind.MACHINE, "form-leads")
# What a draft leaves in the log on its way: mostly short events, a few with commitments.
_STORY = (
    (_MACHINE, "draft.proposed", "draft", {"revision": 1, "findings": {"info": 1}}, True),
    (Actor(ActorKind.OPERATOR), "draft.approved", "draft", {"digest": "52d8e1f07ac30b96" * 4}, False),
    (SYSTEM, "delivery.staging", "delivery", {"attempt": 1, "from": "queued"}, False),
    (SYSTEM, "delivery.sent", "delivery", {"attempt": 1, "gmail_message_id": "18f2a0c4d5e6b798"}, False),
)


def run() -> list[Figure]:
    """The time of one verification, columns included."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as folder:
        database = Path(folder) / "outtray.db"
        make_log(database, EVENTS)
        with sqlite3.connect(database) as plain:
            data = [row[0] for row in plain.execute("SELECT payload FROM audit_events ORDER BY sequence")]
        engine = reading_engine(database)

        def bare() -> None:
            previous = GENESIS
            for event in data:
                previous = hashlib.sha256(previous + event).digest()

        def whole() -> None:
            with engine.begin() as connection:
                assert verify(connection).ok

        found = medians(ROUNDS, {"bare": lambda: _seconds(bare), "verify": lambda: _seconds(whole)})
        engine.dispose()
    return [at_most("verify 1,000,000 events", found["verify"], "s", found["bare"], 2.9)]


def make_log(database: Path, count: int) -> None:
    """A new profile's database with so many events in a good chain."""
    upgrade(database, database.parent)
    with sqlite3.connect(database) as connection:
        connection.executemany("INSERT INTO audit_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(count))


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    previous = GENESIS
    for number in range(1, count + 1):
        actor, action, kind, details, personal = _STORY[number % len(_STORY)]
        at = _BEGUN + number * 1_700
        event = Event(actor, action, kind, str(number // len(_STORY) + 1), details=details)
        commitments = [{"subject": number, "name": "recipient", "hmac": "9f" * 32}] if personal else []
        data = payload(number, from_milliseconds(at), event, commitments)
        previous = chain_hash(previous, data)
        head = (number, at, actor.kind.value, actor.name, action, kind)
        yield (*head, event.object_id, event.outcome, data, previous)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun

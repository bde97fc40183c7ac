"""SQLite: the engines, triggers, row numbers, a quick look at a file's health."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from outtray.store.dialects.sqlite_connection import connect

# An append-only log is append-only for every program that opens the file, not only for ours.
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
APPEND_ONLY = (
    f"CREATE TRIGGER audit_events_keep_changed BEFORE UPDATE ON audit_events {_REFUSE}",
    f"CREATE TRIGGER audit_events_keep_removed BEFORE DELETE ON audit_events {_REFUSE}",
)


_AT_ONCE = 200
_FEW = 8


def writing_engine(path: Path) -> Engine:
    """The one writing connection of a process; each transaction takes the write lock as it begins."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, read_only=False),
        poolclass=StaticPool,
        hide_parameters=True,  # an error's text may get into the log; what is in the rows may not
    )
    # A deferred transaction that turns into a writing one fails at once when another process wrote
    # meanwhile; taking the lock first waits for it instead.
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(path: Path) -> Engine:
    """Read connections for everything but the window's own pages; each `begin` is one snapshot."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, read_only=True),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def next_number(connection: Connection, table: str) -> int:
    """The number that the next row of a table gets; stays true while this transaction holds the write lock.

    Numbers of deleted rows count where the table promises never to give one again (AUTOINCREMENT).
    """
    highest = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0  # noqa: S608 - our own names
    given = (
        connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar() or 0
    )
    return int(max(highest, given)) + 1


def rows_in(connection: Connection, question: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows of `question`, which ends with `IN`, for these values, however many they are.

    The statement is one of two, filled up with the last value: SQLAlchemy writes one anew for each number of
    values, which takes longer than its answer.
    """
    size = _FEW if len(values) <= _FEW else _AT_ONCE
    statement = f"{question} ({', '.join('?' * size)})"
    for start in range(0, len(values), size):
        part = list(values[start : start + size])
        part += [part[-1]] * (size - len(part))
        yield from connection.exec_driver_sql(statement, tuple(part))


def quick_look(connection: Connection) -> str | None:
    """A sentence on what is wrong with the database's basic structure, None where it reads well.

    Looks at the schema and at both ends of the log; a full integrity check reads every page.
    """
    try:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        connection.exec_driver_sql("SELECT hash FROM audit_events ORDER BY sequence DESC LIMIT 1").first()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    except sqlite3.DatabaseError as error:
        return f"The database can't be read ({error}). Restore a backup."
    return None if mode == "wal" else f"The database is not in WAL mode but in {mode}."

"""A plain DB-API connection to SQLite with this program's pragmas; imports no SQLAlchemy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

BUSY_MILLISECONDS = 15_000


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection for the window's reads or for the engines.

    `isolation_level` is None: transactions begin and end only where the caller says so.
    """
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MILLISECONDS / 1000,
        cached_statements=256,
    )
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA mmap_size=268435456")
    else:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA journal_size_limit=67108864")
    return connection


def data_version(connection: sqlite3.Connection) -> int:
    """A number that moves when another connection, of any process, has committed."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, by SQLite's online backup."""
    reader = sqlite3.connect(source, timeout=BUSY_MILLISECONDS / 1000)
    try:
        writer = sqlite3.connect(target)
        try:
            reader.backup(writer, pages=4096)
        finally:
            writer.close()
    finally:
        reader.close()

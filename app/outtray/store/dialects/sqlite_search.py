"""The search index in SQLite's FTS5: contentless, words only, told exactly what to forget.

`detail=none` knows which drafts have a word, not where: a third of the size, no phrases. The `ascii`
tokenizer parts at ASCII punctuation alone, since `store.index_text` hands in words that are ready.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from outtray.model.errors import OuttrayError

CREATE_SEARCH = (
    "CREATE VIRTUAL TABLE drafts_search"
    " USING fts5(words, content='', detail=none, prefix='2 3', tokenize='ascii')"
)
# The longest beginning of a word that the index has ready.
INDEXED_PREFIX = 3
_ADD = "INSERT INTO drafts_search (rowid, words) VALUES (?, ?)"
_FORGET = "INSERT INTO drafts_search (drafts_search, rowid, words) VALUES ('delete', ?, ?)"
_FIND = (
    "SELECT rowid FROM drafts_search WHERE drafts_search MATCH ? AND rowid BETWEEN ? AND ?"
    " ORDER BY rowid DESC LIMIT ?"
)
# Between two looks at whether anybody still waits: some tens of microseconds of SQLite's work.
_INSTRUCTIONS = 4000


class SearchCancelledError(OuttrayError):
    """Nobody waits for this search any more."""

    code = "cancelled"


def add_words(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Indexes drafts by number with their words."""
    if rows:
        connection.exec_driver_sql(_ADD, list(rows))


def forget_words(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Takes drafts out; the words must be exactly those that were indexed."""
    if rows:
        connection.exec_driver_sql(_FORGET, list(rows))


def find(
    connection: Connection,
    words: Iterable[str],
    prefixes: Iterable[str],
    excluded: Iterable[str],
    low: int,
    high: int,
    limit: int,
) -> list[int]:
    """Numbers of drafts from `low` to `high`, newest first, that have all words, for each of `prefixes` one
    that begins with it, and none of `excluded`. Something has to be asked for besides what is not wanted.
    """
    asked = [f'"{word}"' for word in words] + [f'"{prefix}"*' for prefix in prefixes]
    match = " AND ".join(asked) + "".join(f' NOT "{word}"' for word in excluded)
    return [row[0] for row in connection.exec_driver_sql(_FIND, (match, low, high, limit))]


@contextmanager
def interruptible(connection: Connection, cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Ends a statement in its midst once `cancelled` says so; raises SearchCancelledError then."""
    raw = connection.connection.driver_connection
    if cancelled is None or not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.set_progress_handler(lambda: int(cancelled()), _INSTRUCTIONS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error.orig):
            raise SearchCancelledError("The search was given up.") from error
        raise
    finally:
        raw.set_progress_handler(None, 0)

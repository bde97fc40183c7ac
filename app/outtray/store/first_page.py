"""What the window's first paint shows, in a handful of statements and without any other room of the store.

The whole of `DraftReads` is more to import than a person should wait for; it comes right behind.
A test holds these statements against it.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from outtray.model.errors import ProfileError
from outtray.store.dialects.sqlite_connection import connect

ROWS = 14  # more than a window of usual height shows

_DRAFTS = (
    "SELECT recipient, more_recipients, subject, snippet, source, sorted_at, attachments, worst, blocks,"
    " warns, first_contact, edited, rule FROM drafts WHERE status = 'pending'"
    " ORDER BY priority DESC, id LIMIT ?"
)
_COUNTS = "SELECT name, value FROM counts"
_SETTINGS = "SELECT name, value FROM settings"
_FACTS = "SELECT name, value FROM facts WHERE name IN ('profile.kind', 'sending.switch')"
_ACCOUNTS = "SELECT address, display_name FROM accounts ORDER BY position, address"


class FirstRow(NamedTuple):
    """A draft in review; `at` in milliseconds."""

    recipient: str
    more_recipients: int
    subject: str
    snippet: str
    source: str
    at: int
    attachments: int
    worst: int
    blocks: int
    warns: int
    first_contact: int
    edited: int
    rule: str | None


class FirstPage(NamedTuple):
    """The first drafts in review, the kept counts, settings as they are stored, and the accounts."""

    rows: list[FirstRow]
    counts: dict[str, int]
    settings: dict[str, Any]
    kind: str
    paused: bool
    accounts: list[tuple[str, str]]


def read_first_page(database: Path) -> FirstPage | None:
    """None while there are no tables yet; raises ProfileError for a file that is no database."""
    if not database.exists() or database.stat().st_size == 0:
        return None
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(database, read_only=True)
        facts = {name: _plain(value) for name, value in connection.execute(_FACTS)}
        return FirstPage(
            [FirstRow(*row) for row in connection.execute(_DRAFTS, (ROWS,))],
            dict(connection.execute(_COUNTS).fetchall()),
            {name: _plain(value) for name, value in connection.execute(_SETTINGS)},
            facts.get("profile.kind", ""),
            bool(facts.get("sending.switch", {"paused": True})["paused"]),
            connection.execute(_ACCOUNTS).fetchall(),
        )
    except (sqlite3.OperationalError, ValueError):
        # Tables of another state than this program's: opening the desk sees to them, or says why not.
        return None
    except sqlite3.DatabaseError as error:
        raise ProfileError(
            f"{database.name} can't be read as a database ({error})."
            " Restore a backup or choose another profile."
        ) from error
    finally:
        if connection is not None:
            connection.close()


def _plain(value: Any) -> Any:
    """SQLite gives a number that stands in a JSON column as a number."""
    return json.loads(value) if isinstance(value, str) else value

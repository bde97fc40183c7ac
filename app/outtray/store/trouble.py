"""What stands in the way of a database, in a sentence for the operator; imports no SQLAlchemy."""

from __future__ import annotations

from pathlib import Path

# SQLite needs a few pages of its own to read at all; without them it only says that there was an I/O error.
_TOO_LITTLE = 1_000_000


def sentence_of(error: object, path: Path) -> str | None:
    """The sentence for SQLite's `error` over the database in `path`, None for any other."""
    text = str(error).lower()
    if "full" in text or ("disk i/o" in text and _no_room(path)):
        return "The disk is full. Nothing was lost; nothing new is taken until there is room."
    if "readonly" in text or "read-only" in text:
        return "The profile can't be written: its file system or its database file is read-only."
    if "locked" in text:
        return "Another program holds the profile's database. Close it and try again."
    return None


def _no_room(path: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < _TOO_LITTLE
    except OSError:
        return False

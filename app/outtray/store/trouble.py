"""What stands in the way of a database, in a sentence for the operator; imports no SQLAlchemy."""

from __future__ import annotations

from pathlib import Path

# SQLite needs a few pages of its own to read at all; without them it only says that there was an I/O error.
_TOO_LITTLE = 1_000_000


def sentence_of(error: object, path: Path) -> str | None:
    """The sentence for SQLite's `error` over the database in `path`, None for any other."""
    text = str(error).lower()
    if not path.exists():
        return gone_sentence(path)
    if "full" in text or "no space" in text or ("disk i/o" in text and _no_room(path)):
        return "The disk is full. Nothing was lost; nothing new is taken until there is room."
    if "readonly" in text or "read-only" in text:
        return "The profile can't be written: its file system or its database file is read-only."
    if "locked" in text:
        return "Another program holds the profile's database. Close it and try again."
    return None


def gone_sentence(path: Path) -> str:
    """What is said when the database is no longer at `path`, while the program has it open."""
    return (
        f"The profile is no longer in {path.parent}: it was moved or deleted. Nothing more is written. "
        "Put it back and start Outtray again."
    )


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at `path`; None where none does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _no_room(path: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < _TOO_LITTLE
    except OSError:
        return False

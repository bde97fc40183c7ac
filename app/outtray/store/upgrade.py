"""Brings a profile's database to the newest revision, after a copy of it was made."""

from __future__ import annotations

import sqlite3
from importlib import resources
from pathlib import Path

from outtray.model.errors import ProfileError
from outtray.store.dialects.sqlite_connection import connect, copy_database
from outtray.store.trouble import sentence_of

NEWEST = "0002"


def revision_of(path: Path) -> str | None:
    """The revision of a database file, None where it has none yet; raises ProfileError for another file.

    Cheap on purpose: it runs before the first paint, so Alembic is not imported for it.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        connection = connect(path, read_only=True)
        try:
            if not connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone():
                if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                    raise ProfileError(
                        f"{path.name} is a database of another program. Choose another profile."
                    )
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise ProfileError(
            sentence_of(error, path)
            or f"{path.name} can't be read as a database ({error}). Restore a backup or name another profile."
        ) from error


def upgrade(path: Path, backups: Path) -> bool:
    """Runs the missing revisions; True where there were any. A file with data is copied to `backups` first.

    Raises ProfileError for a database of a newer Outtray, and where it can't be written.
    """
    current = revision_of(path)
    if current == NEWEST:
        return False
    if current is not None and current > NEWEST:
        raise ProfileError("This profile was written by a newer Outtray. Install that version to open it.")
    from sqlalchemy.exc import DatabaseError

    try:
        _upgrade(path, backups, current)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        found = sentence_of(cause, path)
        raise ProfileError(found or f"{path.name} can't be made ready for this version ({cause}).") from error
    return True


def _upgrade(path: Path, backups: Path, current: str | None) -> None:
    if current is not None:
        copy = backups / f"before-upgrade-from-{current}.db"
        copy.unlink(missing_ok=True)
        copy_database(path, copy)
        copy.chmod(0o600)
    from alembic import command
    from alembic.config import Config

    from outtray.store.dialects import sqlite

    config = Config()
    with resources.as_file(resources.files("outtray.store") / "migrations") as scripts:
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        engine = sqlite.writing_engine(path)
        try:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            engine.dispose()

"""Export of the log: one JSON event a line, with the exact bytes and hashes, to check elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from outtray.desk import Desk
from outtray.model.events import OPERATOR, Event
from outtray.store.audit_reads import event_count, events

_REPORT_EVERY = 500


def export_events(
    desk: Desk,
    target: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int | None:
    """Writes all events to `target` (JSON Lines, private to the user); returns how many, None if cancelled.

    The file appears whole and lasting, or not at all. `progress` gets the number of events done and of
    all. Raises OSError.
    """
    part = target.with_name(target.name + ".part")
    count = 0
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file, desk.store.read() as connection:
            total = event_count(connection)
            for event in events(connection):
                file.write(json.dumps(event.as_json(), ensure_ascii=False) + "\n")
                count += 1
                if count % _REPORT_EVERY == 0:
                    if cancelled():
                        return None
                    progress(count, total)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    desk.store.write(
        lambda transaction: transaction.record(Event(OPERATOR, "log.exported", "log", str(count)))
    )
    return count


def _sync_folder(folder: Path) -> None:
    """The name of a file lasts only once its folder was written too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

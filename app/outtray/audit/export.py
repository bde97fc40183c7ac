"""Export of the log: one JSON event a line, with the exact bytes and hashes, to check elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from outtray.desk import Desk
from outtray.model.events import OPERATOR, Event
from outtray.store.audit_reads import events


def export_events(
    desk: Desk,
    target: Path,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Writes all events to `target` (JSON Lines, private to the user); returns how many. Raises OSError.

    The file appears whole or not at all.
    """
    part = target.with_name(target.name + ".part")
    count = 0
    try:
        with part.open("w", encoding="utf-8") as file, desk.store.read() as connection:
            part.chmod(0o600)
            for event in events(connection):
                if cancelled():
                    return 0
                file.write(json.dumps(event.as_json(), ensure_ascii=False) + "\n")
                count += 1
                if count % 500 == 0:
                    progress(count)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    desk.store.write(
        lambda transaction: transaction.record(Event(OPERATOR, "log.exported", "log", str(count)))
    )
    return count

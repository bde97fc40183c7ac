"""Has the safety checks look at drafts that none has seen: after an intake, a revision, a change of lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from outtray.desk import Desk
from outtray.examination import examine_draft, examine_drafts, store_examined, waiting_for_examination
from outtray.store.examined import is_examined

# A batch is read and checked beside the writer, and kept in one short transaction.
BATCH = 50


def examine_waiting(
    desk: Desk,
    limit: int,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Examines up to `limit` drafts that wait for it, oldest first; returns how many it looked at.

    Fewer than `limit` means that none waits any more, or that it was cancelled.
    """
    done = 0
    while done < limit and not cancelled():
        with desk.store.read() as connection:
            ids = waiting_for_examination(connection, min(BATCH, limit - done))
            examined = examine_drafts(connection, ids, desk.clock.now()) if ids else []
        if not ids:
            break
        desk.store.write(partial(store_examined, examined=examined))
        done += len(ids)
    return done


def make_examined(desk: Desk, draft_id: int) -> None:
    """Makes sure that the checks have seen this draft as it stands; raises NotFound."""
    with desk.store.read() as connection:
        examined = is_examined(connection, draft_id)
    if not examined:
        desk.store.write(lambda transaction: examine_draft(transaction, draft_id))

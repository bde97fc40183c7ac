"""Drafts that wait for the rules: put here once the checks have seen them, taken out by the rules."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, literal, select, update

from outtray.model.draft import DraftStatus
from outtray.model.events import ActorKind
from outtray.store.tables import AuditEventTable, AutosaveTable, DraftTable, RuleQueueTable, table_of
from outtray.store.transaction import Transaction

_QUEUE = table_of(RuleQueueTable)
_DRAFTS = table_of(DraftTable)
_AUTOSAVES = table_of(AutosaveTable)
_EVENTS = table_of(AuditEventTable)
_AT_ONCE = 500


def await_rules(transaction: Transaction, draft_id: int) -> None:
    """Has the rules look at a draft: the safety checks have just seen its text."""
    done = transaction.connection.execute(
        update(_QUEUE).where(_QUEUE.c.draft_id == draft_id).values(logged=False)
    )
    if done.rowcount == 0:
        transaction.insert_tuples(_QUEUE, [(draft_id, False)])


def await_all(transaction: Transaction) -> None:
    """Has the rules look at everything in review: another rule holds from now on."""
    connection = transaction.connection
    connection.execute(delete(_QUEUE))
    pending = select(_DRAFTS.c.id, literal(False)).where(_DRAFTS.c.status == DraftStatus.PENDING.value)
    connection.execute(insert(_QUEUE).from_select(["draft_id", "logged"], pending))


def waiting(connection: Connection, limit: int, *, window: bool) -> list[int]:
    """Drafts to be looked at, the oldest first; where no window runs, those that were not logged yet."""
    query = select(_QUEUE.c.draft_id)
    if not window:
        query = query.where(_QUEUE.c.logged.is_(False))
    return list(connection.execute(query.order_by(_QUEUE.c.draft_id).limit(limit)).scalars())


def ready(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of the drafts that are in review and whose text the safety checks have seen."""
    query = select(_DRAFTS.c.id).where(
        _DRAFTS.c.id.in_(ids),
        _DRAFTS.c.status == DraftStatus.PENDING.value,
        _DRAFTS.c.examined_at.is_not(None),
    )
    return set(connection.execute(query).scalars())


def looked_at(transaction: Transaction, ids: Sequence[int], *, but_by_window: Sequence[int] = ()) -> None:
    """Takes drafts out; those `but_by_window` stay for the window alone."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        transaction.connection.execute(delete(_QUEUE).where(_QUEUE.c.draft_id.in_(part)))
    transaction.insert_tuples(_QUEUE, [(number, True) for number in but_by_window])


def in_hand(connection: Connection, draft_id: int, editing_since: int) -> str | None:
    """Why a draft is the operator's own by now, in a sentence; None where nobody has touched it.

    An editor that was opened before `editing_since` (milliseconds) keeps no rule away.
    """
    row = connection.execute(
        select(_DRAFTS.c.edited, _DRAFTS.c.editing_since).where(_DRAFTS.c.id == draft_id)
    ).one()
    kept = connection.execute(select(_AUTOSAVES.c.draft_id).where(_AUTOSAVES.c.draft_id == draft_id)).first()
    if row.edited:
        return "You changed it, so it waits for your approval."
    if kept is not None or (row.editing_since is not None and row.editing_since > editing_since):
        return "You have it in the editor."
    decided = connection.execute(
        select(_EVENTS.c.sequence)
        .where(
            _EVENTS.c.object_kind == "draft",
            _EVENTS.c.object_id == str(draft_id),
            (_EVENTS.c.actor_kind == ActorKind.OPERATOR.value) | (_EVENTS.c.action == "draft.approved"),
        )
        .limit(1)
    ).first()
    if decided is not None:
        return "It was decided on before and came back, so it waits for you."
    return None

"""What the operator did, each kept with what undoing it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from outtray.model.errors import NotFound
from outtray.store.tables import OperationTable, table_of
from outtray.store.transaction import Transaction

_OPERATIONS = table_of(OperationTable)
KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `inverse` is what `review.undo` understands of its `kind`."""

    id: int
    kind: str
    sentence: str
    at: int
    inverse: Mapping[str, Any]
    undone_at: int | None


def add_operation(transaction: Transaction, kind: str, sentence: str, inverse: Mapping[str, Any]) -> int:
    """Keeps an operation; only the newest `KEPT` ones can be undone. `sentence` names nobody."""
    done = transaction.connection.execute(
        insert(_OPERATIONS).values(
            kind=kind, sentence=sentence, at=transaction.now_ms, inverse=dict(inverse), undone_at=None
        )
    )
    assert done.inserted_primary_key is not None
    number = int(done.inserted_primary_key[0])
    transaction.connection.execute(delete(_OPERATIONS).where(_OPERATIONS.c.id <= number - KEPT))
    transaction.changed(operation=number)
    return number


def extend_operation(
    transaction: Transaction, operation_id: int, sentence: str, inverse: Mapping[str, Any]
) -> None:
    """Says anew what an operation was that is done step by step, and what undoing it needs."""
    transaction.connection.execute(
        update(_OPERATIONS)
        .where(_OPERATIONS.c.id == operation_id)
        .values(sentence=sentence, inverse=dict(inverse))
    )
    transaction.changed(operation=operation_id)


def get_operation(connection: Connection, operation_id: int) -> Operation:
    """One operation; raises NotFound."""
    row = connection.execute(select(_OPERATIONS).where(_OPERATIONS.c.id == operation_id)).first()
    if row is None:
        raise NotFound("That is too long ago to be undone.")
    return Operation(row.id, row.kind, row.sentence, row.at, row.inverse, row.undone_at)


def latest_operation(connection: Connection) -> Operation | None:
    """The newest operation that was not undone."""
    number = connection.execute(
        select(_OPERATIONS.c.id)
        .where(_OPERATIONS.c.undone_at.is_(None))
        .order_by(_OPERATIONS.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if number is None else get_operation(connection, number)


def mark_undone(transaction: Transaction, operation_id: int) -> None:
    """Says that an operation was undone, or can't be any more."""
    transaction.connection.execute(
        update(_OPERATIONS).where(_OPERATIONS.c.id == operation_id).values(undone_at=transaction.now_ms)
    )
    transaction.changed(operation=operation_id)

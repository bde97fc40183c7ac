"""Items that an intake refused, kept with place, reason and bytes, for another try."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from outtray.model.clock import from_milliseconds
from outtray.store.rows import clean
from outtray.store.tables import RefusedInputTable, table_of
from outtray.store.transaction import Transaction

_REFUSED = table_of(RefusedInputTable)
_AT_ONCE = 500
# Beyond this many kept items of one origin it is not looked whether one is there already.
_COMPARED = 20_000
# Of each origin the digests of what is kept, with the numbers.
Marks = dict[str, dict[bytes, int]]


@dataclass(frozen=True, slots=True)
class NewRefused:
    """An item to keep. `origin` is the file's name; `item` and `line` count from 1.

    `how` is what the intake was told (format, mapping, source, …), as JSON can hold it.
    """

    origin: str
    item: int | None
    line: int | None
    field: str | None
    reason: str
    how: Mapping[str, Any]
    raw: bytes


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """An item that is kept, with its number in the store."""

    id: int
    at: datetime
    origin: str
    item: int | None
    line: int | None
    field: str | None
    reason: str
    how: Mapping[str, Any]
    raw: bytes


def keep_refused(
    transaction: Transaction, refusals: Sequence[NewRefused], marks: Marks | None = None
) -> list[int]:
    """Keeps items; their numbers in the order given. One that is kept already has its reason renewed.

    `marks`, empty at first, spares looking for those again with the next items of the same files.
    The caller records the audit event.
    """
    numbers: list[int] = []
    marks = {} if marks is None else marks
    for refusal in refusals:
        origin = clean(refusal.origin) or ""
        if origin not in marks:
            marks[origin] = _marks(transaction.connection, origin)
        mark = hashlib.sha256(refusal.raw).digest()
        values = {
            "at": transaction.now_ms,
            "item": refusal.item,
            "line": refusal.line,
            "field": clean(refusal.field),
            "reason": clean(refusal.reason),
            "how": dict(refusal.how),
        }
        known = marks[origin].get(mark)
        if known is not None:
            transaction.connection.execute(update(_REFUSED).where(_REFUSED.c.id == known).values(**values))
            numbers.append(known)
            continue
        done = transaction.connection.execute(
            insert(_REFUSED).values(origin=origin, raw=refusal.raw, **values)
        )
        assert done.inserted_primary_key is not None
        numbers.append(done.inserted_primary_key[0])
        if len(marks[origin]) < _COMPARED:
            marks[origin][mark] = numbers[-1]
    return numbers


def refused_inputs(
    connection: Connection, ids: Sequence[int] | None = None, after: int = 0, limit: int = 200
) -> list[RefusedInput]:
    """Kept items by number, or a page of all of them behind the number `after`, oldest first."""
    if ids is None:
        query = select(_REFUSED).where(_REFUSED.c.id > after).order_by(_REFUSED.c.id).limit(limit)
        return [_refused(row) for row in connection.execute(query)]
    found: list[RefusedInput] = []
    for start in range(0, len(ids), _AT_ONCE):
        wanted = list(ids[start : start + _AT_ONCE])
        query = select(_REFUSED).where(_REFUSED.c.id.in_(wanted)).order_by(_REFUSED.c.id)
        found += [_refused(row) for row in connection.execute(query)]
    return found


def refused_count(connection: Connection) -> int:
    """How many items are kept."""
    return int(connection.execute(select(func.count()).select_from(_REFUSED)).scalar_one())


def drop_refused(transaction: Transaction, ids: Iterable[int]) -> None:
    """Forgets items that were taken since, or that nobody wants; the caller records the audit event."""
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        transaction.connection.execute(
            delete(_REFUSED).where(_REFUSED.c.id.in_(wanted[start : start + _AT_ONCE]))
        )


def renew_reason(transaction: Transaction, number: int, field: str | None, reason: str) -> None:
    """Says why an item was refused this time."""
    transaction.connection.execute(
        update(_REFUSED)
        .where(_REFUSED.c.id == number)
        .values(at=transaction.now_ms, field=clean(field), reason=clean(reason))
    )


def _marks(connection: Connection, origin: str) -> dict[bytes, int]:
    query = select(_REFUSED.c.id, _REFUSED.c.raw).where(_REFUSED.c.origin == origin)
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(query.limit(_COMPARED))
    return {hashlib.sha256(raw).digest(): number for number, raw in rows}


def _refused(row: Row[Any]) -> RefusedInput:
    return RefusedInput(
        id=row.id,
        at=from_milliseconds(row.at),
        origin=row.origin,
        item=row.item,
        line=row.line,
        field=row.field,
        reason=row.reason,
        how=row.how,
        raw=bytes(row.raw),
    )

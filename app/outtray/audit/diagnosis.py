"""What was done to a log that does not verify: an event changed, removed, inserted, or put elsewhere.

Asked only once the chain is known to break, so it may take its time: it looks through the whole log
for where the missing event has gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from outtray.model.clock import from_milliseconds, iso
from outtray.model.events import GENESIS, chain_hash
from outtray.store.tables import AuditEventTable, table_of

_EVENTS = table_of(AuditEventTable)
_BATCH = 2_000


class Problem(StrEnum):
    """What was done to the first event that does not verify."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"


class Fault(NamedTuple):
    """The first event that does not verify, and what was done to it."""

    number: int
    problem: Problem


class _Link(NamedTuple):
    number: int
    data: bytes
    hash: bytes


def diagnose(connection: Connection, number: int, previous: bytes) -> Fault:
    """What broke the chain at `number`; `previous` is the hash of the event before it, which verifies."""
    here = _link(connection, number)
    moved = _stands_elsewhere(connection, number, previous, here)
    if here is None:
        return Fault(number, Problem.REORDERED if moved else Problem.REMOVED)
    if number > 1 and chain_hash(_hash_before(connection, number - 1), here.data) == here.hash:
        # It continues the event before last: the one between was put in, with a hash that fits.
        return Fault(number - 1, Problem.INSERTED)
    own = _own_number(here.data)
    if moved:
        alone = own != number and own is not None and _holders(connection, own) == [number]
        return Fault(number, Problem.REORDERED if alone else Problem.INSERTED)
    if own is None or own <= number:
        return Fault(number, Problem.CHANGED)
    following = _link(connection, number + 1)
    renumbered = following is None or _own_number(following.data) == own + 1
    return Fault(number, Problem.REMOVED if renumbered else Problem.CHANGED)


def columns_agree(connection: Connection, number: int) -> bool:
    """Whether the columns of an event, by which lists are read, say what was hashed."""
    row = connection.execute(select(_EVENTS).where(_EVENTS.c.sequence == number)).one()
    try:
        body = json.loads(row.payload)
        said = (body["action"], body["actor"], body["at"], body["object"], body["outcome"], body["seq"])
        return bool(
            said
            == (
                row.action,
                {"kind": row.actor_kind, "name": row.actor},
                iso(from_milliseconds(row.at)),
                {"kind": row.object_kind, "id": row.object_id},
                row.outcome,
                row.sequence,
            )
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return False


def _stands_elsewhere(connection: Connection, number: int, previous: bytes, here: _Link | None) -> bool:
    """Whether the true event of this number is found in another place."""
    for link in _links_ending(connection, _ending(number)):
        if link.number == number:
            continue
        actual = chain_hash(previous, link.data)
        if actual == link.hash or (here is not None and actual == here.hash):
            return True
    return False


def _holders(connection: Connection, own: int) -> list[int]:
    """The places of all events that call themselves number `own`."""
    return [link.number for link in _links_ending(connection, _ending(own))]


def _links_ending(connection: Connection, ending: bytes) -> Iterator[_Link]:
    last: int | None = None
    while True:
        query = select(_EVENTS.c.sequence, _EVENTS.c.payload, _EVENTS.c.hash).order_by(_EVENTS.c.sequence)
        if last is not None:
            query = query.where(_EVENTS.c.sequence > last)
        rows = connection.execute(query.limit(_BATCH)).all()
        for row in rows:
            data = _octets(row.payload)
            if data.endswith(ending):
                yield _Link(row.sequence, data, _octets(row.hash))
        if len(rows) < _BATCH:
            return
        last = rows[-1].sequence


def _link(connection: Connection, number: int) -> _Link | None:
    row = connection.execute(
        select(_EVENTS.c.payload, _EVENTS.c.hash).where(_EVENTS.c.sequence == number)
    ).first()
    return None if row is None else _Link(number, _octets(row.payload), _octets(row.hash))


def _hash_before(connection: Connection, number: int) -> bytes:
    before = _link(connection, number - 1)
    return GENESIS if before is None else before.hash


def _ending(number: int) -> bytes:
    """How the canonical form of the event with this number ends: `seq` is the last of its keys."""
    return f'"seq":{number}}}'.encode()


def _own_number(data: bytes) -> int | None:
    try:
        body = json.loads(data)
        return int(body["seq"])
    except (ValueError, KeyError, TypeError):
        return None


def _octets(value: Any) -> bytes:
    """What stands in a column of bytes: whoever tampers by SQL may have put a text there."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")

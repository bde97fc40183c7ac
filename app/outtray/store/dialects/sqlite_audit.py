"""The columns beside the audit chain held against the bytes that were hashed, by SQLite itself.

Python would take each column of each row into its own hands for that, which costs twice the hashing;
one statement over thousands of rows costs less, and other threads run on meanwhile.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)

# The canonical form sorts its keys, so its two ends hold all that stands in columns. `%w` doubles
# quotation marks: a column that holds one never looks like the structure around it. The instant is put
# together from numbers within one day, since `strftime` costs as much as all the rest.
_DIFFERING = """
SELECT sequence FROM audit_events WHERE sequence BETWEEN :first AND :last AND (
  instr(payload, CAST(printf(
    '{"action":"%w","actor":{"kind":"%w","name":"%w"},"at":"%sT%02d:%02d:%02d.%03dZ"',
    action, actor_kind, actor, :date,
    (at - :day) / 3600000, (at - :day) / 60000 % 60, (at - :day) / 1000 % 60, at % 1000) AS BLOB)) <> 1
  OR instr(substr(payload, -160), CAST(printf('"object":{"id":"%w","kind":"%w"},"outcome":"%w","seq":%d}',
    object_id, object_kind, outcome, sequence) AS BLOB)) = 0)
ORDER BY sequence
"""
_NEXT = "SELECT sequence, at FROM audit_events WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT 1"


def differing_columns(connection: Connection, first: int, last: int) -> list[int]:
    """The numbers of those events from `first` to `last` whose columns may not say what was hashed.

    Some that are named may be right. None that differs is left out, but where the bytes hold a
    backslash: JSON writes such a value in another way than it is, so the caller looks at those itself.
    """
    found: list[int] = []
    while first <= last:
        next_row = connection.exec_driver_sql(_NEXT, (first, last)).first()
        if next_row is None:
            break
        first, at = next_row
        if not isinstance(at, int):
            found.append(first)
            first += 1
            continue
        day = at // _DAY
        end = min(last, max(first, _next_day(connection, (day + 1) * _DAY, last + 1) - 1))
        values = {"first": first, "last": end, "day": day * _DAY, "date": _date(day)}
        found += [row[0] for row in connection.exec_driver_sql(_DIFFERING, values)]
        first = end + 1
    return found


def _next_day(connection: Connection, midnight: int, otherwise: int) -> int:
    """The first event after a midnight; where the clock was put back, merely an event near there."""
    found = connection.exec_driver_sql(
        "SELECT sequence FROM audit_events WHERE at >= ? ORDER BY at, sequence LIMIT 1", (midnight,)
    ).scalar()
    return otherwise if found is None else int(found)


def _date(day: int) -> str:
    try:
        return (_EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:
        return ""

"""People never to be mailed, kept as keyed hashes: the list can be asked, and not read."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from outtray.model.clock import to_milliseconds
from outtray.store import facts
from outtray.store.tables import SuppressionTable, table_of
from outtray.store.transaction import Transaction

SECRET = "profile.suppression_secret"  # noqa: S105 - the name of a fact
_SUPPRESSIONS = table_of(SuppressionTable)
_AT_ONCE = 500


def suppressed(connection: Connection, address_keys: Iterable[str]) -> frozenset[str]:
    """Those of these people (`EmailAddress.key`) that are never to be mailed."""
    secret = facts.get_fact(connection, SECRET)
    if secret is None:
        return frozenset()
    marks = {_mark(secret, key): key for key in address_keys}
    names = list(marks)
    found: set[str] = set()
    for start in range(0, len(names), _AT_ONCE):
        query = select(_SUPPRESSIONS.c.mark).where(_SUPPRESSIONS.c.mark.in_(names[start : start + _AT_ONCE]))
        found.update(marks[bytes(mark)] for mark in connection.execute(query).scalars())
    return frozenset(found)


def suppress(transaction: Transaction, address_keys: Iterable[str], reason: str) -> int:
    """Marks people as never to be mailed; how many were not marked before. The caller records the event."""
    connection = transaction.connection
    secret = facts.get_fact(connection, SECRET)
    if secret is None:
        secret = secrets.token_hex(32)
        facts.set_fact(transaction, SECRET, secret)
    wanted = dict.fromkeys(address_keys)
    new = [key for key in wanted if key not in suppressed(connection, wanted)]
    at = to_milliseconds(transaction.now)
    for key in new:
        connection.execute(insert(_SUPPRESSIONS).values(mark=_mark(secret, key), reason=reason, at=at))
    return len(new)


def _mark(secret: str, address_key: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), address_key.encode("utf-8", "surrogatepass"), hashlib.sha256)

"""Facts of the profile itself: its kind, its instance, its secrets for keyed hashes, the sending switch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from outtray.store.tables import FactTable, table_of
from outtray.store.transaction import Transaction

_FACTS = table_of(FactTable)
# Asked at every step of a sender; building a statement anew costs more than running it.
_VALUE = select(_FACTS.c.value).where(_FACTS.c.name == bindparam("fact"))

KIND = "profile.kind"
INSTANCE = "profile.instance"
IDEMPOTENCY_SECRET = "profile.idempotency_secret"  # noqa: S105 - the name of a fact
SWITCH = "sending.switch"


def get_fact(connection: Connection, name: str) -> Any:
    """The fact's value, None where it was never set."""
    return connection.execute(_VALUE, {"fact": name}).scalar_one_or_none()


def set_fact(transaction: Transaction, name: str, value: Any) -> None:
    """Sets a fact; the caller records the audit event that it belongs to."""
    done = transaction.connection.execute(update(_FACTS).where(_FACTS.c.name == name).values(value=value))
    if done.rowcount == 0:
        transaction.connection.execute(insert(_FACTS).values(name=name, value=value))

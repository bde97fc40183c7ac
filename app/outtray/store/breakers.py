"""Circuit breakers in the store: they survive a restart, and every change of state is an audit event."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from outtray.model.breaker import Breaker
from outtray.model.events import SYSTEM, Actor, Event, Personal
from outtray.store.tables import BreakerTable, table_of
from outtray.store.transaction import Transaction

_BREAKERS = table_of(BreakerTable)


def get_breaker(connection: Connection, name: str) -> Breaker:
    """The breaker of a service, closed where nothing is known of it."""
    kept = connection.execute(select(_BREAKERS.c.state).where(_BREAKERS.c.name == name)).scalar_one_or_none()
    return Breaker() if kept is None else Breaker.from_json(kept)


def all_breakers(connection: Connection) -> dict[str, Breaker]:
    """Every breaker by its service's name."""
    rows = connection.execute(select(_BREAKERS.c.name, _BREAKERS.c.state))
    return {name: Breaker.from_json(kept) for name, kept in rows}


def put_breaker(transaction: Transaction, name: str, breaker: Breaker, actor: Actor = SYSTEM) -> None:
    """Keeps a breaker; with an event where its state is another one than before."""
    before = get_breaker(transaction.connection, name)
    values = {"state": breaker.as_json(), "changed_at": transaction.now_ms}
    done = transaction.connection.execute(update(_BREAKERS).where(_BREAKERS.c.name == name).values(values))
    if done.rowcount == 0:
        transaction.connection.execute(insert(_BREAKERS).values(name=name, **values))
    if before.state is breaker.state:
        return
    event = breaker_event(actor, f"breaker.{breaker.state.value}", name, breaker, before)
    transaction.record(event)
    transaction.changed(accounts=True)


def breaker_event(
    actor: Actor, action: str, name: str, breaker: Breaker, before: Breaker | None = None
) -> Event:
    """What happened to a breaker that stands so; `before` is how it stood."""
    service, _, address = name.partition(".")
    counts = {
        "calls": len(breaker.calls),
        "failed": breaker.calls.count("x"),
        "slow": breaker.calls.count("s"),
    }
    return Event(
        actor,
        action,
        "breaker",
        service,
        details=counts if before is None else {"from": before.state.value, **counts},
        personal=(Personal(address, "address", address),),
    )

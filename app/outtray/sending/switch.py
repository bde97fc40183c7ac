"""The switch that stops everything: kept in the profile, so that it holds across processes and restarts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.changes import Changes, Done
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR, Event
from outtray.store import facts
from outtray.store.outbox import waiting_count
from outtray.store.transaction import Transaction
from outtray.store.waiting import show_open_switch, shut_switch


@dataclass(frozen=True, slots=True)
class SwitchStatus:
    """How the switch stands: `since` in milliseconds; `waiting` counts the deliveries under way."""

    paused: bool
    since: int | None
    waiting: int


def status(desk: Desk) -> SwitchStatus:
    """How the switch stands now."""
    with desk.store.read() as connection:
        paused, since = stand(connection)
        return SwitchStatus(paused, since, waiting_count(connection))


def stand(connection: Connection) -> tuple[bool, int | None]:
    """Whether sending is paused, and since when (milliseconds); paused as long as nothing is known of it."""
    value = facts.get_fact(connection, facts.SWITCH)
    return (True, None) if value is None else (bool(value["paused"]), value["since"])


def pause(desk: Desk) -> Done:
    """Stops sending: no message takes its next step once this has returned; one that was committed before is
    still made. Again, it does nothing.
    """

    def work(transaction: Transaction) -> Done:
        if not shut(transaction):
            return Done(Changes(), None, "Sending is paused already.")
        return Done(transaction.changes, None, "Sending is paused. Nothing leaves until you resume.")

    return desk.store.write(work)


def shut(transaction: Transaction) -> bool:
    """Pauses within a transaction; False where it was paused already."""
    if not _turn(transaction, paused=True):
        return False
    shut_switch(transaction)
    return True


def resume(desk: Desk, *, confirmed: bool) -> Done:
    """Lets sending go on; raises Refused `not_confirmed` unless the operator said yes to the question."""
    if not confirmed:
        raise Refused("not_confirmed", "Resuming needs a yes to its question. Sending stays paused.")

    def work(transaction: Transaction) -> Done:
        if not _turn(transaction, paused=False):
            return Done(Changes(), None, "Sending is on already.")
        show_open_switch(transaction)
        waiting = waiting_count(transaction.connection)
        return Done(transaction.changes, None, f"Sending is on. {waiting} waiting.")

    return desk.store.write(work)


def _turn(transaction: Transaction, *, paused: bool) -> bool:
    if stand(transaction.connection)[0] is paused:
        return False
    facts.set_fact(transaction, facts.SWITCH, {"paused": paused, "since": transaction.now_ms})
    transaction.record(
        Event(OPERATOR, "sending.paused" if paused else "sending.resumed", "switch", "sending")
    )
    # The switch is shown like a setting, in every window on this profile.
    transaction.changed(settings=frozenset({facts.SWITCH}))
    return True

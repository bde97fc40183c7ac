"""The automatic stop: what rules let through goes wrong too often, so they let nothing through any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from outtray.desk import Desk
from outtray.model.clock import to_milliseconds
from outtray.model.events import SYSTEM, Event
from outtray.store import facts
from outtray.store.rule_decisions import Ended, ended_since
from outtray.store.settings import get_setting, set_setting
from outtray.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Why and when rules switched themselves off, and since when they may act.
STOPPED = "rules.stopped"
ALLOWED_SINCE = "rules.allowed_since"
WINDOW = timedelta(hours=1)
AT_LEAST = 10
WORST_SHARE = 0.1


def look_for_failures(desk: Desk) -> bool:
    """Switches the rules off where they went wrong too often within the hour; whether it did."""
    with desk.store.read() as connection:
        if not get_setting(connection, "rules.enabled"):
            return False
    return desk.store.write(stop_if_failing)


def stop_if_failing(transaction: Transaction) -> bool:
    """The same in the caller's transaction."""
    connection = transaction.connection
    if not get_setting(connection, "rules.enabled"):
        return False
    since = to_milliseconds(transaction.now - WINDOW)
    allowed = facts.get_fact(connection, ALLOWED_SINCE)
    ended = ended_since(connection, max(since, allowed or 0))
    sentence = why_stop(ended)
    if sentence is None:
        return False
    set_setting(transaction, "rules.enabled", False, SYSTEM)
    facts.set_fact(transaction, STOPPED, {"at": transaction.now_ms, "sentence": sentence})
    transaction.record(
        Event(
            SYSTEM,
            "rules.stopped",
            "rules",
            "",
            details={
                "ended": ended.ended,
                "failed": ended.failed,
                "bounced": ended.bounced,
                "blocked": ended.blocked,
            },
        )
    )
    return True


def why_stopped(connection: Connection) -> tuple[int, str] | None:
    """When (milliseconds) and why rules switched themselves off; None where they did not."""
    stopped = facts.get_fact(connection, STOPPED)
    return None if stopped is None else (int(stopped["at"]), str(stopped["sentence"]))


def why_stop(ended: Ended) -> str | None:
    """Why rules have to stop after this hour, as the end of a sentence; None where they need not."""
    if ended.ended < AT_LEAST:
        return None
    if ended.bounced:
        return f"{ended.bounced} of {ended.ended} messages bounced within an hour."
    if ended.blocked:
        return f"{ended.blocked} of {ended.ended} messages were blocked within an hour."
    if ended.failed > WORST_SHARE * ended.ended:
        return f"{ended.failed} of {ended.ended} sends failed within an hour."
    return None

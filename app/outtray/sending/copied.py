"""A profile that came from a backup or another machine: what waits in it may have left since.

The profile remembers where it last sent from: the machine, and the database's own file there. A copied
folder, or a file put back from a backup, is mostly another one. Where a file system gives the same file
number again, the marks tell that mail left later than the copy was made.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from outtray.desk import Desk
from outtray.model.delivery import DeliveryState
from outtray.model.events import SYSTEM, Event
from outtray.model.transitions import Step
from outtray.sending import marks
from outtray.sending.outcomes import not_known
from outtray.sending.switch import shut
from outtray.store import facts
from outtray.store.outbox import Recall, get_delivery, recall, state_ids, transition
from outtray.store.transaction import Transaction

PLACE = "sending.place"
MACHINE_ID = Path("/etc/machine-id")
_MAY_HAVE_LEFT = (
    "It may have left since this copy of the profile was made. Look in Gmail before you approve it."
)
_ASK = "This profile is a copy, so what became of it since is not known."
_TO_REVIEW = (DeliveryState.HOLDING, DeliveryState.QUEUED)
_TO_ASK = (DeliveryState.STAGING, DeliveryState.STAGED, DeliveryState.RELEASING, DeliveryState.UNCONFIRMED)


def notice_copy(desk: Desk) -> bool:
    """Before anything is sent: whether the profile is a copy, in which case nothing leaves by itself.

    The switch is off then, what was waiting is in review marked so, and the rest is looked into.
    """
    here = place_of(desk.profile.database)
    with desk.store.read() as connection:
        instance = facts.get_fact(connection, facts.INSTANCE)
        if facts.get_fact(connection, PLACE) == here and not marks.went_further(connection):
            return False
    found = desk.store.write(lambda transaction: _settle(transaction, here))
    if found:
        marks.forget(instance)
    return found


def after_restore(transaction: Transaction) -> None:
    """What a restored backup needs before anything is sent from it; for `restore`, in its own transaction."""
    shut(transaction)
    for number in state_ids(transaction.connection, _TO_REVIEW):
        _back_to_review(transaction, number)
    for number in state_ids(transaction.connection, _TO_ASK):
        _ask(transaction, number)
    for number in state_ids(transaction.connection, (DeliveryState.FAILED,)):
        _not_again(transaction, number)


def _settle(transaction: Transaction, here: dict[str, str]) -> bool:
    known = facts.get_fact(transaction.connection, PLACE)
    older = marks.went_further(transaction.connection)
    if known == here and not older:
        return False
    facts.set_fact(transaction, PLACE, here)
    if known is None and not older:
        return False
    after_restore(transaction)
    transaction.record(Event(SYSTEM, "profile.copied", "profile", "sending"))
    return True


def _back_to_review(transaction: Transaction, number: int) -> None:
    delivery = get_delivery(transaction.connection, number)
    transition(
        transaction,
        delivery,
        Step.OBJECTED,
        draft={"reason": _MAY_HAVE_LEFT},
        cause="may_have_left",
        explanation=_MAY_HAVE_LEFT,
    )


def _ask(transaction: Transaction, number: int) -> None:
    delivery = get_delivery(transaction.connection, number)
    if delivery.state is DeliveryState.UNCONFIRMED:
        not_known(transaction, delivery, _ASK, "copied", Step.ASK_AGAIN)
    elif delivery.state is DeliveryState.STAGED:
        released_at = delivery.released_at or delivery.staged_at or transaction.now
        not_known(transaction, delivery, _ASK, "copied", Step.MISSING, released_at=released_at)
    else:
        not_known(transaction, delivery, _ASK, "copied")


def _not_again(transaction: Transaction, number: int) -> None:
    """The original may have tried it again: it needs another approval, as another message."""
    delivery = get_delivery(transaction.connection, number)
    if delivery.gmail_draft_id is not None:
        recall(transaction, delivery, Recall(_MAY_HAVE_LEFT, "may_have_left"), SYSTEM)
        return
    transition(
        transaction,
        delivery,
        Step.TAKE_BACK,
        draft={"reason": _MAY_HAVE_LEFT},
        cause="may_have_left",
        explanation=_MAY_HAVE_LEFT,
    )


def place_of(database: Path) -> dict[str, str]:
    """This machine, and the file there."""
    try:
        machine = MACHINE_ID.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        machine = ""
    return {
        "machine": hashlib.sha256(machine.encode()).hexdigest()[:16],
        "file": str(database.stat().st_ino),
    }

"""The three rules of a new profile, in shadow: they write down what they would do and let nothing through."""

from __future__ import annotations

from outtray.desk import Desk
from outtray.model.events import SYSTEM, Event
from outtray.model.rule import AMOUNTS, RuleKind, RuleMode, Terms
from outtray.model.rule_conditions import NO_WARN, Comparison, Condition, Field
from outtray.store import facts
from outtray.store.rules import add_rule
from outtray.store.transaction import Transaction

SEEDED = "rules.seeded"
CREATED_BY = "Outtray"
_NO_WARN = Condition(Field.FINDINGS, Comparison.IS, NO_WARN)
SEEDS = (
    Terms(
        name="Replied within 90 days",
        kind=RuleKind.REPLIED,
        number=AMOUNTS[RuleKind.REPLIED].default,
        conditions=(_NO_WARN,),
        confidence=0.9,
    ),
    Terms(
        name="Known good recipient",
        kind=RuleKind.KNOWN,
        number=AMOUNTS[RuleKind.KNOWN].default,
        conditions=(_NO_WARN,),
        confidence=0.85,
    ),
    Terms(
        name="Score and domain",
        kind=RuleKind.SCORED,
        number=AMOUNTS[RuleKind.SCORED].default,
        conditions=(_NO_WARN,),
        confidence=0.8,
    ),
)


def seed(desk: Desk) -> None:
    """Gives a profile of an earlier Outtray its first rules, once; those deleted since do not come back."""
    with desk.store.read() as connection:
        if facts.get_fact(connection, SEEDED):
            return

    def work(transaction: Transaction) -> None:
        if not facts.get_fact(transaction.connection, SEEDED):
            added = add_seeds(transaction)
            transaction.record(Event(SYSTEM, "rules.seeded", "rules", "", details={"rules": added}))

    desk.store.write(work)


def add_seeds(transaction: Transaction) -> list[int]:
    """Adds the first rules; their numbers. The event is the caller's to record."""
    facts.set_fact(transaction, SEEDED, value=True)
    return [add_rule(transaction, terms, created_by=CREATED_BY, mode=RuleMode.SHADOW) for terms in SEEDS]

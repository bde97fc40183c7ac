"""Desks with drafts that the checks have seen and rules that look at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from outtray.desk import Desk
from outtray.model.clock import to_milliseconds
from outtray.model.delivery import Delivery
from outtray.model.draft import Draft
from outtray.model.events import OPERATOR
from outtray.model.findings import Finding, Place, Severity
from outtray.model.mailboxes import address_key
from outtray.model.rule import Rule, RuleKind, RuleMode, Terms
from outtray.model.rule_conditions import Comparison, Condition, Field
from outtray.review import rule_changes
from outtray.review.rule_approver import RuleApprover
from outtray.review.rule_record import try_on_history
from outtray.review.rule_switch import allow_rules, switch_on
from outtray.review.rules import Looked, evaluate_new
from outtray.store.contacts import note_reply
from outtray.store.drafts import get_draft
from outtray.store.examined import set_examined
from outtray.store.outbox import latest_delivery
from outtray.store.settings import set_setting
from tests.fakes.desks import propose

FROM_CRM = Condition(Field.SOURCE, Comparison.IS, "crm")


def examined(desk: Desk, findings: Sequence[Finding] = (), **fields: Any) -> int:
    """A draft that was handed in and that the checks have seen."""
    number = propose(desk, **fields)
    examine(desk, number, findings)
    return number


def examine(desk: Desk, number: int, findings: Sequence[Finding] = ()) -> None:
    """Says that the checks have seen a draft as it is, and what they found."""
    revision = draft(desk, number).revision.id
    codes = {finding.code for finding in findings}
    desk.store.write(lambda transaction: set_examined(transaction, number, revision, findings, codes))


def found(severity: Severity) -> Finding:
    """A finding of this weight."""
    return Finding("planted", severity, Place("body_text"), "words", "Planted by a test.")


def draft(desk: Desk, number: int) -> Draft:
    """The draft as it is."""
    with desk.store.read() as connection:
        return get_draft(connection, number)


def delivery(desk: Desk, number: int) -> Delivery | None:
    """The draft's latest delivery."""
    with desk.store.read() as connection:
        return latest_delivery(connection, number)


def replied(desk: Desk, address: str, at: datetime) -> None:
    """A person was seen to have written."""
    key = address_key(address)
    desk.store.write(lambda transaction: note_reply(transaction, key, to_milliseconds(at)))


def rule_of(desk: Desk, number: int) -> Rule:
    """A rule as it is."""
    return next(rule for rule in rule_changes.all_rules(desk) if rule.id == number)


def add_rule(
    desk: Desk,
    *conditions: Condition,
    name: str = "From the CRM",
    kind: RuleKind = RuleKind.FREE,
    number: float = 0,
    mode: RuleMode = RuleMode.ON,
    sample: int | None = 0,
) -> int:
    """A rule in this mode; tried on history where it is to be on. It samples nothing by default."""
    terms = Terms(name=name, kind=kind, number=number, conditions=conditions, sample=sample)
    added = rule_changes.add(desk, terms)
    if mode is RuleMode.SHADOW:
        rule_changes.stand_back(desk, added, mode)
    elif mode is RuleMode.ON:
        try_on_history(desk, added, 30)
        switch_on(desk, added)
    return added


def rules_act(desk: Desk) -> None:
    """Lets rules let mail through."""
    allow_rules(desk, allowed=True)


def only(desk: Desk) -> None:
    """Takes the seeded rules away."""
    for rule in rule_changes.all_rules(desk):
        rule_changes.remove(desk, rule.id)


def look(desk: Desk, *, window: bool = True) -> Looked:
    """Has the rules look at everything that waits for them; the last batch."""
    while True:
        looked = evaluate_new(desk, RuleApprover() if window else None)
        if not looked.more:
            return looked


def choose(desk: Desk, name: str, value: Any) -> None:
    """Sets a setting."""
    desk.store.write(lambda transaction: set_setting(transaction, name, value, OPERATOR))

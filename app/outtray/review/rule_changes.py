"""What the operator does to rules but for switching them on: add, change, order, off or shadow, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from outtray.desk import Desk
from outtray.model.changes import Done
from outtray.model.clock import iso
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR, Event
from outtray.model.rule import Rule, RuleMode, Terms, fault_of, terms_of
from outtray.model.rule_conditions import read_conditions
from outtray.store.rule_queue import await_all
from outtray.store.rules import (
    add_rule,
    change_rule,
    get_rule,
    list_rules,
    put_in_order,
    remove_rule,
    set_mode,
)
from outtray.store.transaction import Transaction

CREATED_BY = "operator"


def all_rules(desk: Desk) -> list[Rule]:
    """The rules in the order in which they are asked."""
    with desk.store.read() as connection:
        return list_rules(connection)


def add(desk: Desk, terms: Terms) -> int:
    """Adds a rule, switched off, behind all others; its number. Raises Refused for terms that are none."""
    terms = _readable(terms)

    def work(transaction: Transaction) -> int:
        number = add_rule(transaction, terms, created_by=CREATED_BY)
        transaction.record(Event(OPERATOR, "rule.added", "rule", str(number), details=described(terms)))
        return number

    return desk.store.write(work)


def change(desk: Desk, rule_id: int, terms: Terms) -> Done:
    """Gives a rule other terms. One that was on goes back into shadow where it would take other drafts."""
    terms = _readable(terms)

    def work(transaction: Transaction) -> Done:
        rule = get_rule(transaction.connection, rule_id)
        before = terms_of(rule)
        if terms == before and rule.fault is None:
            return Done(transaction.changes, None, "Nothing was changed.")
        renewed = terms.changes_what_it_takes(rule) or rule.fault is not None
        mode = RuleMode.SHADOW if renewed and rule.mode is RuleMode.ON else rule.mode
        change_rule(transaction, rule, terms, mode)
        old, new = described(before), described(terms)
        changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
        details = {"changed": changed, "from": rule.mode.value, "to": mode.value}
        transaction.record(Event(OPERATOR, "rule.changed", "rule", str(rule_id), details=details))
        if renewed and mode is not RuleMode.OFF:
            await_all(transaction)
        sentence = "Saved."
        if mode is not rule.mode:
            sentence = "Saved. The rule takes other drafts now, so it is in shadow again until you try it."
        return Done(transaction.changes, None, sentence)

    return desk.store.write(work)


def move(desk: Desk, rule_id: int, by: int) -> Done:
    """Moves a rule up (-1) or down (1) in the order in which rules are asked."""

    def work(transaction: Transaction) -> Done:
        ids = [rule.id for rule in list_rules(transaction.connection)]
        if rule_id not in ids:
            get_rule(transaction.connection, rule_id)
        place = ids.index(rule_id)
        to = min(max(place + by, 0), len(ids) - 1)
        if to == place:
            return Done(transaction.changes, None, "The rule stands at the end of the list.")
        ids.insert(to, ids.pop(place))
        put_in_order(transaction, ids)
        details = {"from": place + 1, "to": to + 1}
        transaction.record(Event(OPERATOR, "rule.moved", "rule", str(rule_id), details=details))
        return Done(transaction.changes, None, f"Asked as number {to + 1} of {len(ids)}.")

    return desk.store.write(work)


def stand_back(desk: Desk, rule_id: int, mode: RuleMode) -> Done:
    """Switches a rule to OFF or SHADOW; ON is `review.rule_switch`'s, since it may let mail through."""
    if mode is RuleMode.ON:
        raise Refused("only_in_window", "A rule is switched on in the window only.")

    def work(transaction: Transaction) -> Done:
        rule = get_rule(transaction.connection, rule_id)
        if rule.mode is mode and rule.fault is None:
            return Done(transaction.changes, None, "")
        switch(transaction, rule, mode)
        words = {RuleMode.OFF: "The rule is off.", RuleMode.SHADOW: "The rule writes down what it would do."}
        return Done(transaction.changes, None, words[mode])

    return desk.store.write(work)


def switch(transaction: Transaction, rule: Rule, mode: RuleMode) -> None:
    """Switches a rule in the caller's transaction, with its event; what is in review is looked at again."""
    set_mode(transaction, rule, mode)
    details = {"from": rule.mode.value, "to": mode.value, "version": rule.version}
    transaction.record(Event(OPERATOR, "rule.switched", "rule", str(rule.id), details=details))
    if mode is not RuleMode.OFF:
        await_all(transaction)


def remove(desk: Desk, rule_id: int) -> Done:
    """Deletes a rule; what it decided stays on record."""

    def work(transaction: Transaction) -> Done:
        rule = get_rule(transaction.connection, rule_id)
        remove_rule(transaction, rule_id)
        details = described(terms_of(rule)) | {"mode": rule.mode.value}
        transaction.record(Event(OPERATOR, "rule.removed", "rule", str(rule_id), details=details))
        return Done(transaction.changes, None, "The rule is deleted.")

    return desk.store.write(work)


def described(terms: Terms) -> dict[str, Any]:
    """The terms for the audit log: names, addresses and domains may be about a person and are left out."""
    return {
        "kind": terms.kind.value,
        "number": f"{terms.number:g}",
        "conditions": [_condition(condition.as_json()) for condition in terms.conditions],
        "confidence": f"{terms.confidence:g}",
        "sample": terms.sample,
        "valid_until": _instant(terms.valid_until),
    }


_PLAIN = frozenset({"score", "findings", "size", "first_contact"})


def _condition(value: Mapping[str, Any]) -> str:
    shown = f" {value['value']}" if value["field"] in _PLAIN else ""
    return f"{value['field']} {value['test']}{shown}"


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else iso(instant)


def _readable(terms: Terms) -> Terms:
    """The terms as they are compared with; raises Refused for what no rule can be made of."""
    fault = fault_of(terms)
    if fault is not None:
        raise Refused("rule_unreadable", fault)
    conditions = read_conditions([condition.as_json() for condition in terms.conditions])
    return replace(terms, name=terms.name.strip(), conditions=conditions)

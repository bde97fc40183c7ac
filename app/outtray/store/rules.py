"""The rules in the store, and the last trial of each; audit events are the use case's to record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.errors import NotFound
from outtray.model.rule import Rule, RuleMode, Terms, read_stored
from outtray.store.tables import RuleTable, RuleTrialTable, table_of
from outtray.store.transaction import Transaction

_RULES = table_of(RuleTable)
_TRIALS = table_of(RuleTrialTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule would have done with the drafts that were decided in the last `days` days.

    `took` in milliseconds. Of `decided` drafts it would have let `let_through` through: the operator
    approved `unchanged` as they were, `edited` first, and rejected or discarded `refused`. Of `unknown`
    drafts it is not known whether it would have, since only the last reply of a person is kept.
    `differing` are drafts with what the operator did.
    """

    version: int
    at: datetime
    took: int
    days: int
    decided: int
    let_through: int
    unchanged: int
    edited: int
    refused: int
    unknown: int
    differing: tuple[tuple[int, str], ...]


def list_rules(connection: Connection) -> list[Rule]:
    """All rules in the order in which they are asked."""
    rows = connection.execute(select(_RULES).order_by(_RULES.c.priority, _RULES.c.id))
    return [_rule(row) for row in rows.mappings()]


def get_rule(connection: Connection, rule_id: int) -> Rule:
    """One rule; raises NotFound."""
    row = connection.execute(select(_RULES).where(_RULES.c.id == rule_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such rule any more.")
    return _rule(row)


def add_rule(
    transaction: Transaction, terms: Terms, *, created_by: str, mode: RuleMode = RuleMode.OFF
) -> int:
    """Puts a rule behind all others; returns its number."""
    last = transaction.connection.execute(select(func.max(_RULES.c.priority))).scalar()
    shadow = mode is RuleMode.SHADOW
    done = transaction.connection.execute(
        insert(_RULES).values(
            **_columns(terms),
            priority=(last or 0) + 1,
            mode=mode.value,
            created_by=created_by,
            created_at=transaction.now_ms,
            changed_at=transaction.now_ms,
            version=1,
            shadow_since=transaction.now_ms if shadow else None,
        )
    )
    assert done.inserted_primary_key is not None
    _note(transaction)
    return int(done.inserted_primary_key[0])


def change_rule(transaction: Transaction, rule: Rule, terms: Terms, mode: RuleMode) -> None:
    """Gives a rule other terms; where it lets other drafts through from now on, its version goes up."""
    renewed = terms.changes_what_it_takes(rule)
    columns: dict[str, Any] = _columns(terms) | {"mode": mode.value, "changed_at": transaction.now_ms}
    if renewed:
        shadow = transaction.now_ms if mode is RuleMode.SHADOW else None
        columns |= {"version": rule.version + 1, "shadow_since": shadow}
    _update(transaction, rule.id, columns)


def set_mode(transaction: Transaction, rule: Rule, mode: RuleMode) -> None:
    """Switches a rule; its time in shadow begins with the first switch to it at this version."""
    columns: dict[str, Any] = {"mode": mode.value}
    if mode is RuleMode.SHADOW and rule.shadow_since is None:
        columns["shadow_since"] = transaction.now_ms
    _update(transaction, rule.id, columns)


def put_in_order(transaction: Transaction, ids: Sequence[int]) -> None:
    """Sets the order in which the rules are asked."""
    for place, rule_id in enumerate(ids, 1):
        _update(transaction, rule_id, {"priority": place})


def remove_rule(transaction: Transaction, rule_id: int) -> None:
    """Deletes a rule with its verdicts and its trial; what it decided stays on record."""
    transaction.connection.execute(delete(_RULES).where(_RULES.c.id == rule_id))
    _note(transaction)


def put_trial(transaction: Transaction, rule_id: int, trial: Trial) -> None:
    """Keeps the last trial of a rule."""
    transaction.connection.execute(delete(_TRIALS).where(_TRIALS.c.rule_id == rule_id))
    values = {name: getattr(trial, name) for name in _TRIAL_COLUMNS}
    values |= {"at": to_milliseconds(trial.at), "differing": [list(pair) for pair in trial.differing]}
    transaction.connection.execute(insert(_TRIALS).values(rule_id=rule_id, **values))
    _note(transaction)


def get_trial(connection: Connection, rule_id: int) -> Trial | None:
    """The last trial of a rule, None where it was never tried."""
    row = connection.execute(select(_TRIALS).where(_TRIALS.c.rule_id == rule_id)).mappings().first()
    if row is None:
        return None
    values = {name: row[name] for name in _TRIAL_COLUMNS}
    values |= {
        "at": from_milliseconds(row["at"]),
        "differing": tuple((pair[0], pair[1]) for pair in row["differing"]),
    }
    return Trial(**values)


_TRIAL_COLUMNS = tuple(column.name for column in _TRIALS.columns if column.name != "rule_id")


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name.strip(),
        "kind": terms.kind.value,
        "number": terms.number,
        "conditions": [condition.as_json() for condition in terms.conditions],
        "confidence": terms.confidence,
        "sample": terms.sample,
        "valid_until": None if terms.valid_until is None else to_milliseconds(terms.valid_until),
    }


def _update(transaction: Transaction, rule_id: int, columns: dict[str, Any]) -> None:
    done = transaction.connection.execute(update(_RULES).where(_RULES.c.id == rule_id).values(columns))
    if done.rowcount == 0:
        raise NotFound("There is no such rule any more.")
    _note(transaction)


def _note(transaction: Transaction) -> None:
    # Whoever shows rules reads them again; the name is that of the setting that switches them.
    transaction.changed(settings=frozenset({"rules.enabled"}))


def _rule(row: RowMapping) -> Rule:
    read = read_stored(row["kind"], row["number"], row["conditions"], row["mode"])
    until, shadow = row["valid_until"], row["shadow_since"]
    return Rule(
        id=row["id"],
        name=row["name"],
        kind=read.kind,
        number=row["number"],
        conditions=read.conditions,
        priority=row["priority"],
        confidence=row["confidence"],
        mode=read.mode,
        sample=row["sample"],
        created_by=row["created_by"],
        created_at=from_milliseconds(row["created_at"]),
        changed_at=from_milliseconds(row["changed_at"]),
        valid_until=None if until is None else from_milliseconds(until),
        version=row["version"],
        shadow_since=None if shadow is None else from_milliseconds(shadow),
        fault=read.fault,
    )

"""What is known of a rule before it is trusted: shadow beside the operator, trials, what it takes now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from outtray.desk import Desk
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.errors import OuttrayError
from outtray.model.findings import Rank
from outtray.model.rule import Rule, RuleKind
from outtray.model.rule_decision import judge
from outtray.store.rule_decisions import (
    Named,
    compared,
    count_decided_since,
    decided_since,
    named,
    pending_after,
)
from outtray.store.rule_facts import Known, facts_now, facts_then
from outtray.store.rules import Trial, get_rule, get_trial, put_trial
from outtray.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

ENOUGH_IN_SHADOW = 20
_BATCH = 400
_MOST_NAMED = 200
_CELLS = 200


@dataclass(frozen=True, slots=True)
class Differing:
    """A draft on which a rule and the operator differ; `what` is `edited`, `rejected` or `discarded`."""

    draft: Named
    what: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The operator's decisions on what a rule would have let through. `cells`: the latest ones, oldest first,
    true where both agreed.
    """

    decided: int
    agreed: int
    rejected: int
    edited: int
    cells: tuple[bool, ...]
    differing: tuple[Differing, ...]

    @property
    def sentence(self) -> str:
        """As in "Agreed 41 of 42, one approved that you rejected"."""
        if not self.decided:
            return "No decision yet"
        words = f"Agreed {self.agreed:,} of {self.decided:,}"
        if self.rejected:
            number = "one" if self.rejected == 1 else f"{self.rejected:,}"
            words += f", {number} approved that you rejected"
        if self.edited:
            number = "one" if self.edited == 1 else f"{self.edited:,}"
            words += f", {number} that you edited first"
        return words


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one rule that its page shows. `why_not_on`: None where it may be switched on."""

    rule: Rule
    agreement: Agreement
    trial: Trial | None
    differing: tuple[Differing, ...]
    why_not_on: str | None


def record_of(desk: Desk, rule_id: int) -> Record:
    """What is known of a rule; raises NotFound."""
    with desk.store.read() as connection:
        rule = get_rule(connection, rule_id)
        agreement = _agreement(connection, rule, with_names=True)
        trial = get_trial(connection, rule_id)
        return Record(
            rule=rule,
            agreement=agreement,
            trial=trial,
            differing=() if trial is None else _named(connection, list(trial.differing)),
            why_not_on=why_not_on(connection, rule, desk.clock.now()),
        )


def agreements(desk: Desk) -> dict[int, Agreement]:
    """The agreement of every rule, without names, for the list."""
    from outtray.store.rules import list_rules

    with desk.store.read() as connection:
        return {rule.id: _agreement(connection, rule, with_names=False) for rule in list_rules(connection)}


def why_not_on(connection: Connection, rule: Rule, now: datetime) -> str | None:
    """Why a rule can't be switched on, in a sentence; None where it can."""
    if rule.fault is not None:
        return f"The rule can't be read: {rule.fault}"
    if rule.kind is RuleKind.FREE and not rule.conditions:
        return "The rule has no condition yet."
    if not rule.holds_at(now):
        return "The rule's time has run out. Set a later end first."
    trial = get_trial(connection, rule.id)
    if trial is not None and trial.version == rule.version:
        return None
    decided = len(compared(connection, rule))
    if decided >= ENOUGH_IN_SHADOW:
        return None
    return (
        "Try it on history first, or leave it in shadow for"
        f" {ENOUGH_IN_SHADOW} of your decisions ({decided} so far)."
    )


def _agreement(connection: Connection, rule: Rule, *, with_names: bool) -> Agreement:
    past = compared(connection, rule)
    whats = [one.what for one in past]
    differing = [(one.id, one.what) for one in past if one.what != "approved"]
    return Agreement(
        decided=len(past),
        agreed=whats.count("approved"),
        rejected=whats.count("rejected") + whats.count("discarded"),
        edited=whats.count("edited"),
        cells=tuple(what == "approved" for what in whats[-_CELLS:]),
        differing=_named(connection, differing[-_MOST_NAMED:][::-1]) if with_names else (),
    )


def _named(connection: Connection, pairs: list[tuple[int, str]]) -> tuple[Differing, ...]:
    names = named(connection, [number for number, _ in pairs])
    return tuple(Differing(names[number], what) for number, what in pairs if number in names)


class CancelledError(OuttrayError):
    """The operator stopped a trial; nothing of it is kept."""

    code = "cancelled"


def try_on_history(
    desk: Desk,
    rule_id: int,
    days: int,
    *,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Trial:
    """Runs a rule over what the operator decided in the last `days` days, and keeps what came out.

    The rule is asked about the machine's own text, as things stood at the decision; what is not known of
    that time counts as no match. Raises CancelledError, NotFound.
    """
    began = desk.clock.monotonic()
    now = desk.clock.now()
    since = to_milliseconds(now - timedelta(days=days))
    decided = unknown = unchanged = edited = refused = 0
    differing: list[tuple[int, int, str]] = []
    with desk.store.read() as connection:
        rule = get_rule(connection, rule_id)
        total = count_decided_since(connection, since)
        for batch in decided_since(connection, since, _BATCH):
            if cancelled():
                raise CancelledError("The trial was stopped.")
            known = facts_then(connection, {one.id: one.decided_at for one in batch})
            for one in batch:
                decided += 1
                if not _takes(rule, known[one.id], from_milliseconds(one.decided_at)):
                    unknown += rule.kind is RuleKind.REPLIED and known[one.id].reply_unknown
                    continue
                unchanged += one.what == "approved"
                edited += one.what == "edited"
                refused += one.what in {"rejected", "discarded"}
                if one.what != "approved":
                    differing.append((one.decided_at, one.id, one.what))
            progress(decided, total)
    differing.sort(reverse=True)
    trial = Trial(
        version=rule.version,
        at=now,
        took=int((desk.clock.monotonic() - began) * 1000),
        days=days,
        decided=decided,
        let_through=unchanged + edited + refused,
        unchanged=unchanged,
        edited=edited,
        refused=refused,
        unknown=unknown,
        differing=tuple((number, what) for _, number, what in differing[:_MOST_NAMED]),
    )
    desk.store.write(lambda transaction: _keep(transaction, rule_id, trial))
    return trial


def _keep(transaction: Transaction, rule_id: int, trial: Trial) -> None:
    from outtray.model.events import OPERATOR, Event

    get_rule(transaction.connection, rule_id)
    put_trial(transaction, rule_id, trial)
    details = {
        "version": trial.version,
        "days": trial.days,
        "decided": trial.decided,
        "let_through": trial.let_through,
        "unchanged": trial.unchanged,
        "edited": trial.edited,
        "refused": trial.refused,
    }
    transaction.record(Event(OPERATOR, "rule.tried", "rule", str(rule_id), details=details))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the drafts in review a rule would take. `after` continues the count, None at the end."""

    seen: int
    taken: int
    after: tuple[int, int] | None


def count_now(desk: Desk, rule: Rule, after: tuple[int, int] = (0, 0), limit: int = 2 * _BATCH) -> Counted:
    """Goes through one stretch of what is in review; `rule` need not be stored."""
    with desk.store.read() as connection:
        places = pending_after(connection, after, limit)
        now = desk.clock.now()
        known = facts_now(connection, [number for _, number in places], to_milliseconds(now))
        taken = sum(_takes(rule, one, now) for one in known.values())
    return Counted(len(places), taken, places[-1] if len(places) == limit else None)


def _takes(rule: Rule, known: Known, at: datetime) -> bool:
    return known.facts.blocks == 0 and known.facts.worst < Rank.BLOCK and judge(rule, known.facts, at).matches

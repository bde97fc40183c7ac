"""Rules: what the operator wrote down about drafts that may leave without being looked at.

A rule only ever lets a draft through or says nothing. It never rejects, and it never passes a block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outtray.model.rule_conditions import Condition, UnreadableError, read_conditions


class RuleKind(StrEnum):
    """What a rule looks at first; `number` says how much of it. FREE rules have conditions alone."""

    REPLIED = "replied_within"
    KNOWN = "known_recipient"
    SCORED = "score_and_domain"
    FREE = "conditions"


class RuleMode(StrEnum):
    """OFF: it is not asked. SHADOW: what it would do is written down. ON: it may let a draft through."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Amount:
    """The number of a kind: its default, its range, whether it is whole."""

    default: float
    lowest: float
    highest: float
    whole: bool


# Days since the last reply, sends approved by hand, the machine's score.
AMOUNTS: Mapping[RuleKind, Amount] = {
    RuleKind.REPLIED: Amount(90, 1, 3650, whole=True),
    RuleKind.KNOWN: Amount(1, 1, 1000, whole=True),
    RuleKind.SCORED: Amount(0.9, 0.0, 1.0, whole=False),
    RuleKind.FREE: Amount(0, 0, 0, whole=True),
}
LONGEST_NAME = 80
LOWEST_CONFIDENCE, HIGHEST_CONFIDENCE = 0.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `fault` says why it can't be read; such a rule lets nothing through, nor any rule behind it.

    `confidence` (0…1) is the operator's own and goes into the log. `version` counts the changes of what
    the rule lets through. `sample`: one in so many goes back to review, None for the setting
    `rules.sample`, 0 for none. `shadow_since` is when it began to be tried in shadow at this version.
    """

    id: int
    name: str
    kind: RuleKind
    number: float
    conditions: tuple[Condition, ...] = ()
    priority: int = 0
    confidence: float = 0.9
    mode: RuleMode = RuleMode.OFF
    sample: int | None = None
    created_by: str = "operator"
    created_at: datetime
    changed_at: datetime
    valid_until: datetime | None = None
    version: int = 1
    shadow_since: datetime | None = None
    fault: str | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether its time has not run out."""
        return self.valid_until is None or now < self.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator sets of a rule, beside its mode and its place in the order."""

    name: str
    kind: RuleKind
    number: float
    conditions: tuple[Condition, ...] = ()
    confidence: float = 0.9
    sample: int | None = None
    valid_until: datetime | None = None

    def changes_what_it_takes(self, rule: Rule) -> bool:
        """Whether a rule with these terms would let other drafts through than it does now."""
        return (self.kind, self.number, self.conditions) != (rule.kind, rule.number, rule.conditions)


def terms_of(rule: Rule) -> Terms:
    """The terms of a rule as it is."""
    return Terms(
        name=rule.name,
        kind=rule.kind,
        number=rule.number,
        conditions=rule.conditions,
        confidence=rule.confidence,
        sample=rule.sample,
        valid_until=rule.valid_until,
    )


def fault_of(terms: Terms) -> str | None:
    """What is wrong with the terms, in a sentence; None where nothing is."""
    if not terms.name.strip():
        return "The rule needs a name."
    if len(terms.name) > LONGEST_NAME:
        return f"The name is longer than {LONGEST_NAME} characters."
    amount = AMOUNTS[terms.kind]
    if not amount.lowest <= terms.number <= amount.highest:
        return f"{terms.number:g} is not between {amount.lowest:g} and {amount.highest:g}."
    if not LOWEST_CONFIDENCE <= terms.confidence <= HIGHEST_CONFIDENCE:
        return "The confidence is not between 0 and 1."
    if terms.sample is not None and terms.sample < 0:
        return "A sample is one in a whole number."
    if terms.kind is RuleKind.FREE and not terms.conditions:
        return "The rule has no condition yet, so it lets nothing through."
    try:
        read_conditions([condition.as_json() for condition in terms.conditions])
    except UnreadableError as error:
        return error.sentence
    return None


@dataclass(frozen=True, slots=True)
class Readable:
    """What could be read of a stored rule."""

    kind: RuleKind
    mode: RuleMode
    conditions: tuple[Condition, ...] = ()
    fault: str | None = None


def read_stored(kind: str, number: float, conditions: object, mode: str) -> Readable:
    """Reads a rule as it lies in the store, where another version or a hand may have written anything.

    A mode that is not known counts as ON with a fault: what can't be read means review.
    """
    try:
        known_mode = RuleMode(mode)
    except ValueError:
        return Readable(RuleKind.FREE, RuleMode.ON, (), f"“{mode}” is no mode of a rule.")
    try:
        known_kind = RuleKind(kind)
    except ValueError:
        return Readable(RuleKind.FREE, known_mode, (), f"“{kind}” is no kind of rule.")
    if not isinstance(conditions, Sequence) or isinstance(conditions, str):
        return Readable(known_kind, known_mode, (), "Its conditions can't be read.")
    try:
        known = read_conditions(conditions)
    except UnreadableError as error:
        return Readable(known_kind, known_mode, (), error.sentence)
    amount = AMOUNTS[known_kind]
    if not amount.lowest <= number <= amount.highest:
        return Readable(known_kind, known_mode, known, f"{number:g} is out of its range.")
    return Readable(known_kind, known_mode, known)

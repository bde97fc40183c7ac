"""What the rules say of one draft: a pure function of the rules, the facts and how the desk stands.

Rules that are on are asked by ascending priority; the first that matches decides. Rules in shadow are asked
each for itself and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from outtray.model.rule import Rule, RuleKind, RuleMode
from outtray.model.rule_conditions import Condition, Field
from outtray.model.rule_facts import Facts, domain_of


class DecisionKind(StrEnum):
    """LET_THROUGH: approved by the rule. WOULD: a rule that is on matched, and something held it back.
    SAMPLED: it matched, and the draft is one of those that go back to review. REVIEW: no rule matched.
    """

    LET_THROUGH = "let_through"
    WOULD = "would_let_through"
    SAMPLED = "sampled"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Standing:
    """What lets rules act or keeps them from it. `held` is why this draft is the operator's, if it is.

    `window` says whether the window runs; `sampled` takes one in so many.
    """

    now: datetime
    enabled: bool
    paused: bool
    window: bool
    held: str | None
    sampled: Callable[[int], bool]
    sample: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says by itself; `sentence` why."""

    rule: Rule
    matches: bool
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """The form that is stored with the decision."""
        return {
            "rule": self.rule.id,
            "name": self.rule.name,
            "mode": self.rule.mode.value,
            "matches": self.matches,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes of a draft, by which rule, and why. `facts` are those that were used, without persons."""

    kind: DecisionKind
    rule: Rule | None
    sentence: str
    facts: Mapping[str, Any]
    verdicts: tuple[Verdict, ...]


def decide(rules: Sequence[Rule], facts: Facts, standing: Standing) -> Decision:
    """Asks every rule that is not off."""
    asked = sorted(
        (rule for rule in rules if rule.mode is not RuleMode.OFF), key=lambda rule: (rule.priority, rule.id)
    )
    verdicts = tuple(judge(rule, facts, standing.now) for rule in asked)
    kind, rule, sentence = _outcome(verdicts, facts, standing)
    return Decision(kind, rule, sentence, _used(verdicts, facts), verdicts)


def _outcome(
    verdicts: Sequence[Verdict], facts: Facts, standing: Standing
) -> tuple[DecisionKind, Rule | None, str]:
    for verdict in verdicts:
        rule = verdict.rule
        if rule.mode is not RuleMode.ON:
            continue
        if rule.fault is not None:
            return DecisionKind.REVIEW, None, f"“{rule.name}” can't be read, so the draft waits for you."
        if not verdict.matches:
            continue
        against = _against(facts, standing)
        if against is not None:
            return DecisionKind.WOULD, rule, f"“{rule.name}” would let it through. {against}"
        sample = standing.sample if rule.sample is None else rule.sample
        if sample and standing.sampled(sample):
            words = f"“{rule.name}” would let it through; it is the 1 in {sample} that you look at."
            return DecisionKind.SAMPLED, rule, words
        return DecisionKind.LET_THROUGH, rule, f"“{rule.name}” let it through. {verdict.sentence}"
    return DecisionKind.REVIEW, None, _none_matched(verdicts)


def _none_matched(verdicts: Sequence[Verdict]) -> str:
    shadows = [verdict for verdict in verdicts if verdict.matches]
    if not shadows:
        return "No rule matches, so the draft waits for you."
    return f"“{shadows[0].rule.name}” would let it through, and is in shadow: the draft waits for you."


def _against(facts: Facts, standing: Standing) -> str | None:
    """The first thing that keeps a matching rule from acting."""
    if facts.blocks:
        return f"It has {facts.blocks} {'block' if facts.blocks == 1 else 'blocks'}, which no rule passes."
    if standing.held is not None:
        return standing.held
    if not standing.enabled:
        return "Rules may let no mail through now."
    if standing.paused:
        return "Sending is paused."
    if not standing.window:
        return "Rules let mail through only while the window runs."
    return None


def judge(rule: Rule, facts: Facts, now: datetime) -> Verdict:
    """What one rule says of a draft, whatever its mode."""
    if rule.fault is not None:
        return Verdict(rule, False, f"The rule can't be read: {rule.fault}")
    if not rule.holds_at(now):
        return Verdict(rule, False, "The rule's time has run out.")
    matches, sentence = _KINDS[rule.kind](rule, facts)
    if not matches:
        return Verdict(rule, False, sentence)
    for condition in rule.conditions:
        if not condition.holds(facts):
            return Verdict(rule, False, f"{CONDITION_NAMES[condition.field]} is not as the rule asks.")
    return Verdict(rule, True, sentence)


def _replied(rule: Rule, facts: Facts) -> tuple[bool, str]:
    if facts.replied_days is None:
        return False, "No reply is known."
    days = int(facts.replied_days)
    ago = "today" if days == 0 else f"{days} {'day' if days == 1 else 'days'} ago"
    return facts.replied_days <= rule.number, f"The recipient last wrote {ago}."


def _known(rule: Rule, facts: Facts) -> tuple[bool, str]:
    times = "message" if facts.sends == 1 else "messages"
    return facts.sends >= rule.number, f"The recipient got {facts.sends} {times} that you approved by hand."


def _scored(rule: Rule, facts: Facts) -> tuple[bool, str]:
    if facts.score is None:
        return False, "The draft has no score."
    if facts.score < rule.number:
        return False, f"The score is {facts.score:g}, below {rule.number:g}."
    if facts.stated_domain is None:
        return False, "The draft states no domain."
    if not same_domain(facts):
        return False, "The address is not at the domain that the draft states."
    return True, f"The score is {facts.score:g}, and the address is at the domain that the draft states."


def _free(_rule: Rule, _facts: Facts) -> tuple[bool, str]:
    return bool(_rule.conditions), "All its conditions hold."


_KINDS: Mapping[RuleKind, Callable[[Rule, Facts], tuple[bool, str]]] = {
    RuleKind.REPLIED: _replied,
    RuleKind.KNOWN: _known,
    RuleKind.SCORED: _scored,
    RuleKind.FREE: _free,
}


def same_domain(facts: Facts) -> bool:
    """Whether every recipient's address is at exactly the domain that the draft states."""
    return bool(facts.recipients) and all(
        domain_of(recipient) == facts.stated_domain for recipient in facts.recipients
    )


CONDITION_NAMES: Mapping[Field, str] = {
    Field.SOURCE: "The source",
    Field.ACCOUNT: "The account",
    Field.DOMAIN: "The recipient's domain",
    Field.RECIPIENT: "The recipient",
    Field.SCORE: "The score",
    Field.FINDINGS: "What the checks found",
    Field.SIZE: "The length of the text",
    Field.FIRST_CONTACT: "Whether it is the first contact",
}


def _fact(facts: Facts, condition: Condition) -> tuple[str, Any]:
    match condition.field:
        case Field.SOURCE:
            return "source", facts.source
        case Field.SCORE:
            return "score", None if facts.score is None else f"{facts.score:g}"
        case Field.FINDINGS:
            return "worst_finding", facts.worst.name.lower()
        case Field.SIZE:
            return "characters", facts.characters
        case Field.FIRST_CONTACT:
            return "first_contact", facts.first_contact
        case Field.ACCOUNT | Field.DOMAIN | Field.RECIPIENT:
            # Addresses and domains may name a person: the log says whether it held, not what it was.
            return f"{condition.field.value}_as_asked", condition.holds(facts)


def _used(verdicts: Sequence[Verdict], facts: Facts) -> dict[str, Any]:
    """The facts that the asked rules looked at; nothing in it is about a person."""
    used: dict[str, Any] = {"blocks": facts.blocks}
    for verdict in verdicts:
        rule = verdict.rule
        if rule.kind is RuleKind.REPLIED:
            used["days_since_reply"] = None if facts.replied_days is None else int(facts.replied_days)
        elif rule.kind is RuleKind.KNOWN:
            used["sends_by_hand"] = facts.sends
        elif rule.kind is RuleKind.SCORED:
            used["score"] = None if facts.score is None else f"{facts.score:g}"
            used["domain_as_stated"] = same_domain(facts)
        used.update(_fact(facts, condition) for condition in rule.conditions)
    return used

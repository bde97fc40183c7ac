"""Rules in words: their kinds, their conditions, and what came of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from outtray.model.rule import RuleKind, RuleMode
from outtray.model.rule_conditions import NO_WARN, NOTHING, Comparison, Condition, Field

MODES = (("off", "Off"), ("shadow", "Shadow"), ("on", "On"))
MODE_WORDS = {RuleMode.OFF: "off", RuleMode.SHADOW: "in shadow", RuleMode.ON: "on"}

KINDS: Sequence[tuple[RuleKind, str, str]] = (
    (RuleKind.REPLIED, "Replied lately", "The recipient replied within the last {} days"),
    (
        RuleKind.KNOWN,
        "Known good recipient",
        "The recipient got at least {} messages that you approved by hand",
    ),
    (
        RuleKind.SCORED,
        "Score and domain",
        "The score is at least {} and the address is at the domain that the draft states",
    ),
    (RuleKind.FREE, "Conditions alone", "All of these hold:"),
)
KIND_SENTENCE = {kind: sentence for kind, _, sentence in KINDS}

FIELDS: Mapping[Field, str] = {
    Field.FINDINGS: "findings",
    Field.SOURCE: "source",
    Field.ACCOUNT: "account",
    Field.DOMAIN: "recipient’s domain",
    Field.RECIPIENT: "recipient",
    Field.SCORE: "score",
    Field.SIZE: "length of the text",
    Field.FIRST_CONTACT: "first contact",
}
SUBJECTS: Mapping[Field, str] = {
    Field.FINDINGS: "the findings are",
    Field.SOURCE: "the source",
    Field.ACCOUNT: "the account",
    Field.DOMAIN: "the recipient’s domain",
    Field.RECIPIENT: "the recipient",
    Field.SCORE: "the score is",
    Field.SIZE: "the text is",
    Field.FIRST_CONTACT: "it is",
}
COMPARISONS: Mapping[Comparison, str] = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.AT_LEAST: "at least",
    Comparison.AT_MOST: "at most",
}
FINDINGS = ((NO_WARN, "no warn"), (NOTHING, "none at all"))
CONTACTS = ((True, "the first contact"), (False, "not the first contact"))
EXAMPLES: Mapping[Field, str] = {
    Field.SOURCE: "form-leads",
    Field.ACCOUNT: "mara@example.com",
    Field.DOMAIN: "example.com",
    Field.RECIPIENT: "ada@example.com",
}
STARTS: Mapping[Field, Condition] = {
    Field.FINDINGS: Condition(Field.FINDINGS, Comparison.IS, NO_WARN),
    Field.SCORE: Condition(Field.SCORE, Comparison.AT_LEAST, 0.9),
    Field.SIZE: Condition(Field.SIZE, Comparison.AT_MOST, 2000),
    Field.FIRST_CONTACT: Condition(Field.FIRST_CONTACT, Comparison.IS, value=False),
}
# What a new rule begins with: as little as may leave as can be said.
NEW_RULE = (Field.FINDINGS, Field.FIRST_CONTACT)
DID = {"rejected": "Rejected", "discarded": "Discarded", "edited": "Edited first"}


def percent(part: int, whole: int) -> str:
    """As in "97.6 %"; empty where there is nothing to share."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def what_you_did(what: str, reason: str | None) -> str:
    """As in "Rejected: wrong person"."""
    word = DID.get(what, what.capitalize())
    return f"{word}: {reason[0].lower()}{reason[1:]}" if reason and what == "rejected" else word

"""The free conditions of a rule: a field of the draft, a test, a value. All of them have to hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from outtray.model.findings import Rank
from outtray.model.mailboxes import address_key
from outtray.model.rule_facts import Facts, domain_of, plain_domain


class Field(StrEnum):
    """What a condition looks at."""

    SOURCE = "source"
    ACCOUNT = "account"
    DOMAIN = "domain"
    RECIPIENT = "recipient"
    SCORE = "score"
    FINDINGS = "findings"
    SIZE = "size"
    FIRST_CONTACT = "first_contact"


class Comparison(StrEnum):
    """How it is compared."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class UnreadableError(Exception):
    """A condition that is not known; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        """One sentence for the operator."""
        super().__init__(sentence)
        self.sentence = sentence


NO_WARN = "no_warn"
NOTHING = "nothing"
_WORST = {NO_WARN: Rank.INFO, NOTHING: Rank.NONE}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `value` is a text, a number, or for FIRST_CONTACT true or false.

    For several recipients: "is" has to hold for each of them, "is not" for none to be the named one.
    """

    field: Field
    test: Comparison
    value: Any

    def as_json(self) -> dict[str, Any]:
        """The form that is stored."""
        return {"field": self.field.value, "test": self.test.value, "value": self.value}

    def holds(self, facts: Facts) -> bool:
        """Whether it holds; what is not known (no score, no account) never does."""
        return _HOLDS[self.field](self, facts)


def _named(condition: Condition, found: Sequence[str]) -> bool:
    if not found:
        return False
    if condition.test is Comparison.IS:
        return all(one == condition.value for one in found)
    return condition.value not in found


def _score(condition: Condition, facts: Facts) -> bool:
    if facts.score is None:
        return False
    high = condition.test is Comparison.AT_LEAST
    return bool(facts.score >= condition.value if high else facts.score <= condition.value)


def _size(condition: Condition, facts: Facts) -> bool:
    high = condition.test is Comparison.AT_LEAST
    return bool(facts.characters >= condition.value if high else facts.characters <= condition.value)


_HOLDS: Mapping[Field, Callable[[Condition, Facts], bool]] = {
    Field.SOURCE: lambda condition, facts: _named(condition, [facts.source]),
    Field.ACCOUNT: lambda condition, facts: _named(condition, [facts.account] if facts.account else []),
    Field.DOMAIN: lambda condition, facts: _named(condition, [domain_of(key) for key in facts.recipients]),
    Field.RECIPIENT: lambda condition, facts: _named(condition, facts.recipients),
    Field.SCORE: _score,
    Field.FINDINGS: lambda condition, facts: facts.worst <= _WORST[condition.value],
    Field.SIZE: _size,
    Field.FIRST_CONTACT: lambda condition, facts: facts.first_contact is condition.value,
}

_NAMES = (Comparison.IS, Comparison.IS_NOT)
_RANGE = (Comparison.AT_LEAST, Comparison.AT_MOST)
TESTS: Mapping[Field, tuple[Comparison, ...]] = {
    Field.SOURCE: _NAMES,
    Field.ACCOUNT: _NAMES,
    Field.DOMAIN: _NAMES,
    Field.RECIPIENT: _NAMES,
    Field.SCORE: _RANGE,
    Field.FINDINGS: (Comparison.IS,),
    Field.SIZE: _RANGE,
    Field.FIRST_CONTACT: (Comparison.IS,),
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnreadableError("A condition lacks its value.")
    return value.strip()


def _domain(value: Any) -> str:
    domain = plain_domain(_text(value).removeprefix("@"))
    if domain is None:
        raise UnreadableError(f"“{value}” is no domain.")
    return domain


def _recipient(value: Any) -> str:
    text = _text(value)
    local, at, domain = text.rpartition("@")
    if not (local and at and domain):
        raise UnreadableError(f"“{value}” is no address.")
    return address_key(text)


def _between(lowest: float, highest: float, what: str) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            raise UnreadableError(f"“{value}” is no {what}.")
        return value

    return read


def _findings(value: Any) -> str:
    if value not in _WORST:
        raise UnreadableError(f"“{value}” says nothing of findings.")
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnreadableError(f"“{value}” is neither true nor false.")
    return value


_READ: Mapping[Field, Callable[[Any], Any]] = {
    Field.SOURCE: _text,
    Field.ACCOUNT: lambda value: _text(value).lower(),
    Field.DOMAIN: _domain,
    Field.RECIPIENT: _recipient,
    Field.SCORE: _between(0, 1, "score between 0 and 1"),
    Field.FINDINGS: _findings,
    Field.SIZE: _between(0, 100_000_000, "number of characters"),
    Field.FIRST_CONTACT: _truth,
}


def read_condition(value: object) -> Condition:
    """The condition that `as_json` wrote; raises UnreadableError for anything else."""
    if not isinstance(value, Mapping) or set(value) != {"field", "test", "value"}:
        raise UnreadableError("A condition can't be read.")
    try:
        name, test = Field(value["field"]), Comparison(value["test"])
    except ValueError:
        raise UnreadableError(f"The condition “{value['field']} {value['test']}” is not known.") from None
    if test not in TESTS[name]:
        raise UnreadableError(f"The condition “{name} {test}” is not known.")
    return Condition(name, test, _READ[name](value["value"]))


def read_conditions(values: Sequence[object]) -> tuple[Condition, ...]:
    """All conditions of a rule; raises UnreadableError for the first that is not known."""
    return tuple(read_condition(value) for value in values)

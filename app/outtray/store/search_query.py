"""What a person types into the search field, taken apart: words, phrases, operators, and what is not wanted.

Nothing that is typed is an error: what is no operator is searched for as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from outtray.model.clock import to_milliseconds
from outtray.model.draft import DraftStatus
from outtray.store.index_text import is_unspaced, query_words

_TERM = re.compile(r'(?P<not>-)?(?:(?P<name>[A-Za-z]+):)?(?P<value>"[^"]*"?|[^\s"]+|(?<=:))')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_IN_REVIEW = {"review": DraftStatus.PENDING}
HAS = ("attachment", "block", "warn")
FIELDS = ("from", "to", "subject")


@dataclass(frozen=True, slots=True)
class FieldWords:
    """Words that one field has to have, the last one as a beginning."""

    field: str
    words: tuple[str, ...]
    wanted: bool


@dataclass(slots=True)
class Query:
    """What is looked for. All of it has to hold; `prefix` is the beginning of a word.

    `has` and `findings` map a name to whether it is wanted. `statuses` is None for any. Instants in
    milliseconds: created at `after` or later, and before `before`.
    """

    words: list[str] = field(default_factory=list)
    prefix: str | None = None
    excluded: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    excluded_phrases: list[str] = field(default_factory=list)
    fields: list[FieldWords] = field(default_factory=list)
    has: dict[str, bool] = field(default_factory=dict)
    findings: dict[str, bool] = field(default_factory=dict)
    statuses: frozenset[str] | None = None
    after: int | None = None
    before: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Query()

    @property
    def needs_texts(self) -> bool:
        """Whether a draft's row alone can't decide."""
        return bool(self.phrases or self.excluded_phrases) or any(one.field == "to" for one in self.fields)


def parse(text: str, zone: tzinfo) -> Query:
    """The query that a person typed; dates are days of `zone`."""
    query = Query()
    last: re.Match[str] | None = None
    for term in _TERM.finditer(text):
        last = term
        name, value = (term["name"] or "").lower(), term["value"]
        wanted = term["not"] is None
        if name and _operator(query, name, value.strip('"'), wanted, zone):
            continue
        _words(query, f"{term['name']} {value}" if name else value, wanted)
    if (
        last is not None
        and last.end() == len(text)
        and last["not"] is None
        and not last["value"].endswith('"')
    ):
        _begin_with_last(query, last["value"])
    return query


def _operator(query: Query, name: str, value: str, wanted: bool, zone: tzinfo) -> bool:
    """Takes an operator in; False where it is none, so that its words are looked for."""
    if name in FIELDS:
        words = tuple(query_words(value))
        if words:
            query.fields.append(FieldWords(name, words, wanted))
        return True
    return name in _OPERATORS and (not value or _OPERATORS[name](query, value.lower(), wanted, zone))


def _has(query: Query, value: str, wanted: bool, _zone: tzinfo) -> bool:
    named = next((name for name in HAS if name.startswith(value) or value == f"{name}s"), None)
    if named is not None:
        query.has[named] = wanted
    return named is not None


def _finding(query: Query, value: str, wanted: bool, _zone: tzinfo) -> bool:
    query.findings[value] = wanted
    return True


def _status(query: Query, value: str, wanted: bool, _zone: tzinfo) -> bool:
    meant = {status.value for status in DraftStatus if status.value.startswith(value)}
    meant |= {status.value for name, status in _IN_REVIEW.items() if name.startswith(value)}
    if not meant:
        return False
    if not wanted:
        meant = {status.value for status in DraftStatus} - meant
    query.statuses = frozenset(meant if query.statuses is None else query.statuses & meant)
    return True


def _after(query: Query, value: str, wanted: bool, zone: tzinfo) -> bool:
    midnight = _midnight(value, zone)
    if midnight is None:
        return False
    if wanted:
        query.after = max(midnight, query.after or midnight)
    else:
        query.before = min(midnight, query.before or midnight)
    return True


def _before(query: Query, value: str, wanted: bool, zone: tzinfo) -> bool:
    return _after(query, value, not wanted, zone)


_OPERATORS: Mapping[str, Callable[[Query, str, bool, tzinfo], bool]] = {
    "has": _has,
    "finding": _finding,
    "status": _status,
    "after": _after,
    "before": _before,
}


def _words(query: Query, value: str, wanted: bool) -> None:
    words = query_words(value)
    if wanted:
        query.words += words
        if value.startswith('"') and len(words) > 1:
            query.phrases.append(value)
    elif len(words) == 1:
        query.excluded += words
    elif words:
        query.excluded_phrases.append(value)


def _begin_with_last(query: Query, typed: str) -> None:
    """The word that is being typed is a beginning; a single letter of several words waits for its second."""
    words = query_words(typed)
    if not words or not query.words or query.words[-1] != words[-1]:
        return
    if len(words[-1]) > 1:
        query.prefix = query.words.pop()
    elif len(query.words) > 1 and not is_unspaced(words[-1]):
        query.words.pop()


def _midnight(value: str, zone: tzinfo) -> int | None:
    """The millisecond in which a day, month or year begins; None for no date."""
    parts = _DATE.fullmatch(value)
    if parts is None:
        return None
    year, month, day = (int(part) if part else 1 for part in parts.groups())
    try:
        return to_milliseconds(datetime(year, month, day, tzinfo=zone))
    except (ValueError, OverflowError):
        return None

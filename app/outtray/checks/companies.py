"""Whose company a message speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import bare, fold_lower
from outtray.checks.subject import Subject, Text
from outtray.checks.words import find_phrase, phrase_words
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity


def _wrong_company(subject: Subject, facts: Facts) -> Iterator[Found]:
    if not facts.known_companies:
        return
    mine = {bare(name) for name in (subject.checked.company_name, facts.operator.company) if name}
    asked = fold_lower(subject.checked.request or "")
    names = _companies(facts.known_companies)
    for text in subject.texts:
        for first in names.keys() & text.words:
            for words, name in names[first]:
                known = bare(name)
                if fold_lower(name) in asked or any(known in own or own in known for own in mine):
                    continue
                for start, end in _spoken_of(text, words, name):
                    yield Found(
                        text.place(start, end),
                        text.excerpt(start, end),
                        f"The message speaks of {name}, which is another company"
                        + (f" than {subject.checked.company_name}." if subject.checked.company_name else "."),
                    )


@lru_cache(maxsize=4)
def _companies(names: frozenset[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    grouped: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in sorted(names):
        words = phrase_words(name)
        # One short word is a word of the language more often than a name.
        if words and (len(words) > 1 or len(words[0]) >= 6):
            grouped.setdefault(words[0], []).append((words, name))
    return grouped


def _spoken_of(text: Text, words: tuple[str, ...], name: str) -> Iterator[tuple[int, int]]:
    """Where the message itself names the company: with a capital, and not as a part of an address."""
    if not text.words.issuperset(words):
        return
    for start, end in find_phrase(text.lower, words):
        behind = text.folded[end : end + 2]
        in_address = behind[:1] in {".", "@", "-"} and behind[1:].isalnum()
        in_address = in_address or text.folded[max(0, start - 1) : start] in {"@", ".", "/"}
        named = text.folded[start].isupper() or not name[0].isupper()
        if named and not in_address and text.own(start):
            yield start, end


CHECKS = (Check("wrong_company", Group.CONTENT, "Wrong company", Severity.WARN, _wrong_company),)

"""Whose company a message speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import bare, fold_lower
from outtray.checks.subject import Subject, Text
from outtray.checks.words import phrase_words
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity


def _wrong_company(subject: Subject, facts: Facts) -> Iterator[Found]:
    if not facts.known_companies:
        return
    mine = {bare(name) for name in (subject.checked.company_name, facts.operator.company) if name}
    asked = fold_lower(subject.checked.request or "")
    grouped = _companies(facts.known_companies)
    for text in subject.texts:
        for first in grouped.keys() & text.index.keys():
            for words, name in grouped[first]:
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
    for name in names:
        words = phrase_words(name)
        # One short word is a word of the language more often than a name.
        if words and (len(words) > 1 or len(words[0]) >= 6):
            grouped.setdefault(words[0], []).append((words, name))
    return grouped


def _spoken_of(text: Text, words: tuple[str, ...], name: str) -> Iterator[tuple[int, int]]:
    for number in text.index[words[0]]:
        there = text.words[number : number + len(words)]
        if tuple(word.text for word in there) != words:
            continue
        start, end = there[0].start, there[-1].end
        first = text.folded[start]
        in_address = (
            text.folded[end : end + 1] in {".", "@", "-"} and text.folded[end + 1 : end + 2].isalnum()
        )
        before = text.folded[max(0, start - 1) : start]
        if (
            (first.isupper() or not name[0].isupper())
            and text.own(start)
            and not in_address
            and before not in {"@", "."}
        ):
            yield start, end


CHECKS = (Check("wrong_company", Group.CONTENT, "Wrong company", Severity.WARN, _wrong_company),)

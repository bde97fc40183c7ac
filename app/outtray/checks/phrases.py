"""Phrases that the operator does not want to send, as whole words: “compromise” is no “promise”."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.subject import Subject
from outtray.checks.words import by_first_word, find_phrases, phrase_words
from outtray.model.check_facts import Facts, Phrase
from outtray.model.findings import Fix, Severity

BUILT_IN = (
    Phrase("guarantee", "make sure"),
    Phrase("guarantees", "makes sure"),
    Phrase("promise"),
    Phrase("we promised"),
    Phrase("risk-free"),
    Phrase("riskfree"),
    Phrase("no risk"),
    Phrase("no questions asked"),
    Phrase("once in a lifetime"),
    Phrase("act now"),
    Phrase("limited time"),
    Phrase("double your money"),
    Phrase("best price in"),
    Phrase("lowest price in"),
    Phrase("wir garantieren"),
    Phrase("garantieren wir"),
    Phrase("ich garantiere"),
    Phrase("wir versprechen Ihnen"),
    Phrase("wir versprechen dir"),
    Phrase("ich verspreche Ihnen"),
    Phrase("ich verspreche dir"),
    Phrase("nous garantissons"),
    Phrase("nous vous garantissons"),
    Phrase("je vous garantis"),
    Phrase("nous promettons"),
    Phrase("je vous promets"),
    Phrase("garantizamos"),
    Phrase("le garantizo"),
    Phrase("te prometo"),
    Phrase("le prometo"),
    Phrase("prometemos"),
    Phrase("garantimos"),
    Phrase("prometo que"),
    Phrase("gwarantujemy"),
    Phrase("obiecujemy"),
    Phrase("vi garanterar"),
    Phrase("vi lovar"),
    Phrase("garantiamo"),
    Phrase("promettiamo"),
    Phrase("wij garanderen"),
    Phrase("ми гарантуємо"),
    Phrase("гарантуємо"),
)


@lru_cache(maxsize=8)
def _prepared(
    phrases: tuple[Phrase, ...],
) -> tuple[dict[str, list[tuple[str, ...]]], dict[tuple[str, ...], Phrase]]:
    known = {phrase_words(phrase.words): phrase for phrase in phrases}
    return by_first_word(known), known


def _phrase(subject: Subject, facts: Facts) -> Iterator[Found]:
    chosen = BUILT_IN if facts.choices.phrases is None else facts.choices.phrases
    grouped, known = _prepared(chosen)
    for text in subject.texts:
        for words, start, end in find_phrases(grouped, text.words, text.index):
            if not text.own(start):
                continue
            place, phrase = text.place(start, end), known[words]
            fix = None
            if phrase.instead is not None and place.start is not None:
                label = f"Change to “{phrase.instead}”"
                fix = Fix(label, place, phrase.instead, f"phrase:{phrase.words}")
            yield Found(place, text.excerpt(start, end), f"“{phrase.words}” is on your phrase list.", fix)


CHECKS = (Check("phrase", Group.CONTENT, "Phrases on your list", Severity.WARN, _phrase),)

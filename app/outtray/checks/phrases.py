"""Phrases that the operator does not want to send, as whole words: “compromise” is no “promise”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.subject import Subject, Text
from outtray.checks.words import find_phrase, phrase_words, spaced_out
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
def _prepared(phrases: tuple[Phrase, ...]) -> dict[tuple[str, ...], Phrase]:
    return {words: phrase for phrase in phrases if (words := phrase_words(phrase.words))}


def _phrase(subject: Subject, facts: Facts) -> Iterator[Found]:
    known = _prepared(BUILT_IN if facts.choices.phrases is None else facts.choices.phrases)
    for text in subject.texts:
        for phrase, start, end in (*_written(known, text), *_spaced_out(known, text)):
            if not text.own(start):
                continue
            place = text.place(start, end)
            fix = None
            if phrase.instead is not None and place.start is not None:
                label = f"Change to “{phrase.instead}”"
                fix = Fix(label, place, phrase.instead, f"phrase:{phrase.words}")
            yield Found(place, text.excerpt(start, end), f"“{phrase.words}” is on your phrase list.", fix)


def _written(known: Mapping[tuple[str, ...], Phrase], text: Text) -> Iterator[tuple[Phrase, int, int]]:
    for words, phrase in known.items():
        if text.words.issuperset(words):
            for start, end in find_phrase(text.lower, words):
                yield phrase, start, end


def _spaced_out(known: Mapping[tuple[str, ...], Phrase], text: Text) -> Iterator[tuple[Phrase, int, int]]:
    """Phrases in runs of single letters: where one word ends and the next begins cannot be seen there."""
    for letters, start, end in spaced_out(text.lower):
        for words, phrase in known.items():
            whole = "".join(words)
            if len(whole) >= _SHORTEST and whole in letters:
                yield phrase, start, end


_SHORTEST = 6


CHECKS = (Check("phrase", Group.CONTENT, "Phrases on your list", Severity.WARN, _phrase),)

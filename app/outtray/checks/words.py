"""Words and phrases in a folded text: whole words, whatever stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from outtray.checks.folding import fold_lower

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Single letters with little between them: a word that is spaced out.
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ .*·_-]{1,3}[^\W_](?![^\W_])){4,200}")
_SHORTEST_SPACED = 6


def vocabulary(lower: str) -> frozenset[str]:
    """The different words of a text in folded lower case."""
    return frozenset(match[0] for match in _WORD.finditer(lower))


@lru_cache(maxsize=4096)
def phrase_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase as they stand in a folded text."""
    return tuple(match[0] for match in _WORD.finditer(fold_lower(phrase)))


def find_phrase(lower: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The ranges of a folded text in which these words follow each other."""
    for match in _phrase_pattern(words).finditer(lower):
        yield match.span()


@lru_cache(maxsize=1024)
def _phrase_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    between = r"[\W_]{1,40}"
    return re.compile(rf"(?<![^\W_]){between.join(map(re.escape, words))}(?![^\W_])")


def spaced_out(lower: str) -> Iterator[tuple[str, int, int]]:
    """Letters that are spaced out, without what stands between them, and their range."""
    for match in _SPACED.finditer(lower):
        letters = "".join(character for character in match[0] if character.isalnum())
        if len(letters) >= _SHORTEST_SPACED:
            yield letters, *match.span()


def around(text: str, pieces: Iterable[str], before: int, behind: int) -> Iterator[tuple[int, int]]:
    """The ranges of a text in which a pattern is worth looking for: around each of these pieces, joined
    where they overlap. What would cost a whole text with a long pattern costs a few lines of it.
    """
    places = sorted(place for piece in pieces for place in _all_places(text, piece))
    start = end = -1
    for place in places:
        if start >= 0 and place - before <= end:
            end = place + behind
            continue
        if start >= 0:
            yield start, min(end, len(text))
        start, end = max(0, place - before), place + behind
    if start >= 0:
        yield start, min(end, len(text))


def _all_places(text: str, piece: str) -> Iterator[int]:
    place = text.find(piece)
    while place >= 0:
        yield place
        place = text.find(piece, place + len(piece))


@lru_cache(maxsize=256)
def stems(text: str) -> tuple[str, ...]:
    """The pieces of a list of words between bars, folded for a plain search in `Text.lower`."""
    return tuple(fold_lower(piece) for piece in text.split("|"))

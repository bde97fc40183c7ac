"""Words of a folded text, and phrases found among them: whole words, whatever stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from outtray.checks.folding import fold_lower

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BETWEEN_LETTERS = frozenset(" .-_*·")


class Word(NamedTuple):
    """A word and the half-open range of the folded text that it stands in."""

    text: str
    start: int
    end: int


def words_of(lower: str) -> list[Word]:
    """The words of a text in folded lower case."""
    words = [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(lower)]
    return _joined(words, lower) if any(word.end - word.start == 1 for word in words) else words


def phrase_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase as they stand in `Text.index`."""
    return tuple(match[0] for match in _WORD.finditer(fold_lower(phrase)))


def find_phrases(
    phrases: Mapping[str, Sequence[tuple[str, ...]]],
    words: Sequence[Word],
    index: Mapping[str, Sequence[int]],
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Each phrase that stands in a text, with its range. `phrases` are grouped by their first word."""
    for first in phrases.keys() & index.keys():
        for phrase in phrases[first]:
            for number in index[first]:
                if _stands(words, number, phrase):
                    yield phrase, words[number].start, words[number + len(phrase) - 1].end


def by_first_word(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases as `find_phrases` takes them."""
    grouped: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        if phrase:
            grouped.setdefault(phrase[0], []).append(phrase)
    return grouped


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


def _stands(words: Sequence[Word], number: int, phrase: tuple[str, ...]) -> bool:
    if number + len(phrase) > len(words):
        return False
    return all(words[number + step].text == word for step, word in enumerate(phrase))


def _joined(words: list[Word], lower: str) -> list[Word]:
    """The words, with runs of three and more single letters that stand one sign apart made one word."""
    out: list[Word] = []
    run: list[Word] = []
    for word in words:
        single = word.end - word.start == 1
        if run and not (single and word.start == run[-1].end + 1 and lower[run[-1].end] in _BETWEEN_LETTERS):
            out += _as_one(run)
            run = []
        if single:
            run.append(word)
        else:
            out.append(word)
    return out + _as_one(run)


def _as_one(run: list[Word]) -> list[Word]:
    if len(run) < 3:
        return run
    return [Word("".join(word.text for word in run), run[0].start, run[-1].end)]

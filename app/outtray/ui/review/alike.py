"""Finds messages that say the same to several people, and the words in which they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_ALIKE = 0.75
_MOST_WORDS = 1_500


@dataclass(frozen=True, slots=True)
class Group:
    """Messages with the same text but for some words: their places, and for each the ranges that differ."""

    members: tuple[int, ...]
    differing: tuple[tuple[tuple[int, int], ...], ...]


def groups_of(texts: Sequence[str]) -> list[Group]:
    """Groups of at least two of these texts; a text that resembles no other is in none."""
    found: list[list[int]] = []
    for place, text in enumerate(texts):
        words = _WORDS.findall(text)
        if not words or len(words) > _MOST_WORDS:
            continue
        for members in found:
            if _resemble(_WORDS.findall(texts[members[0]]), words):
                members.append(place)
                break
        else:
            found.append([place])
    return [_group(texts, members) for members in found if len(members) > 1]


def _resemble(one: list[str], other: list[str]) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )


def _group(texts: Sequence[str], members: Sequence[int]) -> Group:
    first = texts[members[0]]
    ranges = [_different(texts[place], first) for place in members[1:]]
    return Group(tuple(members), (_different(first, texts[members[1]]), *ranges))


def _different(text: str, other: str) -> tuple[tuple[int, int], ...]:
    """The ranges of `text` (code points) whose words are not in `other` at that place."""
    mine, theirs = list(_WORDS.finditer(text)), _WORDS.findall(other)
    matcher = SequenceMatcher(None, [match[0] for match in mine], theirs, autojunk=False)
    return tuple(
        (mine[a].start(), mine[b - 1].end())
        for tag, a, b, _c, _d in matcher.get_opcodes()
        if tag != "equal" and b > a
    )

"""Text as it is compared: what hides a word from a search is folded away, places in the original are kept.

Letters that look like Latin ones become those (Unicode's confusables, through `confusable_homoglyphs`),
digits of all scripts become 0–9, all spaces and dashes become one, and characters without width go.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

# Joiners, soft hyphens, directional marks, variation selectors, tag characters: none of them is seen.
UNSEEN = frozenset(
    (0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180F), *range(0x200B, 0x2010),
     *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF,
     *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))
)  # fmt: skip
_SPACES = [0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_DASHES = [*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D]
_QUOTES = {"‘": "'", "’": "'", "ʼ": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def fold(text: str) -> str:
    """The text in its folded form. Characters that are seen stay one each; the others go."""
    # Most texts are ASCII but for a few letters: looking those up alone is several times as fast.
    return text if text.isascii() else _BEYOND_ASCII.sub(_folded_run, text)


def fold_lower(text: str) -> str:
    """The folded form of the text in lower case, as long as that of `fold`."""
    return text.lower() if text.isascii() else _BEYOND_ASCII.sub(_lowered_run, text).lower()


def _lowered_run(match: re.Match[str]) -> str:
    return match[0].translate(_lower_table())


def _folded_run(match: re.Match[str]) -> str:
    return match[0].translate(_table())


def places(text: str) -> array[int] | None:
    """For each character of the folded form its place in the text; None where the two stand side by side."""
    if text.isascii() or not UNSEEN.intersection(map(ord, set(text))):
        return None
    return array("L", (place for place, character in enumerate(text) if ord(character) not in UNSEEN))


def skeleton(text: str) -> str:
    """What a name looks like: two that can be taken for each other have the same one."""
    folded = unicodedata.normalize("NFKD", fold_lower(text))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    for shown, meant in (("rn", "m"), ("vv", "w"), ("cl", "d"), ("1", "l"), ("i", "l"), ("0", "o")):
        plain = plain.replace(shown, meant)
    return plain


def bare(word: str) -> str:
    """The letters of a name without case and without their marks: “Łukasz” and “lukasz” are one."""
    decomposed = unicodedata.normalize("NFKD", fold_lower(word).replace("ø", "o").replace("ł", "l"))
    return "".join(character for character in decomposed if character.isalpha())


def looks_latin(character: str) -> bool:
    """Whether a letter of another script can be taken for one of a–z."""
    folded = _table().get(ord(character))
    return folded is not None and folded.isascii() and folded.isalpha()


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    from confusable_homoglyphs.confusables import confusables_data

    table: dict[int, str | None] = {}
    for letter in _LETTERS:
        for other in confusables_data.get(letter, ()):
            _take(table, other["c"], letter)
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800), *range(0x24B6, 0x24EA)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii():
            table[code] = plain
    for code in range(0x80, 0x20000):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            table[code] = str(digit)
    table.update((ord(quote), plain) for quote, plain in _QUOTES.items())
    table.update(dict.fromkeys(_SPACES, " "))
    table.update(dict.fromkeys(_DASHES, "-"))
    table.update(dict.fromkeys(UNSEEN, None))
    return table


@lru_cache(maxsize=1)
def _lower_table() -> dict[int, str | None]:
    """As `_table`, for a text that is to be in lower case: both cases of a letter become one, whichever of
    the two looks Latin. Т does and т does not.
    """
    table = _table()
    lowered: dict[int, str | None] = {code: folded and folded.lower() for code, folded in table.items()}
    for code, folded in table.items():
        for other in (chr(code).lower(), chr(code).upper()):
            if folded and len(other) == 1 and ord(other) not in table and not other.isascii():
                lowered[ord(other)] = folded.lower()
    # The one letter whose lower case is longer than itself.
    lowered[ord("İ")] = "i"
    return lowered


def _take(table: dict[int, str | None], other: str, letter: str) -> None:
    """Two letters look alike in one case only: the table keeps to the case of the one that is written."""
    if len(other) != 1 or other.isascii() or not other.isalpha():
        return
    if other.islower() == letter.islower() or not (other.islower() or other.isupper()):
        table.setdefault(ord(other), letter)

"""Names that can be taken for others: domains by Unicode's confusables and by one letter, mixed scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold, looks_latin, skeleton
from outtray.checks.recipients import recipients
from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts
from outtray.model.findings import Fix, Place, Severity

_SHORTEST = 8


def _look_alike_domain(subject: Subject, facts: Facts) -> Iterator[Found]:
    named = [*recipients(subject)]
    if subject.content.reply_to is not None:
        named.append(("reply_to", subject.content.reply_to))
    known = facts.known_domains | facts.operator.domains
    told: set[str] = set()
    for field, one in named:
        domain = one.domain.casefold().rstrip(".")
        if domain in told or one.key.rpartition("@")[2] in known:
            continue
        told.add(domain)
        why = _odd_letters(domain) or _like_a_known_one(domain, known)
        if why is not None:
            yield Found(Place(field), one.address, f"{why}. Make sure that it is who you mean.")


def _odd_letters(domain: str) -> str | None:
    if domain.isascii() and "xn--" not in domain:
        return None
    for label in domain.split("."):
        shown = _shown(label)
        if shown is None:
            return f"“{label}” is no valid international name"
        if shown.isascii():
            continue
        scripts = {_script(character) for character in shown if character.isalpha()}
        if len(scripts & {"latin", "greek", "cyrillic"}) > 1:
            return f"The domain “{domain}” mixes letters of different scripts and can be taken for another"
        if "latin" not in scripts and fold(shown).isascii():
            return f"The domain “{domain}” is written in letters that only look Latin"
    return None


def _shown(label: str) -> str | None:
    """The label as people read it; None where its encoded form is none."""
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError, IndexError, ValueError):
        return None


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0].lower()


def _like_a_known_one(domain: str, known: frozenset[str]) -> str | None:
    shape = skeleton(domain)
    for other in known:
        if other == domain or abs(len(other) - len(domain)) > 2:
            continue
        if _skeleton(other) == shape:
            return f"The domain “{domain}” looks like {other}, which you know, and is another one"
        if len(domain) >= _SHORTEST and _one_off(domain, other):
            return f"The domain “{domain}” is one letter away from {other}, which you know"
    return None


@lru_cache(maxsize=4096)
def _skeleton(domain: str) -> str:
    return skeleton(domain)


def _one_off(one: str, other: str) -> bool:
    """Whether two texts differ by one letter put in, left out, changed, or swapped with its neighbour."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


_OTHER_SCRIPTS = re.compile("[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def _mixed_scripts(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.texts:
        if text.text.isascii() or not _OTHER_SCRIPTS.search(text.text):
            continue
        for match in _LETTERS.finditer(text.text):
            word = match[0]
            if word.isascii() or not _OTHER_SCRIPTS.search(word) or not _is_mixed(word):
                continue
            place = Place(text.field, *match.span()) if text.field != "body_html" else Place(text.field)
            plain, fix = fold(word), None
            if plain.isascii() and place.start is not None:
                fix = Fix(f"Change to “{plain}”", place, plain, "mixed_scripts")
            yield Found(place, word, f"“{word}” mixes letters of different scripts that look alike.", fix)


def _is_mixed(word: str) -> bool:
    """Whether a word has Latin letters and others that can be taken for Latin. A unit such as μm has none."""
    latin = any(character < "\u0250" for character in word)
    return latin and any(looks_latin(character) for character in word if _OTHER_SCRIPTS.match(character))


CHECKS = (
    Check("look_alike_domain", Group.RECIPIENT, "Look-alike domains", Severity.BLOCK, _look_alike_domain),
    Check("mixed_scripts", Group.RECIPIENT, "Words of mixed scripts", Severity.WARN, _mixed_scripts),
)

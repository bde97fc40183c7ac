"""How a message looks before anybody reads it: empty, too short, shouting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.subject import Subject, Text
from outtray.model.check_facts import Facts
from outtray.model.findings import Place, Severity

SHORTEST = 50
# A sign of Chinese, Japanese or Korean says as much as three letters.
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def _no_subject(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if not subject.content.subject.strip():
        yield Found(Place("subject"), "", "The message has no subject.")


def _empty_body(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if not subject.body.own_text.strip():
        yield Found(Place(subject.body.field), "", "The message says nothing.")


def _too_short(subject: Subject, _facts: Facts) -> Iterator[Found]:
    said = subject.body.own_text.strip()
    if said and len(said) + 2 * len(_WIDE.findall(said[:SHORTEST])) < SHORTEST:
        severity = Severity.INFO if subject.is_reply else None
        yield Found(
            Place(subject.body.field),
            " ".join(said.split()),
            f"The message has fewer than {SHORTEST} characters.",
            severity=severity,
        )


def _capitals(subject: Subject, _facts: Facts) -> Iterator[Found]:
    why = "Too many capitals: it reads as shouting."
    for text in subject.texts:
        is_subject = text.field == "subject"
        said = text.own_text
        upper = sum(map(str.isupper, said))
        lower = sum(map(str.islower, said))
        if (
            upper >= (16 if is_subject else 40)
            and upper > 1.5 * lower
            and _loud_words(text) >= (4 if is_subject else 8)
        ):
            yield Found(Place(text.field), text.excerpt(0, min(len(text.folded), 60)), why)


def _loud_words(text: Text) -> int:
    """How many words are in capitals; short ones and such with digits are names of things."""
    return sum(word.isupper() and len(word) > 2 and word.isalpha() for word in text.own_text.split())


_MARKS = re.compile(r"!(?:\s?!)+|[¡!]{2,}|(?:\?\s?!|!\s?\?)[?!]*|[$€£¥]{2,}")


def _marks(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.texts:
        for match in _MARKS.finditer(text.folded):
            if text.own(match.start()):
                yield Found(
                    text.place(*match.span()),
                    text.excerpt(*match.span()),
                    "Too many exclamation or currency marks: filters and people take it for advertising.",
                )


CHECKS = (
    Check("no_subject", Group.CONTENT, "No subject", Severity.BLOCK, _no_subject),
    Check("empty_body", Group.CONTENT, "Empty message", Severity.BLOCK, _empty_body),
    Check("too_short", Group.CONTENT, "Very short message", Severity.WARN, _too_short),
    Check("capitals", Group.CONTENT, "Shouting in capitals", Severity.WARN, _capitals),
    Check("marks", Group.CONTENT, "Exclamation and currency marks", Severity.WARN, _marks),
)

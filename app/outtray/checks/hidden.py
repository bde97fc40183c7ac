"""What is in a message and not on the page: hidden text, characters without width, turned directions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.subject import Subject, Text
from outtray.model.check_facts import Facts
from outtray.model.findings import Fix, Place, Severity

_COMMENT = "a comment"
_CHARACTERS = "characters without width"
_TAGS = "tag characters that no font shows"
_ELEMENTS_SEEN = (
    "the element “title”",
    "the element “button”",
    "the element “select”",
    "the element “option”",
)
_CONDITION = re.compile(r"\s{0,8}(?:\[if\b|<!\[endif|\[endif|mso\b|<!|/?\*)", re.IGNORECASE)


def _hidden_text(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if subject.html is None:
        return
    shown: set[str] = set()
    for item in subject.html.hidden:
        words = item.text.strip()
        if item.how in {_CHARACTERS, _TAGS, *_ELEMENTS_SEEN} or not any(map(str.isalpha, words)):
            continue
        excerpt = " ".join(words[:480].split())[:120]
        if item.how == _COMMENT:
            if _CONDITION.match(words):
                continue
            prose = len(words.split()) >= 4 and "<" not in words
            severity = None if prose else Severity.INFO
            yield Found(
                Place("body_html"),
                excerpt,
                "A comment that nobody sees leaves with the message.",
                severity=severity,
            )
            continue
        shown = shown or set(_plain(subject.page.text))
        # What a letter hides to fill the second line in a list of mail says what the page says too.
        preview = shown.issuperset(_plain(words))
        why = f"Text that a recipient does not see leaves with the message ({item.how})."
        yield Found(Place("body_html"), excerpt, why, severity=Severity.INFO if preview else None)


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", fold_lower(text))


# As in model.html_content: joiners are part of Persian, Hindi and emoji, but not of a Latin word.
_ZERO_WIDTH = re.compile(
    "[\u200b\u2060\ufeff\u180e\u3164\u115f]|[\u200c\u200d](?=[\u200c\u200d])"
    "|(?<=[A-Za-z])[\u200c\u200d](?=[A-Za-z])"
)
_WORD_LETTER = re.compile(r"[\w\u200b-\u200d\u2060\ufeff\u180e\u3164\u115f]")


def _zero_width(subject: Subject, _facts: Facts) -> Iterator[Found]:
    why = "Characters that nobody sees are in the text; they hide words from filters."
    for text in subject.texts:
        if text.text.isascii():
            continue
        last = 0
        for match in _ZERO_WIDTH.finditer(text.text):
            if match.start() < last:
                continue
            start, last = _around(text.text, match.start())
            word = text.text[start:last]
            plain = _ZERO_WIDTH.sub("", word)
            if text.field == "body_html":
                yield Found(Place("body_html"), plain, why)
                continue
            place = Place(text.field, start, last)
            yield Found(place, plain, why, Fix("Take them out", place, plain, "zero_width"))
    if subject.html is not None and any(item.how == _CHARACTERS for item in subject.html.hidden):
        found = next(item.text for item in subject.html.hidden if item.how == _CHARACTERS)
        yield Found(Place("body_html"), found[:120], why)


def _around(text: str, at: int) -> tuple[int, int]:
    """The word that a character stands in; at most 40 characters to each side."""
    start = at
    while start > max(0, at - 40) and _WORD_LETTER.match(text, start - 1):
        start -= 1
    end = at + 1
    while end < min(len(text), at + 40) and _WORD_LETTER.match(text, end):
        end += 1
    return start, end


_TAG_CHARACTERS = re.compile("[\U000e0001\U000e0020-\U000e007f]+")


def _tag_characters(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in (subject.subject, subject.body):
        for match in () if text.text.isascii() else _TAG_CHARACTERS.finditer(text.text):
            # A black flag, letters and an end tag are the flag of Scotland, Wales or England.
            if text.text[match.start() - 1 : match.start()] == "\U0001f3f4" and match[0].endswith(
                "\U000e007f"
            ):
                continue
            place = Place(text.field, *match.span()) if text.field != "body_html" else Place(text.field)
            said = "".join(
                chr(ord(letter) - 0xE0000) for letter in match[0] if 0xE0020 <= ord(letter) < 0xE007F
            )
            fix = Fix("Take them out", place, "", "tag_characters") if place.start is not None else None
            yield Found(place, said[:120], _TAG_WHY, fix)
    if subject.html is not None:
        for item in subject.html.hidden:
            if item.how == _TAGS:
                yield Found(Place("body_html"), item.text[:120], _TAG_WHY)


_TAG_WHY = "A text in characters that no font shows is in the message; a machine would read it."
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDES = re.compile("[\u202d\u202e]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def _bidi_text(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.texts:
        if text.text.isascii():
            continue
        turns = list(_TURNS.finditer(text.text))
        if not turns:
            continue
        overrides = any(_OVERRIDES.match(turn[0]) for turn in turns)
        if not overrides and _RIGHT_TO_LEFT.search(text.text) and _balanced(turns):
            continue
        yield _turned(text, turns)


def _turned(text: Text, turns: list[re.Match[str]]) -> Found:
    start, end = turns[0].start(), min(turns[-1].end(), turns[0].start() + 200)
    words = text.text[start:end]
    place = Place(text.field, start, end) if text.field != "body_html" else Place(text.field)
    plain = _TURNS.sub("", words)
    fix = Fix("Take them out", place, plain, "bidi_text") if place.start is not None else None
    around = _TURNS.sub("", text.text[start : start + 60])
    why = "Characters that turn the reading direction make the text look other than it is."
    return Found(place, " ".join(around.split()), why, fix)


def _balanced(turns: list[re.Match[str]]) -> bool:
    opened = sum(turn[0] not in "\u202c\u2069" for turn in turns)
    return opened * 2 == len(turns)


CHECKS = (
    Check("hidden_text", Group.SEEN, "Hidden text", Severity.WARN, _hidden_text),
    Check("zero_width", Group.SEEN, "Characters without width", Severity.WARN, _zero_width),
    Check("tag_characters", Group.SEEN, "Tag characters", Severity.BLOCK, _tag_characters),
    Check("bidi_text", Group.SEEN, "Turned reading direction", Severity.WARN, _bidi_text),
)

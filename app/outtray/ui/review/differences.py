"""What the operator changed in the machine's draft: fields, then paragraphs, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from outtray.model.draft import Content
from outtray.model.mailboxes import EmailAddress

_WORDS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
_PARAGRAPHS = re.compile(r"(\n[ \t]*\n\s*)")
_ENDS_EMPTY = re.compile(r"\n[ \t]*\n\s*$")
# Comparing takes the square of the words: a paragraph above this is shown as replaced in one piece.
_MOST_WORDS = 4_000
_ALIKE = 0.35
_NAMES = {"to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject"}


class Kind(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in a row with one fate."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `title` ("Subject", "Paragraph 3"), `note` ("field", "added"), and its words.

    `field` is the field of the content it lies in; `paragraph` names the place in a body's `pieces`.
    """

    title: str
    note: str
    field: str
    runs: tuple[Run, ...]
    paragraph: int = -1

    @property
    def added(self) -> int:
        """How many words came."""
        return _count(self.runs, Kind.ADDED)

    @property
    def removed(self) -> int:
        """How many words went."""
        return _count(self.runs, Kind.REMOVED)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of both bodies: the machine's paragraphs and the operator's that stand for them."""

    machine: str
    yours: str
    first: int
    kind: str


def changes_between(machine: Content, yours: Content) -> list[Change]:
    """Every change, fields first."""
    found = []
    for name, title in _NAMES.items():
        before, after = field_text(machine, name), field_text(yours, name)
        if before != after:
            found.append(Change(title, "field", name, runs(before, after)))
    found += [_paragraph(place, piece) for place, piece in _changed(machine, yours)]
    return found


def take_back(machine: Content, yours: Content, change: Change) -> Content:
    """The operator's content with the machine's words at the place of one change."""
    if change.field != "body_text":
        return replace(yours, **{change.field: getattr(machine, change.field)})
    pieces = list(_pieces(machine.body_text, yours.body_text))
    texts = [
        piece.machine if place == change.paragraph else piece.yours for place, piece in enumerate(pieces)
    ]
    return replace(yours, body_text=_joined([text for text in texts if text], yours.body_text))


def _joined(texts: Sequence[str], yours: str) -> str:
    """Paragraphs put together: an empty line between any two, behind the last what stood there."""
    if not texts:
        return ""
    *before, last = texts
    parted = [text if _ENDS_EMPTY.search(text) else text.rstrip("\n") + "\n\n" for text in before]
    return "".join(parted) + last.rstrip() + yours[len(yours.rstrip()) :]


def field_text(content: Content, name: str) -> str:
    """A field as one line of text."""
    value: str | tuple[EmailAddress, ...] = getattr(content, name)
    return value if isinstance(value, str) else ", ".join(str(mailbox) for mailbox in value)


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Both texts as one, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return tuple(Run(kind, text) for kind, text in ((Kind.REMOVED, before), (Kind.ADDED, after)) if text)
    made: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            _add(made, Kind.SAME, "".join(old[a:b]))
            continue
        _add(made, Kind.REMOVED, "".join(old[a:b]))
        _add(made, Kind.ADDED, "".join(new[c:d]))
    return tuple(_calm(made))


def _calm(made: Sequence[Run]) -> Iterator[Run]:
    """Joins what a lone space parts: "20418 counted" struck as one reads better than in three."""
    merged: list[Run] = []
    for place, run in enumerate(made):
        lone = run.kind is Kind.SAME and run.text.isspace() and "\n" not in run.text
        if lone and 0 < place < len(made) - 1:
            _add(merged, Kind.REMOVED, run.text)
            _add(merged, Kind.ADDED, run.text)
        else:
            _add(merged, run.kind, run.text)
    yield from _ordered(merged)


def _ordered(merged: Sequence[Run]) -> Iterator[Run]:
    """Between two stretches that stayed: all that went, then all that came."""
    gone: list[str] = []
    came: list[str] = []
    for run in (*merged, Run(Kind.SAME, "")):
        if run.kind is Kind.REMOVED:
            gone.append(run.text)
        elif run.kind is Kind.ADDED:
            came.append(run.text)
        else:
            if gone:
                yield Run(Kind.REMOVED, "".join(gone))
            if came:
                yield Run(Kind.ADDED, "".join(came))
            gone, came = [], []
            if run.text:
                yield run


def _add(made: list[Run], kind: Kind, text: str) -> None:
    if not text:
        return
    if made and made[-1].kind is kind:
        made[-1] = Run(kind, made[-1].text + text)
    else:
        made.append(Run(kind, text))


def _changed(machine: Content, yours: Content) -> Iterator[tuple[int, _Piece]]:
    for place, piece in enumerate(_pieces(machine.body_text, yours.body_text)):
        if piece.machine.strip() != piece.yours.strip():
            yield place, piece


def _paragraph(place: int, piece: _Piece) -> Change:
    title = f"Paragraph {piece.first}"
    if not piece.machine.strip():
        return Change(f"{title}, new", "added", "body_text", runs("", piece.yours.strip()), place)
    if not piece.yours.strip():
        return Change(title, "taken out", "body_text", runs(piece.machine.strip(), ""), place)
    return Change(title, "changed", "body_text", runs(piece.machine.strip(), piece.yours.strip()), place)


def _pieces(machine: str, yours: str) -> Iterator[_Piece]:
    """Both bodies cut at empty lines and laid side by side; the pieces' texts put together are the bodies."""
    old, new = _paragraphs(machine), _paragraphs(yours)
    keys = [part.strip() for part in old], [part.strip() for part in new]
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            for step in range(b - a):
                yield _Piece(old[a + step], new[c + step], a + step + 1, tag)
            continue
        yield from _pairs(old, new, (a, b), (c, d))


def _pairs(
    old: Sequence[str], new: Sequence[str], gone: tuple[int, int], came: tuple[int, int]
) -> Iterator[_Piece]:
    """Paragraphs that were replaced: each of the operator's beside the machine's that it resembles."""
    (a, b), (c, d) = gone, came
    while a < b or c < d:
        if a < b and c < d and (_resemble(old[a], new[c]) or (b - a == d - c)):
            yield _Piece(old[a], new[c], a + 1, "replace")
            a, c = a + 1, c + 1
        elif c < d and (a >= b or d - c > b - a):
            yield _Piece("", new[c], c + 1, "insert")
            c += 1
        else:
            yield _Piece(old[a], "", a + 1, "delete")
            a += 1


def _resemble(one: str, other: str) -> bool:
    words, others = one.split()[:_MOST_WORDS], other.split()[:_MOST_WORDS]
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= _ALIKE


def _paragraphs(text: str) -> list[str]:
    """The paragraphs, each with the empty lines behind it."""
    cut = _PARAGRAPHS.split(text.replace("\r\n", "\n"))
    parts = [
        first + (cut[place + 1] if place + 1 < len(cut) else "")
        for place, first in enumerate(cut)
        if place % 2 == 0
    ]
    return [part for part in parts if part]


def _count(words: Sequence[Run], kind: Kind) -> int:
    return sum(len(re.findall(r"\w+", run.text)) for run in words if run.kind is kind)

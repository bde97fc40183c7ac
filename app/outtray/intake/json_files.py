"""Reads JSON and JSON Lines: one draft, an array, or an array somewhere in an object, an item at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from outtray.intake.cleaning import clean_line
from outtray.intake.fields import ALIASES, FIELDS, MAXIMUM_RAW
from outtray.intake.items import FileProblem, Item
from outtray.intake.json_text import JsonProblem, JsonText
from outtray.intake.outcomes import Refusal

_OWN = {*FIELDS, *ALIASES}
Fits = Callable[[Mapping[str, Any]], bool]
_SAMPLES = 3
# Wrappers lie in wrappers; what lies deeper than this is somebody's data.
_DEEPEST = 8
_MOST_FIELDS = 500
_NO_OBJECT = "not an object with fields"


@dataclass(slots=True)
class FoundArray:
    """An array within a file: the names on the way to it, and its first objects."""

    path: tuple[str, ...]
    samples: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path as `--items` takes it."""
        return ".".join(self.path)


@dataclass(slots=True)
class Survey:
    """What a file holds beside items: its arrays, the fields on top, whether more values follow the first."""

    arrays: list[FoundArray] = field(default_factory=list)
    top: dict[str, Any] = field(default_factory=dict)
    sequence: bool = False

    @property
    def source(self) -> str | None:
        """The source that the file names for all its items."""
        source = self.top.get("source")
        return source if isinstance(source, str) and source.strip() else None


def read_json(
    stream: BinaryIO, items: str | None, fits: Fits, *, enough: int | None = None
) -> Iterator[Item | Refusal]:
    """The items of a JSON file; raises FileProblem where it is none, or where they can't be told.

    `items` is the path of the array that holds them; `fits` says whether an object could be one;
    `enough` is the number of bytes after which a file has been looked at enough (for a preview).
    """
    start = stream.tell()
    text = JsonText(stream)
    first = text.peek()
    if first == "[" and items is None:
        return _elements(text, None)
    if first not in {"[", "{"}:
        raise FileProblem("It is not JSON: it begins with neither { nor [." if first else "It is empty.")
    stream.seek(start)
    survey = survey_json(stream, enough)
    path = _array_path(survey, items, fits)
    stream.seek(start)
    if path is None:
        return _sequence(JsonText(stream)) if survey.sequence else _single(JsonText(stream))
    return _elements_at(JsonText(stream), path, survey.source)


def read_json_lines(
    stream: BinaryIO, items: str | None, fits: Fits, *, enough: int | None = None
) -> Iterator[Item | Refusal]:
    """The items of a JSON Lines file; raises FileProblem where it is none. A JSON file is read as one."""
    start = stream.tell()
    text = JsonText(stream)
    first = text.peek()
    if first not in {"[", "{"}:
        raise FileProblem("It is not JSON: it begins with neither { nor [." if first else "It is empty.")
    try:
        value, raw = text.value()
    except JsonProblem:
        value, raw = None, ""
    stream.seek(start)
    if items is not None or first == "[" or (isinstance(value, dict) and "\n" in raw.strip()):
        return read_json(stream, items, fits, enough=enough)
    return _lines(JsonText(stream))


def survey_json(stream: BinaryIO, enough: int | None = None) -> Survey:
    """Walks through a file once and keeps nothing of it but its shape; ends early where it is broken."""
    survey = Survey()
    text = JsonText(stream)
    start = stream.tell()

    def tired() -> bool:
        return enough is not None and stream.tell() - start > enough

    try:
        if text.peek() == "{":
            _walk_object(text, (), survey.top, survey, tired)
            survey.sequence = text.peek() not in {"", ",", "]", "}"}
        else:
            text.skip(keep=0)
    except JsonProblem:
        return survey
    return survey


def _walk_object(
    text: JsonText, path: tuple[str, ...], into: dict[str, Any], survey: Survey, tired: Callable[[], bool]
) -> None:
    text.take("{")
    while not text.take("}"):
        if text.take(","):
            continue
        if text.peek() != '"':
            raise JsonProblem("not an object")
        name = str(text.value()[0])
        if not text.take(":"):
            raise JsonProblem("not an object")
        inner = (*path, name)
        following = text.peek()
        value: Any
        if following == "[":
            value = _walk_array(text, inner, survey, tired)
        elif following == "{" and len(inner) < _DEEPEST:
            value = {}
            _walk_object(text, inner, value, survey, tired)
        else:
            value = _value_or_skip(text)
        if len(into) < _MOST_FIELDS:
            into[name] = value
        if tired():
            raise JsonProblem("enough was seen")


def _walk_array(
    text: JsonText, path: tuple[str, ...], survey: Survey, tired: Callable[[], bool]
) -> list[Any]:
    """Goes over an array; returns its first value, which shows what kind of array it is."""
    first: list[Any] = []
    text.take("[")
    found = FoundArray(path)
    survey.arrays.append(found)
    while not text.take("]"):
        # A brace that opens nothing ends no value either: nothing but stepping over it gets past it.
        if text.take(",") or text.take("}"):
            continue
        if not text.peek():
            raise JsonProblem("the file ends in the middle of it")
        if tired():
            raise JsonProblem("enough was seen")
        value = _value_or_skip(text)
        first = first or [value]
        if isinstance(value, dict) and len(found.samples) < _SAMPLES:
            found.samples.append(value)
    return first


def _value_or_skip(text: JsonText) -> Any:
    try:
        return text.value()[0]
    except JsonProblem:
        if not text.skip(keep=0)[1]:
            raise
        return None


def _array_path(survey: Survey, items: str | None, fits: Fits) -> tuple[str, ...] | None:
    """The way to the array that holds the items; None where the file itself is one draft."""
    named = {found.name: found.path for found in survey.arrays}
    if items is not None:
        if items.strip() not in named:
            there = f"The arrays in it are: {_listed(named)}." if named else "There is no array in it."
            raise FileProblem(f"There is no array “{items.strip()}”. {there}")
        return named[items.strip()]
    if "drafts" in named:
        return named["drafts"]
    if fits(survey.top):
        return None
    # An array that is a field of a draft (attachments, to) makes its object one.
    candidates = [found for found in survey.arrays if found.samples and found.path[0] not in _OWN]
    if len(candidates) > 1:
        candidates = [found for found in candidates if any(map(fits, found.samples))] or candidates
    if len(candidates) > 1:
        listed = _listed(found.name for found in candidates)
        raise FileProblem(f"Several arrays could hold the drafts: {listed}.", "Name one with --items.")
    return candidates[0].path if candidates else None


def _listed(names: Iterable[str]) -> str:
    short = [clean_line(name[:80], "", []) for name in names]
    return ", ".join(short[:10]) + (f" and {len(short) - 10} more" if len(short) > 10 else "")


def _elements_at(text: JsonText, path: tuple[str, ...], source: str | None) -> Iterator[Item | Refusal]:
    """The elements of the array at a path that the survey has found."""
    for name in path:
        text.take("{")
        while True:
            text.take(",")
            try:
                key = text.value()[0]
            except JsonProblem:
                return
            text.take(":")
            if key == name:
                break
            _value_or_skip(text)
    yield from _elements(text, source, ",}")


def _elements(text: JsonText, source: str | None, behind: str = "") -> Iterator[Item | Refusal]:
    """The elements of the array at this place; `behind` are the characters that may follow it."""
    text.take("[")
    number = 0
    while not text.take("]"):
        if text.take(",") or (number and text.take("}")):
            continue
        if not text.peek():
            reason = "the file ends before its list does; what came after is missing"
            yield Refusal(None, text.line, None, reason)
            return
        number += 1
        item = _item(text, number, source)
        yield item
        if isinstance(item, Refusal) and not text.peek():
            return
    following = text.peek()
    if following and following not in behind:
        line, rest = text.line, text.rest(MAXIMUM_RAW)
        yield Refusal(None, line, None, "what follows here belongs to no list", to_bytes(rest))


def _single(text: JsonText) -> Iterator[Item | Refusal]:
    yield _item(text, 1, None)


def _sequence(text: JsonText) -> Iterator[Item | Refusal]:
    number = 0
    while text.peek():
        if text.take(",") or text.take("]") or text.take("}"):
            continue
        number += 1
        yield _item(text, number, None)


def _item(text: JsonText, number: int, source: str | None, unit: str = "Item") -> Item | Refusal:
    text.peek()
    line = text.line
    try:
        value, raw = text.value()
    except JsonProblem as problem:
        skipped, _ = text.skip()
        return Refusal(number, line, None, problem.reason, to_bytes(skipped), unit)
    return _made(value, raw, number, line, source, unit)


def _made(value: Any, raw: str, number: int, line: int, source: str | None, unit: str) -> Item | Refusal:
    if not isinstance(value, dict):
        return Refusal(number, line, None, _NO_OBJECT, to_bytes(raw), unit)
    return Item(number, line, value, lambda: to_bytes(raw), len(raw), unit, source)


def _lines(text: JsonText) -> Iterator[Item | Refusal]:
    number = 0
    for line, raw in text.lines():
        if not raw.strip():
            continue
        number += 1
        try:
            value = text.decode(raw, line)
        except JsonProblem as problem:
            yield Refusal(number, line, None, problem.reason, to_bytes(raw), "Line")
        else:
            yield _made(value, raw, number, line, None, "Line")


def to_bytes(text: str) -> bytes:
    """The bytes that a piece of a file was decoded from, as UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")

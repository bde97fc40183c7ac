"""Files of drafts: which format one has, by its name and by what is in it, and how its items are read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from outtray.intake.csv_files import column_name, find_delimiter, read_csv
from outtray.intake.fields import ALIASES, FIELDS
from outtray.intake.items import FileProblem, Item
from outtray.intake.json_files import read_json, read_json_lines
from outtray.intake.mail_files import read_eml, read_mbox
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Refusal
from outtray.intake.text_encoding import detect_encoding

_HEAD = 1 << 16
_HEADER_LINE = re.compile(rb"[!-9;-~]+:[ \t]")
_FORMATS = ".json, .jsonl, .csv, .eml or .mbox"


class Format(StrEnum):
    """The formats of files that can be imported."""

    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"
    EML = "eml"
    MBOX = "mbox"


_ENDINGS = {
    ".json": Format.JSON,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".eml": Format.EML,
    ".mbox": Format.MBOX,
    ".mbx": Format.MBOX,
}
ENDINGS = tuple(_ENDINGS)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person says of a file: its format, where fields lie, where the items lie, what is set for all.

    None and empty: found out by itself, or left as it is. `source` goes before the one of an item.
    """

    format: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    items: str | None = None
    set: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None


def open_file(path: Path) -> io.BufferedReader:
    """The file to read from; raises FileProblem where there is none that can be read."""
    try:
        if path.is_dir():
            raise FileProblem("It is a folder; name the files in it.")
        if path.exists() and not path.is_file():
            raise FileProblem("It is not a file that can be read twice; save it as one first.")
        return path.open("rb")
    except FileNotFoundError:
        raise FileProblem("There is no such file.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "its name can't be used").lower()
        raise FileProblem(f"It can't be read: {reason}.") from None


def format_of(name: str, stream: BinaryIO) -> Format:
    """The format by the file's ending, or else by its first bytes; raises FileProblem where it is none.

    The stream is left at its beginning.
    """
    known = _ENDINGS.get(Path(name).suffix.lower())
    if known is not None:
        return known
    head = stream.read(_HEAD)
    stream.seek(0)
    found = _by_content(head)
    if found is None:
        raise FileProblem(f"It is none of the formats that can be imported ({_FORMATS}).")
    return found


def read_items(
    stream: BinaryIO, form: Format, options: ImportOptions, plan: Plan, *, enough: int | None = None
) -> Iterator[Item | Refusal]:
    """The items of an open file, one at a time; raises FileProblem where the whole file is meant.

    `enough` is the number of bytes that a preview looks at to find out where the items lie.
    """
    if options.items is not None and form not in {Format.JSON, Format.JSON_LINES}:
        raise FileProblem("Only JSON has arrays that --items could name.")
    match form:
        case Format.JSON:
            return read_json(stream, options.items, plan.fits, enough=enough)
        case Format.JSON_LINES:
            return read_json_lines(stream, options.items, plan.fits, enough=enough)
        case Format.CSV:
            return read_csv(stream, plan.check_columns)
        case Format.EML:
            return read_eml(stream)
        case Format.MBOX:
            return read_mbox(stream)


def _by_content(head: bytes) -> Format | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"From "):
        return Format.MBOX
    text = _text(head)
    if text is not None and text.lstrip()[:1] in {"{", "["}:
        return Format.JSON
    if _HEADER_LINE.match(start):
        return Format.EML
    if text is not None and _is_table(text):
        return Format.CSV
    return None


def _text(head: bytes) -> str | None:
    encoding, errors = detect_encoding(io.BytesIO(head))
    text = head.decode(encoding, errors)
    return None if "\x00" in text else text


def _is_table(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), "")
    try:
        cells = next(csv.reader([first], delimiter=find_delimiter(text)), [])
    except csv.Error:
        return False
    return len(cells) > 1 and any(column_name(cell) in {*FIELDS, *ALIASES} for cell in cells)

"""Reads CSV: its delimiter and encoding found out, a row at a time, quoted line ends and all."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from outtray.intake.cleaning import clean_line
from outtray.intake.fields import ALIASES, FIELDS, MAXIMUM_RAW
from outtray.intake.items import FileProblem, Item
from outtray.intake.outcomes import Refusal
from outtray.intake.text_encoding import detect_encoding

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 30
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_KNOWN = {*FIELDS, *ALIASES}
_NO_NAMES = "It has no row with the names of its columns."
_UNCLOSED = "a quotation mark opens here and is never closed"


class _Lines:
    """The physical lines of a text, counted; some can be put back to be read again."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._back: list[str] = []
        self.taken: list[str] = []
        self.line = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else self._text.readline(MAXIMUM_RAW)
        if not line:
            self.ended = True
            raise StopIteration
        self.line += 1
        self.taken.append(line)
        return line

    def next_row(self) -> int:
        """Forgets the lines of the row before; the number of the line at which the next one begins."""
        self.taken = []
        return self.line + 1

    def put_back_all_but_first(self) -> str:
        """Gives the lines of this row back except its first, which is returned."""
        first, *rest = self.taken
        self._back.extend(reversed(rest))
        self.ended = False
        self.line -= len(rest)
        return first


def read_csv(stream: BinaryIO, check: Callable[[Sequence[str]], None]) -> Iterator[Item | Refusal]:
    """The rows of a CSV file, which is read from its beginning.

    Raises FileProblem where it has no row of names, or where `check` raises it for the names.
    """
    if stream.read(4) == b"PK\x03\x04":
        raise FileProblem("It is a ZIP archive or a spreadsheet, not CSV. Save it as CSV first.")
    stream.seek(0)
    encoding, errors = detect_encoding(stream)
    text = io.TextIOWrapper(stream, encoding, errors, newline="")
    sample = text.read(_SAMPLE)
    text.seek(0)
    if not sample.strip("\ufeff\x00\r\n\t ,;|"):
        raise FileProblem("It is empty." if not sample.strip() else _NO_NAMES)
    if len(_NO_TEXT.findall(sample)) * 20 > len(sample):
        raise FileProblem("It is not a text file, so it is no CSV.")
    delimiter = find_delimiter(sample)
    lines = _Lines(text)
    if sample.lstrip("\ufeff").lower().startswith("sep="):
        next(lines)
    csv.field_size_limit(MAXIMUM_RAW)
    header = _header(lines, delimiter)
    check(header)
    return _items(lines, delimiter, header)


def find_delimiter(sample: str) -> str:
    """Which of `,` `;` tab and `|` parts the sample into columns best."""
    sample = sample.lstrip("\ufeff")
    first = sample.partition("\n")[0]
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4]
    return max(_DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter))


def _fitness(sample: str, delimiter: str) -> tuple[int, float, int]:
    """How well a delimiter fits: known names among the first row's, rows of the same width, the width."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0, 0.0, 0
    if not rows or len(rows[0]) < 2:
        return 0, 0.0, 0
    width = len(rows[0])
    known = sum(column_name(cell) in _KNOWN for cell in rows[0])
    same = Counter(len(row) for row in rows)[width] / len(rows)
    return known, same, width


def column_name(cell: str) -> str:
    """The name of a column; one that is a draft's field in other letters ("Recipient Name") is that field."""
    name = " ".join(clean_line(cell, "", []).split())
    plain = name.lower().replace(" ", "_").replace("-", "_")
    return plain if plain in _KNOWN else name


def _header(lines: _Lines, delimiter: str) -> list[str]:
    while True:
        lines.next_row()
        try:
            row = next(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            raise FileProblem(f"Its first row can't be read: {_UNCLOSED}.") from None
        except StopIteration:
            raise FileProblem(_NO_NAMES) from None
        if any(cell.strip("\ufeff\x00 \t") for cell in row):
            break
    names: list[str] = []
    for position, cell in enumerate(row, start=1):
        name = column_name(cell.replace("\ufeff", "")) or f"column {position}"
        number = 2
        unique = name
        while unique in names:
            unique = f"{name} ({number})"
            number += 1
        names.append(unique)
    return names


def _items(lines: _Lines, delimiter: str, header: Sequence[str]) -> Iterator[Item | Refusal]:
    number = 0
    while True:
        line = lines.next_row()
        row: list[str] | None = None
        try:
            row = next(csv.reader(lines, delimiter=delimiter))
        except StopIteration:
            return
        except csv.Error:
            pass
        if row is None or lines.ended:
            # The reader wanted more lines than there are, or more text in a cell than any draft has.
            number += 1
            first = lines.put_back_all_but_first()
            yield Refusal(number, line, None, _UNCLOSED, _raw(header, [first], delimiter), "Row")
            continue
        if not any(cell.strip() for cell in row):
            continue
        number += 1
        while len(row) > len(header) and not row[-1].strip():
            row.pop()
        taken = lines.taken
        if len(row) > len(header):
            reason = f"{len(row)} cells, but only {len(header)} columns have names"
            yield Refusal(number, line, None, reason, _raw(header, taken, delimiter), "Row")
            continue
        values = dict(zip(header, row, strict=False))
        size = sum(map(len, taken))
        yield Item(number, line, values, _keeper(header, taken, delimiter), size, "Row")


def _keeper(header: Sequence[str], taken: list[str], delimiter: str) -> Callable[[], bytes]:
    return lambda: _raw(header, taken, delimiter)


def _raw(header: Sequence[str], taken: Sequence[str], delimiter: str) -> bytes:
    """The row as a small CSV file of its own: the names, then the row's own text."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerow(header)
    return (written.getvalue() + "".join(taken)).encode("utf-8", "surrogateescape")

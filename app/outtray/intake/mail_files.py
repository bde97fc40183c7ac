"""Reads mail files: one message of an `.eml`, the messages of an mbox one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from outtray.intake.fields import MAXIMUM_RAW
from outtray.intake.items import FileProblem, Item
from outtray.intake.mail_message import Unreadable, read_message
from outtray.intake.outcomes import Refusal

_LONGEST_LINE = 1 << 20
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_TIME = re.compile(rb"From .*\d\d?:\d\d")
# `>From ` at the start of a line was `From ` (mboxo), `>>From ` was `>From ` (mboxrd).
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_TOO_LARGE = f"larger than {MAXIMUM_RAW // 1_048_576} MB, which no draft is"


def read_eml(stream: BinaryIO) -> Iterator[Item | Refusal]:
    """The one message of the file; raises FileProblem where it is empty or too large."""
    data = stream.read(MAXIMUM_RAW + 1)
    if not data.strip():
        raise FileProblem("It is empty.")
    if len(data) > MAXIMUM_RAW:
        raise FileProblem(f"It is {_TOO_LARGE}.")
    return iter((_message(data, 1, 1),))


def read_mbox(stream: BinaryIO) -> Iterator[Item | Refusal]:
    """The messages of an mbox; raises FileProblem where none begins with `From `."""
    start = stream.tell()
    first = stream.readline(_LONGEST_LINE)
    while first and not first.strip():
        first = stream.readline(_LONGEST_LINE)
    if not first:
        raise FileProblem("It is empty.")
    if not first.startswith(b"From "):
        raise FileProblem("It is no mbox: its first line does not begin with “From ”.")
    stream.seek(start)
    return _messages(stream)


def _messages(stream: BinaryIO) -> Iterator[Item | Refusal]:
    for number, (line, data) in enumerate(_split(stream), start=1):
        if data is None:
            yield Refusal(number, line, None, _TOO_LARGE, unit="Message")
        else:
            yield _message(_ESCAPED.sub(rb"\1", data), number, line)


def _split(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each message's first line and bytes, without its `From ` line; None for one that is too large."""
    lines: list[bytes] = []
    size, began, count = 0, 1, 0
    before_is_empty, inside, within_line = True, False, False
    line = stream.readline(_LONGEST_LINE)
    while line:
        following = stream.readline(_LONGEST_LINE)
        if not within_line:
            count += 1
        if before_is_empty and not within_line and _begins(line, following):
            if inside:
                yield began, _joined(lines, size)
            lines, size, began, inside = [], 0, count, True
        elif inside:
            size += len(line)
            if size <= MAXIMUM_RAW:
                lines.append(line)
            else:
                lines.clear()
        before_is_empty = line in {b"\n", b"\r\n"}
        within_line = not line.endswith(b"\n")
        line = following
    if inside:
        yield began, _joined(lines, size)


def _begins(line: bytes, following: bytes) -> bool:
    """Whether a message begins here: `From ` with a time, or with a header behind it, and not a sentence."""
    return line.startswith(b"From ") and bool(_TIME.match(line) or _HEADER.match(following) or not following)


def _joined(lines: list[bytes], size: int) -> bytes | None:
    if size > MAXIMUM_RAW:
        return None
    if lines and lines[-1] in {b"\n", b"\r\n"}:
        # The empty line before the next message is the mailbox's.
        lines.pop()
    return b"".join(lines)


def _message(data: bytes, number: int, line: int) -> Item | Refusal:
    try:
        values, notes = read_message(data)
    except Unreadable as problem:
        return Refusal(number, line, None, problem.reason, data, "Message")
    return Item(number, line, values, lambda: data, len(data), "Message", None, notes)

"""What the command line prints, and what it asks on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from outtray.model.errors import Refused


def say(text: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def say_bytes(data: bytes) -> None:
    """Exact bytes on standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def complain(sentence: str) -> None:
    """One plain sentence on standard error."""
    sys.stderr.write(sentence + "\n")


def confirm(question: str) -> bool:
    """Asks `question [y/N]` on a terminal; raises Refused where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(
            "no_terminal", "This asks a question first, so it needs a terminal. Nothing was changed."
        )
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Rows in columns; a cell that is too long is cut with an ellipsis, the last one never."""
    for row in rows:
        cells = [_cut(cell, width) for cell, width in zip(row, widths, strict=False)]
        say("  ".join([*cells, *row[len(widths) :]]).rstrip())


def _cut(cell: str, width: int) -> str:
    flat = " ".join(cell.split())
    return flat.ljust(width) if len(flat) <= width else flat[: width - 1] + "…"


def leave_closed_pipe() -> None:
    """Keeps Python from complaining at exit that whoever read our output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

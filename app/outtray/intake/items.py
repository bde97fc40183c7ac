"""What the readers of files give: items by the names that the file uses, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class FileProblem(Exception):  # noqa: N818 - it is caught within the intake and becomes a Refusal
    """The whole file can't be read as what it should be.

    `wrong` is the sentence about the file, `reason` the same with what to do on the command line.
    """

    def __init__(self, wrong: str, advice: str = "") -> None:
        """`advice` names the options that help."""
        self.wrong = wrong
        self.reason = f"{wrong} {advice}".rstrip()
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file. `values` are by the file's own names; `raw` gives its bytes for another try.

    `number` and `line` count from 1; `size` is about how many bytes the item takes; `source` is the one
    that the file names for all its items; `notes` say in sentences what could not be read or kept.
    """

    number: int
    line: int | None
    values: Mapping[str, Any]
    raw: Callable[[], bytes]
    size: int
    unit: str = "Item"
    source: str | None = None
    notes: tuple[str, ...] = field(default=())

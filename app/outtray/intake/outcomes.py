"""What an intake tells of its work: refusals with their place, progress, and the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LISTED_ERRORS = 1000


class FieldProblem(Exception):  # noqa: N818 - it is caught within the intake and becomes a Refusal
    """One field of one item is not acceptable; `reason` is the end of a sentence."""

    def __init__(self, field_name: str | None, reason: str) -> None:
        """`field_name` is the name as the person knows it, where there is one."""
        super().__init__(reason)
        self.field = field_name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that is not taken: where it stands, why, and its bytes for another try.

    `item` and `line` count from 1; both are None where the whole file is meant. `unit` is what the
    person calls an item of that file ("Row", "Item", "Message").
    """

    item: int | None
    line: int | None
    field: str | None
    reason: str
    raw: bytes = b""
    unit: str = "Item"
    file: str = ""

    @property
    def sentence(self) -> str:
        """`Row 14, field “email”: not an address.`"""
        place = []
        if self.item is not None:
            place.append(f"{self.unit} {self.item}")
        elif self.line is not None:
            place.append(f"Line {self.line}")
        elif self.file:
            place.append(self.file)
        if self.field is not None:
            place.append(f"field “{self.field}”" if place else f"Field “{self.field}”")
        where = ", ".join(place)
        text = f"{where}: {self.reason}" if where else self.reason
        return text if text.endswith((".", "?", "!")) else f"{text}."

    def as_json(self) -> dict[str, Any]:
        """The stable form for scripts."""
        return {"item": self.item, "line": self.line, "field": self.field, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an intake is; bytes are those of the files, 0 where there are none."""

    done: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    bytes_read: int = 0
    bytes_total: int = 0


@dataclass(slots=True)
class Outcome:
    """What became of all items. `revised` ones are not counted in `known`; `errors` lists the first ones."""

    added: int = 0
    known: int = 0
    revised: int = 0
    refused: int = 0
    errors: list[Refusal] = field(default_factory=list)
    cancelled: bool = False

    @property
    def total(self) -> int:
        """All items that were looked at."""
        return self.added + self.known + self.revised + self.refused

    def refuse(self, refusal: Refusal) -> None:
        """Counts a refusal, and lists it while the list is short enough to be read."""
        self.refused += 1
        if len(self.errors) < LISTED_ERRORS:
            self.errors.append(refusal)

    def add(self, other: Outcome) -> None:
        """Takes another outcome's counts in."""
        self.added += other.added
        self.known += other.known
        self.revised += other.revised
        self.refused += other.refused
        self.errors.extend(other.errors[: LISTED_ERRORS - len(self.errors)])
        self.cancelled = self.cancelled or other.cancelled

"""What an intake tells of its work: refusals with their place, progress, and the outcome."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

LISTED_ERRORS = 10_000


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
    person calls an item of that file ("Row", "Item", "Message"). `kept` is its number in the store.
    """

    item: int | None
    line: int | None
    field: str | None
    reason: str
    raw: bytes = b""
    unit: str = "Item"
    file: str = ""
    kept: int | None = None

    @property
    def place(self) -> str:
        """Where it stands: `Row 14`, `Line 3`, or the name of the file."""
        if self.item is not None and self.unit != "Line":
            return f"{self.unit} {self.item}"
        return self.file if self.line is None else f"Line {self.line}"

    @property
    def sentence(self) -> str:
        """What a person reads, such as `Row 14, field “email”: not an address.` (design, section 15)."""
        place = [self.place] if self.place else []
        if self.field is not None:
            place.append(f"field “{self.field}”" if place else f"Field “{self.field}”")
        where = ", ".join(place)
        text = f"{where}: {self.reason}" if where else self.reason
        return text if text.endswith((".", "?", "!")) else f"{text}."

    def as_json(self) -> dict[str, Any]:
        """The stable form for scripts."""
        whole = self.item is None and self.line is None and self.file
        reason = f"{self.file}: {self.reason}" if whole else self.reason
        return {"item": self.item, "line": self.line, "field": self.field, "reason": reason}


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
    """What became of all items. `revised` ones are not counted in `known`; `errors` lists the first ones.

    `kept` are the numbers of all refused items that the store keeps. `unknown_fields` says how many items
    have a field that went to their context; `unseen_paths` are those of `--map` that led nowhere.
    """

    added: int = 0
    known: int = 0
    revised: int = 0
    refused: int = 0
    errors: list[Refusal] = field(default_factory=list)
    cancelled: bool = False
    kept: array[int] = field(default_factory=lambda: array("q"))
    unknown_fields: dict[str, int] = field(default_factory=dict)
    unseen_paths: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All items that were looked at."""
        return self.added + self.known + self.revised + self.refused

    def refuse(self, refusal: Refusal) -> None:
        """Counts a refusal, and lists it while the list is short enough to be read."""
        self.refused += 1
        if len(self.errors) < LISTED_ERRORS:
            self.errors.append(refusal)
        if refusal.kept is not None:
            self.kept.append(refusal.kept)

    @property
    def sentence(self) -> str:
        """`212 added, 3 already known, 1 refused.`, with what was revised and whether it was stopped."""
        known = f"{self.known + self.revised} already known"
        if self.revised:
            known += f" ({self.revised} of them revised)"
        stopped = " Stopped before the end." if self.cancelled else ""
        return f"{self.added} added, {known}, {self.refused} refused.{stopped}"

    def as_json(self) -> dict[str, Any]:
        """The stable form for scripts, in which a revised draft was known; more names only where needed."""
        value: dict[str, Any] = {
            "added": self.added,
            "known": self.known + self.revised,
            "refused": self.refused,
            "total": self.total,
            "errors": [refusal.as_json() for refusal in self.errors],
        }
        if self.revised:
            value["revised"] = self.revised
        if self.unknown_fields:
            value["unknown_fields"] = sorted(self.unknown_fields)
        return value

    def add(self, other: Outcome) -> None:
        """Takes another outcome's counts in."""
        self.added += other.added
        self.known += other.known
        self.revised += other.revised
        self.refused += other.refused
        self.errors.extend(other.errors[: LISTED_ERRORS - len(self.errors)])
        self.cancelled = self.cancelled or other.cancelled
        self.kept.extend(other.kept)
        for name, count in other.unknown_fields.items():
            self.unknown_fields[name] = self.unknown_fields.get(name, 0) + count
        self.unseen_paths = sorted({*self.unseen_paths, *other.unseen_paths})

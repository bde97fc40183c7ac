"""Findings: what a safety check says of one draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs: `block` keeps Approve shut."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> Rank:
        """The number that the store sorts and groups by."""
        return Rank[self.name]


class Rank(IntEnum):
    """The worst finding of a draft as a number; NONE where nothing was found."""

    NONE = 0
    INFO = 1
    WARN = 2
    BLOCK = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: a field of the content (`to`, `subject`, `body_text`, `body_html`,
    `attachments`, …) and the half-open range of characters in it, or the whole field.
    """

    field: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend that can be computed: `replacement` goes into the place of the finding.

    `label` is the offer in words ("Change to “make sure”"); `key` says which fixes are the same
    one, so that it can be applied to all drafts that have it.
    """

    label: str
    place: Place
    replacement: str
    key: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `why` is one sentence for the operator, `excerpt` the words it is about."""

    code: str
    severity: Severity
    where: Place
    excerpt: str
    why: str
    fix: Fix | None = None
    overridden: str | None = None

    @property
    def weighs(self) -> Severity:
        """How much it weighs now: a block that was overridden with a reason is a warning."""
        overridden = self.severity is Severity.BLOCK and self.overridden is not None
        return Severity.WARN if overridden else self.severity

    def as_json(self) -> dict[str, Any]:
        """The form that is stored and that machines read."""
        value: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.value,
            "where": _place_json(self.where),
            "excerpt": self.excerpt,
            "why": self.why,
            "fix": None,
        }
        if self.fix is not None:
            value["fix"] = {
                "label": self.fix.label,
                "where": _place_json(self.fix.place),
                "replacement": self.fix.replacement,
                "key": self.fix.key,
            }
        if self.overridden is not None:
            value["overridden"] = self.overridden
        return value

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Finding:
        """The finding that `as_json` wrote."""
        fix = value.get("fix")
        return Finding(
            code=value["code"],
            severity=Severity(value["severity"]),
            where=_place(value["where"]),
            excerpt=value["excerpt"],
            why=value["why"],
            fix=None
            if fix is None
            else Fix(fix["label"], _place(fix["where"]), fix["replacement"], fix["key"]),
            overridden=value.get("overridden"),
        )


def _place_json(place: Place) -> dict[str, Any]:
    return {"field": place.field, "start": place.start, "end": place.end}


def _place(value: Mapping[str, Any]) -> Place:
    return Place(value["field"], value.get("start"), value.get("end"))

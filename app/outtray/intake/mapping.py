"""From the names of a file to the fields of a draft: aliases, `--map`, `--set`, `--source`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from outtray.intake.fields import ALIASES, DEFAULT_SOURCE, FIELDS
from outtray.intake.items import FileProblem, Item
from outtray.intake.outcomes import FieldProblem
from outtray.intake.paths import MISSING, ValuePath
from outtray.intake.reading import Reader
from outtray.model.draft import Proposal
from outtray.model.errors import UsageError
from outtray.model.mailboxes import EmailAddress

if TYPE_CHECKING:
    from outtray.intake.files import ImportOptions

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\{")
_CANONICAL = {name: name for name in FIELDS} | ALIASES
_LISTS = {"to", "cc", "bcc", "references", "attachments"}
_NO_TEXT = {"attachments", "context"}
_TO, _BODY = {"to", "cc", "bcc"}, {"body_text", "body_html"}
_A_BRACE = "A brace itself is written {{."
_EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


class Template:
    """A text for all items, in which `{recipient_name}` stands for that field of each; `{{` is a brace."""

    def __init__(self, field: str, text: str) -> None:
        """Raises UsageError for braces that name no field."""
        self.text = text
        for found in _BRACES.finditer(text):
            if found[0] in {"{{", "}}"}:
                continue
            name = (found[1] or "").strip()
            if found[1] is None:
                raise UsageError(f"--set {field}: a brace in “{text}” is not closed. {_A_BRACE}")
            if _CANONICAL.get(name) is None or _CANONICAL[name] in _NO_TEXT:
                raise UsageError(
                    f"--set {field}: {{{name}}} names no field of a draft. "
                    f"There are: {_fields(_NO_TEXT)}. {_A_BRACE}"
                )

    @property
    def names(self) -> frozenset[str]:
        """The fields that it takes from each item."""
        return frozenset(_CANONICAL[found[1].strip()] for found in _BRACES.finditer(self.text) if found[1])

    def fill(self, values: Mapping[str, Any]) -> tuple[str, list[str]]:
        """The text for one item, and the fields that this item does not have."""
        missing: list[str] = []

        def put(found: re.Match[str]) -> str:
            if found[0] in {"{{", "}}"}:
                return found[0][0]
            name = _CANONICAL[found[1].strip()]
            text = as_text(values.get(name))
            if not text:
                missing.append(name)
            return text

        return _BRACES.sub(put, self.text), missing


class Plan:
    """What a person said about a file, checked; it makes proposals of its items."""

    def __init__(self, options: ImportOptions) -> None:
        """Raises UsageError before anything is read where a field or a brace is not one."""
        self._paths = {_field("--map", name): _path(name, text) for name, text in options.map.items()}
        self._templates = {_field("--set", name): Template(name, text) for name, text in options.set.items()}
        # A text that names another field which is set too comes after it.
        self._order = sorted(self._templates, key=lambda name: len(self._templates[name].names))
        self._source = options.source.strip() if options.source and options.source.strip() else None
        self.unknown: dict[str, int] = {}
        self._unseen = {path.text for path in self._paths.values()}

    @property
    def unseen(self) -> list[str]:
        """Paths of `--map` that led nowhere in any item so far."""
        return sorted(self._unseen)

    def proposal(self, item: Item) -> Proposal:
        """The proposal that an item makes; raises FieldProblem, which names the field as the file does."""
        values, names, unknown = self.resolve(item)
        notes = self._fill(values)
        if self._source is not None:
            own = values.get("source")
            if own not in _EMPTY and own != self._source:
                unknown.setdefault("source", own)
            values["source"] = self._source
        proposal = Reader(values, names).proposal(unknown, item.source or DEFAULT_SOURCE)
        for name in proposal.unknown_fields:
            if name in self.unknown or len(self.unknown) < 200:
                self.unknown[name] = self.unknown.get(name, 0) + 1
        if item.notes or notes:
            proposal = replace(proposal, notes=(*item.notes, *proposal.notes, *notes))
        return proposal

    def resolve(self, item: Item) -> tuple[dict[str, Any], dict[str, str], dict[str, Any]]:
        """Values by field, the file's names of those fields, and what is left over by its own name."""
        values: dict[str, Any] = {}
        names: dict[str, str] = {}
        unknown: dict[str, Any] = {}
        for name, value in item.values.items():
            field = _CANONICAL.get(name)
            if field is None or field in self._paths:
                if value is not None and value != "":
                    unknown[name] = value
                continue
            if not value and value in _EMPTY:
                names.setdefault(field, name)
            elif field not in values:
                values[field], names[field] = value, name
            elif name == field:
                unknown[names[field]] = values[field]
                values[field], names[field] = value, name
            else:
                unknown[name] = value
        for field, path in self._paths.items():
            names[field] = path.text
            found = path.find(item.values)
            if found is not MISSING:
                self._unseen.discard(path.text)
                values[field] = _one(field, path, found)
        for path in self._paths.values():
            unknown = path.without(unknown)
        return values, names, unknown

    def fits(self, sample: Mapping[str, Any]) -> bool:
        """Whether an object of a file could be a draft: it says where it goes, or what it says."""
        if self._paths:
            wanted = [path for field, path in self._paths.items() if field in _TO | _BODY]
            if any(path.find(sample) is not MISSING for path in wanted or self._paths.values()):
                return True
        named = {_CANONICAL[name] for name in sample if name in _CANONICAL and sample[name] not in _EMPTY}
        says = named & _BODY or "subject" in named or self._templates or self._paths
        return bool(named & _TO) and bool(says)

    def check_columns(self, columns: Sequence[str]) -> None:
        """Raises FileProblem where no column of a table can hold the recipient, or the body."""
        has = {_CANONICAL[name] for name in columns if name in _CANONICAL}
        has |= self._paths.keys() | self._templates.keys()
        listed = ", ".join(name[:60] for name in columns[:12]) + (" …" if len(columns) > 12 else "")
        for path in self._paths.values():
            if path.find(dict.fromkeys(columns, "")) is MISSING:
                raise FileProblem(f"No column is named “{path.text}”. The columns are: {listed}.")
        if not has & _TO:
            raise FileProblem(
                f"No column is named to, recipient or email. The columns are: {listed}.",
                "Say which one it is with --map to=COLUMN.",
            )
        if not has & _BODY:
            raise FileProblem(
                f"No column is named body, body_text or body_html. The columns are: {listed}.",
                "Say which one it is with --map body_text=COLUMN.",
            )

    def _fill(self, values: dict[str, Any]) -> list[str]:
        notes: list[str] = []
        for field in self._order:
            if values.get(field, "") not in _EMPTY:
                continue
            text, missing = self._templates[field].fill(values)
            values[field] = text.strip()
            notes += [f"{field} was set with {name}, which this one does not have." for name in missing]
        return notes


def _field(option: str, name: str) -> str:
    field = _CANONICAL.get(name.strip())
    if field is None:
        raise UsageError(f"{option}: “{name}” is no field of a draft. There are: {_fields(set())}.")
    return field


def _path(name: str, text: str) -> ValuePath:
    path = ValuePath(text)
    if not path.steps:
        raise UsageError(f"--map {name}: say where it lies, as in --map {name}=contact.email.")
    return path


def _fields(but: set[str]) -> str:
    return ", ".join(name for name in FIELDS if name not in but)


def _one(field: str, path: ValuePath, found: Any) -> Any:
    """What a path found as the field takes it: a list only where the field is one."""
    if not isinstance(found, list) or field in _LISTS or field == "context":
        return found
    if len(found) == 1:
        return found[0]
    if not found:
        return None
    raise FieldProblem(path.text, f"{len(found)} values, where one is wanted; name its place, as in name[0]")


def as_text(value: Any) -> str:
    """A value of any kind on one line, as a person would write it; empty where there is nothing to show."""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (as_text(one) for one in value)))
    if isinstance(value, EmailAddress):
        return str(value)
    if isinstance(value, Mapping):
        return as_text(value.get("email") or value.get("address") or value.get("filename"))
    if isinstance(value, bool) or value is None:
        return ""
    return " ".join(str(value).split())

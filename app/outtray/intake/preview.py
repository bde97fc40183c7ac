"""What an import would make of the first items of a file, before anything is stored: for the dialog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from outtray.intake.csv_files import read_csv
from outtray.intake.entries import Ready, ready
from outtray.intake.fields import FIELDS
from outtray.intake.files import Format, ImportOptions, format_of, open_file, read_items
from outtray.intake.guesses import guess_mapping
from outtray.intake.import_files import shown_name
from outtray.intake.items import FileProblem, Item
from outtray.intake.json_files import survey_json
from outtray.intake.mapping import Plan, as_text
from outtray.intake.outcomes import FieldProblem, Refusal
from outtray.intake.paths import leaves
from outtray.model.draft import Proposal

# How much of a large file is looked at to find out where its items lie.
_ENOUGH = 4 * 1024 * 1024
_LONGEST_EXAMPLE = 160
_MOST_PATHS = 300


@dataclass(frozen=True, slots=True)
class FoundPath:
    """A path within the items of a file, with what lies there in the first item that has it."""

    path: str
    example: str


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One of the first items: its place, its fields as texts, and why it would be refused, None where not."""

    place: str
    fields: Mapping[str, str]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first items of a file, and what a person needs to say where the fields lie.

    `direct` are the fields that the file names itself; `proposed` is a guess for the others. `arrays` are
    the places where the items could lie. `problem` is a sentence about the whole file.
    """

    name: str
    format: str | None
    items: tuple[PreviewItem, ...] = ()
    paths: tuple[FoundPath, ...] = ()
    direct: frozenset[str] = frozenset()
    proposed: Mapping[str, str] | None = None
    arrays: tuple[str, ...] = ()
    problem: str | None = None


def preview(path: Path, options: ImportOptions, limit: int = 5) -> Preview:
    """Looks at the beginning of a file; raises UsageError where the options name what is not there."""
    plan = Plan(options)
    name = shown_name(path)
    form: Format | None = None
    try:
        with open_file(path) as stream:
            form = Format(options.format or format_of(path.name, stream))
            return _look(name, stream, form, options, plan, limit)
    except FileProblem as problem:
        return Preview(name, form, problem=problem.wrong)


def _look(
    name: str, stream: BinaryIO, form: Format, options: ImportOptions, plan: Plan, limit: int
) -> Preview:
    arrays = _arrays(stream, form)
    problem = None
    found: list[Item | Refusal] = []
    columns: list[str] = []
    try:
        found = list(islice(_items(stream, form, options, plan, columns), limit))
        if form is Format.CSV:
            plan.check_columns(columns)
    except FileProblem as one:
        problem = one.wrong
    if not found and problem is None:
        problem = "It holds no drafts."
    items = [item for item in found if isinstance(item, Item)]
    paths = _paths(items)
    direct = frozenset(field for item in items for field in Plan(ImportOptions()).resolve(item)[0])
    return Preview(
        name=name,
        format=form,
        items=tuple(_preview(plan, one) for one in found),
        paths=tuple(FoundPath(place, _example(value)) for place, value in paths),
        direct=direct,
        proposed=guess_mapping(paths, direct),
        arrays=arrays,
        problem=problem,
    )


def _items(
    stream: BinaryIO, form: Format, options: ImportOptions, plan: Plan, columns: list[str]
) -> Iterator[Item | Refusal]:
    if form is Format.CSV:
        # A table without the columns of a draft is what the dialog is for.
        return read_csv(stream, columns.extend)
    return read_items(stream, form, options, plan, enough=_ENOUGH)


def _arrays(stream: BinaryIO, form: Format) -> tuple[str, ...]:
    if form is not Format.JSON:
        return ()
    found = survey_json(stream, _ENOUGH).arrays
    stream.seek(0)
    return tuple(one.name for one in found if one.samples)


def _paths(items: Sequence[Item]) -> list[tuple[str, Any]]:
    found: dict[str, Any] = {}
    for item in items:
        for place, value in leaves(item.values):
            if (place not in found and len(found) < _MOST_PATHS) or found.get(place, 0) in (None, ""):
                found[place] = value
    return list(found.items())


def _preview(plan: Plan, found: Item | Refusal) -> PreviewItem:
    if isinstance(found, Refusal):
        return PreviewItem(found.place, {}, found.reason)
    place = Refusal(found.number, found.line, None, "", unit=found.unit).place
    entry = ready(plan, found)
    if isinstance(entry, Ready):
        return PreviewItem(place, _shown(entry.proposal), None)
    problem = Refusal(None, None, entry.field, entry.reason).sentence
    try:
        values = plan.resolve(found)[0]
    except FieldProblem:
        values = {}
    return PreviewItem(place, {field: _example(value) for field, value in values.items()}, problem)


def _shown(proposal: Proposal) -> dict[str, str]:
    content = proposal.content
    values: dict[str, Any] = {
        "to": list(content.to),
        "cc": list(content.cc),
        "bcc": list(content.bcc),
        "subject": content.subject,
        "body_text": content.body_text,
        "body_html": content.body_html,
        "attachments": ", ".join(one.filename for one in content.attachments),
    }
    for field in FIELDS:
        if field not in values and field not in {"context", "references"} and hasattr(proposal, field):
            values[field] = getattr(proposal, field)
    return {field: text for field, value in values.items() if (text := _example(value))}


def _example(value: Any) -> str:
    text = as_text(value)
    return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…"

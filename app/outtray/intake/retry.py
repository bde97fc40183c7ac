"""Another try for items that were refused, with the same mapping or another; and their way to a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from outtray.desk import Desk
from outtray.intake.entries import Entry, Ready, count, ready, refused_of
from outtray.intake.files import Format, ImportOptions, read_items
from outtray.intake.items import FileProblem
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome, Refusal
from outtray.model.errors import OuttrayError
from outtray.model.events import OPERATOR, Event
from outtray.store.proposals import Taken, TakenKind, take_in
from outtray.store.refused import RefusedInput, drop_refused, refused_inputs, renew_reason
from outtray.store.transaction import Transaction

_AT_ONCE = 50


def retry_refused(desk: Desk, ids: Sequence[int], options: ImportOptions | None = None) -> Outcome:
    """Hands refused items in again, with the mapping they came with or with that of `options`.

    What is taken this time is kept as refused no longer. Raises UsageError as an import does.
    """
    outcome = Outcome()
    for start in range(0, len(ids), _AT_ONCE):
        with desk.store.read() as connection:
            kept = refused_inputs(connection, ids[start : start + _AT_ONCE])
        entries = [_read_again(one, options) for one in kept]
        answers = desk.store.write(partial(_take, kept, entries))
        refusals = count(entries, answers, outcome)
        places = [one for one, refused in zip(kept, _is_refused(entries, answers), strict=True) if refused]
        for one, refusal in zip(places, refusals, strict=True):
            outcome.refuse(
                replace(
                    refusal, item=one.item, line=one.line, unit=one.how["unit"], file=one.origin, kept=one.id
                )
            )
    return outcome


def forget_refused(desk: Desk, ids: Sequence[int]) -> None:
    """Drops refused items that nobody wants to try again."""

    def work(transaction: Transaction) -> None:
        drop_refused(transaction, ids)
        transaction.record(
            Event(OPERATOR, "import.forgotten", "import", "refused", details={"items": len(ids)})
        )

    if ids:
        desk.store.write(work)


def export_refused(desk: Desk, ids: Sequence[int], path: Path) -> list[Path]:
    """Writes refused items to a file that can be mended and imported; where formats differ, one file each.

    JSON goes out as JSON Lines, messages as an mbox. Raises OuttrayError where a file can't be written.
    """
    with desk.store.read() as connection:
        formats = {Format(one.how["format"]) for one in refused_inputs(connection, ids)}
    written: list[Path] = []
    for form in sorted(formats):
        target = path if len(formats) == 1 else path.with_suffix(_ENDINGS[form])
        try:
            with target.open("wb") as out:
                _export(desk, ids, form, out)
        except OSError as error:
            raise OuttrayError(
                f"{target} can't be written: {(error.strerror or str(error)).lower()}."
            ) from None
        written.append(target)
    return written


_ENDINGS = {
    Format.JSON: ".jsonl",
    Format.JSON_LINES: ".jsonl",
    Format.CSV: ".csv",
    Format.EML: ".mbox",
    Format.MBOX: ".mbox",
}


def ending_of(form: str) -> str:
    """The ending of a file that `export_refused` writes for a format."""
    return _ENDINGS[Format(form)]


def _export(desk: Desk, ids: Sequence[int], form: Format, out: io.BufferedWriter) -> None:
    header = b""
    for start in range(0, len(ids), _AT_ONCE):
        with desk.store.read() as connection:
            kept = refused_inputs(connection, ids[start : start + _AT_ONCE])
        for one in kept:
            if Format(one.how["format"]) is not form:
                continue
            if form is Format.CSV:
                names, _, row = one.raw.partition(b"\r\n")
                out.write(row if names == header else one.raw)
                out.write(b"" if one.raw.endswith(b"\n") else b"\r\n")
                header = names
            elif form in {Format.JSON, Format.JSON_LINES}:
                # Line ends mean nothing between the parts of JSON, and no string holds one as it is.
                out.write(b" ".join(one.raw.splitlines()) + b"\n")
            else:
                out.write(b"From outtray Thu Jan  1 00:00:00 1970\n")
                out.write(b"".join(_escaped(line) for line in one.raw.splitlines(keepends=True)))
                out.write(b"\n" if one.raw.endswith(b"\n") else b"\n\n")


def _escaped(line: bytes) -> bytes:
    return b">" + line if line.lstrip(b">").startswith(b"From ") else line


def _read_again(kept: RefusedInput, options: ImportOptions | None) -> Entry:
    how = kept.how
    options = options or ImportOptions(map=how["map"], set=how["set"], source=how["source"])
    plan = Plan(options)
    try:
        stream = io.BytesIO(kept.raw)
        found = next(read_items(stream, Format(how["format"]), replace(options, items=None), plan), None)
    except FileProblem as problem:
        return Refusal(None, None, None, problem.reason)
    if found is None:
        return Refusal(None, None, None, "there is nothing in it")
    return found if isinstance(found, Refusal) else ready(plan, replace(found, source=how["file_source"]))


def _take(kept: Sequence[RefusedInput], entries: Sequence[Entry], transaction: Transaction) -> list[Taken]:
    answers = take_in(transaction, [entry.proposal for entry in entries if isinstance(entry, Ready)])
    refusals = iter(refused_of(entries, answers))
    taken: list[int] = []
    for one, refused in zip(kept, _is_refused(entries, answers), strict=True):
        if refused:
            refusal = next(refusals)[0]
            renew_reason(transaction, one.id, refusal.field, refusal.reason)
        else:
            taken.append(one.id)
    drop_refused(transaction, taken)
    transaction.record(
        Event(
            OPERATOR,
            "import.retried",
            "import",
            "refused",
            details={"taken": len(taken), "refused": len(kept) - len(taken)},
        )
    )
    return answers


def _is_refused(entries: Sequence[Entry], answers: Sequence[Taken]) -> list[bool]:
    """For each entry whether it was refused, by us or by the store."""
    following = iter(answers)
    return [isinstance(entry, Refusal) or next(following).kind is TakenKind.REFUSED for entry in entries]

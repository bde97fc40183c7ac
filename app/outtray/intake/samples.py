"""Puts the invented drafts of the practice desk on it, as if machines had handed them in over some days."""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from outtray.desk import Desk
from outtray.intake.entries import Ready, count, ready
from outtray.intake.files import ImportOptions
from outtray.intake.items import Item
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome
from outtray.store.arrival_times import set_received
from outtray.store.proposals import Taken, take_in
from outtray.store.transaction import Transaction

RECEIVED = "received_minutes_ago"
_BATCH = 100


class BadSample(ValueError):  # noqa: N818 - the name says it
    """A sample of the program's own makes no draft."""


@dataclass(frozen=True, slots=True)
class _Sample:
    entry: Ready
    minutes: int


def practice_folder() -> Traversable:
    """Where the practice drafts lie within the package."""
    return resources.files("outtray") / "resources" / "practice"


def add_practice_drafts(desk: Desk, folder: Traversable | None = None) -> Outcome:
    """Adds what `folder` holds, `resources/practice` by default; nothing where it is there already.

    Raises BadSample for one that makes no draft: that is a fault of the program itself.
    """
    outcome = Outcome()
    # The newest has the highest number, as if they had come in one after the other.
    samples = sorted(_samples(folder or practice_folder()), key=lambda sample: -sample.minutes)
    for start in range(0, len(samples), _BATCH):
        batch = samples[start : start + _BATCH]

        def work(transaction: Transaction, batch: list[_Sample] = batch) -> list[Taken]:
            taken = take_in(transaction, [sample.entry.proposal for sample in batch])
            received = {
                answer.draft_id: transaction.now - timedelta(minutes=sample.minutes)
                for answer, sample in zip(taken, batch, strict=True)
                if answer.kind == "added" and answer.draft_id is not None
            }
            set_received(transaction, received)
            return taken

        answers = desk.store.write(work)
        for refusal in count([sample.entry for sample in batch], answers, outcome):
            outcome.refuse(refusal)
    return outcome


def _samples(folder: Traversable) -> Iterator[_Sample]:
    plan = Plan(ImportOptions())
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".jsonl"):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            fields: dict[str, Any] = json.loads(line)
            minutes = int(fields.pop(RECEIVED, 0))
            if "attachments" in fields:
                fields["attachments"] = [_attachment(folder, one) for one in fields["attachments"]]
            entry = ready(plan, Item(number, number, fields, line.encode, len(line), "Line"))
            if not isinstance(entry, Ready):
                raise BadSample(f"{file.name}: {entry.sentence}")
            yield _Sample(entry, minutes)


def _attachment(folder: Traversable, attachment: Mapping[str, Any]) -> dict[str, Any]:
    """An attachment with its bytes, which may lie in a file beside the drafts."""
    values = dict(attachment)
    name = values.pop("resource", None)
    if name is None:
        return values
    content = (folder / "files" / str(name)).read_bytes()
    kind = mimetypes.guess_type(str(values.get("filename", name)))[0] or "application/octet-stream"
    encoded = base64.b64encode(content).decode("ascii")
    return {"filename": name, "content_type": kind, **values, "content_base64": encoded}

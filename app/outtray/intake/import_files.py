"""Imports files: items in batches through the one door, with progress and a stop between batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from outtray.desk import Desk
from outtray.intake.batches import Arrived, Reading, ReadingHere
from outtray.intake.cleaning import clean_line
from outtray.intake.entries import count, refused_of
from outtray.intake.files import Format, ImportOptions
from outtray.intake.items import FileProblem
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome, Progress, Refusal
from outtray.intake.reading_apart import CouldNotStartError, ReadingApart
from outtray.model.events import OPERATOR, Event
from outtray.store.proposals import Taken, idempotency_secret, take_in
from outtray.store.refused import Marks, NewRefused, keep_refused
from outtray.store.transaction import Transaction

# From this size on a file is read by a process of its own, whose start takes as long as some thousand items.
APART_BYTES = 2 * 1024 * 1024

Report = Callable[[Progress], object]


_Answer = tuple[list[Taken], list[int | None]]


def import_paths(
    desk: Desk,
    paths: Sequence[Path],
    options: ImportOptions,
    progress: Report = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Adds what the files hold, one file after the other, and says what became of each item.

    A file that can't be read is a refusal, and the others are read. Raises UsageError, before anything is
    stored, where the options name what is not there; StoreError where the store can't be written.
    """
    # A plan that can't be carried out is said before the first file is opened.
    Plan(options)
    whole = Outcome()
    total = sum(_size(path) for path in paths)
    begun = 0
    for path in paths:
        if cancelled():
            whole.cancelled = True
            break
        one = _Import(desk, path, options, _reporter(progress, whole, begun, total), cancelled)
        whole.add(one.run())
        begun += _size(path)
    progress(_progress(whole, begun, total))
    return whole


def shown_name(path: Path) -> str:
    """The name of a file as it can be shown and stored, whatever bytes it is of."""
    return clean_line(path.name.encode("utf-8", "replace").decode("utf-8"), "", [])


class _Import:
    """The import of one file."""

    def __init__(
        self,
        desk: Desk,
        path: Path,
        options: ImportOptions,
        report: Callable[[Outcome, int], object],
        cancelled: Callable[[], bool],
    ) -> None:
        self._desk = desk
        self._path = path
        self._name = shown_name(path)
        self._options = options
        self._report = report
        self._cancelled = cancelled
        self._outcome = Outcome()
        self._format: Format | None = None
        self._marks: Marks = {}
        self._waiting: tuple[list[Arrived | Refusal], Future[_Answer]] | None = None

    def run(self) -> Outcome:
        with self._desk.store.read() as connection:
            secret = idempotency_secret(connection)
        apart = _size(self._path) >= APART_BYTES
        reading: Reading = (ReadingApart if apart else ReadingHere)(self._path, self._options, secret)
        try:
            self._take(reading)
        except CouldNotStartError:
            reading = ReadingHere(self._path, self._options, secret)
            self._take(reading)
        return self._outcome

    def _take(self, reading: Reading) -> None:
        """Reads the items and hands them in; the writer writes one batch while the next one is read."""
        try:
            self._hand_in_all(reading)
        except FileProblem as problem:
            self._outcome.refuse(Refusal(None, None, None, problem.reason, file=self._name))
        self._format = reading.format
        self._outcome.unknown_fields = reading.unknown_fields
        self._outcome.unseen_paths = reading.unseen_paths if self._outcome.total else []
        if self._format is not None:
            self._desk.store.write(self._record)

    def _hand_in_all(self, reading: Reading) -> None:
        try:
            with closing(reading.batches()) as batches:
                for batch in batches:
                    self._format = reading.format
                    self._hand_in(batch.entries)
                    self._report(self._outcome, batch.position)
                    if self._cancelled():
                        self._outcome.cancelled = True
                        break
        finally:
            self._settle()

    def _hand_in(self, entries: list[Arrived | Refusal]) -> None:
        self._settle()
        work = partial(self._write, entries=entries)
        self._waiting = entries, self._desk.store.submit(work)

    def _settle(self) -> None:
        """Waits for the batch that is being written, and counts what became of it."""
        if self._waiting is None:
            return
        (entries, future), self._waiting = self._waiting, None
        answers, kept = future.result()
        for refusal in count(entries, answers, self._outcome, kept):
            self._outcome.refuse(replace(refusal, file=self._name))

    def _write(self, transaction: Transaction, entries: list[Arrived | Refusal]) -> _Answer:
        answers = take_in(transaction, [entry.arrival for entry in entries if isinstance(entry, Arrived)])
        refusals = refused_of(entries, answers)
        new = [self._kept_form(refusal, source) for refusal, source in refusals if refusal.raw]
        numbers = iter(keep_refused(transaction, new, self._marks))
        if new:
            transaction.record(
                Event(OPERATOR, "import.refused", "import", self._object, "refused", {"items": len(new)})
            )
        return answers, [next(numbers) if refusal.raw else None for refusal, _ in refusals]

    def _kept_form(self, refusal: Refusal, file_source: str | None) -> NewRefused:
        assert self._format is not None
        how: dict[str, Any] = {
            "format": self._format.value,
            "map": dict(self._options.map),
            "set": dict(self._options.set),
            "source": self._options.source,
            "file_source": file_source,
            "unit": refusal.unit,
        }
        return NewRefused(
            self._name, refusal.item, refusal.line, refusal.field, refusal.reason, how, refusal.raw
        )

    def _record(self, transaction: Transaction) -> None:
        assert self._format is not None
        outcome = self._outcome
        details = {
            "format": self._format.value,
            "added": outcome.added,
            "known": outcome.known,
            "revised": outcome.revised,
            "refused": outcome.refused,
        }
        ended = "cancelled" if outcome.cancelled else "done"
        transaction.record(Event(OPERATOR, "import.done", "import", self._object, ended, details))

    @property
    def _object(self) -> str:
        # Never the name of the file, which may be a person's.
        return clean_line(self._options.source or "", "", []) or "file"


def _reporter(progress: Report, whole: Outcome, begun: int, total: int) -> Callable[[Outcome, int], object]:
    def report(outcome: Outcome, position: int) -> None:
        now = Outcome(whole.added, whole.known, whole.revised, whole.refused)
        now.add(outcome)
        progress(_progress(now, begun + position, total))

    return report


def _progress(outcome: Outcome, done: int, total: int) -> Progress:
    return Progress(
        outcome.total, outcome.added, outcome.known + outcome.revised, outcome.refused, done, total
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0

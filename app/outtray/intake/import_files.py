"""Imports files: items in batches through the one door, with progress and a stop between batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from outtray.desk import Desk
from outtray.intake.cleaning import clean_line
from outtray.intake.entries import Entry, Ready, count, ready, refused_of
from outtray.intake.files import Format, ImportOptions, format_of, open_file, read_items
from outtray.intake.items import FileProblem
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome, Progress, Refusal
from outtray.model.events import OPERATOR, Event
from outtray.store.proposals import Taken, take_in
from outtray.store.refused import Marks, NewRefused, keep_refused
from outtray.store.transaction import Transaction

# Large enough that a commit costs little an item, small enough that the window never waits for one.
BATCH_ITEMS = 200
BATCH_BYTES = 4 * 1024 * 1024

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
        self._plan = Plan(options)
        self._report = report
        self._cancelled = cancelled
        self._outcome = Outcome()
        self._format: Format | None = None
        self._marks: Marks = {}
        self._waiting: tuple[list[Entry], Future[_Answer]] | None = None

    def run(self) -> Outcome:
        try:
            with open_file(self._path) as stream:
                self._format = Format(self._options.format or format_of(self._path.name, stream))
                self._take(stream)
        except FileProblem as problem:
            self._outcome.refuse(Refusal(None, None, None, problem.reason, file=self._name))
        self._outcome.unknown_fields = self._plan.unknown
        self._outcome.unseen_paths = self._plan.unseen if self._outcome.total else []
        if self._format is not None:
            self._desk.store.write(self._record)
        return self._outcome

    def _take(self, stream: BinaryIO) -> None:
        """Reads the items and hands them in; the writer writes one batch while the next one is read."""
        batch: list[Entry] = []
        size = 0
        try:
            for entry, weight in self._entries(stream):
                batch.append(entry)
                size += weight
                if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES:
                    self._hand_in(batch)
                    self._report(self._outcome, _position(stream))
                    batch, size = [], 0
                    if self._cancelled():
                        self._outcome.cancelled = True
                        break
            self._hand_in(batch)
        finally:
            self._settle()

    def _entries(self, stream: BinaryIO) -> Iterator[tuple[Entry, int]]:
        assert self._format is not None
        try:
            for found in read_items(stream, self._format, self._options, self._plan):
                entry = found if isinstance(found, Refusal) else ready(self._plan, found)
                yield entry, len(entry.raw) if isinstance(entry, Refusal) else entry.item.size
        except OSError as error:
            reason = f"the file can't be read any further: {(error.strerror or str(error)).lower()}"
            yield Refusal(None, None, None, reason), 0

    def _hand_in(self, batch: list[Entry]) -> None:
        self._settle()
        if batch:
            self._waiting = (
                batch,
                self._desk.store.submit(lambda transaction: self._write(transaction, batch)),
            )

    def _settle(self) -> None:
        """Waits for the batch that is being written, and counts what became of it."""
        if self._waiting is None:
            return
        (batch, future), self._waiting = self._waiting, None
        answers, kept = future.result()
        for refusal in count(batch, answers, self._outcome, kept):
            self._outcome.refuse(replace(refusal, file=self._name))

    def _write(self, transaction: Transaction, batch: list[Entry]) -> _Answer:
        answers = take_in(transaction, [entry.proposal for entry in batch if isinstance(entry, Ready)])
        refusals = refused_of(batch, answers)
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


def _position(stream: BinaryIO) -> int:
    """How far the file is read, in bytes; 0 where that can't be told."""
    try:
        return stream.tell()
    except ValueError:
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0

"""A file in batches of items made ready for the store. Needs neither the store nor SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from outtray.intake.files import Format, ImportOptions, format_of, open_file, read_items
from outtray.intake.items import Item
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import FieldProblem, Refusal
from outtray.model.draft import Proposal
from outtray.store.preparing import Arrival, prepare

# Large enough that a commit costs little an item, small enough that the window never waits for one.
BATCH_ITEMS = 200
BATCH_BYTES = 4 * 1024 * 1024


class Arrived(NamedTuple):
    """An item that can be handed in, with its place and what gives its bytes for another try."""

    number: int
    line: int | None
    unit: str
    source: str | None
    raw: Callable[[], bytes]
    arrival: Arrival

    def refusal(self, reason: str) -> Refusal:
        """The refusal of it by the store."""
        return Refusal(self.number, self.line, None, reason, self.raw(), self.unit)


@dataclass(slots=True)
class Batch:
    """Items in their order; `position` is how far the file is read, in bytes, 0 where that can't be told."""

    entries: list[Arrived | Refusal] = field(default_factory=list)
    position: int = 0


class Reading(Protocol):
    """One file being read, and what it says of the whole file so far.

    `format` is None until it is known; `unknown_fields` and `unseen_paths` are those of `Outcome`.
    """

    format: Format | None

    @property
    def unknown_fields(self) -> dict[str, int]:
        """How many items have a field that a draft has not, by its name."""
        ...

    @property
    def unseen_paths(self) -> list[str]:
        """Paths of the mapping that led nowhere."""
        ...

    def batches(self) -> Generator[Batch, None, None]:
        """The items, once; raises FileProblem where the whole file is meant."""
        ...


class ReadingHere:
    """Reads a file in this process."""

    def __init__(self, path: Path, options: ImportOptions, secret: bytes) -> None:
        """`secret` is `proposals.idempotency_secret`. Raises UsageError for options that name nothing."""
        self.format: Format | None = None
        self._path = path
        self._options = options
        self._secret = secret
        self._plan = Plan(options)

    @property
    def unknown_fields(self) -> dict[str, int]:
        """How many items have a field that a draft has not, by its name."""
        return self._plan.unknown

    @property
    def unseen_paths(self) -> list[str]:
        """Paths of the mapping that led nowhere."""
        return self._plan.unseen

    def batches(self) -> Generator[Batch, None, None]:
        """The items, once; raises FileProblem where the whole file is meant."""
        with open_file(self._path) as stream:
            self.format = Format(self._options.format or format_of(self._path.name, stream))
            batch, size = Batch(), 0
            for entry, weight in self._entries(stream, self.format):
                batch.entries.append(entry)
                size += weight
                if len(batch.entries) >= BATCH_ITEMS or size >= BATCH_BYTES:
                    batch.position = _position(stream)
                    yield batch
                    batch, size = Batch(), 0
            if batch.entries:
                batch.position = _position(stream)
                yield batch

    def _entries(self, stream: BinaryIO, form: Format) -> Iterator[tuple[Arrived | Refusal, int]]:
        try:
            for found in read_items(stream, form, self._options, self._plan):
                if isinstance(found, Refusal):
                    yield found, len(found.raw)
                    continue
                made = proposal_of(self._plan, found)
                if isinstance(made, Refusal):
                    yield made, len(made.raw)
                    continue
                arrival = prepare(self._secret, made)
                place = (found.number, found.line, found.unit, found.source, found.raw)
                yield Arrived(*place, arrival), found.size
        except OSError as error:
            reason = f"the file can't be read any further: {(error.strerror or str(error)).lower()}"
            yield Refusal(None, None, None, reason), 0


def proposal_of(plan: Plan, item: Item) -> Proposal | Refusal:
    """The proposal that an item makes, or why it makes none."""
    try:
        return plan.proposal(item)
    except FieldProblem as problem:
        return Refusal(item.number, item.line, problem.field, problem.reason, item.raw(), item.unit)


def _position(stream: BinaryIO) -> int:
    try:
        return stream.tell()
    except ValueError:
        return 0

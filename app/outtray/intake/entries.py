"""Items on their way in: those that make a proposal, those that do not, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from outtray.intake.batches import Arrived, proposal_of
from outtray.intake.items import Item
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome, Refusal
from outtray.model.draft import Proposal
from outtray.store.proposals import Taken, TakenKind


@dataclass(frozen=True, slots=True)
class Ready:
    """An item that can be handed in."""

    item: Item
    proposal: Proposal

    @property
    def source(self) -> str | None:
        """The source that the file names for all its items."""
        return self.item.source

    def refusal(self, reason: str) -> Refusal:
        """The refusal of it by the store."""
        item = self.item
        return Refusal(item.number, item.line, None, reason, item.raw(), item.unit)


Entry = Ready | Refusal
# What can be handed in, whether its proposal was made ready beforehand or not.
AnyEntry = Ready | Arrived | Refusal


def ready(plan: Plan, item: Item) -> Entry:
    """The item with its proposal, or why it makes none."""
    made = proposal_of(plan, item)
    return made if isinstance(made, Refusal) else Ready(item, made)


def refused_of(batch: Iterable[AnyEntry], answers: Sequence[Taken]) -> list[tuple[Refusal, str | None]]:
    """The refusals of a batch, those of the store among them, each with the source that its file names."""
    following = iter(answers)
    refusals: list[tuple[Refusal, str | None]] = []
    for entry in batch:
        if isinstance(entry, Refusal):
            refusals.append((entry, None))
            continue
        answer = next(following)
        if answer.kind is TakenKind.REFUSED:
            refusals.append((entry.refusal(answer.reason or "refused"), entry.source))
    return refusals


def count(
    batch: Sequence[AnyEntry],
    answers: Sequence[Taken],
    outcome: Outcome,
    kept: Sequence[int | None] | None = None,
) -> list[Refusal]:
    """Counts what was taken; returns the refusals of the batch in order, with their numbers in the store."""
    for answer in answers:
        outcome.added += answer.kind is TakenKind.ADDED
        outcome.known += answer.kind is TakenKind.KNOWN
        outcome.revised += answer.kind is TakenKind.REVISED
    refusals = [refusal for refusal, _ in refused_of(batch, answers)]
    numbers = [None] * len(refusals) if kept is None else kept
    return [replace(refusal, raw=b"", kept=number) for refusal, number in zip(refusals, numbers, strict=True)]

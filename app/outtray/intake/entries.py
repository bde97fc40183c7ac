"""Items on their way in: those that make a proposal, those that do not, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from outtray.intake.items import Item
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import FieldProblem, Outcome, Refusal
from outtray.model.draft import Proposal
from outtray.store.proposals import Taken, TakenKind


@dataclass(frozen=True, slots=True)
class Ready:
    """An item that can be handed in."""

    item: Item
    proposal: Proposal


Entry = Ready | Refusal


def ready(plan: Plan, item: Item) -> Entry:
    """The item with its proposal, or why it makes none."""
    try:
        return Ready(item, plan.proposal(item))
    except FieldProblem as problem:
        return Refusal(item.number, item.line, problem.field, problem.reason, item.raw(), item.unit)


def refused_of(batch: Iterable[Entry], answers: Sequence[Taken]) -> list[tuple[Refusal, str | None]]:
    """The refusals of a batch, those of the store among them, each with the source that its file names."""
    following = iter(answers)
    refusals: list[tuple[Refusal, str | None]] = []
    for entry in batch:
        if isinstance(entry, Refusal):
            refusals.append((entry, None))
            continue
        answer = next(following)
        if answer.kind is TakenKind.REFUSED:
            item = entry.item
            reason = answer.reason or "refused"
            refusals.append(
                (Refusal(item.number, item.line, None, reason, item.raw(), item.unit), item.source)
            )
    return refusals


def count(
    batch: Sequence[Entry],
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

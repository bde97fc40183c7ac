"""The one door by which single drafts come in: propose, revise, withdraw. Nothing here approves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outtray.desk import Desk
from outtray.intake.fields import DEFAULT_SOURCE
from outtray.intake.files import Format, ImportOptions, format_of, open_file, read_items
from outtray.intake.items import FileProblem, Item
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import FieldProblem, Refusal
from outtray.model.draft import Proposal
from outtray.model.errors import Refused
from outtray.store import proposals as store
from outtray.store.proposals import Taken, TakenKind


def propose(
    desk: Desk, fields: Mapping[str, Any], source: str = DEFAULT_SOURCE, actor_name: str | None = None
) -> Taken:
    """Hands one draft in, as JSON has it (`interfaces`): added, known already, or revised.

    Raises Refused: `invalid` with the field, `under_review`, `already_decided`.
    """
    proposal = _proposal(Plan(ImportOptions()), Item(1, None, fields, lambda: b"", 0, source=source))
    (taken,) = desk.store.write(lambda transaction: store.take_in(transaction, [proposal], actor_name))
    if taken.kind is TakenKind.REFUSED:
        raise Refused(taken.code or "refused", taken.reason or "The draft was refused.")
    return taken


def revise(desk: Desk, draft_id: int, fields: Mapping[str, Any], actor_name: str | None = None) -> bool:
    """Gives a draft what its machine says now; False where that is what it said before.

    Raises NotFound, and Refused as `propose` does.
    """
    proposal = _proposal(Plan(ImportOptions()), Item(1, None, fields, lambda: b"", 0))
    return desk.store.write(lambda transaction: store.revise(transaction, draft_id, proposal, actor_name))


def revise_from_file(desk: Desk, draft_id: int, path: Path) -> bool:
    """The same from a file that holds one draft in any of the formats; Refused where it does not."""
    proposal = read_one(path)
    return desk.store.write(lambda transaction: store.revise(transaction, draft_id, proposal))


def withdraw(desk: Desk, draft_id: int, actor_name: str | None = None) -> None:
    """Takes a draft back for its machine; raises NotFound, Refused `under_review` or `already_decided`."""
    desk.store.write(lambda transaction: store.withdraw(transaction, draft_id, actor_name))


def read_one(path: Path, options: ImportOptions | None = None) -> Proposal:
    """The one draft that a file holds; raises Refused with code `invalid` where it holds none or several."""
    options = options or ImportOptions()
    plan = Plan(options)
    try:
        with open_file(path) as stream:
            form = Format(options.format or format_of(path.name, stream))
            found = read_items(stream, form, options, plan)
            first, second = next(found, None), next(found, None)
    except FileProblem as problem:
        raise Refused("invalid", f"{path.name}: {problem.reason}") from None
    if first is None:
        raise Refused("invalid", f"{path.name} holds no draft.")
    if second is not None:
        raise Refused("invalid", f"{path.name} holds more than one draft.")
    if isinstance(first, Refusal):
        raise Refused("invalid", first.sentence, field=first.field)
    return _proposal(plan, first)


def _proposal(plan: Plan, item: Item) -> Proposal:
    try:
        return plan.proposal(item)
    except FieldProblem as problem:
        refusal = Refusal(None, None, problem.field, problem.reason)
        raise Refused("invalid", refusal.sentence, field=problem.field) from None

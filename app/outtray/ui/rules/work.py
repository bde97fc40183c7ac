"""What the Rules screen has done with the desk; all of it runs off the window's own thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from outtray.model.clock import from_milliseconds
from outtray.model.rule import Rule, RuleMode, Terms

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Done
    from outtray.review.rule_record import Agreement, Record
    from outtray.store.rules import Trial
    from outtray.ui.context import JobProgress

# Where a draft is looked at, by its status.
SCREENS: Mapping[str, str] = {
    "pending": "review",
    "snoozed": "snoozed",
    "rejected": "rejected",
}


@dataclass(frozen=True, slots=True)
class All:
    """All rules with their agreements; whether they may act; when and why they switched themselves off."""

    rules: list[Rule]
    agreements: Mapping[int, Agreement]
    enabled: bool
    stopped: tuple[datetime, str] | None


def read_all(desk: Desk) -> All:
    """What the list shows."""
    from outtray.review.rule_changes import all_rules
    from outtray.review.rule_record import agreements
    from outtray.review.rule_stop import why_stopped
    from outtray.store.settings import get_setting

    with desk.store.read() as connection:
        enabled = bool(get_setting(connection, "rules.enabled"))
        stopped = why_stopped(connection)
    at = None if stopped is None else (from_milliseconds(stopped[0]), stopped[1])
    return All(all_rules(desk), agreements(desk), enabled, at)


def read_one(desk: Desk, rule_id: int) -> Record:
    """What the page shows."""
    from outtray.review.rule_record import record_of

    return record_of(desk, rule_id)


def add(desk: Desk, terms: Terms) -> int:
    """Adds a rule."""
    from outtray.review import rule_changes

    return rule_changes.add(desk, terms)


def change(desk: Desk, rule_id: int, terms: Terms) -> Done:
    """Gives a rule other terms."""
    from outtray.review import rule_changes

    return rule_changes.change(desk, rule_id, terms)


def move(desk: Desk, rule_id: int, by: int) -> Done:
    """Moves a rule in the order."""
    from outtray.review import rule_changes

    return rule_changes.move(desk, rule_id, by)


def stand_back(desk: Desk, rule_id: int, mode: RuleMode) -> Done:
    """Off, or into shadow."""
    from outtray.review import rule_changes

    return rule_changes.stand_back(desk, rule_id, mode)


def remove(desk: Desk, rule_id: int) -> Done:
    """Deletes a rule."""
    from outtray.review import rule_changes

    return rule_changes.remove(desk, rule_id)


def switch_on(desk: Desk, rule_id: int) -> Done:
    """Switches a rule on."""
    from outtray.review import rule_switch

    return rule_switch.switch_on(desk, rule_id)


def allow(desk: Desk, *, allowed: bool) -> Done:
    """Turns the rules' own switch."""
    from outtray.review import rule_switch

    return rule_switch.allow_rules(desk, allowed=allowed)


def try_it(desk: Desk, rule_id: int, days: int, progress: JobProgress) -> Trial:
    """Tries a rule on history."""
    from outtray.review.rule_record import try_on_history

    return try_on_history(
        desk,
        rule_id,
        days,
        progress=lambda done, total: progress.report(done, total, f"{done:,} of {total:,}"),
        cancelled=progress.cancelled,
    )


def fields_of(terms: Terms) -> dict[str, Any]:
    """The terms as fields of a rule."""
    return {
        "name": terms.name,
        "kind": terms.kind,
        "number": terms.number,
        "conditions": terms.conditions,
        "valid_until": terms.valid_until,
    }


def switching_on(record: Record, *, may_act: bool) -> str:
    """What switching a rule on means, with the numbers it is trusted for."""
    parts = []
    trial = record.trial
    if trial is not None and trial.version == record.rule.version:
        parts.append(
            f"Tried on the last {trial.days} days: it would have let {trial.let_through:,} of"
            f" {trial.decided:,} through. You approved {trial.unchanged:,} of them as they were, edited"
            f" {trial.edited:,} first and rejected {trial.refused:,}."
        )
    if record.agreement.decided:
        parts.append(f"In shadow: {record.agreement.sentence[0].lower()}{record.agreement.sentence[1:]}.")
    parts.append(
        "From now on what it matches leaves without you, after the undo window; that holds for what is in"
        " review now, too."
        if may_act
        else "Nothing leaves by it before you let rules let mail through, with the switch above the list."
    )
    return " ".join(parts)


def allowing(on: Sequence[str], settings: Mapping[str, Any], *, paused: bool) -> str:
    """What letting rules act means: names the rules."""
    if not on:
        return (
            "No rule is on yet, so nothing changes now. A rule that you switch on later lets mail through"
            " from that moment."
        )
    names = ", ".join(f"“{name}”" for name in on)
    sample = settings["rules.sample"]
    back = f" One in {sample} goes back to you as a sample." if sample else ""
    seconds = settings["sending.undo_seconds"]
    if paused:
        return (
            f"Sending is paused, so nothing leaves by {names} now. What comes in after you resume sending"
            " leaves without you; what is in review by then waits for you."
        )
    return (
        f"What {names} {'matches' if len(on) == 1 else 'match'} leaves without you, {seconds} seconds after"
        f" it was let through, while this window runs. That holds for what is in review now, too.{back}"
    )

"""What is known of a draft beside the message itself, in words for the panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outtray.model.draft import Draft, DraftStatus
from outtray.store.draft_reads import History
from outtray.ui.review.destination_words import Moment
from outtray.ui.review.row_words import short_time, soon_time

_STOOD = {
    DraftStatus.PENDING: "In review",
    DraftStatus.SNOOZED: "Snoozed",
    DraftStatus.APPROVED: "On its way out",
    DraftStatus.SENT: "Sent",
    DraftStatus.UNCONFIRMED: "Not known whether it left",
    DraftStatus.FAILED: "Failed",
    DraftStatus.REJECTED: "Rejected",
    DraftStatus.WITHDRAWN: "Withdrawn",
    DraftStatus.DISCARDED: "Discarded",
}
_SHOWN_FIELDS = 4
_LONGEST = 200
_MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the draft's context with what lies in it; `path` tells it from others of its name."""

    name: str
    value: str
    below: tuple[Field, ...] = ()


def drafted_by(draft: Draft, at: Moment) -> list[tuple[str, str]]:
    """Pairs of name and value: when, score, number, the first plain fields of the context."""
    pairs = [("Received", short_time(draft.created_at, at.now, at.zone))]
    if draft.score is not None:
        pairs.append(("Score", f"{draft.score:g}"))
    if draft.company_name:
        pairs.append(("Company", draft.company_name))
    plain = [(name, value) for name, value in draft.context.items() if isinstance(value, str | int | float)]
    pairs += [(words(name), _short(value)) for name, value in plain[:_SHOWN_FIELDS]]
    if draft.proposed.number > 1:
        pairs.append(("Revised", short_time(draft.proposed.created_at, at.now, at.zone)))
    if draft.snoozed_until is not None:
        pairs.append(("Snoozed until", soon_time(draft.snoozed_until, at.now, at.zone)))
    if draft.reason:
        pairs.append(("Reason", draft.reason))
    if draft.note:
        pairs.append(("Note", draft.note))
    if draft.edited:
        pairs.append(("Edited by you", short_time(draft.revision.created_at, at.now, at.zone)))
    return pairs


def history_lines(known: Sequence[History], at: Moment) -> list[tuple[str, str]]:
    """What went to this person and came back, newest first, with the day."""
    lines = []
    for history in known:
        if history.last_replied_at is not None:
            lines.append(("Replied", short_time(history.last_replied_at, at.now, at.zone)))
        for past in history.drafts:
            subject = past.subject or "no subject"
            lines.append(
                (f"{_STOOD.get(past.status, past.status)}: {subject}", short_time(past.at, at.now, at.zone))
            )
    return lines


def all_fields(draft: Draft) -> list[Field]:
    """Everything that the machine handed in beside the message."""
    own: dict[str, Any] = {
        "source": draft.source,
        "external id": draft.external_id,
        "priority": draft.priority,
        "score": draft.score,
        "recipient name": draft.recipient_name,
        "company name": draft.company_name,
        "account": draft.account,
    }
    fields = [Field(name, _short(value)) for name, value in own.items() if value is not None]
    return [*fields, *_below(draft.context)]


def words(name: str) -> str:
    """A field's name as people write: "icp_score" is "Icp score"."""
    return name.replace("_", " ").strip().capitalize()


def _below(value: Any) -> Iterator[Field]:
    if isinstance(value, Mapping):
        items = [(str(name), below) for name, below in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = [(str(place), below) for place, below in enumerate(value, start=1)]
    else:
        return
    for name, below in items[:_MOST_ITEMS]:
        deeper = tuple(_below(below))
        yield Field(name, "" if deeper else _short(below), deeper)
    if len(items) > _MOST_ITEMS:
        yield Field("…", f"{len(items) - _MOST_ITEMS:,} more")


def _short(value: Any) -> str:
    said = "" if value is None else str(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"

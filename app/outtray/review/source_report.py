"""What each source can learn: how often its drafts left as they were, what was changed, found and refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from outtray.desk import Desk
from outtray.model.clock import to_milliseconds
from outtray.model.draft import Draft
from outtray.model.text_difference import edits
from outtray.review.edit import changed_fields
from outtray.review.rule_record import CancelledError
from outtray.store.drafts import get_drafts
from outtray.store.source_reads import (
    REFUSED,
    SENT,
    edited_since,
    findings_since,
    heaps_since,
    reasons_since,
)

MOST = 8
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Often:
    """Something with how often it came."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source over some days. `unchanged`: approved as they were; `edited`: approved after a change.

    `fields` are those that were changed most, `edits` the words ("[Your Name] → Mara"), `findings` the codes
    of the checks with the number of drafts, `reasons` the operator's own words.
    """

    source: str
    drafts: int
    unchanged: int
    edited: int
    refused: int
    waiting: int
    fields: tuple[Often, ...]
    edits: tuple[Often, ...]
    findings: tuple[Often, ...]
    reasons: tuple[Often, ...]


def source_reports(
    desk: Desk,
    days: int,
    *,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[SourceReport]:
    """The sources of the last `days` days, the busiest first; raises CancelledError."""
    since = to_milliseconds(desk.clock.now() - timedelta(days=days))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    fields: defaultdict[str, Counter[str]] = defaultdict(Counter)
    changes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    findings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with desk.store.read() as connection:
        heaps = heaps_since(connection, since)
        for heap in heaps:
            counts[heap.source]["drafts"] += heap.count
            counts[heap.source][_outcome(heap.status, edited=heap.edited)] += heap.count
        for source, reason, count in reasons_since(connection, since):
            reasons[source][reason] += count
        for source, code, _, count in findings_since(connection, since):
            findings[source][code] += count
        total = sum(heap.count for heap in heaps if heap.edited)
        done = 0
        for ids in edited_since(connection, since):
            if cancelled():
                raise CancelledError("The report was stopped.")
            for draft in get_drafts(connection, ids):
                fields[draft.source].update(changed_fields(draft.proposed.content, draft.revision.content))
                changes[draft.source].update(_edits(draft))
            done += len(ids)
            progress(done, total)
    return [
        SourceReport(
            source=source,
            drafts=count["drafts"],
            unchanged=count["unchanged"],
            edited=count["edited"],
            refused=count["refused"],
            waiting=count["waiting"],
            fields=_often(fields[source]),
            edits=_often(changes[source]),
            findings=_often(findings[source]),
            reasons=_often(reasons[source]),
        )
        for source, count in sorted(counts.items(), key=lambda item: (-item[1]["drafts"], item[0]))
    ]


def _outcome(status: str, *, edited: bool) -> str:
    if status in SENT:
        return "edited" if edited else "unchanged"
    return "refused" if status in REFUSED else "waiting"


def _edits(draft: Draft) -> Iterable[str]:
    """Each change of a draft's words once, as a line of a list."""
    before, after = draft.proposed.content, draft.revision.content
    pairs = [*edits(before.subject, after.subject), *edits(before.body_text, after.body_text)]
    return {f"{_short(pair.removed)} → {_short(pair.added)}" for pair in pairs}


def _short(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return "(nothing)"
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _often(counter: Counter[str]) -> tuple[Often, ...]:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Often(what, count) for what, count in ranked[:MOST])

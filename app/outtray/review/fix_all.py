"""The same fix in all drafts that have the same finding.

The change is made a few drafts at a time, so that the window and the sender are not held up, and is one
operation all the same, which `review.undo` takes back as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from outtray.desk import Desk
from outtray.examination import examine_drafts, store_examined
from outtray.model.changes import Changes, Done
from outtray.model.draft import AuthorKind, Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR, Event
from outtray.review.decide import event_of
from outtray.review.edit import changed_fields
from outtray.review.fix_preview import MOST, is_written, matching, place_of
from outtray.review.fixes import Mend, mended
from outtray.review.words import counted
from outtray.store.drafts import get_drafts, set_content, standings, use_revision
from outtray.store.operations import add_operation, extend_operation, get_operation
from outtray.store.transaction import Transaction

# Kept in one transaction; what is between two of them is anybody's turn.
BATCH = 20
_BACK = 200
_UNDECIDED = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED})


def apply(
    desk: Desk,
    wanted: Mapping[int, int],
    code: str,
    key: str,
    value: str | None = None,
    *,
    progress: Callable[[int, int], object] = lambda _done, _of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Done:
    """Changes drafts as one operation; `wanted` names for each the revision whose difference was shown.

    `value` is the text that goes in, None for what each place's own fix says. A draft that changed since,
    was decided or has no such finding any more is left out and counted. Raises Refused: `text_needed`,
    `nothing_selected`, `changed_meanwhile` where none is left.
    """
    if not wanted:
        raise Refused("nothing_selected", "No draft is ticked.")
    if (value is None and is_written(key)) or (value is not None and not value.strip()):
        raise Refused("text_needed", "Write the text that goes in.", field="value")
    run = _Run(code, key, value, len(wanted))
    numbers = list(wanted.items())[:MOST]
    for start in range(0, len(numbers), BATCH):
        if cancelled():
            break
        desk.store.write(partial(run.change, part=numbers[start : start + BATCH]))
        progress(run.looked_at, len(numbers))
        if run.undone:
            break
    if run.operation is None:
        raise Refused("changed_meanwhile", "These drafts have changed since. Look at them as they are now.")
    return desk.store.write(run.finish)


class _Run:
    """What a change over several transactions knows of those before."""

    def __init__(self, code: str, key: str, value: str | None, wanted: int) -> None:
        self._code, self._key, self._value, self._wanted = code, key, value, wanted
        self._changed: list[list[int]] = []
        self.looked_at = 0
        self.operation: int | None = None
        self.undone = False

    def change(self, transaction: Transaction, part: Sequence[tuple[int, int]]) -> Changes:
        """Changes some drafts in one transaction."""
        if self.operation is not None:
            undone = get_operation(transaction.connection, self.operation).undone_at is not None
            if undone:
                self.undone = True
                return transaction.changes
        shown = dict(part)
        made: list[list[int]] = []
        fields: dict[int, tuple[int, list[str]]] = {}
        for draft in get_drafts(transaction.connection, shown):
            before = draft.revision.content
            stands = draft.status is DraftStatus.PENDING and draft.revision.id == shown[draft.id]
            content = mended(before, self._mends(draft)) if stands else before
            changed = changed_fields(before, content)
            if changed:
                revision = set_content(
                    transaction, draft.id, content, AuthorKind.OPERATOR, "", draft.revision.id
                )
                made.append([draft.id, draft.revision.id, revision.id])
                fields[draft.id] = (revision.number, changed)
        store_examined(transaction, examine_drafts(transaction.connection, fields, transaction.now))
        changes = [*self._changed, *made]
        if made:
            self._keep(transaction, changes)
            transaction.record(
                *(
                    event_of(
                        OPERATOR,
                        "draft.edited",
                        standing,
                        {
                            "revision": fields[standing.id][0],
                            "changed": fields[standing.id][1],
                            "finding": self._code,
                            "operation": self.operation,
                        },
                    )
                    for standing in standings(transaction.connection, fields)
                )
            )
        self._changed = changes
        self.looked_at += len(part)
        return transaction.changes

    def finish(self, transaction: Transaction) -> Done:
        """Records the whole, and says what became of it."""
        changed = len(self._changed)
        left = self._wanted - changed
        details = {"finding": self._code, "drafts": changed, "left_out": left}
        transaction.record(Event(OPERATOR, "drafts.fixed", "operation", str(self.operation), details=details))
        sentence = _sentence(changed)
        if self.undone:
            sentence += " It was undone before it came to its end."
        elif left:
            sentence += f" {left:,} had changed since and {'is' if left == 1 else 'are'} as before."
        return Done(transaction.changes | Changes(counts=True), self.operation, sentence)

    def _mends(self, draft: Draft) -> list[Mend]:
        text = None if self._value is None else self._value.strip()
        return [
            Mend(place_of(finding), finding.fix.replacement if finding.fix and text is None else text or "")
            for finding in matching(draft, self._code, self._key)
        ]

    def _keep(self, transaction: Transaction, changes: list[list[int]]) -> None:
        sentence, inverse = _sentence(len(changes)), {"drafts": changes}
        if self.operation is None:
            self.operation = add_operation(transaction, "fix", sentence, inverse)
        else:
            extend_operation(transaction, self.operation, sentence, inverse)


def undo_fix(transaction: Transaction, inverse: Mapping[str, Sequence[Sequence[int]]]) -> list[int]:
    """Puts the revisions back that were there before; the numbers of the drafts where that was possible."""
    back: list[int] = []
    drafts = inverse["drafts"]
    for start in range(0, len(drafts), _BACK):
        stood = {number: (before, after) for number, before, after in drafts[start : start + _BACK]}
        ready = [
            draft
            for draft in get_drafts(transaction.connection, stood)
            if draft.revision.id == stood[draft.id][1] and draft.status in _UNDECIDED
        ]
        for draft in ready:
            use_revision(transaction, draft, stood[draft.id][0])
        numbers = [draft.id for draft in ready]
        store_examined(transaction, examine_drafts(transaction.connection, numbers, transaction.now))
        back += numbers
    return back


def _sentence(drafts: int) -> str:
    return f"Changed {counted(drafts, 'draft')}."

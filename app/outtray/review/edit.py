"""The editor's use cases: open, keep as it is typed, save, and back to what the machine wrote.

The machine's version is never lost: the operator's text is a revision of its own beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from outtray.desk import Desk
from outtray.examination import examine_draft
from outtray.model.changes import Changes, Done
from outtray.model.draft import AuthorKind, Content, Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR, Event, Personal, canonical
from outtray.review.words import STANDS
from outtray.store.autosaves import Kept, drop_kept, get_kept, put_kept, set_editing
from outtray.store.drafts import get_draft, set_content, set_status, use_revision
from outtray.store.operations import add_operation
from outtray.store.rows import content_values
from outtray.store.transaction import Transaction

_EDITABLE = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED, DraftStatus.APPROVED})
VOIDED = "The draft was edited after it was approved."


def begin(desk: Desk, draft_id: int) -> None:
    """Says that the draft is open in the editor, so that its machine can't revise it; raises Refused."""

    def work(transaction: Transaction) -> None:
        _editable(get_draft(transaction.connection, draft_id))
        set_editing(transaction, draft_id, since=transaction.now_ms)

    desk.store.write(work)


def end(desk: Desk, draft_id: int) -> None:
    """Says that the editor was closed; what was kept as it was typed stays until it is forgotten."""
    desk.store.write(lambda transaction: set_editing(transaction, draft_id, since=None))


def save(desk: Desk, draft_id: int, base_revision_id: int, content: Content) -> Done:
    """Makes the operator's text the draft's, and voids an approval that was for another text.

    Raises Refused: `changed_meanwhile` where the draft is not at `base_revision_id` any more,
    `already_leaving` where an approved message can't be taken back, `no_recipient`.
    """
    if not content.recipients:
        raise Refused("no_recipient", "The draft needs at least one recipient.", field="to")

    def work(transaction: Transaction) -> Done:
        before = get_draft(transaction.connection, draft_id)
        _editable(before)
        _at_base(before, base_revision_id)
        _close(transaction, draft_id)
        changed = changed_fields(before.revision.content, content)
        if not changed:
            return Done(transaction.changes, None, "Nothing was changed.")
        voided = _void_approval(transaction, before)
        revision = set_content(transaction, draft_id, content, AuthorKind.OPERATOR, "", base_revision_id)
        examine_draft(transaction, draft_id)
        details = {"revision": revision.number, "changed": changed}
        _record(transaction, before, "draft.edited", details, content_sha256=_mark(content))
        sentence = "Saved. The approval is void." if voided else "Saved."
        return _done(transaction, before, revision.id, "edit", sentence)

    return desk.store.write(work)


def reset_to_proposed(desk: Desk, draft_id: int) -> Done:
    """Puts the machine's version back; the operator's stays on record. Raises Refused as `save` does."""

    def work(transaction: Transaction) -> Done:
        before = get_draft(transaction.connection, draft_id)
        _editable(before)
        _close(transaction, draft_id)
        if not before.edited:
            return Done(transaction.changes, None, "This is what the machine wrote.")
        _void_approval(transaction, before)
        use_revision(transaction, get_draft(transaction.connection, draft_id), before.proposed.id)
        examine_draft(transaction, draft_id)
        _record(transaction, before, "draft.reset", {"revision": before.proposed.number})
        return _done(transaction, before, before.proposed.id, "reset", "The machine's version is back.")

    return desk.store.write(work)


def keep(desk: Desk, draft_id: int, base_revision_id: int, fields: Mapping[str, Any]) -> None:
    """Keeps the editor's fields as they are typed, so that a crash loses none."""
    desk.store.write(lambda transaction: put_kept(transaction, draft_id, base_revision_id, fields))


def kept(desk: Desk, draft_id: int) -> Kept | None:
    """What was typed and not saved, None where there is nothing."""
    with desk.store.read() as connection:
        return get_kept(connection, draft_id)


def forget_kept(desk: Desk, draft_id: int) -> None:
    """Throws away what was typed and not saved."""
    desk.store.write(lambda transaction: drop_kept(transaction, draft_id))


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names of the fields in which two contents differ."""
    return [each.name for each in fields(Content) if getattr(before, each.name) != getattr(after, each.name)]


def _editable(draft: Draft) -> None:
    if draft.status not in _EDITABLE:
        raise Refused("not_in_review", f"This draft is {STANDS[draft.status]}.")


def _at_base(draft: Draft, base_revision_id: int) -> None:
    if draft.revision.id != base_revision_id:
        raise Refused(
            "changed_meanwhile",
            "The draft was changed meanwhile. Your text is kept; look at what the draft says now.",
        )


def _void_approval(transaction: Transaction, draft: Draft) -> bool:
    if draft.status is not DraftStatus.APPROVED:
        return False
    from outtray.store.outbox import latest_delivery, take_back

    delivery = latest_delivery(transaction.connection, draft.id)
    assert delivery is not None
    if not take_back(transaction, delivery.id, VOIDED, OPERATOR):
        raise Refused(
            "already_leaving", "The message is leaving at this moment; it can't be changed any more."
        )
    # The reason belongs to the delivery; to the operator who is editing it is no news.
    set_status(transaction, draft.id, DraftStatus.PENDING)
    return True


def _close(transaction: Transaction, draft_id: int) -> None:
    set_editing(transaction, draft_id, since=None)
    drop_kept(transaction, draft_id)


def _record(
    transaction: Transaction, before: Draft, action: str, details: Mapping[str, Any], **personal: str
) -> None:
    people = before.revision.content.recipients
    person = people[0].address if people else ""
    values = {"recipient": person, **personal} if person else {}
    transaction.record(
        Event(
            OPERATOR,
            action,
            "draft",
            str(before.id),
            details=dict(details),
            personal=tuple(Personal(person, name, value) for name, value in values.items()),
        )
    )


def _mark(content: Content) -> str:
    """What the log commits itself to instead of the text."""
    return hashlib.sha256(canonical(content_values(content))).hexdigest()


def _done(transaction: Transaction, before: Draft, after: int, kind: str, sentence: str) -> Done:
    inverse = {"draft": before.id, "before": before.revision.id, "after": after}
    operation = add_operation(transaction, kind, sentence, inverse)
    return Done(transaction.changes | Changes(counts=True), operation, sentence)

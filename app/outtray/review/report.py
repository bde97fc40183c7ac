"""One draft for machines and the command line: all that is known of it, or the exact message."""

from __future__ import annotations

from typing import Any

from outtray.desk import Desk
from outtray.model.clock import iso
from outtray.model.draft import Content, Draft, DraftStatus, Revision
from outtray.model.errors import NotFound
from outtray.model.message import with_date
from outtray.model.text_difference import edits
from outtray.review.composing import compose, no_account
from outtray.review.edit import changed_fields
from outtray.store.accounts import account_for
from outtray.store.drafts import get_draft
from outtray.store.listing import deliveries_of, describe, message_of
from outtray.store.rule_decisions import decisions_of

# In these a message was approved and lies with its delivery.
_APPROVED = frozenset({DraftStatus.APPROVED, DraftStatus.SENT, DraftStatus.UNCONFIRMED, DraftStatus.FAILED})


def full_report(desk: Desk, draft_id: int) -> dict[str, Any]:
    """Everything about a draft in the form of `draft ID --json`; raises NotFound.

    `proposed` is the machine's own text, `changed` names the fields in which the operator's differs, `edits`
    are the words that went out and came in. `rules` is what rules said, oldest first.
    """
    with desk.store.read() as connection:
        draft = get_draft(connection, draft_id)
        (report,) = describe(connection, [draft_id])
        deliveries = deliveries_of(connection, draft_id)
        account = account_for(connection, draft.account)
        rules = decisions_of(connection, draft_id)
    content = draft.revision.content
    report |= _content(content)
    report |= {
        "from": account.address if account is not None else draft.account,
        "account": draft.account,
        "request": draft.request,
        "context": dict(draft.context),
        "send_after": None if draft.send_after is None else iso(draft.send_after),
        "approved_digest": draft.approved_digest,
        "revision": _revision(draft.revision),
        "proposed": _revision(draft.proposed) | _content(draft.proposed.content),
        "changed": changed_fields(draft.proposed.content, content),
        "edits": _edits(draft.proposed.content, content),
        "rules": rules,
        "deliveries": deliveries,
    }
    return report


def exact_message(desk: Desk, draft_id: int) -> bytes:
    """The bytes (RFC 5322) of the message that was approved, with Date once it is staged.

    Before an approval: the message as it would be approved now. Raises NotFound, and Refused where no
    message can be made, for want of an account or for its content.
    """
    with desk.store.read() as connection:
        draft = get_draft(connection, draft_id)
        if draft.status in _APPROVED:
            return _approved(draft, message_of(connection, draft_id))
        account = account_for(connection, draft.account)
        if account is None:
            raise no_account(draft)
        return compose(connection, draft, account).built.data


def _approved(draft: Draft, found: tuple[bytes, str | None] | None) -> bytes:
    if found is None:
        raise NotFound(f"The message of draft {draft.id} is not in this profile any more.")
    data, date = found
    return data if date is None else with_date(data, date)


def _edits(before: Content, after: Content) -> list[dict[str, str]]:
    return [
        {"field": name, "removed": edit.removed, "added": edit.added}
        for name in ("subject", "body_text")
        for edit in edits(getattr(before, name), getattr(after, name))
    ]


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "author": revision.author.value,
        "author_name": revision.author_name,
        "created_at": iso(revision.created_at),
    }


def _content(content: Content) -> dict[str, Any]:
    return {
        "to": [str(person) for person in content.to],
        "cc": [str(person) for person in content.cc],
        "bcc": [str(person) for person in content.bcc],
        "reply_to": None if content.reply_to is None else str(content.reply_to),
        "subject": content.subject,
        "body_text": content.body_text,
        "body_html": content.body_html,
        "in_reply_to": content.in_reply_to,
        "references": list(content.references),
        "thread_id": content.thread_id,
        "attachments": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "content_id": file.content_id,
            }
            for file in content.attachments
        ],
    }

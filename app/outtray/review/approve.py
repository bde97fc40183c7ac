"""Approving: the one place that lets a message go, and the window alone makes the one who does it.

An operator's approval names the digest of what was on the screen; a rule's (`review.rule_approver`) is
written by the same function. The message is built once and stored with its delivery; nothing builds it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from outtray.desk import Desk
from outtray.examination import examine_draft
from outtray.model.accounts import Account
from outtray.model.changes import Changes, Done
from outtray.model.draft import Draft, DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.model.events import OPERATOR, Actor, Event, Personal
from outtray.review.composing import Composed, approvable
from outtray.review.words import counted
from outtray.store.drafts import get_draft, set_status
from outtray.store.examined import is_examined
from outtray.store.operations import add_operation
from outtray.store.outbox import NewDelivery, add_delivery
from outtray.store.rows import recipient_keys
from outtray.store.transaction import Transaction

APPROVED_BY = "operator"


class Approver:
    """Approves drafts for the operator who looks at them."""

    def __init__(self, desk: Desk) -> None:
        """`desk` is the window's."""
        self._desk = desk

    def approve(self, wanted: Mapping[int, str], shown: Mapping[int, Sequence[str]]) -> Done:
        """Approves drafts as one operation; `wanted` names for each the digest that was on the screen.

        `shown` are the parts that were on it (`text`, `html`, `hidden`, …), for the record. Drafts that
        can't be approved are left in review, and the sentence says so; where there is none that can,
        raises Refused: `digest_differs`, `blocked`, `no_account`, `already_decided`.
        """
        if not wanted:
            raise Refused("nothing_selected", "No draft is selected.")

        def work(transaction: Transaction) -> Done:
            approved: list[tuple[int, int]] = []
            refused: list[Refused | NotFound] = []
            for draft_id, digest in wanted.items():
                try:
                    approved.append(
                        (draft_id, _approve(transaction, draft_id, digest, shown.get(draft_id, ())))
                    )
                except (Refused, NotFound) as error:
                    refused.append(error)
            if not approved:
                raise refused[0]
            sentence = f"Approved {counted(len(approved), 'message')}."
            operation = add_operation(
                transaction, "approve", sentence, {"deliveries": [list(pair) for pair in approved]}
            )
            if refused:
                sentence += f" {len(refused):,} stayed in review: {refused[0].sentence}"
            return Done(transaction.changes | Changes(counts=True), operation, sentence)

        return self._desk.store.write(work)


def _approve(transaction: Transaction, draft_id: int, digest: str, shown: Sequence[str]) -> int:
    if not is_examined(transaction.connection, draft_id):
        examine_draft(transaction, draft_id)
    draft = get_draft(transaction.connection, draft_id)
    account, composed = approvable(transaction.connection, draft, digest)
    return write_approval(
        transaction, draft, account, composed, By(OPERATOR, APPROVED_BY, details={"shown": list(shown)})
    )


@dataclass(frozen=True, slots=True)
class By:
    """Who approves: the actor of the event, what the delivery says, what else the log and the draft say."""

    actor: Actor
    approved_by: str
    rule: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def write_approval(
    transaction: Transaction, draft: Draft, account: Account, composed: Composed, by: By
) -> int:
    """Approves a draft that `composing.approvable` let pass in this transaction; the delivery's number."""
    content = draft.revision.content
    people = content.recipients
    delivery = add_delivery(
        transaction,
        NewDelivery(
            draft_id=draft.id,
            revision_id=draft.revision.id,
            account=account.address,
            digest=composed.digest,
            message=composed.built.data,
            message_id=composed.built.message_id,
            delivery_token=composed.built.delivery_token,
            thread_id=content.thread_id,
            recipient=people[0].display_name or people[0].address,
            recipients=recipient_keys(content),
            subject=content.subject,
            send_after=draft.send_after,
            approved_by=by.approved_by,
        ),
    )
    set_status(transaction, draft.id, DraftStatus.APPROVED, approved_digest=composed.digest, rule=by.rule)
    transaction.record(
        Event(
            by.actor,
            "draft.approved",
            "draft",
            str(draft.id),
            details={
                "digest": composed.digest,
                "delivery": delivery,
                "revision": draft.revision.number,
                "size": len(composed.built.data),
                **by.details,
            },
            personal=tuple(Personal(person.address, "recipient", person.address) for person in people),
        )
    )
    return delivery

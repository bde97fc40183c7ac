"""What the operator sees of a draft before deciding: the message as it would leave, to whom, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.draft import Draft
from outtray.model.errors import NotFound, Refused
from outtray.model.mailboxes import EmailAddress
from outtray.model.message import Built
from outtray.model.operator_time import day_bounds, operator_zone
from outtray.review.composing import Composed, approvable, compose, no_account
from outtray.review.examining import make_examined
from outtray.store.accounts import account_for
from outtray.store.contacts import Contact, contacts_of
from outtray.store.drafts import get_draft
from outtray.store.quotas import WEEK, Wait, forecast, used_by_recipient, used_today
from outtray.store.rows import recipient_keys
from outtray.store.settings import all_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person that the message would go to. `field` is `to`, `cc` or `bcc`.

    `nth` counts this message (1: first contact). `last_replied_at` is None where no reply was seen, and
    says nothing where `replies_known` is False. `used_this_week` counts against `per_week`.
    """

    field: str
    mailbox: EmailAddress
    nth: int
    last_sent_at: datetime | None
    last_replied_at: datetime | None
    replies_known: bool
    used_this_week: int

    @property
    def first_contact(self) -> bool:
        """Whether nothing ever left to this person."""
        return self.nth == 1


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft with the message that an approval would let go.

    `built` is without Date; it, `digest` and `size` (bytes) are None where no message can be made.
    `leaves` is what the message would wait for. `refusal` says why Approve is shut, None where it is
    open; `refusal_code` is stable. `per_day` and `per_week` are the limits that `used_today` and each
    recipient's `used_this_week` count against.
    """

    draft: Draft
    account: Account | None
    sender: EmailAddress | None
    built: Built | None
    digest: str | None
    size: int | None
    recipients: tuple[Recipient, ...]
    leaves: Wait | None
    used_today: int
    per_day: int
    per_week: int
    refusal: str | None
    refusal_code: str | None


def preview(desk: Desk, draft_id: int) -> Preview:
    """The preview of a draft as it is now, seen by the checks; raises NotFound."""
    make_examined(desk, draft_id)
    with desk.store.read() as connection:
        return preview_of(connection, get_draft(connection, draft_id), desk.clock.now())


def preview_of(connection: Connection, draft: Draft, now: datetime) -> Preview:
    """The preview of a draft that was read on this connection."""
    settings = all_settings(connection)
    account = account_for(connection, draft.account)
    composed, refusal = _composed(connection, draft, account)
    keys = recipient_keys(draft.revision.content)
    leaves = None
    used = 0
    if account is not None:
        leaves = forecast(connection, settings, account, keys, now, draft.send_after)
        day, _ = day_bounds(now, operator_zone(settings["operator.time_zone"]))
        used = used_today(connection, account.address, to_milliseconds(day))
    return Preview(
        draft=draft,
        account=account,
        sender=None if composed is None else composed.sender,
        built=None if composed is None else composed.built,
        digest=None if composed is None else composed.digest,
        size=None if composed is None else len(composed.built.data),
        recipients=_recipients(connection, draft, account, now),
        leaves=leaves,
        used_today=used,
        per_day=settings["sending.per_day"],
        per_week=settings["sending.per_recipient_week"],
        refusal=None if refusal is None else refusal.sentence,
        refusal_code=None if refusal is None else refusal.code,
    )


def _composed(
    connection: Connection, draft: Draft, account: Account | None
) -> tuple[Composed | None, Refused | NotFound | None]:
    """The message even where it can't be approved, as long as it can be made; and why it can't."""
    try:
        return approvable(connection, draft)[1], None
    except NotFound as error:
        return None, error
    except Refused as error:
        if account is None:
            return None, no_account(draft) if error.code == "no_account" else error
        try:
            return compose(connection, draft, account), error
        except (Refused, NotFound) as worse:
            return None, worse


def _recipients(
    connection: Connection, draft: Draft, account: Account | None, now: datetime
) -> tuple[Recipient, ...]:
    content = draft.revision.content
    contacts = contacts_of(connection, recipient_keys(content))
    week = to_milliseconds(now - WEEK)
    replies_known = account is not None and account.sees_sent
    found = []
    for field, mailboxes in (("to", content.to), ("cc", content.cc), ("bcc", content.bcc)):
        for mailbox in mailboxes:
            contact = contacts.get(mailbox.key) or Contact(mailbox.key)
            found.append(
                Recipient(
                    field,
                    mailbox,
                    contact.sent + 1,
                    _instant(contact.last_sent_at),
                    _instant(contact.last_replied_at),
                    replies_known,
                    used_by_recipient(connection, mailbox.key, week),
                )
            )
    return tuple(found)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds)

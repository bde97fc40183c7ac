"""Reads what the destination box shows of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.destination_words import Line, Moment, message_lines, recipient_lines, sender_lines

if TYPE_CHECKING:
    from outtray.model.accounts import Account
    from outtray.model.draft import Draft
    from outtray.review.preview import Preview

_MOST_HISTORIES = 12  # people whose history is read while a key waits


@dataclass(frozen=True, slots=True)
class Destination:
    """The lines above and below the rule, and the number of recipients."""

    people: tuple[Line, ...]
    rest: tuple[Line, ...]
    recipients: int


def destination_of(
    context: WindowContext, draft: Draft, preview: Preview | None, *, folded: bool = False
) -> Destination:
    """What is known at once; `preview` adds the times and limits. `folded`: the first lines alone."""
    at = Moment(context.clock.now(), zone_of(context.settings))
    content = draft.revision.content
    people = content.recipients
    keys = [person.key for person in people] if len(people) <= _MOST_HISTORIES else []
    known = context.reads.history(keys, but=draft.id) if keys else []
    account = preview.account if preview is not None else _account(context, draft)
    to = recipient_lines(content, known, at)
    sender = sender_lines(draft, account, context.settings)
    if folded:
        return Destination((*to[:1], *sender[:1]), (), len(people))
    rest = message_lines(draft, preview, at, int(context.settings.get("sending.undo_seconds", 30)))
    return Destination((*to, *sender), tuple(rest), len(people))


def _account(context: WindowContext, draft: Draft) -> Account | None:
    accounts = context.reads.accounts()
    if draft.account:
        return next((one for one in accounts if one.address == draft.account), None)
    return accounts[0] if accounts else None

"""From a draft to the message that an approval binds to: account, sender, bytes without Date, digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outtray.model.accounts import Account
from outtray.model.draft import Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.findings import Rank
from outtray.model.mailboxes import EmailAddress
from outtray.model.message import Built, approval_digest, build_message
from outtray.review.words import STANDS, counted
from outtray.store.accounts import account_for
from outtray.store.blobs import read_blob
from outtray.store.rows import weight
from outtray.store.settings import get_setting

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it would be approved; `digest` (hex) is what the approval has to name."""

    built: Built
    digest: str
    sender: EmailAddress


def compose(connection: Connection, draft: Draft, account: Account) -> Composed:
    """The message of a draft's current revision from this account, the same each time.

    Raises Refused where no message can be made of it: too large, an address that no header holds.
    """
    content = draft.revision.content
    sender = account.sender(get_setting(connection, "operator.name"))
    built = build_message(content, sender, draft.revision.token, lambda sha256: read_blob(connection, sha256))
    digest = approval_digest(account.address, content.thread_id, built.data)
    return Composed(built, digest, sender)


def approvable(connection: Connection, draft: Draft) -> tuple[Account, Composed]:
    """The account and the message that an approval of this draft would let go; raises Refused."""
    if draft.status is not DraftStatus.PENDING:
        raise Refused("already_decided", f"This draft is {STANDS[draft.status]}.")
    account = account_for(connection, draft.account)
    if account is None:
        raise no_account(draft)
    blocks = sum(weight(finding) is Rank.BLOCK for finding in draft.findings)
    if blocks:
        raise Refused("blocked", f"{counted(blocks, 'block')} to fix first.")
    return account, compose(connection, draft, account)


def no_account(draft: Draft) -> Refused:
    """Why there is nobody to send this draft from."""
    if draft.account:
        return Refused(
            "no_account",
            f"The draft is to leave from {draft.account}, which is no account here. Add it in Settings.",
            field="account",
        )
    return Refused("no_account", "There is no account to send from yet. Add one in Settings.")

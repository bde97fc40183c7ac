"""From a draft to the message that an approval binds to: account, sender, bytes without Date, digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from outtray.model.accounts import Account
from outtray.model.draft import Content, Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.findings import Rank
from outtray.model.headers import addr_spec
from outtray.model.mailboxes import EmailAddress
from outtray.model.message import Built, Unsubscribe, approval_digest, build_message
from outtray.review.words import STANDS, counted
from outtray.store.accounts import account_for
from outtray.store.blobs import read_blob
from outtray.store.rows import weight
from outtray.store.settings import all_settings

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
    settings = all_settings(connection)
    sender = account.sender(settings["operator.name"])
    built = build_message(
        content,
        sender,
        draft.revision.token,
        lambda sha256: read_blob(connection, sha256),
        unsubscribe(content, account, settings),
    )
    digest = approval_digest(account.address, content.thread_id, built.data)
    return Composed(built, digest, sender)


def unsubscribe(content: Content, account: Account, settings: Mapping[str, Any]) -> Unsubscribe | None:
    """What a message that is no reply says of unsubscribing (RFC 2369, 8058); None for a reply, or if off."""
    if not settings["sending.list_unsubscribe"] or content.is_reply:
        return None
    address = quote(addr_spec(account.address), safe="@!$'*+-./=^_`{}~")
    return Unsubscribe(f"mailto:{address}?subject=unsubscribe", settings["sending.unsubscribe_link"] or None)


def approvable(connection: Connection, draft: Draft, shown: str | None = None) -> tuple[Account, Composed]:
    """The account and the message that an approval of this draft would let go; raises Refused.

    `shown` is the digest of the message that was on the screen: another one is said before anything else.
    """
    if draft.status is not DraftStatus.PENDING:
        raise Refused("already_decided", f"This draft is {STANDS[draft.status]}.")
    account = account_for(connection, draft.account)
    if account is None:
        raise no_account(draft)
    composed = compose(connection, draft, account)
    if shown is not None and composed.digest != shown:
        raise Refused("digest_differs", "The message is not the one that was shown. Look at it as it is now.")
    blocks = sum(weight(finding) is Rank.BLOCK for finding in draft.findings)
    if blocks:
        raise Refused("blocked", f"{counted(blocks, 'block')} to fix first.")
    return account, composed


def no_account(draft: Draft) -> Refused:
    """Why there is nobody to send this draft from."""
    if draft.account:
        return Refused(
            "no_account",
            f"The draft is to leave from {draft.account}, which is no account here. Add it in Settings.",
            field="account",
        )
    return Refused("no_account", "There is no account to send from yet. Add one in Settings.")

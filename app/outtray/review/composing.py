"""From a draft to the message that an approval binds to: sender, bytes without Date, digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outtray.model.accounts import Account
from outtray.model.draft import Draft
from outtray.model.mailboxes import EmailAddress
from outtray.model.message import Built, approval_digest, build_message
from outtray.store.blobs import read_blob
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

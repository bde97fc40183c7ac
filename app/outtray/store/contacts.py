"""What is known of the people that are written to: how many messages left, the last one, the last reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from outtray.model.draft import DraftStatus
from outtray.store.dialects.sqlite import rows_in
from outtray.store.tables import ContactTable, DraftRecipientTable, DraftTable, table_of
from outtray.store.transaction import Transaction

_CONTACTS = table_of(ContactTable)
_DRAFTS = table_of(DraftTable)
_RECIPIENTS = table_of(DraftRecipientTable)
_CONTACTS_OF = "SELECT address_key, sent, last_sent_at, last_replied_at FROM contacts WHERE address_key IN"
_AT_ONCE = 500
_UNDECIDED = (DraftStatus.PENDING.value, DraftStatus.SNOOZED.value)
# Run for every message that leaves; building a statement anew costs more than running it.
_FIRST = insert(_CONTACTS)
_ONE_MORE = (
    update(_CONTACTS)
    .where(_CONTACTS.c.address_key == bindparam("person"))
    .values(sent=_CONTACTS.c.sent + 1, last_sent_at=bindparam("last"))
)
_WAITING_FOR = select(_DRAFTS.c.id).where(
    _DRAFTS.c.id.in_(
        select(_RECIPIENTS.c.draft_id).where(
            _RECIPIENTS.c.address_key.in_(bindparam("people", expanding=True))
        )
    ),
    _DRAFTS.c.first_contact.is_(True),
    _DRAFTS.c.status.in_(_UNDECIDED),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One person; instants in milliseconds. No reply seen and replies that can't be seen are both None."""

    address_key: str
    sent: int = 0
    last_sent_at: int | None = None
    last_replied_at: int | None = None


def contacts_of(connection: Connection, address_keys: Iterable[str]) -> dict[str, Contact]:
    """What is known of these people (`EmailAddress.key`); nothing ever left to one that is not in it."""
    wanted = list(dict.fromkeys(address_keys))
    return {row[0]: Contact(*row) for row in rows_in(connection, _CONTACTS_OF, wanted)}


def note_sent(transaction: Transaction, address_keys: Iterable[str], at: int) -> None:
    """Counts a message that left to these people at `at` (milliseconds)."""
    wanted = list(dict.fromkeys(address_keys))
    known = contacts_of(transaction.connection, wanted)
    for key in wanted:
        if key not in known:
            transaction.connection.execute(_FIRST, {"address_key": key, "sent": 1, "last_sent_at": at})
            continue
        last = max(at, known[key].last_sent_at or 0)
        transaction.connection.execute(_ONE_MORE, {"person": key, "last": last})
    _no_first_contact(transaction, [key for key in wanted if key not in known or not known[key].sent])


def note_reply(transaction: Transaction, address_key: str, at: int) -> None:
    """Remembers the latest message that a person was seen to have written."""
    known = contacts_of(transaction.connection, [address_key]).get(address_key)
    if known is None:
        transaction.connection.execute(
            insert(_CONTACTS).values(address_key=address_key, sent=0, last_sent_at=None, last_replied_at=at)
        )
    elif at > (known.last_replied_at or 0):
        transaction.connection.execute(
            update(_CONTACTS).where(_CONTACTS.c.address_key == address_key).values(last_replied_at=at)
        )


def _no_first_contact(transaction: Transaction, address_keys: list[str]) -> None:
    """Drafts that wait for a decision are no first contact any more once something left to their person."""
    for start in range(0, len(address_keys), _AT_ONCE):
        people = {"people": address_keys[start : start + _AT_ONCE]}
        waiting = list(transaction.connection.execute(_WAITING_FOR, people).scalars())
        if waiting:
            transaction.connection.execute(
                update(_DRAFTS).where(_DRAFTS.c.id.in_(waiting)).values(first_contact=False)
            )
            transaction.changed(drafts=frozenset(waiting))

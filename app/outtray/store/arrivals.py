"""New drafts of one transaction: gathered, and written together as tuples.

Tuples in the order of the columns cost a tenth of what SQLAlchemy spends on dictionaries; a test holds
them against the tables by reading back what went in.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from outtray.model.draft import AuthorKind, DraftStatus
from outtray.model.events import Actor, ActorKind, Event, Personal
from outtray.store.blobs import put_blobs
from outtray.store.contacts import contacts_of
from outtray.store.dialects import sqlite, sqlite_search
from outtray.store.drafts import NAMED
from outtray.store.preparing import Arrival
from outtray.store.rows import clean, count_name
from outtray.store.tables import (
    DraftRecipientTable,
    DraftTable,
    FindingTable,
    ProposalTable,
    RevisionTable,
    table_of,
)
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_PROPOSALS = table_of(ProposalTable)
_REVISIONS = table_of(RevisionTable)
_FINDINGS = table_of(FindingTable)
_RECIPIENTS = table_of(DraftRecipientTable)
_PENDING = DraftStatus.PENDING.value
_MACHINE = AuthorKind.MACHINE.value
_TOKEN_BYTES = 16


class Arrivals:
    """Gathers new drafts of one transaction and writes them together."""

    def __init__(self, transaction: Transaction, actor_name: str | None) -> None:
        """`actor_name` is who hands them in, where that is not each one's source."""
        self._transaction = transaction
        self._actor_name = clean(actor_name)
        self._next_draft = sqlite.next_number(transaction.connection, "drafts")
        self._new: list[tuple[int, Arrival]] = []

    def add(self, arrival: Arrival) -> int:
        """The number that the draft has from now on."""
        number = self._next_draft
        self._next_draft += 1
        self._new.append((number, arrival))
        return number

    def write(self) -> None:
        """Writes what was gathered since the last time, with an audit event a draft."""
        new, self._new = self._new, []
        if not new:
            return
        transaction = self._transaction
        now = transaction.now_ms
        contacts = contacts_of(transaction.connection, (one.people[0] for _, one in new))
        drafts: list[tuple[Any, ...]] = []
        revisions: list[tuple[Any, ...]] = []
        # Asked for each time: a revision of a known draft may have taken one in between.
        first_revision = sqlite.next_number(transaction.connection, "revisions")
        tokens = iter(_tokens(len(new)))
        nothing_yet = (None,) * 6
        for revision, (number, one) in enumerate(new, first_revision):
            known = contacts.get(one.people[0])
            first_contact = known is None or not known.sent
            names = (number, _PENDING, one.source, one.external_id, one.key, one.digest, revision, revision)
            drafts.append((*names, *one.row, first_contact, False, *nothing_yet, now, None, None, now))
            author = self._actor_name or one.source
            revisions.append((revision, number, 1, _MACHINE, author, now, next(tokens), *one.content))
        for worst, count in Counter(one.worst for _, one in new).items():
            transaction.count(count_name(worst), count)
        transaction.count(f"status.{_PENDING}", len(new))
        put_blobs(transaction, (blob for _, one in new for blob in one.blobs))
        transaction.insert_tuples(_DRAFTS, drafts)
        transaction.insert_tuples(_PROPOSALS, [(number, *one.said) for number, one in new])
        transaction.insert_tuples(_REVISIONS, revisions)
        transaction.insert_tuples(
            _FINDINGS,
            [(number, place, *finding) for number, one in new for place, finding in enumerate(one.findings)],
        )
        transaction.insert_tuples(
            _RECIPIENTS, [(person, number) for number, one in new for person in one.people]
        )
        sqlite_search.add_words(transaction.connection, [(number, one.words) for number, one in new])
        transaction.record(*self._events(new))
        many = len(new) > NAMED
        transaction.changed(
            drafts=frozenset() if many else frozenset(number for number, _ in new), many=many, added=len(new)
        )

    def _events(self, new: Sequence[tuple[int, Arrival]]) -> list[Event]:
        events: list[Event] = []
        # Most drafts of a file are of one source.
        shared: dict[str, tuple[Actor, dict[str, Any]]] = {}
        for number, one in new:
            if one.source not in shared:
                actor = Actor(ActorKind.MACHINE, self._actor_name or one.source)
                shared[one.source] = actor, {"source": one.source, "revision": 1}
            actor, details = shared[one.source]
            personal = (Personal(one.person, "recipient", one.person),)
            events.append(Event(actor, "draft.proposed", "draft", str(number), "done", details, personal))
        return events


def _tokens(count: int) -> list[str]:
    """As many random tokens, for one question to the system."""
    digits = secrets.token_hex(_TOKEN_BYTES * count)
    size = 2 * _TOKEN_BYTES
    return [digits[start : start + size] for start in range(0, count * size, size)]

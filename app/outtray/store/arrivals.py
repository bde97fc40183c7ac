"""New drafts on their way into the tables: rows as tuples, a batch at a time.

Tuples in the order of the columns cost a tenth of what SQLAlchemy spends on dictionaries; a test holds
them against the tables by reading back what went in.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from outtray.model.clock import to_milliseconds
from outtray.model.draft import AuthorKind, DraftStatus, Proposal
from outtray.model.events import Actor, ActorKind, Event, Personal
from outtray.store.blobs import put_blobs
from outtray.store.contacts import contacts_of
from outtray.store.dialects import sqlite, sqlite_search
from outtray.store.drafts import NAMED, finding_tuple, first_findings
from outtray.store.index_text import index_text
from outtray.store.rows import (
    clean,
    count_name,
    finding_counts,
    json_text,
    list_values,
    recipient_keys,
)
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
_NOTHING = "[]"


class Arrivals:
    """Gathers new drafts of one transaction and writes them together."""

    def __init__(self, transaction: Transaction) -> None:
        """Numbers are taken at once, rows are written by `write`."""
        self._transaction = transaction
        self._next_draft = sqlite.next_number(transaction.connection, "drafts")
        self._next_revision = sqlite.next_number(transaction.connection, "revisions")
        self._new: list[tuple[int, Proposal, bytes, bytes, str | None, Mapping[str, Any], list[str]]] = []

    def add(
        self,
        proposal: Proposal,
        idempotency_key: bytes,
        digest: bytes,
        actor_name: str | None,
        values: Mapping[str, Any],
    ) -> int:
        """The number that the draft has from now on; `values` are `content_values` of its content."""
        number = self._next_draft
        self._next_draft += 1
        keys = recipient_keys(proposal.content)
        self._new.append((number, proposal, idempotency_key, digest, actor_name, values, keys))
        return number

    def write(self) -> None:
        """Writes what was gathered since the last time, with an audit event a draft."""
        new, self._new = self._new, []
        if not new:
            return
        transaction = self._transaction
        contacts = contacts_of(transaction.connection, (keys[0] for *_, keys in new))
        drafts: list[tuple[Any, ...]] = []
        proposals: list[tuple[Any, ...]] = []
        revisions: list[tuple[Any, ...]] = []
        findings: list[tuple[Any, ...]] = []
        recipients: list[tuple[Any, ...]] = []
        words: list[tuple[int, str]] = []
        events: list[Event] = []
        for number, proposal, key, digest, actor_name, values, keys in new:
            revision = self._next_revision
            self._next_revision += 1
            found = (
                first_findings(proposal.content, proposal.notes)
                if proposal.notes or not values["subject"].strip()
                else ()
            )
            known = contacts.get(keys[0])
            first_contact = known is None or not known.sent
            counts = finding_counts(found)
            drafts.append(self._draft(number, revision, proposal, key, digest, counts, first_contact))
            proposals.append(proposal_tuple(number, proposal))
            author = well_named(actor_name or proposal.source)
            revisions.append(revision_tuple(revision, number, 1, author, transaction.now_ms, values))
            findings += [finding_tuple(number, place, finding) for place, finding in enumerate(found)]
            recipients += [(person, number) for person in keys]
            words.append((number, words_of(proposal)))
            events.append(_proposed(number, proposal, author))
            transaction.count(count_name(counts["worst"]), 1)
        transaction.count(f"status.{DraftStatus.PENDING.value}", len(new))
        put_blobs(transaction, _blobs(proposal for _, proposal, *_ in new))
        transaction.insert_tuples(_DRAFTS, drafts)
        transaction.insert_tuples(_PROPOSALS, proposals)
        transaction.insert_tuples(_REVISIONS, revisions)
        transaction.insert_tuples(_FINDINGS, findings)
        transaction.insert_tuples(_RECIPIENTS, recipients)
        sqlite_search.add_words(transaction.connection, words)
        transaction.record(*events)
        transaction.changed(
            drafts=frozenset(row[0] for row in drafts) if len(drafts) <= NAMED else frozenset(),
            many=len(drafts) > NAMED,
            added=len(drafts),
        )

    def _draft(
        self,
        number: int,
        revision: int,
        proposal: Proposal,
        key: bytes,
        digest: bytes,
        counts: Mapping[str, int],
        first_contact: bool,
    ) -> tuple[Any, ...]:
        now = self._transaction.now_ms
        shown = list_values(proposal.content)
        return (
            number,
            DraftStatus.PENDING.value,
            clean(proposal.source),
            clean(proposal.external_id),
            key,
            digest,
            revision,
            revision,
            shown["recipient"],
            shown["more_recipients"],
            shown["subject"],
            shown["snippet"],
            clean(proposal.recipient_name),
            clean(proposal.company_name),
            proposal.priority,
            proposal.score,
            clean(proposal.account),
            None if proposal.send_after is None else to_milliseconds(proposal.send_after),
            shown["attachments"],
            counts["worst"],
            counts["blocks"],
            counts["warns"],
            counts["infos"],
            first_contact,
            False,
            None,
            None,
            None,
            None,
            None,
            None,
            now,
            None,
            None,
            now,
        )


def proposal_tuple(draft_id: int, proposal: Proposal) -> tuple[Any, ...]:
    """What the machine said beside the message, as a row of its table."""
    return (
        draft_id,
        clean(proposal.request),
        json_text(proposal.context) if proposal.context else "{}",
        json_text(list(proposal.notes)) if proposal.notes else _NOTHING,
    )


def revision_tuple(
    number: int, draft_id: int, place: int, author: str, at: int, values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """A machine's revision as a row of its table; `values` are `content_values`."""
    return (
        number,
        draft_id,
        place,
        AuthorKind.MACHINE.value,
        author,
        at,
        secrets.token_hex(16),
        _list(values["to_addresses"]),
        _list(values["cc_addresses"]),
        _list(values["bcc_addresses"]),
        None if values["reply_to"] is None else json_text(values["reply_to"]),
        values["subject"],
        values["body_text"],
        values["body_html"],
        values["in_reply_to"],
        _list(values["reference_ids"]),
        values["thread_id"],
        _list(values["attachments"]),
    )


def words_of(proposal: Proposal) -> str:
    """The words of a proposal as the search index takes them."""
    return index_text(
        proposal.content,
        source=proposal.source,
        recipient_name=proposal.recipient_name,
        company_name=proposal.company_name,
        request=proposal.request,
        context=proposal.context,
    )


def well_named(name: str) -> str:
    """A machine's name as the audit log takes it."""
    return clean(name) or "machine"


def person_of(proposal: Proposal) -> str:
    """The first recipient's address, under which personal values of events about the draft stand."""
    people = proposal.content.recipients
    return clean(people[0].address) or "" if people else ""


def _proposed(number: int, proposal: Proposal, author: str) -> Event:
    person = person_of(proposal)
    return Event(
        Actor(ActorKind.MACHINE, author),
        "draft.proposed",
        "draft",
        str(number),
        details={"source": well_named(proposal.source), "revision": 1},
        personal=(Personal(person, "recipient", person),),
    )


def _blobs(proposals: Iterable[Proposal]) -> Iterable[tuple[str, bytes]]:
    for proposal in proposals:
        for info, attachment in zip(proposal.content.attachments, proposal.attachments, strict=True):
            yield info.sha256, attachment.content


def _list(values: Sequence[Any]) -> str:
    return json_text(values) if values else _NOTHING

"""Proposals: what machines hand in becomes drafts, once each; what they change or take back.

A proposal is known by its source and external id, or, without one, by its whole content. The key is
a keyed hash, so that it can stay after the draft is gone without saying who it was about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection, exists, select, update

from outtray.model.draft import AuthorKind, DraftStatus, Proposal
from outtray.model.errors import NotFound, Refused
from outtray.model.events import Actor, ActorKind, Event, Personal
from outtray.store import facts
from outtray.store.arrivals import Arrivals
from outtray.store.blobs import put_blobs
from outtray.store.dialects.sqlite import rows_in
from outtray.store.drafts import get_draft, put_revision, set_status, standings, use_revision
from outtray.store.preparing import Arrival, prepare
from outtray.store.rows import clean
from outtray.store.tables import AutosaveTable, DraftTable, ProposalTable, table_of
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_PROPOSALS = table_of(ProposalTable)
_AUTOSAVES = table_of(AutosaveTable)
_KNOWN_BY_KEY = (
    "SELECT idempotency_key, id, proposal_digest, status, edited, editing_since FROM drafts"
    " WHERE idempotency_key IN"
)
_COLUMNS = [column.name for column in _DRAFTS.columns]
# The columns that `Arrival.row` fills, and those of them that do not follow from the content.
_ROW = _COLUMNS[_COLUMNS.index("recipient") : _COLUMNS.index("infos") + 1]
_FROM_PROPOSAL = ("recipient_name", "company_name", "priority", "score", "account", "send_after")
# An editor that was left open for longer than this, without a word kept, keeps nobody out any more.
EDITING_LASTS = timedelta(hours=8)

UNDER_REVIEW = "under_review"
ALREADY_DECIDED = "already_decided"
_REASONS = {
    UNDER_REVIEW: "The operator is working on this draft; it can't be changed from outside any more.",
    ALREADY_DECIDED: "This draft was decided already; hand in a new one in its place.",
}


class TakenKind(StrEnum):
    """What became of a proposal."""

    ADDED = "added"
    KNOWN = "known"
    REVISED = "revised"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one proposal; `code` and `reason` say why it was refused."""

    kind: TakenKind
    draft_id: int | None
    code: str | None = None
    reason: str | None = None


# Status, whether the operator edited it, since when (milliseconds) it is open in the editor.
_Standing = tuple[str, bool, int | None]


@dataclass(slots=True)
class _Known:
    """A draft that has the key of a proposal already."""

    id: int
    digest: bytes
    standing: _Standing


def take_in(
    transaction: Transaction,
    proposals: Iterable[Proposal | Arrival],
    actor_name: str | None = None,
) -> list[Taken]:
    """Makes drafts of proposals; what became of each, in the order given.

    One that is known is left as it is; one that changed is a new revision as long as nobody has decided on
    the draft or worked on it. `actor_name` is who handed them in, where that is not their source. They may
    have been made ready beforehand (`store.preparing`).
    """
    secret = idempotency_secret(transaction.connection)
    arrived = [one if isinstance(one, Arrival) else prepare(secret, one) for one in proposals]
    known = _known(transaction, [one.key for one in arrived])
    arrivals = Arrivals(transaction, actor_name)
    taken = []
    for one in arrived:
        draft = known.get(one.key)
        if draft is None:
            number = arrivals.add(one)
            known[one.key] = _Known(number, one.digest, (DraftStatus.PENDING, False, None))
            taken.append(Taken(TakenKind.ADDED, number))
        elif draft.digest == one.digest:
            taken.append(Taken(TakenKind.KNOWN, draft.id))
        elif (code := _bar(transaction, draft.id, draft.standing)) is not None:
            taken.append(_refuse(transaction, draft.id, code, one, actor_name))
        else:
            arrivals.write()
            _revise(transaction, draft.id, one, actor_name)
            draft.digest = one.digest
            taken.append(Taken(TakenKind.REVISED, draft.id))
    arrivals.write()
    return taken


def revise(
    transaction: Transaction, draft_id: int, proposal: Proposal, actor_name: str | None = None
) -> bool:
    """Gives a draft what its machine says now; False where that is what it said before.

    The draft keeps its source and external id. Raises NotFound, and Refused `under_review` or
    `already_decided`.
    """
    connection = transaction.connection
    one = prepare(idempotency_secret(connection), proposal)
    row = connection.execute(
        select(_DRAFTS.c.proposal_digest, _DRAFTS.c.external_id).where(_DRAFTS.c.id == draft_id)
    ).first()
    _refuse_where_barred(transaction, draft_id)
    assert row is not None
    if row.proposal_digest == one.digest:
        return False
    _revise(transaction, draft_id, one, actor_name)
    if row.external_id is None:
        transaction.connection.execute(
            update(_DRAFTS)
            .where(_DRAFTS.c.id == draft_id, ~exists().where(_DRAFTS.c.idempotency_key == one.key))
            .values(idempotency_key=one.key)
        )
    return True


def withdraw(transaction: Transaction, draft_id: int, actor_name: str | None = None) -> None:
    """Takes a draft back for its machine. Raises NotFound, Refused `under_review` or `already_decided`."""
    _refuse_where_barred(transaction, draft_id)
    draft = get_draft(transaction.connection, draft_id)
    person = standings(transaction.connection, [draft_id])[0].person
    set_status(transaction, draft_id, DraftStatus.WITHDRAWN)
    actor = Actor(ActorKind.MACHINE, clean(actor_name) or draft.source)
    recipient = (Personal(person, "recipient", person),) if person else ()
    transaction.record(Event(actor, "draft.withdrawn", "draft", str(draft_id), personal=recipient))


def _revise(transaction: Transaction, draft_id: int, one: Arrival, actor_name: str | None) -> None:
    connection = transaction.connection
    before = get_draft(connection, draft_id)
    author = clean(actor_name) or one.source
    put_blobs(transaction, one.blobs)
    connection.execute(
        update(_PROPOSALS)
        .where(_PROPOSALS.c.draft_id == draft_id)
        .values(request=one.said[0], context=json.loads(one.said[1]), notes=json.loads(one.said[2]))
    )
    revision = put_revision(transaction, before, one.message(), AuthorKind.MACHINE, author)
    row = dict(zip(_ROW, one.row, strict=True))
    use_revision(
        transaction,
        before,
        revision.id,
        proposed=True,
        proposal_digest=one.digest,
        **{name: row[name] for name in _FROM_PROPOSAL},
    )
    transaction.record(
        Event(
            Actor(ActorKind.MACHINE, author),
            "draft.revised",
            "draft",
            str(draft_id),
            details={"revision": revision.number},
            personal=(Personal(one.person, "recipient", one.person),),
        )
    )


def _refuse(
    transaction: Transaction, draft_id: int, code: str, one: Arrival, actor_name: str | None
) -> Taken:
    actor = Actor(ActorKind.MACHINE, clean(actor_name) or one.source)
    transaction.record(Event(actor, "draft.revised", "draft", str(draft_id), code))
    return Taken(TakenKind.REFUSED, draft_id, code, _REASONS[code])


def _refuse_where_barred(transaction: Transaction, draft_id: int) -> None:
    row = transaction.connection.execute(
        select(_DRAFTS.c.status, _DRAFTS.c.edited, _DRAFTS.c.editing_since).where(_DRAFTS.c.id == draft_id)
    ).first()
    if row is None:
        raise NotFound(f"There is no draft {draft_id}.")
    code = _bar(transaction, draft_id, (row.status, row.edited, row.editing_since))
    if code is not None:
        raise Refused(code, _REASONS[code])


def _known(transaction: Transaction, keys: Sequence[bytes]) -> dict[bytes, _Known]:
    rows = rows_in(transaction.connection, _KNOWN_BY_KEY, keys)
    return {
        bytes(key): _Known(number, bytes(digest), (status, bool(edited), since))
        for key, number, digest, status, edited, since in rows
    }


def _kept(connection: Connection, draft_id: int) -> bool:
    """Whether the operator's unsaved text is kept for the draft."""
    query = select(_AUTOSAVES.c.draft_id).where(_AUTOSAVES.c.draft_id == draft_id)
    return connection.execute(query).first() is not None


def _bar(transaction: Transaction, draft_id: int, standing: _Standing) -> str | None:
    """Why a machine can't change the draft any more, None where it can."""
    status, edited, since = standing
    if status not in {DraftStatus.PENDING, DraftStatus.SNOOZED}:
        return ALREADY_DECIDED
    open_since = transaction.now_ms - EDITING_LASTS // timedelta(milliseconds=1)
    if edited or (since is not None and since > open_since) or _kept(transaction.connection, draft_id):
        return UNDER_REVIEW
    return None


def idempotency_secret(connection: Connection) -> bytes:
    """The profile's key of the hashes by which proposals are known again."""
    secret = facts.get_fact(connection, facts.IDEMPOTENCY_SECRET)
    assert isinstance(secret, str)
    return bytes.fromhex(secret)

"""The examination of drafts: gathers the facts from the store and runs the safety checks.

Reading and checking happen on a read connection, away from the writer; what was found is stored only
where the draft still holds the revision that was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from outtray.checks.registry import CODES, check_draft
from outtray.model.check_facts import Checked, Facts
from outtray.model.draft import Content, Draft
from outtray.model.findings import Finding
from outtray.store import check_facts
from outtray.store.drafts import get_draft, get_drafts
from outtray.store.examined import lists_version, set_examined, unexamined

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from outtray.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks say of one revision of a draft; `lists` is `lists_version` as they looked."""

    draft_id: int
    revision_id: int
    findings: tuple[Finding, ...]
    lists: int = 0


def examine(connection: Connection, items: Sequence[Checked], now: datetime) -> list[tuple[Finding, ...]]:
    """What the checks say of contents that are no drafts (yet): each of them is new to its recipients."""
    keys = {one.key for item in items for one in item.content.recipients}
    facts = check_facts.read_facts(connection, keys, now)
    return [check_draft(item, facts) for item in items]


def examine_drafts(connection: Connection, ids: Iterable[int], now: datetime) -> list[Examined]:
    """What the checks say of drafts as they stand; unknown ids are left out."""
    drafts = get_drafts(connection, ids)
    lists = lists_version(connection)
    facts = check_facts.read_facts(connection, _keys(drafts), now)
    digests = {one.sha256 for draft in drafts for one in draft.revision.content.attachments}
    attached = check_facts.attached_bytes(connection, digests)
    examined = []
    for draft in drafts:
        checked = check_facts.checked_draft(draft, attached)
        found = check_draft(checked, without_itself(facts, draft))
        examined.append(Examined(draft.id, draft.revision.id, (*found, *_kept(draft)), lists))
    return examined


def examine_content(
    connection: Connection, draft_id: int, content: Content, now: datetime
) -> tuple[Finding, ...]:
    """What the checks would say of a draft if this were its content: for an editor, while it is typed in."""
    draft = get_draft(connection, draft_id)
    keys = {one.key for one in content.recipients}
    facts = check_facts.read_facts(connection, keys, now)
    attached = check_facts.attached_bytes(connection, (one.sha256 for one in content.attachments))
    checked = replace(check_facts.checked_draft(draft, attached), content=content)
    return (*check_draft(checked, without_itself(facts, draft)), *_kept(draft))


def store_examined(transaction: Transaction, examined: Iterable[Examined]) -> int:
    """Keeps what was found, but for what has changed since: the draft's revision, or what the checks go by.
    How many drafts it was kept for.
    """
    lists = lists_version(transaction.connection)
    return sum(
        set_examined(transaction, one.draft_id, one.revision_id, one.findings, CODES)
        for one in examined
        if one.lists == lists
    )


def examine_draft(transaction: Transaction, draft_id: int) -> tuple[Finding, ...]:
    """Examines one draft and keeps what was found, in the caller's transaction; raises NotFound."""
    get_draft(transaction.connection, draft_id)
    (examined,) = examine_drafts(transaction.connection, [draft_id], transaction.now)
    store_examined(transaction, [examined])
    return get_draft(transaction.connection, draft_id).findings


def waiting_for_examination(connection: Connection, limit: int = 200) -> list[int]:
    """Drafts in review or snoozed whose current revision no check has seen, oldest first."""
    return unexamined(connection, limit)


def without_itself(facts: Facts, draft: Draft) -> Facts:
    """The facts with the draft itself not counted among the drafts to its own recipients."""
    own = {one.key for one in draft.revision.content.recipients} & facts.people.keys()
    waits = draft.status in {"pending", "snoozed"}
    leaves = draft.status in {"approved", "unconfirmed"}
    people = dict(facts.people)
    for key in own:
        person = people[key]
        people[key] = replace(
            person,
            waiting=max(0, person.waiting - waits),
            on_the_way=max(0, person.on_the_way - leaves),
        )
    return replace(facts, people=people)


def _keys(drafts: Iterable[Draft]) -> set[str]:
    return {one.key for draft in drafts for one in draft.revision.content.recipients}


def _kept(draft: Draft) -> tuple[Finding, ...]:
    """What others than the checks said of the draft, such as what its import could not keep."""
    return tuple(finding for finding in draft.findings if finding.code not in CODES)

"""The window's own reads of drafts: a screenful by keyset, kept counts, one draft in full.

Plain DB-API on a connection of its own, since it is read on the GUI thread before SQLAlchemy is
there. Each statement is fixed and goes through an index; a test holds the statements against the
tables and against SQLite's own plan. While the database has no tables yet every answer is empty.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.clock import from_milliseconds
from outtray.model.delivery import Gate
from outtray.model.draft import Draft, DraftRow, DraftStatus
from outtray.model.draft_lists import DraftSort
from outtray.model.findings import Rank
from outtray.model.settings import SETTINGS
from outtray.store.dialects.sqlite_connection import connect, data_version
from outtray.store.draft_statements import (
    ACCOUNTS,
    BLOB,
    CONTACT,
    COUNTS,
    DRAFT,
    FACT,
    FINDINGS,
    HAS_RULES,
    HAS_TABLES,
    HISTORY,
    LATEST_OPERATION,
    ORDERS,
    PAGES,
    REVISION,
    ROWS,
    ROWS_AT_ONCE,
    RULES_SAY,
    SETTING_VALUES,
    Segment,
)
from outtray.store.rows import (
    DRAFT_COLUMNS,
    REVISION_COLUMNS,
    REVISION_JSON,
    draft_from,
    instant,
    revision_from,
)

PAGE = 200
HISTORY_LENGTH = 5


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """The sending switch: whether it is paused, and since when."""

    paused: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PastDraft:
    """Another draft to the same person: where it stands, since when, and its subject."""

    id: int
    status: DraftStatus
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a person: messages that left, the last one, the last reply, the newest drafts.

    `last_replied_at` is None where no reply was seen; whether any can be seen is the account's to say.
    """

    address_key: str
    sent: int
    last_sent_at: datetime | None
    last_replied_at: datetime | None
    drafts: tuple[PastDraft, ...]


@dataclass(frozen=True, slots=True)
class RulesSay:
    """The rules' last look at a draft: what came of it, why, and each rule's verdict (`Verdict.as_json`)."""

    decision: str
    sentence: str
    verdicts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class LatestOperation:
    """The newest operation that was not undone."""

    id: int
    kind: str
    sentence: str
    at: datetime


class DraftReads:
    """One read connection for one thread; it is opened at the first question that there is an answer to."""

    def __init__(self, database: Path) -> None:
        """`database` is the profile's SQLite file, which may not be there yet."""
        self._database = database
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Gives the connection back."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def page(
        self,
        statuses: Sequence[str],
        sort: DraftSort,
        after: tuple[Any, ...] | None = None,
        limit: int = PAGE,
    ) -> list[DraftRow]:
        """The first `limit` rows of these statuses in this order, behind the row with the key `after`."""
        pages = [self._page_of(status, sort, after, limit) for status in statuses]
        if len(pages) == 1:
            return pages[0]
        return list(heapq.merge(*pages, key=lambda row: _place(row, sort)))[:limit]

    def rows(self, ids: Sequence[int]) -> list[DraftRow]:
        """These rows in the given order, whatever their status; unknown ids are left out."""
        found: dict[int, DraftRow] = {}
        for start in range(0, len(ids), ROWS_AT_ONCE):
            part = list(ids[start : start + ROWS_AT_ONCE])
            # One statement whatever the number: SQLite plans it once.
            part += [0] * (ROWS_AT_ONCE - len(part))
            found.update((row[0], _row(row)) for row in self._ask(ROWS, part))
        return [found[number] for number in ids if number in found]

    def order(self, statuses: Sequence[str], sort: DraftSort) -> array[int]:
        """The ids of all drafts of these statuses in this order; linear, so not for the GUI thread."""
        connection = self._connection()
        if connection is None:
            return array("q")
        # Row by row: a million of them at once are a hundred megabytes.
        orders = [connection.execute(ORDERS[sort], [status]) for status in statuses]
        if len(orders) == 1:
            return array("q", (number for _, number in orders[0]))
        return array(
            "q", (number for _, number in heapq.merge(*orders, key=lambda row: _place_of(row, sort)))
        )

    def counts(self) -> dict[str, int]:
        """The kept counts: `status.<status>` and, of those in review, `pending.block`, `.warn`, `.clean`."""
        return dict(self._ask(COUNTS, []))

    def draft(self, draft_id: int) -> Draft | None:
        """All that is known of a draft, None where there is none."""
        found = self._ask(DRAFT, [draft_id])
        if not found:
            return None
        *values, request, context = found[0]
        row = dict(zip(DRAFT_COLUMNS, values, strict=True))
        revisions = {
            number: revision_from(_revision_values(self._ask(REVISION, [number])[0]))
            for number in {row["revision_id"], row["proposed_revision_id"]}
        }
        findings = [json.loads(data) for (data,) in self._ask(FINDINGS, [draft_id])]
        return draft_from(row, request, json.loads(context or "{}"), revisions, findings)

    def blob(self, sha256: str) -> bytes:
        """The bytes of an attachment; empty where they are not there."""
        found = self._ask(BLOB, [sha256])
        return bytes(found[0][0]) if found else b""

    def settings(self) -> dict[str, Any]:
        """Every declared setting with its value; its default where it was never set or can't be read."""
        values = {name: setting.default for name, setting in SETTINGS.items()}
        for name, stored in self._ask(SETTING_VALUES, []):
            if name in values:
                try:
                    # SQLite keeps a JSON number as a number.
                    value = json.loads(stored) if isinstance(stored, str) else stored
                    values[name] = SETTINGS[name].parse(value)
                except ValueError:
                    continue
        return values

    def switch(self) -> SwitchRow:
        """The sending switch; paused as long as nothing is known of it."""
        found = self._ask(FACT, ["sending.switch"])
        if not found:
            return SwitchRow(paused=True, since=None)
        value = json.loads(found[0][0])
        return SwitchRow(bool(value["paused"]), instant(value["since"]))

    def practice(self) -> bool | None:
        """Whether this is a practice profile, None while nothing is known of it."""
        found = self._ask(FACT, ["profile.kind"])
        return None if not found else bool(json.loads(found[0][0]) == "practice")

    def rules_stopped(self) -> tuple[datetime, str] | None:
        """When and why rules switched themselves off; None where they did not."""
        found = self._ask(FACT, ["rules.stopped"])
        value = json.loads(found[0][0]) if found else None
        return None if value is None else (from_milliseconds(value["at"]), str(value["sentence"]))

    def rules_say(self, draft_id: int) -> RulesSay | None:
        """What the rules said of a draft the last time they looked; None where they never did."""
        # An earlier Outtray's profile is shown before it is upgraded, and has no rules yet.
        found = self._ask(RULES_SAY, [draft_id]) if self._ask(HAS_RULES, []) else []
        if not found:
            return None
        decision, sentence, verdicts = found[0]
        return RulesSay(decision, sentence, tuple(json.loads(verdicts)))

    def accounts(self) -> list[Account]:
        """The sending accounts in their order."""
        return [_account(row) for row in self._ask(ACCOUNTS, [])]

    def history(self, address_keys: Iterable[str], *, but: int = 0) -> list[History]:
        """What is known of each of these people, in the given order; `but` is a draft to leave out."""
        found = []
        for key in address_keys:
            contact = self._ask(CONTACT, [key])
            sent, last_sent, last_replied = contact[0] if contact else (0, None, None)
            drafts = tuple(
                PastDraft(number, DraftStatus(status), subject, from_milliseconds(at))
                for number, status, subject, at in self._ask(HISTORY, [key, but, HISTORY_LENGTH])
            )
            found.append(History(key, sent, instant(last_sent), instant(last_replied), drafts))
        return found

    def latest_operation(self) -> LatestOperation | None:
        """What `z` would undo, None where there is nothing."""
        found = self._ask(LATEST_OPERATION, [])
        if not found:
            return None
        number, kind, sentence, at = found[0]
        return LatestOperation(number, kind, sentence, from_milliseconds(at))

    def data_version(self) -> int:
        """A number that moves when any other connection has committed; 0 while there are no tables."""
        connection = self._connection()
        return 0 if connection is None else data_version(connection)

    def _page_of(
        self, status: str, sort: DraftSort, after: tuple[Any, ...] | None, limit: int
    ) -> list[DraftRow]:
        segments = PAGES[sort].first if after is None else PAGES[sort].following
        rows: list[DraftRow] = []
        for segment in segments:
            if len(rows) >= limit:
                break
            values = _values(segment, after)
            if values is not None:
                found = self._ask(segment.statement, [status, *values, limit - len(rows)])
                rows += [_row(row) for row in found]
        return rows

    def _ask(self, statement: str, values: Sequence[Any]) -> list[Any]:
        connection = self._connection()
        return [] if connection is None else connection.execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection | None:
        """None as long as the database has no tables: a new profile, in its first half second."""
        if self._opened is None:
            if not self._database.exists() or self._database.stat().st_size == 0:
                return None
            connection = connect(self._database, read_only=True)
            if connection.execute(HAS_TABLES).fetchone() is None:
                connection.close()
                return None
            self._opened = connection
        return self._opened


# What `DraftRow.sort_key` holds, so that a row continues a page in every order.
_KEY = ("id", "priority", "sorted_at", "score")


def _values(segment: Segment, after: tuple[Any, ...] | None) -> list[Any] | None:
    """What the segment's conditions are compared with; None where nothing can lie in it."""
    if after is None:
        return []
    key = dict(zip(_KEY, after, strict=True))
    if segment.only_if_scored and key["score"] is None:
        return None
    return [key[name] for name in segment.values]


def _place(row: DraftRow, sort: DraftSort) -> tuple[Any, ...]:
    number, priority, sorted_at, score = row.sort_key
    if sort is DraftSort.PRIORITY:
        return _place_of((priority, number), sort)
    if sort is DraftSort.SCORE:
        return _place_of((score, number), sort)
    return _place_of((sorted_at, number), sort)


def _place_of(key: Sequence[Any], sort: DraftSort) -> tuple[Any, ...]:
    """Sorts as the index of that order does."""
    value, number = key
    if sort is DraftSort.NEWEST:
        return (-value, -number)
    if sort is DraftSort.OLDEST:
        return (value, number)
    return (value is None, -(value or 0), number)


def _row(row: Sequence[Any]) -> DraftRow:
    return DraftRow(
        row[0],
        DraftStatus(row[1]),
        row[2],
        row[3],
        row[4],
        row[5],
        row[6],
        from_milliseconds(row[7]),
        row[8],
        Rank(row[9]),
        row[10],
        row[11],
        row[12],
        bool(row[13]),
        bool(row[14]),
        row[15] is not None,
        (row[0], row[16], row[7], row[17]),
    )


def _revision_values(row: Sequence[Any]) -> Mapping[str, Any]:
    values = dict(zip(REVISION_COLUMNS, row, strict=True))
    for name in REVISION_JSON:
        if values[name] is not None:
            values[name] = json.loads(values[name])
    return values


def _account(row: Sequence[Any]) -> Account:
    return Account(
        address=row[0],
        kind=AccountKind(row[1]),
        display_name=row[2],
        scopes=tuple(json.loads(row[3])),
        client_id=row[4],
        state=AccountState(row[5]),
        position=row[6],
        wait_for=None if row[7] is None else Gate(row[7]),
        wait_until=instant(row[8]),
        wait_reason=row[9],
        added_at=from_milliseconds(row[10]),
        signed_in_at=instant(row[11]),
    )

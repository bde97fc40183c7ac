"""The window's reads: every statement through an index, every order continued by keyset, kept counts true."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from outtray.desk import Desk
from outtray.model.draft import DraftStatus
from outtray.model.draft_lists import DraftSort
from outtray.store import draft_statements
from outtray.store.dialects.sqlite_connection import connect
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import get_draft, set_statuses
from outtray.store.tables import Base
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal, propose, propose_all

SMALL_TABLES = {
    draft_statements.COUNTS,
    draft_statements.SETTING_VALUES,
    draft_statements.ACCOUNTS,
    draft_statements.HAS_TABLES,
    draft_statements.HAS_RULES,
}


def statements() -> list[str]:
    found = [value for value in vars(draft_statements).values() if isinstance(value, str)]
    found = [value for value in found if value.startswith("SELECT ")]
    found += draft_statements.ORDERS.values()
    for pages in draft_statements.PAGES.values():
        found += [segment.statement for segment in (*pages.first, *pages.following)]
    return sorted(set(found) - SMALL_TABLES)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def reads(desk: Desk) -> Iterator[DraftReads]:
    opened = DraftReads(desk.profile.database)
    yield opened
    opened.close()


@pytest.fixture
def plain(desk: Desk) -> Iterator[sqlite3.Connection]:
    connection = connect(desk.profile.database, read_only=True)
    yield connection
    connection.close()


@pytest.mark.parametrize("statement", statements())
def test_no_statement_walks_through_a_table_or_sorts(plain: sqlite3.Connection, statement: str) -> None:
    values = [None] * statement.count("?")
    plan = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plan
    assert not [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step], plan


def test_the_order_of_a_mailbox_is_read_from_an_index_alone(plain: sqlite3.Connection) -> None:
    for statement in draft_statements.ORDERS.values():
        (plan,) = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", ["pending"])]
        assert "COVERING INDEX" in plan


def test_statements_read_columns_that_the_tables_have(plain: sqlite3.Connection) -> None:
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    for statement in (*statements(), *SMALL_TABLES):
        read = plain.execute(statement, [0] * statement.count("?")).description
        named = {name.rpartition(".")[2] for name, *_ in read} - {"1"}
        assert named <= columns, statement


def fill(desk: Desk, clock: FakeClock) -> list[int]:
    """Drafts whose priorities, scores and instants repeat, some of them rejected."""
    ids = []
    for batch in range(6):
        clock.advance(timedelta(minutes=1))
        ids += propose_all(
            desk,
            [
                make_proposal(
                    subject=f"{batch}/{number}",
                    external_id=f"{batch}/{number}",
                    priority=(50, 50, 70, 10)[(batch + number) % 4],
                    score=(None, 0.5, 0.9, 0.5, None)[number % 5],
                )
                for number in range(7)
            ],
        )
    desk.store.write(lambda transaction: set_statuses(transaction, ids[::6], DraftStatus.REJECTED))
    return ids


def expected(desk: Desk, ids: list[int], status: DraftStatus, sort: DraftSort) -> list[int]:
    with desk.store.read() as connection:
        drafts = [get_draft(connection, number) for number in ids]
    drafts = [draft for draft in drafts if draft.status is status]

    def place(draft: Any) -> Any:
        at = draft.decided_at or draft.created_at
        return {
            DraftSort.PRIORITY: (-draft.priority, draft.id),
            DraftSort.SCORE: (draft.score is None, -(draft.score or 0), draft.id),
            DraftSort.OLDEST: (at, draft.id),
            DraftSort.NEWEST: (-at.timestamp(), -draft.id),
        }[sort]

    return [draft.id for draft in sorted(drafts, key=place)]


@pytest.mark.parametrize("sort", list(DraftSort))
@pytest.mark.parametrize("size", [1, 3, 200])
def test_pages_follow_each_other_without_a_gap(
    desk: Desk, reads: DraftReads, clock: FakeClock, sort: DraftSort, size: int
) -> None:
    ids = fill(desk, clock)
    wanted = expected(desk, ids, DraftStatus.PENDING, sort)
    found: list[int] = []
    after = None
    while page := reads.page(("pending",), sort, after, size):
        assert len(page) <= size
        found += [row.id for row in page]
        (last,) = reads.rows([found[-1]])
        after = last.sort_key
    assert found == wanted
    assert list(reads.order(("pending",), sort)) == wanted


@pytest.mark.parametrize("sort", list(DraftSort))
def test_several_statuses_stand_in_one_order(
    desk: Desk, reads: DraftReads, clock: FakeClock, sort: DraftSort
) -> None:
    fill(desk, clock)
    whole = list(reads.order(("pending", "rejected"), sort))
    found: list[int] = []
    after = None
    while page := reads.page(("pending", "rejected"), sort, after, 4):
        found += [row.id for row in page]
        after = page[-1].sort_key
    assert found == whole
    assert len(set(found)) == len(found) == 42


def test_rows_come_in_the_order_asked_for(desk: Desk, reads: DraftReads, clock: FakeClock) -> None:
    ids = fill(desk, clock)
    wanted = [ids[5], 999_999, ids[0], ids[30]]
    assert [row.id for row in reads.rows(wanted)] == [ids[5], ids[0], ids[30]]
    assert [row.id for row in reads.rows([*ids, *ids])] == [*ids, *ids]
    assert reads.rows([]) == []


def test_counts_are_those_of_the_tables(desk: Desk, reads: DraftReads, clock: FakeClock) -> None:
    ids = fill(desk, clock)
    propose(desk, subject="", external_id="no subject")
    with desk.store.read() as connection:
        statuses = Counter(get_draft(connection, number).status for number in ids)
    counts = reads.counts()
    assert counts["status.pending"] == statuses[DraftStatus.PENDING] + 1
    assert counts["status.rejected"] == statuses[DraftStatus.REJECTED]
    assert counts["pending.block"] == 1
    assert counts["pending.clean"] == statuses[DraftStatus.PENDING]


def test_a_draft_reads_the_same_through_both_doors(desk: Desk, reads: DraftReads) -> None:
    number = propose(
        desk,
        to=["ada@example.com", "bo@example.org"],
        cc="ćc@example.net",
        reply_to="re@example.com",
        subject="",
        body_html="<p>Hej</p>",
        references=("<a@example.com>",),
        request="When?",
        context={"model": "m-1", "score": 0.25, "nested": {"deep": [1, None, True]}},
        notes=("A field was dropped.",),
        score=0.75,
        priority=70,
    )
    with desk.store.read() as connection:
        assert reads.draft(number) == get_draft(connection, number)
    assert reads.draft(number + 1) is None


def test_history_tells_the_newest_drafts_to_a_person(desk: Desk, reads: DraftReads, clock: FakeClock) -> None:
    ids = [propose(desk, subject=f"Number {number}", external_id=str(number)) for number in range(7)]
    other = propose(desk, to=["bo@example.org", "ADA@Example.com"], external_id="both")
    known, unknown = reads.history(["ada@example.com", "nobody@example.com"], but=ids[6])
    assert [past.id for past in known.drafts] == [other, *reversed(ids[2:6])]
    assert known.sent == 0
    assert known.last_replied_at is None
    assert unknown.drafts == ()


def test_everything_is_empty_before_the_database_is_there(tmp_path: Path) -> None:
    for database in (tmp_path / "missing.db", tmp_path / "empty.db"):
        if database.name == "empty.db":
            database.touch()
        reads = DraftReads(database)
        assert reads.page(("pending",), DraftSort.PRIORITY) == []
        assert list(reads.order(("pending",), DraftSort.PRIORITY)) == []
        assert reads.rows([1]) == []
        assert reads.counts() == {}
        assert reads.draft(1) is None
        assert reads.blob("0" * 64) == b""
        assert reads.settings()["sending.undo_seconds"] == 30
        assert reads.switch().paused
        assert reads.practice() is None
        assert reads.accounts() == []
        assert reads.latest_operation() is None
        assert reads.data_version() == 0
        reads.close()
    assert not (tmp_path / "missing.db").exists()


def test_reads_see_the_database_as_soon_as_it_is_there(tmp_path: Path) -> None:
    reads = DraftReads(tmp_path / "profile" / "outtray.db")
    assert reads.counts() == {}
    desk = make_desk(tmp_path)
    number = propose(desk)
    assert [row.id for row in reads.page(("pending",), DraftSort.NEWEST)] == [number]
    reads.close()
    desk.close()


def test_the_data_version_moves_with_every_change(desk: Desk, reads: DraftReads) -> None:
    before = reads.data_version()
    propose(desk)
    assert reads.data_version() != before
    assert reads.data_version() == reads.data_version()

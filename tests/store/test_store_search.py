"""Search: newest first, operators, any script, any punctuation, given up in its midst."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.desk import Desk
from outtray.model.draft import Attachment, DraftStatus
from outtray.model.events import OPERATOR
from outtray.model.findings import Finding, Place, Severity
from outtray.store import search as searching
from outtray.store.drafts import set_findings, set_status
from outtray.store.index_text import index_words, query_words
from outtray.store.search import search
from outtray.store.settings import set_setting
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal, propose, propose_all


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Desk]:
    """Five drafts: 1 invoice, 2 lunch, 3 Tokyo, 4 Arabic (rejected), 5 with a block; a day between each."""
    opened = make_desk(tmp_path_factory.mktemp("search"), clock=clock)
    opened.store.write(lambda transaction: set_setting(transaction, "operator.time_zone", "UTC", OPERATOR))
    propose(
        opened,
        to="ada.okafor@example.com",
        subject="Invoice for März",
        body_text="The crème brûlée of invoices, due 2026-04-01. It's Ada's.",
        recipient_name="Ada Okafor",
        attachments=[Attachment("Rechnung-7.pdf", "application/pdf", b"invented")],
    )
    clock.advance(timedelta(days=1))
    propose(
        opened,
        to="bo@example.org",
        cc="ada@example.com",
        subject="Kitchen rota",
        body_text="Who cooks on Friday? The rota of the kitchen hangs there.",
        source="form-leads",
        context={"model": "m-1", "ticket": 4711},
    )
    clock.advance(timedelta(days=1))
    propose(
        opened, to="c@example.net", subject="東京タワーの入場券", body_text="一枚ください。", source="agent"
    )
    clock.advance(timedelta(days=1))
    arabic = propose(opened, to="d@example.net", subject="مرحبا", body_text="كتابة الرسالة", source="agent")
    clock.advance(timedelta(days=1))
    blocked = propose(
        opened,
        to="e@example.net",
        subject="Fifth",
        body_html="<p>only <b>html</b> invoice</p>",
        source="agent",
    )
    block = Finding("secret_key", Severity.BLOCK, Place("body_text"), "", "A secret stands here.")
    opened.store.write(lambda transaction: set_findings(transaction, blocked, [block]))
    opened.store.write(lambda transaction: set_status(transaction, arabic, DraftStatus.REJECTED))
    yield opened
    opened.close()


def find(desk: Desk, query: str, *statuses: str) -> list[int]:
    with desk.store.read() as connection:
        return search(connection, query, statuses)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("invoice", [5, 1]),
        ("INVOI", [5, 1]),
        ("inv kit", []),
        ("invoice okafor", [1]),
        ("marz", [1]),
        ("März", [1]),
        ("creme brulee", [1]),
        ("ada's", [5, 2, 1]),
        ("ada.okafor@example.com", [1]),
        ("rechnung", [1]),
        ("4711", [2]),
        ("html", [5]),
        ("東京", [3]),
        ("タワー", [3]),
        ("塔", []),
        ("مرحبا", [4]),
        ("كتابه", [4]),
        ('"rota of the kitchen"', [2]),
        ('"rota kitchen"', []),
        ('"kitchen rota', [2]),
        ('"京タワー"', [3]),
        ("-invoice", [4, 3, 2]),
        ("invoice -okafor", [5]),
        ('invoice -"creme brulee"', [5]),
        ("-ada.okafor@example.com invoice", [5]),
        ("to:ada", [2, 1]),
        ("to:bo@example.org", [2]),
        ("to:okaf", [1]),
        ("-to:ada", [5, 4, 3]),
        ("subject:invoice", [1]),
        ("subject:inv", [1]),
        ("-subject:invoice invoice", [5]),
        ('subject:"kitchen rota"', [2]),
        ("subject:タワー", [3]),
        ("from:form", [2]),
        ("from:form-leads kitchen", [2]),
        ("status:rejected", [4]),
        ("status:pen", [5, 3, 2, 1]),
        ("status:review invoice", [5, 1]),
        ("-status:rejected", [5, 3, 2, 1]),
        ("has:attachment", [1]),
        ("has:attachments", [1]),
        ("-has:attachment invoice", [5]),
        ("has:block", [5]),
        ("-has:block status:pending", [3, 2, 1]),
        ("finding:secret_key", [5]),
        ("finding:secret", [5]),
        ("-finding:secret invoice", [1]),
        ("before:2026-03-03", [1]),
        ("after:2026-03-05", [5, 4]),
        ("after:2026-03-03 before:2026-03-05", [3, 2]),
        ("before:2026", []),
        ("after:2026-03", [5, 4, 3, 2, 1]),
        ("-after:2026-03-04", [2, 1]),
        ("status:nonsense", []),
        ("before:never", []),
        ("invoice status:", [5, 1]),
        ("status:", []),
        ("", []),
        ("   ", []),
        ("!!! ??? ---", []),
        ('"', []),
        ('""', []),
        ("-", []),
        (":", []),
        ("invoice o", [5, 1]),
        ("invoice o ", []),
        ("7", [1]),
    ],
)
def test_a_query_finds(desk: Desk, query: str, found: list[int]) -> None:
    assert find(desk, query) == found


def test_a_mailbox_limits_the_search(desk: Desk) -> None:
    assert find(desk, "agent", "rejected") == [4]
    assert find(desk, "from:agent", "pending") == [5, 3]
    assert find(desk, "status:rejected", "pending") == []


def test_no_more_are_found_than_asked_for(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert search(connection, "after:2026", limit=2) == [5, 4]


def test_a_search_that_nobody_waits_for_is_given_up(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert search(connection, "invoice", cancelled=lambda: True) == []
        assert search(connection, "invoice", cancelled=lambda: False) == [5, 1]
        # The connection is as good as before.
        assert search(connection, "invoice") == [5, 1]


def test_a_day_begins_when_the_operators_does(desk: Desk, clock: FakeClock) -> None:
    """All drafts came in at 09:00 UTC, which is the evening before in Honolulu."""
    try:
        desk.store.write(
            lambda transaction: set_setting(transaction, "operator.time_zone", "Pacific/Honolulu", OPERATOR)
        )
        assert find(desk, "before:2026-03-03") == [2, 1]
    finally:
        desk.store.write(lambda transaction: set_setting(transaction, "operator.time_zone", "UTC", OPERATOR))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(codec=None), max_size=30)
    | st.lists(
        st.sampled_from(
            [
                "from:",
                "to:",
                "has:",
                "status:",
                "before:",
                "-",
                '"',
                "invoice",
                "NOT",
                "AND",
                "(",
                "*",
                "^",
                "東",
            ]
        ),
        max_size=6,
    ).map("".join)
)
def test_anything_at_all_can_be_typed(desk: Desk, query: str) -> None:
    found = find(desk, query)
    assert found == sorted(set(found), reverse=True)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=4))
def test_each_word_of_a_text_finds_it(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """The two sides of the index agree: what a text is cut into is what a query asks for."""
    text = " ".join(texts)
    indexed = set(index_words(text).translate(_TO_SPACES).split())
    for word in text.split():
        assert set(query_words(word)) <= indexed


# What SQLite's `ascii` tokenizer parts words at.
_TO_SPACES = {point: " " for point in range(128) if not chr(point).isalnum()}


def test_frequent_and_rare_words_are_found_through_all_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_WINDOWS", (10, 25))
    monkeypatch.setattr(searching, "_FEWEST", 3)
    monkeypatch.setattr(searching, "_MOST", 8)
    desk = make_desk(tmp_path)
    ids = propose_all(
        desk,
        [
            make_proposal(
                external_id=str(number),
                subject="rare" if number % 17 == 0 else "frequent",
                body_text="again and again",
            )
            for number in range(60)
        ],
    )
    rare = [number for place, number in enumerate(ids) if place % 17 == 0]
    with desk.store.read() as connection:
        assert search(connection, "again") == ids[::-1]
        assert search(connection, "again", limit=30) == ids[:-31:-1]
        assert search(connection, "rare") == rare[::-1]
        assert search(connection, "again -frequent") == rare[::-1]
        assert search(connection, "-frequent") == rare[::-1]
        assert search(connection, "subject:rare") == rare[::-1]
        assert search(connection, "status:pending") == ids[::-1]
    desk.close()

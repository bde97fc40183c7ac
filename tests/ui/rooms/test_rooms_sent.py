"""The Sent screen: what has left, newest first, and each as the exact bytes that were uploaded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QTextEdit

from outtray.desk import Desk
from outtray.model.transitions import Step
from outtray.store.outbox_reads import OutboxReads
from outtray.ui.deliveries.list_model import PAGE
from outtray.ui.deliveries.message_view import save
from outtray.ui.sent.model import SentModel
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.ui.rooms.room import Room
from tests.ui.rooms.states import sent, step, unconfirmed

Show = Callable[..., Room]


def test_what_was_sent_last_stands_first(room: Show, clock: FakeClock) -> None:
    def prepare(desk: Desk) -> None:
        for to in ("ada@example.com", "kofi@example.com"):
            sent(desk, to)
            clock.advance(timedelta(minutes=5))

    shown = room("sent", prepare)
    assert shown.rows() == [
        "kofi@example.com, Slots in Gdynia, sent 09:05",
        "ada@example.com, Slots in Gdynia, sent 09:00",
    ]


def test_the_details_say_that_exactly_the_approved_bytes_were_uploaded(room: Show) -> None:
    shown = room("sent", lambda desk: sent(desk, "ada@example.com"))
    head = "Sent 09:00:00 · Gmail id 18f2a0c4d5e6b798 · uploaded exactly the approved bytes (sha256 checked)"
    shown.wait(lambda: head in shown.words())
    message = shown.findChild(QTextEdit, "message")
    assert isinstance(message, QTextEdit)
    assert message.accessibleName() == "Message"
    assert "here is the answer" in message.toPlainText()
    shown.press("Source")
    assert "Date: Mon, 02 Mar 2026 10:00:00 +0100" in message.toPlainText()
    assert "X-Outtray-Delivery:" in message.toPlainText()


def test_bytes_that_were_changed_in_the_store_are_not_called_approved(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        sent(desk, "ada@example.com")
        with sqlite3.connect(desk.profile.database) as connection:
            connection.execute(
                "UPDATE deliveries SET message = CAST(replace(message, 'answer', 'bill') AS BLOB)"
            )

    shown = room("sent", prepare)
    shown.wait(lambda: "the stored bytes no longer give the approved digest" in shown.words())


def test_what_the_operator_settled_is_marked_as_said(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        number = unconfirmed(desk, "bettina@example.org")
        step(
            desk,
            number,
            Step.SETTLED_SENT,
            sent_at=desk.clock.now(),
            settled_by="operator",
            settled_note="She wrote back",
        )

    shown = room("sent", prepare)
    assert shown.rows() == ["bettina@example.org, Slots in Gdynia, You said that it was sent"]
    assert "You said that it was sent: She wrote back" in shown.words()


def test_a_bounce_that_is_seen_later_marks_the_row(room: Show) -> None:
    numbers: list[int] = []
    shown = room("sent", lambda desk: numbers.append(sent(desk, "ada@example.com")))
    step(shown.desk, numbers[0], Step.BOUNCED, bounced_at=shown.desk.clock.now())
    shown.wait(lambda: shown.rows() == ["ada@example.com, Slots in Gdynia, sent 09:00, came back"])
    assert "It came back." in shown.words()


def test_what_leaves_meanwhile_comes_on_top_and_the_current_one_stays(room: Show, clock: FakeClock) -> None:
    shown = room("sent", lambda desk: sent(desk, "ada@example.com"))
    clock.advance(timedelta(minutes=1))
    sent(shown.desk, "kofi@example.com")
    shown.wait(lambda: len(shown.rows()) == 2)
    assert shown.rows()[0].startswith("kofi@example.com")
    assert shown.view.currentIndex().row() == 1


def test_the_exact_message_is_saved(room: Show, tmp_path: Path) -> None:
    shown = room("sent", lambda desk: sent(desk, "ada@example.com"))
    target = tmp_path / "message.eml"
    save(shown.context, target, b"exact bytes")
    shown.wait(target.exists)
    assert target.read_bytes() == b"exact bytes"
    save(shown.context, tmp_path / "none" / "message.eml", b"")
    shown.settle()


def test_nothing_sent_is_said(room: Show) -> None:
    shown = room("sent")
    assert "Nothing was sent yet." in shown.words()


def test_pages_follow_an_index_and_leave_nothing_out(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, account=True)
    sent(desk, "ada@example.com")
    desk.close()
    many = 2 * PAGE + 30
    with sqlite3.connect(desk.profile.database) as connection:
        _copy_sent(connection, many - 1)
    reads = OutboxReads(desk.profile.database)
    model = SentModel(lambda: reads, lambda row: row.row.recipient)
    model.show_newest()
    pages = [model.rowCount()]
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
        pages.append(model.rowCount())
    rows = [model.sent_row(number) for number in model.deliveries()]
    reads.close()
    assert pages == [PAGE, 2 * PAGE, many]
    assert [row.place for row in rows if row] == sorted((row.place for row in rows if row), reverse=True)
    with sqlite3.connect(desk.profile.database) as connection:
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {OutboxReads.SENT_PAGE}", (1, 1, 50)).fetchall())
    assert "ix_drafts_by_time" in plan
    assert "B-TREE" not in plan


def _copy_sent(connection: sqlite3.Connection, count: int) -> None:
    drafts = [row[1] for row in connection.execute("PRAGMA table_info(drafts)")]
    deliveries = [row[1] for row in connection.execute("PRAGMA table_info(deliveries)")]
    own = {"id": "n + 1", "idempotency_key": "randomblob(32)", "sorted_at": "sorted_at - n / 7"}
    with_own = ", ".join(own.get(name, name) for name in drafts)
    numbers = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) "
    connection.execute(f"INSERT INTO drafts {numbers} SELECT {with_own} FROM drafts, c WHERE id = 1")
    own = {"id": "n + 1", "draft_id": "n + 1", "delivery_token": "hex(randomblob(16))"}
    with_own = ", ".join(own.get(name, name) for name in deliveries)
    connection.execute(f"INSERT INTO deliveries {numbers} SELECT {with_own} FROM deliveries, c WHERE id = 1")

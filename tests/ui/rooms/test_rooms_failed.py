"""The Failed screen: what gave up by its cause, what is not known on top, and what the operator decides."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QTableWidget

from outtray.desk import Desk
from outtray.model.delivery import Delivery, DeliveryState
from outtray.model.draft import DraftStatus
from outtray.store.drafts import get_draft
from outtray.store.outbox import get_delivery
from tests.ui.rooms.room import Room
from tests.ui.rooms.states import gave_up, refused, unconfirmed

Show = Callable[..., Room]


def _delivery(desk: Desk, number: int) -> Delivery:
    with desk.store.read() as connection:
        return get_delivery(connection, number)


def _status(desk: Desk, number: int) -> DraftStatus:
    with desk.store.read() as connection:
        return get_draft(connection, get_delivery(connection, number).draft_id).status


def _answer(room: Room, word: str, reason: str = "") -> None:
    dialog = room.dialog()
    field = dialog.findChild(QLineEdit, "reason")
    assert field is not None
    field.setText(reason)
    button = next(one for one in dialog.findChildren(QPushButton) if one.accessibleName() == word)
    button.click()
    room.settle()


def _four(desk: Desk) -> None:
    gave_up(desk, "leila@example.org")
    gave_up(desk, "pavel@example.com")
    refused(desk, "carl@example.com")
    unconfirmed(desk, "bettina@example.org", "Door plan")


def test_what_is_not_known_stands_on_top_and_the_rest_by_cause(room: Show) -> None:
    failed = room("failed", _four)
    assert failed.view.accessibleName() == "Failed"
    assert failed.view.objectName() == "failed"
    silent = "Slots in Gdynia, Gmail did not answer, It did not get through in 3 attempts. Nothing has left"
    wrong = "Slots in Gdynia, Gmail refused an address, Gmail does not take an address of this message"
    gone = "Door plan, Not known, The draft is gone from Gmail and no sent copy is there"
    assert failed.rows() == [
        "Not known, 1",
        f"bettina@example.org, {gone}, 1 attempt, 09:00",
        "Gmail did not answer, 2",
        f"pavel@example.com, {silent}, 3 attempts, 09:00",
        f"leila@example.org, {silent}, 3 attempts, 09:00",
        "Gmail refused an address, 1",
        f"carl@example.com, {wrong}, 1 attempt, 09:00",
    ]


def test_the_attempts_are_a_table_and_the_raw_answer_is_folded(room: Show) -> None:
    failed = room("failed", lambda desk: gave_up(desk, "leila@example.org"))
    table = failed.findChild(QTableWidget, "attempts")
    assert isinstance(table, QTableWidget)
    assert table.accessibleName() == "Attempts"
    model = table.model()
    cells = [[model.index(row, column).data() for column in range(5)] for row in range(table.rowCount())]
    line = "503 The service is currently unavailable."
    assert cells == [[str(n), "09:00:00", "Placing as a draft", line, "0.4 s"] for n in (1, 2, 3)]
    raw = next(one for one in failed.findChildren(QPlainTextEdit) if one.accessibleName() == "Raw answer")
    assert not raw.isVisible()
    failed.press("Raw answer of attempt 3")
    assert raw.isVisible()
    assert '"code": 503' in raw.toPlainText()


def test_retry_lets_the_same_bytes_go_again(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(gave_up(desk, "leila@example.org")))
    before = _delivery(failed.desk, numbers[0])
    failed.press("Retry")
    after = _delivery(failed.desk, numbers[0])
    assert after.state is DeliveryState.QUEUED
    assert after.digest == before.digest
    assert failed.rows() == []
    assert "Nothing has failed." in failed.words()


def test_the_button_of_a_group_retries_all_of_it(room: Show) -> None:
    failed = room("failed", _four)
    head = failed.view.visualRect(failed.view.model().index(2, 0))
    failed.click(QPoint(head.right() - 30, head.center().y()))
    assert [row for row in failed.rows() if "Gmail did not answer" in row] == []
    assert failed.shell.messages[-1] == ("ok", "Trying 2 messages again.")


def test_x_selects_and_retry_takes_the_selected_ones(room: Show) -> None:
    failed = room("failed", _four)
    failed.key("j", "x", "j", "x")
    assert "2 selected" in failed.words()
    assert failed.rows()[3].endswith(", selected")
    failed.press("Retry")
    assert "2 selected" not in failed.words()
    assert failed.shell.messages[-1] == ("ok", "Trying 2 messages again.")


def test_the_tick_box_selects_and_escape_clears(room: Show) -> None:
    failed = room("failed", _four)
    row = failed.view.visualRect(failed.view.model().index(3, 0))
    failed.click(QPoint(row.left() + 24, row.center().y()))
    assert "1 selected" in failed.words()
    failed.key(Qt.Key.Key_Escape)
    assert "1 selected" not in failed.words()


def test_discard_asks_and_keeps_the_reason(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(refused(desk, "carl@example.com")))
    failed.key("#")
    _answer(failed, "Discard", "He has left the company")
    assert _status(failed.desk, numbers[0]) is DraftStatus.DISCARDED
    assert _delivery(failed.desk, numbers[0]).settled_note == "He has left the company"


def test_edit_brings_it_back_to_review_and_opens_the_editor(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(refused(desk, "carl@example.com")))
    failed.key("e")
    assert _status(failed.desk, numbers[0]) is DraftStatus.PENDING
    draft = _delivery(failed.desk, numbers[0]).draft_id
    assert failed.shell.went == [("review", draft)]
    assert failed.shell.invoked == ["edit"]


def test_an_unconfirmed_one_is_settled_only_with_a_reason(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(unconfirmed(desk, "bettina@example.org")))
    assert "It may have left. Outtray does not guess." in failed.words()
    assert "Gmail was asked 3 times since." in failed.words()
    assert {"It was sent", "It was not sent", "Ask Gmail again"} <= failed.buttons()
    assert not {"Retry", "Discard", "Edit"} & failed.buttons()
    failed.press("It was sent")
    yes = next(
        one for one in failed.dialog().findChildren(QPushButton) if one.accessibleName() == "It was sent"
    )
    assert not yes.isEnabled()
    _answer(failed, "It was sent", "Bettina answered it")
    assert _delivery(failed.desk, numbers[0]).state is DeliveryState.SENT
    assert _delivery(failed.desk, numbers[0]).settled_note == "Bettina answered it"


def test_it_was_not_sent_brings_it_back_to_review(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(unconfirmed(desk, "bettina@example.org")))
    failed.press("It was not sent")
    _answer(failed, "It was not sent", "Not in her inbox")
    assert _status(failed.desk, numbers[0]) is DraftStatus.PENDING


def test_an_unconfirmed_one_can_be_asked_for_again_but_never_retried(room: Show) -> None:
    numbers: list[int] = []
    failed = room("failed", lambda desk: numbers.append(unconfirmed(desk, "bettina@example.org")))
    failed.key("#")
    assert failed.shell.messages[-1][1].startswith("It may have left. Say first whether it was sent")
    failed.press("Ask Gmail again")
    assert _delivery(failed.desk, numbers[0]).state is DeliveryState.RELEASING

"""Deciding by keys: approve, reject, snooze, discard, undo; and what keeps a key from doing too much."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from outtray.desk import Desk
from outtray.model.draft_lists import DraftList
from outtray.review.decide import reject, snooze
from outtray.store.outbox import latest_delivery
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_proposal, propose_all
from tests.ui.review.conftest import MakeReviewer

SHORT = {"body_text": "Hello,\n\nyes, we can.\n"}


def test_a_clean_draft_is_approved_by_one_key_and_the_next_one_shows(review: MakeReviewer) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    assert desk.subject == "First"
    desk.keys("a")
    assert desk.status(1) == "approved"
    assert desk.subject == "Second"
    assert len(desk.rows) == 1
    assert any("Approved 1 message" in words for words in desk.shell.announced)


def test_what_is_approved_is_the_digest_that_the_bar_shows(review: MakeReviewer) -> None:
    desk = review(SHORT)
    shown = desk.find("approve").accessibleDescription().replace(" ", "")
    desk.keys("a")
    with desk.desk.store.read() as connection:
        delivery = latest_delivery(connection, 1)
    assert delivery is not None
    assert delivery.digest in shown


def test_a_second_key_within_300_ms_does_not_approve_the_next_message(
    review: MakeReviewer, clock: FakeClock
) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.keys("a")
    clock.advance(timedelta(milliseconds=299))
    desk.keys("a")
    assert desk.status(2) == "pending"
    assert "That was quick: this is the next message." in desk.shell.announced
    clock.advance(timedelta(milliseconds=2))
    desk.keys("a")
    assert desk.status(2) == "approved"


def test_a_key_that_is_held_down_approves_one_message(review: MakeReviewer, clock: FakeClock) -> None:
    desk = review(*({"subject": str(number), **SHORT} for number in range(5)))
    desk.key("a")
    for _ in range(20):
        clock.advance(timedelta(milliseconds=400))
        desk.key("a", held=True)
    desk.settle()
    assert [desk.status(number) for number in range(1, 6)] == ["approved", *["pending"] * 4]


def test_the_approve_button_takes_no_repeating_key_either(review: MakeReviewer) -> None:
    desk = review(*({"subject": str(number), **SHORT} for number in range(3)))
    button = desk.find("approve", QPushButton)
    button.setFocus()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            QApplication.sendEvent(
                button, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, " ", autorep=True)
            )
    desk.settle()
    assert desk.status(1) == "pending"


def test_without_an_account_approve_is_shut_and_says_why(review: MakeReviewer) -> None:
    desk = review(SHORT, account=False)
    desk.keys("a")
    assert desk.status(1) == "pending"
    assert not desk.find("approve").isEnabled()
    assert "account" in desk.find("approve").accessibleDescription()
    assert any("account" in reason for reason in desk.keyboard.refused)


def test_a_long_message_is_read_to_its_end_before_it_is_approved(
    review: MakeReviewer, clock: FakeClock
) -> None:
    desk = review({"body_text": "\n".join(f"Line {number}" for number in range(120))})
    presses = 0
    while desk.status(1) == "pending":
        desk.keys("a")
        clock.advance(timedelta(seconds=1))
        presses += 1
        assert presses < 30
    assert presses > 2
    with desk.desk.store.read() as connection:
        assert latest_delivery(connection, 1) is not None


def test_hidden_html_comes_on_the_screen_before_the_approval(review: MakeReviewer) -> None:
    desk = review(
        {
            "body_text": "Hello Ada",
            "body_html": '<p>Hello Ada</p><p style="display:none">ignore the policy</p>',
        }
    )
    assert "ignore the policy" not in desk.body
    desk.keys("a")
    assert desk.status(1) == "pending"
    assert "ignore the policy" in desk.body
    desk.keys("a")
    assert desk.status(1) == "approved"


def test_a_text_part_that_says_something_else_comes_on_the_screen_too(review: MakeReviewer) -> None:
    desk = review({"body_text": "Pay to account 2", "body_html": "<p>Pay to account 1</p>"})
    assert desk.body == "Pay to account 1"
    desk.keys("a")
    assert desk.body == "Pay to account 2"
    assert desk.status(1) == "pending"
    desk.keys("a")
    assert desk.status(1) == "approved"


def test_rejecting_asks_for_a_reason_and_a_number_gives_it(review: MakeReviewer) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.keys("r")
    assert desk.status(1) == "pending"
    desk.keys("1")
    assert desk.status(1) == "rejected"
    assert desk.draft(1).reason == "Wrong facts"
    assert desk.subject == "Second"


def test_a_reason_can_be_written_and_an_empty_one_is_not_taken(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("r", "5")
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert desk.status(1) == "pending"
    desk.type("reason", "The price is from last year")
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert desk.draft(1).reason == "The price is from last year"


def test_letters_in_the_reason_are_no_commands(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("r", "5", "a", "e", "z")
    assert desk.find("reason").text() == "aez"
    assert desk.status(1) == "pending"


def test_a_reason_typed_at_once_decides_nothing_about_the_next_draft(review: MakeReviewer) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.keys("r", *"not a good one, redo")
    assert [desk.status(1), desk.status(2)] == ["pending", "pending"]
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert desk.draft(1).reason == "not a good one, redo"
    assert desk.status(2) == "pending"


def test_a_number_in_a_reason_that_was_begun_is_part_of_it(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("r", *"line 3")
    assert desk.find("reason").text() == "line 3"
    assert desk.status(1) == "pending"


def test_nothing_else_can_be_decided_while_a_reason_is_asked_for(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("r", "a", "s")
    assert desk.status(1) == "pending"
    desk.keys(Qt.Key.Key_Escape)
    desk.keys("a")
    assert desk.status(1) == "approved"


def test_the_reject_button_pressed_again_takes_the_reason_that_was_written(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.press("Reject")
    desk.type("reason", "Not now")
    desk.press("Reject")
    assert desk.draft(1).reason == "Not now"


def test_snoozing_until_tomorrow_at_nine(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("s", "3")
    draft = desk.draft(1)
    assert draft.status == "snoozed"
    assert draft.snoozed_until is not None
    assert draft.snoozed_until > desk.context.clock.now() + timedelta(hours=12)
    assert draft.snoozed_until.astimezone().hour == 9


def test_snoozing_until_a_time_of_ones_own(review: MakeReviewer) -> None:
    desk = review(SHORT)
    desk.keys("s", "5")
    assert desk.find("snoozeUntil").isVisible()
    desk.press("Snooze until this time")
    assert desk.draft(1).snoozed_until == desk.context.clock.now() + timedelta(hours=1)


def test_discarding_and_undoing(review: MakeReviewer) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.keys("#")
    assert desk.status(1) == "discarded"
    desk.keys("z")
    assert desk.status(1) == "pending"
    assert desk.subject == "First"
    assert len(desk.rows) == 2


def test_an_approval_counts_down_and_its_button_takes_it_back(review: MakeReviewer, clock: FakeClock) -> None:
    desk = review(SHORT)
    desk.keys("a")
    strip = desk.find("undoStrip")
    assert "Approved" in strip.accessibleDescription()
    desk.press("Undo")
    assert desk.status(1) == "pending"
    assert len(desk.rows) == 1


def test_the_strip_says_how_many_seconds_are_left(review: MakeReviewer, clock: FakeClock) -> None:
    desk = review(SHORT)
    desk.keys("a")
    clock.advance(timedelta(seconds=12))
    desk.screen.tick()
    words = [label.text() for label in desk.find("undoStrip").findChildren(QLabel)]
    assert "18 s" in words


def test_several_are_rejected_at_once_and_come_back_as_one(review: MakeReviewer) -> None:
    desk = review(*({"subject": str(number), **SHORT} for number in range(4)))
    desk.keys("x", "x", "x", "r", "3")
    assert [desk.status(number) for number in (1, 2, 3, 4)] == ["rejected"] * 3 + ["pending"]
    desk.keys("z")
    assert [desk.status(number) for number in (1, 2, 3, 4)] == ["pending"] * 4


def test_hundreds_are_rejected_at_once_and_come_back_as_one(review: MakeReviewer) -> None:
    def prepare(made: Desk) -> None:
        propose_all(made, [make_proposal(subject=str(number), **SHORT) for number in range(300)])

    desk = review(prepare=prepare)
    desk.qtbot.waitUntil(lambda: len(desk.rows) == 300)
    desk.find("drafts").setFocus()
    desk.screen._list.select(range(1, 261))
    desk.keys("r", "2")
    desk.qtbot.waitUntil(lambda: len(desk.rows) == 40)
    assert desk.subject == "260"
    desk.keys("z")
    desk.qtbot.waitUntil(lambda: len(desk.rows) == 300)
    assert not desk.seen("260 new drafts")


def test_the_next_row_becomes_current_and_at_the_end_the_previous(review: MakeReviewer) -> None:
    desk = review(*({"subject": name, **SHORT} for name in "ABC"))
    desk.keys("j")
    assert desk.subject == "B"
    desk.keys("#")
    assert desk.subject == "C"
    desk.keys("#")
    assert desk.subject == "A"
    desk.keys("#")
    assert desk.seen("Nothing waits for you.")


def test_rejected_drafts_can_be_put_back(review: MakeReviewer) -> None:
    desk = review(SHORT, draft_list=DraftList.REJECTED, prepare=lambda made: reject(made, [1], "Tone"))
    assert len(desk.rows) == 1
    desk.press("Put back into review")
    assert desk.status(1) == "pending"
    assert not desk.rows


def test_snoozed_drafts_can_be_put_back_and_are_not_approved_from_there(
    review: MakeReviewer, clock: FakeClock
) -> None:
    later = clock.now() + timedelta(hours=2)
    desk = review(SHORT, draft_list=DraftList.SNOOZED, prepare=lambda made: snooze(made, [1], later))
    desk.keys("a")
    assert desk.status(1) == "snoozed"
    desk.press("Put back into review")
    assert desk.status(1) == "pending"

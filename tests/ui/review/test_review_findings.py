"""Findings: read out, gone through with n and p, mended with f; a block keeps Approve shut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from outtray.ui.review.findings_strip import FindingsStrip
from tests.ui.review.conftest import MakeReviewer, Reviewer

KEY = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
CLEAN = "Dear Ada,\n\nyes, we can do that on every day of the week, and on Sundays too.\n"
WARNED = f"{CLEAN}\nWe guarantee it.\n"
BLOCKED = f"{WARNED}\nThe key is {KEY} for you.\n"


def said(desk: Reviewer, within: str = "message") -> list[str]:
    """The findings as they are read aloud."""
    (strip,) = desk.find(within).findChildren(FindingsStrip)
    rows = strip.findChild(QListWidget)
    return [rows.item(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(rows.count())]


def test_a_block_keeps_approve_shut_and_says_so(review: MakeReviewer) -> None:
    desk = review({"body_text": BLOCKED})
    assert not desk.find("approve").isEnabled()
    assert "1 block" in desk.find("approve").accessibleDescription()
    assert "1 block" in desk.find("decisionBar").words
    desk.keys("a")
    assert desk.status(1) == "pending"


def test_each_is_one_sentence_with_its_place_the_worst_first(review: MakeReviewer) -> None:
    desk = review({"body_text": BLOCKED})
    first, second, third = said(desk)
    assert first.startswith("Block 1: ")
    assert first.endswith("line 7.")
    assert second == "Warning 2: “guarantee” is on your phrase list. line 5. Fix: Change to “make sure”."
    assert third.startswith("Note 3: First message to ada@example.com.")


def test_n_and_p_go_round_in_the_list_and_in_the_text(review: MakeReviewer) -> None:
    desk = review({"body_text": BLOCKED})
    desk.keys("n")
    assert desk.find("findings").currentRow() == 0
    marks = desk.find("messageBody").extraSelections()
    assert [mark.cursor.selectedText() for mark in marks] == [KEY, "guarantee"]
    desk.keys("n", "n", "n")
    assert desk.find("findings").currentRow() == 0
    desk.keys("p")
    assert desk.find("findings").currentRow() == 2


def test_f_applies_the_fix_and_z_takes_it_back(review: MakeReviewer) -> None:
    desk = review({"body_text": WARNED})
    desk.keys("f")
    assert "We make sure it." in desk.draft(1).revision.content.body_text
    assert "We make sure it." in desk.body
    assert not any("guarantee" in words for words in said(desk))
    desk.keys("z")
    assert desk.draft(1).revision.content.body_text == WARNED


def test_f_without_a_fix_says_so(review: MakeReviewer) -> None:
    desk = review({"body_text": CLEAN})
    desk.keys("f")
    assert "There is no fix to apply." in desk.shell.announced
    assert not desk.draft(1).edited


def test_the_caret_of_the_editor_stands_at_the_finding(review: MakeReviewer) -> None:
    desk = review({"body_text": WARNED})
    desk.keys("n", "e")
    assert desk.find("body").textCursor().position() == WARNED.index("guarantee")


def test_what_the_checks_say_follows_what_is_typed(review: MakeReviewer) -> None:
    desk = review({"body_text": WARNED})
    desk.keys("e")
    assert any("guarantee" in words for words in said(desk, "editor"))
    desk.find("body").setPlainText(CLEAN)
    desk.qtbot.waitUntil(lambda: not any("guarantee" in words for words in said(desk, "editor")))


def test_what_is_found_later_appears_where_the_message_stands(review: MakeReviewer) -> None:
    desk = review({"body_text": "\n".join(["A line of a message."] * 100)})
    body = desk.find("messageBody")
    body.verticalScrollBar().setValue(200)
    from outtray.model.findings import Finding, Place, Severity
    from outtray.store.drafts import set_findings

    late = Finding("import_note", Severity.INFO, Place("import"), "", "A file was left out.")
    desk.desk.store.write(lambda transaction: set_findings(transaction, 1, [late]))
    desk.settle()
    assert any("A file was left out." in words for words in said(desk))
    assert body.verticalScrollBar().value() == 200


LEFT_IN = f"{CLEAN}\n[Your Name]\n"


def test_a_block_is_overridden_with_a_written_reason_and_then_approved(review: MakeReviewer) -> None:
    desk = review({"body_text": LEFT_IN})
    assert desk.seen("Override")
    desk.key("O", Qt.KeyboardModifier.ShiftModifier)
    desk.settle()
    desk.type("overrideReason", "too short")
    desk.keys(Qt.Key.Key_Return)
    assert desk.find("overrideSheet").isVisible()
    desk.type("overrideReason", " is no reason")
    desk.keys(Qt.Key.Key_Return)
    assert not desk.find("overrideSheet").isVisible()
    assert said(desk)[0].startswith("Warning 1: Overridden: “[Your Name]” was left in")
    assert desk.find("approve").isEnabled()
    assert not desk.seen("Override")
    desk.keys("z")
    assert not desk.find("approve").isEnabled()
    desk.press("Override")
    desk.keys(Qt.Key.Key_Escape)
    assert not desk.find("overrideSheet").isVisible()
    assert desk.status(1) == "pending"


def test_what_may_not_be_overridden_is_not_offered(review: MakeReviewer) -> None:
    desk = review({"body_text": BLOCKED})
    assert not desk.seen("Override")
    desk.key("O", Qt.KeyboardModifier.ShiftModifier)
    assert desk.keyboard.refused == ["Your settings don’t allow to override this block. Fix it."]

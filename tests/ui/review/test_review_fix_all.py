"""The same fix in all drafts, with the keys: every difference, ticks, Change, and one z."""

from __future__ import annotations

from PySide6.QtCore import Qt

from outtray.desk import Desk
from outtray.model.events import OPERATOR
from outtray.review.examining import examine_waiting
from outtray.store.settings import set_setting
from outtray.ui.review.findings_strip import FindingsStrip
from tests.ui.review.conftest import MakeReviewer, Reviewer

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
TEXT = "Dear Ada,\n\nyes, we can do that on every day of the week, and on Sundays too.\n\n{}[Your Name]\n"
BEST = TEXT.format("Best regards, ")
KIND = TEXT.format("Kind regards, ")


def known(desk: Desk) -> None:
    """The operator's name is in Settings, and the checks have seen all drafts."""
    desk.store.write(
        lambda transaction: set_setting(transaction, "operator.name", "Mara Lindqvist", OPERATOR)
    )
    examine_waiting(desk, 1_000)


def drafts(*texts: str, subject: str = "Your question") -> list[dict[str, str]]:
    return [
        {"body_text": text, "to": f"person{place}@example.com", "subject": subject}
        for place, text in enumerate(texts)
    ]


def open_sheet(desk: Reviewer) -> None:
    desk.key("F", SHIFT)
    desk.settle()
    desk.settle()


def rows(desk: Reviewer, name: str = "fixDifferences") -> list[str]:
    """The rows of a list as they are read aloud."""
    model = desk.find(name).model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.data(model.index(row, 0), role) for row in range(model.rowCount())]


def change(desk: Reviewer) -> None:
    """Ctrl and Enter, and all that follows."""
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.qtbot.waitUntil(lambda: any(tone == "ok" for tone, _ in desk.shell.messages))
    desk.settle()


def text(desk: Reviewer, number: int) -> str:
    return desk.draft(number).revision.content.body_text


def test_every_difference_is_shown_and_changed_as_one_with_the_keys(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, KIND, BEST), prepare=known)
    open_sheet(desk)
    assert rows(desk, "fixKinds")[0] == "“[Your Name]” left in, Change to “Mara Lindqvist”, 3 drafts"
    assert len(rows(desk)) == 3
    assert rows(desk)[0] == (
        "person0@example.com, person0@example.com, ticked: “[Your Name]” becomes “Mara Lindqvist”"
        " in “Best regards, [Your Name]”"
    )
    assert rows(desk, "fixSentences")[0].startswith("2 times: ")
    assert desk.find("changeAll").text() == "Change 3"
    change(desk)
    assert desk.shell.messages == [("ok", "Changed 3 drafts.")]
    assert not desk.find("fixAllSheet").isVisible()
    for number in (1, 2, 3):
        assert "Mara Lindqvist" in text(desk, number)
        assert "[Your Name]" in desk.draft(number).proposed.content.body_text
        assert desk.status(number) == "pending"
    assert "Mara Lindqvist" in desk.body
    desk.keys("z")
    for number in (1, 2, 3):
        assert "[Your Name]" in text(desk, number)


def test_x_leaves_the_current_draft_out(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, BEST, BEST), prepare=known)
    open_sheet(desk)
    desk.keys("j", "x")
    assert "left out" in rows(desk)[1]
    assert desk.find("changeAll").text() == "Change 2"
    desk.keys(Qt.Key.Key_Space)
    assert desk.find("changeAll").text() == "Change 3"
    desk.keys("x")
    change(desk)
    assert ["Mara" in text(desk, number) for number in (1, 2, 3)] == [True, False, True]


def test_a_subject_has_to_be_written(review: MakeReviewer) -> None:
    desk = review(
        *drafts(BEST.replace("[Your Name]", "Mara"), BEST.replace("[Your Name]", "Mara"), subject="")
    )
    desk.keys("n")
    open_sheet(desk)
    assert rows(desk, "fixKinds") == ["No subject, you write it, nothing is guessed, 2 drafts"]
    assert not desk.find("changeAll").isEnabled()
    desk.key(Qt.Key.Key_Return, CONTROL)
    assert "Write the text that goes in." in desk.shell.announced
    assert desk.find("fixText").hasFocus()
    desk.type("fixText", "Cold-store slots")
    change(desk)
    assert [desk.draft(number).revision.content.subject for number in (1, 2)] == ["Cold-store slots"] * 2


def test_the_text_that_goes_in_can_be_another_one(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, BEST), prepare=known)
    open_sheet(desk)
    desk.find("fixText").setText("M. Lindqvist")
    assert "becomes “M. Lindqvist”" in rows(desk)[0]
    change(desk)
    assert "Best regards, M. Lindqvist\n" in text(desk, 1)


def test_one_kind_of_sentence_alone_is_shown(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, KIND, BEST), prepare=known)
    open_sheet(desk)
    desk.find("fixSentences").setFocus()
    desk.keys("j", "j")
    assert ["Kind regards" in row for row in rows(desk)] == [True]
    assert desk.find("changeAll").text() == "Change 3"
    desk.keys("k", "k")
    assert len(rows(desk)) == 3


def test_esc_changes_nothing_and_a_does_not_approve(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, BEST), prepare=known)
    open_sheet(desk)
    desk.keys("a")
    assert desk.keyboard.refused == ["Change the drafts with Ctrl Enter, or press Esc first."]
    desk.keys(Qt.Key.Key_Escape)
    assert not desk.find("fixAllSheet").isVisible()
    assert desk.find("drafts").hasFocus()
    assert not desk.draft(1).edited


def test_enter_goes_to_the_draft(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, KIND), prepare=known)
    open_sheet(desk)
    desk.keys("j", Qt.Key.Key_Return)
    assert "Kind regards" in desk.body


def test_where_nothing_can_be_mended_it_says_so(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST.replace("[Your Name]", "Mara")), prepare=known)
    open_sheet(desk)
    assert rows(desk, "fixKinds") == []
    assert not desk.find("changeAll").isEnabled()
    assert desk.find("changeAll").toolTip() == "There is nothing to change."


def test_the_strip_tells_in_how_many_others_and_a_click_opens_the_sheet(review: MakeReviewer) -> None:
    desk = review(*drafts(BEST, KIND, BEST), prepare=known)
    desk.keys("n")
    assert rows(desk, "findings")[0].endswith("Fix: Change to “Mara Lindqvist”. Also in 2 others.")
    found = desk.find("findings")
    row = found.visualRect(found.model().index(0, 0))
    painter = found.itemDelegate()
    (strip,) = desk.find("message").findChildren(FindingsStrip)
    finding = strip.finding(0)
    assert finding is not None
    place = painter.others_rect(row, finding, 0).center()
    desk.qtbot.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)  # type: ignore[no-untyped-call]
    desk.settle()
    assert desk.shell.invoked == ["fixAll"]
    assert desk.find("fixAllSheet").isVisible()

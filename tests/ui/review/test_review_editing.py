"""Editing: the fields, what is wrong with them, what was typed and not saved, and what changed."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from outtray.desk import Desk
from outtray.model.errors import Refused
from outtray.review.edit import keep, kept
from outtray.store.proposals import revise
from tests.fakes.desks import make_proposal
from tests.ui.review.conftest import MakeReviewer, Reviewer

DRAFT = {
    "to": "ada@example.com",
    "subject": "Your question",
    "body_text": "Dear Ada,\n\nwe guarantee it.\n\nKind regards\n",
}
CONTROL = Qt.KeyboardModifier.ControlModifier


def answer(button: str) -> None:
    """Presses a button of the question that is going to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            timer.stop()
            timer.deleteLater()
            next(one for one in box.buttons() if one.text().replace("&", "") == button).click()

    timer = QTimer(QApplication.instance(), interval=5)
    timer.timeout.connect(press)
    timer.start()


def save(desk: Reviewer) -> None:
    desk.key(Qt.Key.Key_S, CONTROL)
    desk.settle()


def test_an_edit_is_saved_and_shown_at_once(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    assert QApplication.focusWidget() is desk.find("body")
    desk.find("body").setPlainText("Dear Ada,\n\nwe can do it.\n")
    desk.find("subject").setText("Your question about slots")
    save(desk)
    draft = desk.draft(1)
    assert draft.revision.content.body_text == "Dear Ada,\n\nwe can do it.\n"
    assert draft.proposed.content.body_text == DRAFT["body_text"]
    assert desk.subject == "Your question about slots"
    assert desk.body == "Dear Ada,\n\nwe can do it.\n"
    desk.keys("a")
    assert desk.status(1) == "approved"


def test_an_edit_is_undone(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find("subject").setText("Another")
    save(desk)
    desk.keys("z")
    assert desk.subject == "Your question"


def test_the_fields_bear_the_names_that_others_rely_on(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    for name in ("To", "Cc", "Bcc", "Subject", "Body", "Save"):
        (widget,) = desk.seen(name)
        assert widget.objectName() == name.lower()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("to", "", "Nobody would get this"),
        ("to", "ada at example.com", "“ada at example.com” is not an address"),
        ("cc", "bo@example.com, nonsense", "Cc: “nonsense” is not an address"),
        ("bcc", "x@", "Bcc: “x@” is not an address"),
        ("subject", "a" * 999, "longer than 998"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(
    review: MakeReviewer, field: str, text: str, said: str
) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find(field).setText(text)
    save(desk)
    assert said in desk.find(field).accessibleDescription()
    assert desk.find("editor").isVisible()
    assert not desk.draft(1).edited


def test_names_and_letters_of_other_lands_stay_as_they_were(review: MakeReviewer) -> None:
    from outtray.model.mailboxes import EmailAddress

    people = (
        EmailAddress("t.z@example.com", "Zieliński, Tomasz"),
        EmailAddress("jörg@müller.example", "Jörg"),
    )
    desk = review({**DRAFT, "to": people[:1], "cc": people[:1]})
    desk.keys("e")
    desk.find("subject").setText("Another")
    save(desk)
    assert desk.draft(1).revision.content.to == people[:1]


def test_escape_asks_before_a_change_is_thrown_away(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find("subject").setText("Another")
    answer("Keep editing")
    desk.keys(Qt.Key.Key_Escape)
    assert desk.find("editor").isVisible()
    answer("Throw away")
    desk.keys(Qt.Key.Key_Escape)
    assert not desk.find("editor").isVisible()
    assert desk.subject == "Your question"
    assert kept(desk.desk, 1) is None


def test_escape_without_a_change_just_leaves(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e", Qt.Key.Key_Escape)
    assert not desk.find("editor").isVisible()
    assert QApplication.focusWidget() is desk.find("drafts")


def test_what_is_typed_is_kept_after_a_pause(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.type("subject", " now")
    desk.qtbot.waitUntil(lambda: kept(desk.desk, 1) is not None, timeout=5_000)
    found = kept(desk.desk, 1)
    assert found is not None
    assert "now" in found.fields["subject"]


def _left_behind(desk: Desk) -> None:
    fields: dict[str, Any] = {
        "to": "ada@example.com", "cc": "", "bcc": "", "subject": "Half written", "body": "Dear Ada, and then",
    }  # fmt: skip
    from outtray.store.drafts import get_draft

    with desk.store.read() as connection:
        revision = get_draft(connection, 1).revision.id
    keep(desk, 1, revision, fields)


def test_after_a_crash_the_text_is_offered_again(review: MakeReviewer) -> None:
    desk = review(DRAFT, prepare=_left_behind)
    answer("Take it up again")
    desk.keys("e")
    assert desk.find("subject").text() == "Half written"
    save(desk)
    assert desk.draft(1).revision.content.body_text == "Dear Ada, and then"


def test_after_a_crash_the_text_can_be_thrown_away(review: MakeReviewer) -> None:
    desk = review(DRAFT, prepare=_left_behind)
    answer("Throw it away")
    desk.keys("e")
    assert desk.find("subject").text() == "Your question"
    assert kept(desk.desk, 1) is None


def test_a_machine_can_not_revise_what_is_in_the_editor(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    with pytest.raises(Refused):
        desk.desk.store.write(lambda transaction: revise(transaction, 1, make_proposal(body_text="other")))


def test_the_html_part_is_rebuilt_from_the_text_and_that_is_said(review: MakeReviewer) -> None:
    desk = review({**DRAFT, "body_html": "<p>Dear Ada, we guarantee it. Kind regards</p>"})
    desk.keys("e")
    desk.find("body").setPlainText("Dear Ada,\n\nsee https://example.com/a?b=1&c=2 <now>\n")
    assert any("HTML part is rebuilt" in label.text() for label in _labels(desk))
    save(desk)
    html = desk.draft(1).revision.content.body_html
    assert html is not None
    assert "&lt;now&gt;" in html
    assert 'href="https://example.com/a?b=1&amp;c=2"' in html
    assert "guarantee" not in html


def test_the_html_part_stays_where_only_the_subject_was_changed(review: MakeReviewer) -> None:
    markup = "<p>Dear Ada, <b>we guarantee it</b>.</p>"
    desk = review({**DRAFT, "body_html": markup})
    desk.keys("e")
    desk.find("subject").setText("Another")
    save(desk)
    assert desk.draft(1).revision.content.body_html == markup


def test_what_changed_is_shown_and_one_change_is_taken_back(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find("body").setPlainText("Dear Ada,\n\nwe make sure of it.\n\nKind regards\n")
    desk.find("subject").setText("Another")
    desk.qtbot.waitUntil(lambda: bool(desk.seen("Take the machine's back: Paragraph 2")))
    desk.press("Take the machine's back: Paragraph 2")
    assert desk.find("body").toPlainText() == DRAFT["body_text"]
    assert desk.find("subject").text() == "Another"


def test_all_of_it_can_be_taken_back_after_saving(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find("body").setPlainText("Something else")
    save(desk)
    desk.keys("d")
    desk.press("Take all of the machine's back")
    assert desk.draft(1).revision.content.body_text == DRAFT["body_text"]
    assert desk.body == DRAFT["body_text"]


def test_no_letter_typed_into_a_field_is_a_command(review: MakeReviewer) -> None:
    desk = review(DRAFT)
    desk.keys("e")
    desk.find("subject").setFocus()
    desk.keys("a", "r", "#", "z", "j")
    assert desk.status(1) == "pending"
    assert "ar#zj" in desk.find("subject").text()


def _labels(desk: Reviewer) -> list[Any]:
    from PySide6.QtWidgets import QLabel

    return [label for label in desk.find("editor").findChildren(QLabel) if label.isVisible()]

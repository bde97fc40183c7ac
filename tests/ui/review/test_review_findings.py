"""Findings: read out, gone through with n and p, mended with f; a block keeps Approve shut."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt

from outtray.desk import Desk
from outtray.model.findings import Finding, Fix, Place, Severity
from outtray.store.drafts import set_findings
from tests.ui.review.conftest import MakeReviewer

TEXT = "Dear Ada,\n\nthe key is sk_live_12345.\n\nWe guarantee it.\n"
KEY = (TEXT.index("sk_live"), TEXT.index("."))
WORD = (TEXT.index("guarantee"), TEXT.index("guarantee") + 9)
BLOCK = Finding(
    "secret", Severity.BLOCK, Place("body_text", *KEY), "sk_live_12345", "An API key stands in the text.",
    Fix("Take it out", Place("body_text", *KEY), "", "secret"),
)  # fmt: skip
WARN = Finding(
    "phrase", Severity.WARN, Place("body_text", *WORD), "guarantee", "“guarantee” is on your phrase list.",
    Fix("Change to “make sure of”", Place("body_text", *WORD), "make sure of", "guarantee"),
)  # fmt: skip
INFO = Finding("first", Severity.INFO, Place("to"), "", "First message to Ada.")


def found(findings: Sequence[Finding]) -> Callable[[Desk], object]:
    return lambda desk: desk.store.write(lambda transaction: set_findings(transaction, 1, list(findings)))


def test_a_block_keeps_approve_shut_and_says_so(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([BLOCK, INFO]))
    assert not desk.find("approve").isEnabled()
    assert "1 block" in desk.find("approve").accessibleDescription()
    assert "1 block" in desk.find("decisionBar").words
    desk.keys("a")
    assert desk.status(1) == "pending"


def test_each_is_one_sentence_with_its_place(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([BLOCK, WARN, INFO]))
    rows = desk.find("findings")
    said = [rows.item(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(3)]
    assert said[0] == "Block 1: An API key stands in the text. line 3. Fix: Take it out."
    assert said[2] == "Note 3: First message to Ada. To."


def test_n_and_p_go_round_in_the_list_and_in_the_text(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([BLOCK, WARN]))
    desk.keys("n")
    assert desk.find("findings").currentRow() == 0
    marks = desk.find("messageBody").extraSelections()
    assert [mark.cursor.selectedText() for mark in marks] == ["sk_live_12345", "guarantee"]
    desk.keys("n", "n")
    assert desk.find("findings").currentRow() == 0
    desk.keys("p")
    assert desk.find("findings").currentRow() == 1


def test_f_applies_the_fix_and_z_takes_it_back(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([WARN]))
    desk.keys("f")
    assert "We make sure of it." in desk.draft(1).revision.content.body_text
    assert "We make sure of it." in desk.body
    desk.keys("z")
    assert desk.draft(1).revision.content.body_text == TEXT


def test_f_without_a_fix_says_so(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([INFO]))
    desk.keys("f")
    assert "There is no fix to apply." in desk.shell.announced
    assert not desk.draft(1).edited


def test_the_caret_of_the_editor_stands_at_the_finding(review: MakeReviewer) -> None:
    desk = review({"body_text": TEXT}, prepare=found([WARN]))
    desk.keys("n", "e")
    assert desk.find("body").textCursor().position() == WORD[0]

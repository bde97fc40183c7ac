"""Approving several: each in full, only what was seen, and what was left out stays."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from outtray.ui.review.alike import groups_of
from tests.ui.review.conftest import MakeReviewer, Reviewer

LONG = "\n\n".join(f"Paragraph {number} of a message that is long." for number in range(60))
SHORT = "Hello,\n\nyes, we can do that on every day of the week, and on Sundays too.\n"
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def drafts(*bodies: str) -> list[dict[str, Any]]:
    """Drafts to as many people: two to one person would each be warned of the other."""
    return [
        {"to": f"person{place}@example.com", "subject": f"Subject {place}", "body_text": body}
        for place, body in enumerate(bodies)
    ]


def open_sheet(desk: Reviewer, number: int) -> None:
    desk.keys(*["x"] * number)
    desk.key(Qt.Key.Key_A, SHIFT)
    desk.settle()
    assert desk.find("bulkSheet").isVisible()
    desk.qtbot.waitUntil(lambda: desk.find("approveIndex").count() == number)
    desk.settle()


def statuses(desk: Reviewer, number: int) -> list[str]:
    return [desk.status(draft) for draft in range(1, number + 1)]


def test_short_messages_that_fit_are_approved_together(review: MakeReviewer) -> None:
    desk = review(*drafts(SHORT, SHORT, SHORT))
    open_sheet(desk, 2)
    desk.qtbot.waitUntil(lambda: desk.find("approveSelected").isEnabled())
    assert desk.find("approveSelected").accessibleName() == "Approve selected"
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    assert statuses(desk, 3) == ["approved", "approved", "pending"]
    assert not desk.find("bulkSheet").isVisible()
    desk.keys("z")
    assert statuses(desk, 3) == ["pending"] * 3


def test_nothing_is_approved_before_each_was_seen_to_its_end(review: MakeReviewer) -> None:
    desk = review(*drafts(LONG, LONG, LONG))
    open_sheet(desk, 3)
    assert not desk.find("approveSelected").isEnabled()
    assert "more to see" in desk.find("approveSelected").accessibleDescription()
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    assert statuses(desk, 3) == ["pending"] * 3
    presses = 0
    while not desk.find("approveSelected").isEnabled():
        desk.keys(Qt.Key.Key_Space)
        presses += 1
        assert presses < 60
    assert presses > 3
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    assert statuses(desk, 3) == ["approved"] * 3


def test_only_what_was_on_the_screen_counts_as_seen(review: MakeReviewer) -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(8))
    desk = review(*drafts(*[text] * 8))
    open_sheet(desk, 8)
    desk.qtbot.wait(200)
    index = desk.find("approveIndex")
    seen = [index.item(place).data(Qt.ItemDataRole.UserRole).seen for place in range(8)]
    assert seen[0]
    assert not any(seen[3:])
    assert not desk.find("approveSelected").isEnabled()


def test_x_leaves_one_out(review: MakeReviewer) -> None:
    desk = review(*drafts(SHORT, SHORT, SHORT))
    open_sheet(desk, 3)
    desk.keys("x")
    assert desk.find("approveIndex").count() == 2
    desk.qtbot.waitUntil(lambda: desk.find("approveSelected").isEnabled())
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    assert statuses(desk, 3) == ["pending", "approved", "approved"]


def test_a_block_is_left_out_and_a_warning_needs_its_own_tick(review: MakeReviewer) -> None:
    secret = f"{SHORT}\nghp_16C7e42F292c6912E7710c838347Ae178B4a\n"
    desk = review(*drafts(secret, f"{SHORT}\nWe guarantee it.\n", SHORT))
    desk.keys("x", "x", "x")
    desk.key(Qt.Key.Key_A, SHIFT)
    desk.qtbot.waitUntil(lambda: desk.find("approveIndex").count() == 2)
    desk.settle()
    desk.keys(Qt.Key.Key_Space, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: "1 warning to tick" in desk.find("approveSelected").accessibleDescription())
    desk.find("sawWarning").click()
    assert desk.find("approveSelected").isEnabled()
    desk.press("Approve selected")
    assert statuses(desk, 3) == ["pending", "approved", "approved"]


def test_escape_closes_the_sheet_and_keeps_the_selection(review: MakeReviewer) -> None:
    desk = review(*drafts(SHORT, SHORT, SHORT))
    open_sheet(desk, 2)
    desk.keys(Qt.Key.Key_Escape)
    assert not desk.find("bulkSheet").isVisible()
    assert statuses(desk, 3) == ["pending"] * 3
    desk.key(Qt.Key.Key_A, SHIFT)
    desk.settle()
    assert desk.find("bulkSheet").isVisible()


def test_nothing_selected_says_how_to_select(review: MakeReviewer) -> None:
    desk = review({"body_text": SHORT})
    desk.key(Qt.Key.Key_A, SHIFT)
    assert desk.keyboard.refused == ["No draft is selected. x selects one."]


def test_the_same_text_to_several_people_is_found_with_what_differs() -> None:
    texts = [
        "Hello Ines, your plan renews on 12 December for nine doors. Nothing changes unless you tell us.",
        "Something else altogether, in other words.",
        "Hello Oskar, your plan renews on 12 December for four doors. Nothing changes unless you tell us.",
    ]
    (group,) = groups_of(texts)
    assert group.members == (0, 2)
    assert [texts[0][start:end] for start, end in group.differing[0]] == ["Ines", "nine"]
    assert [texts[2][start:end] for start, end in group.differing[1]] == ["Oskar", "four"]

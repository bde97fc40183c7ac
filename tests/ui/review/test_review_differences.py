"""What changed between two texts, and taking one change back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outtray.model.draft import Content
from outtray.model.mailboxes import EmailAddress
from outtray.ui.review.differences import Kind, changes_between, runs, take_back

ADA = EmailAddress("ada@example.com", "Ada")
PARAGRAPHS = st.lists(
    st.sampled_from(["We refund you.", "Hello Ada,", "Bye", "a b c d", "x", "äö 漢字"]), max_size=6
)


def content(body: str, subject: str = "Hello") -> Content:
    return Content(to=(ADA,), subject=subject, body_text=body)


def test_fields_come_before_paragraphs() -> None:
    machine = content("Hello Ada,\n\nWe refund you.\n\nBest, [Your Name]\n", "Invoice counted twice")
    yours = content("Hello Ada,\n\nWe pay you back.\n\nOne more.\n\nMara\n", "Invoice, corrected")
    titles = [change.title for change in changes_between(machine, yours)]
    assert titles[0] == "Subject"
    assert "Paragraph 2" in titles
    assert len(titles) == 4


def test_the_same_text_has_no_changes() -> None:
    assert changes_between(content("a\n\nb"), content("a\n\nb")) == []


def test_words_that_stayed_are_said_once() -> None:
    (change,) = changes_between(content("We will pay today."), content("We will pay tomorrow."))
    assert [(run.kind, run.text.strip()) for run in change.runs if run.kind is not Kind.SAME] == [
        (Kind.REMOVED, "today"),
        (Kind.ADDED, "tomorrow"),
    ]
    assert (change.added, change.removed) == (1, 1)


@given(PARAGRAPHS, PARAGRAPHS)
def test_the_runs_hold_both_texts(old: list[str], new: list[str]) -> None:
    before, after = "\n\n".join(old), "\n\n".join(new)
    made = runs(before, after)
    assert "".join(run.text for run in made if run.kind is not Kind.ADDED) == before
    assert "".join(run.text for run in made if run.kind is not Kind.REMOVED) == after


@given(PARAGRAPHS, PARAGRAPHS)
def test_taking_every_change_back_gives_the_machines_words(old: list[str], new: list[str]) -> None:
    machine, yours = content("\n\n".join(old)), content("\n\n".join(new), "Other")
    for _ in range(len(old) + len(new) + 2):
        changes = changes_between(machine, yours)
        if not changes:
            break
        yours = take_back(machine, yours, changes[0])
    assert yours.subject == machine.subject
    assert yours.body_text.split() == machine.body_text.split()


def test_a_paragraph_that_comes_back_stays_one() -> None:
    machine = content("Hello Ada,\n\nWe refund you.\n\nBye")
    yours = content("Hello Ada,")
    back = take_back(machine, yours, changes_between(machine, yours)[0])
    assert back.body_text == "Hello Ada,\n\nWe refund you."


def test_a_recipient_that_was_added_is_a_change() -> None:
    machine = content("a")
    yours = replace(machine, cc=(EmailAddress("bo@example.com"),))
    (change,) = changes_between(machine, yours)
    assert change.title == "Cc"
    assert take_back(machine, yours, change) == machine


@pytest.mark.parametrize("words", [5_000, 50_000])
def test_a_huge_paragraph_is_shown_as_replaced_at_once(words: int) -> None:
    (change,) = changes_between(content("a " * words), content("b " * words))
    assert len(change.runs) == 2

"""One fix in all drafts: found by kind, shown with every difference, made as one and undone as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.draft import Draft
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.review import decide, edit
from outtray.review.examining import examine_waiting
from outtray.review.fix_all import BATCH, apply
from outtray.review.fix_preview import FixKind, kinds, others, preview
from outtray.review.undo import undo_last
from outtray.store.audit_reads import events
from outtray.store.drafts import get_draft
from outtray.store.settings import set_setting
from tests.fakes.desks import make_desk, make_proposal, propose_all

TEXT = (
    "Dear Ada,\n\nyes, that can be done on every day of the week, Sundays too.\n\nBest regards, [Your Name]\n"
)
OTHER = "Dear Ada,\n\nmy name is [Your Name] and yes, that can be done on every day of the week.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path, account=True)
    opened.store.write(
        lambda transaction: set_setting(transaction, "operator.name", "Mara Lindqvist", OPERATOR)
    )
    yield opened
    with opened.store.read() as connection:
        assert verify(connection).ok
    opened.close()


def fill(desk: Desk, *texts: str, subject: str = "Your question") -> list[int]:
    numbers = propose_all(
        desk,
        [
            make_proposal(body_text=text, subject=subject, to=f"person{place}@example.com")
            for place, text in enumerate(texts)
        ],
    )
    examine_waiting(desk, 1_000)
    return numbers


def draft(desk: Desk, number: int) -> Draft:
    with desk.store.read() as connection:
        return get_draft(connection, number)


def kind(desk: Desk, code: str) -> FixKind:
    return next(one for one in kinds(desk) if one.code == code)


def shown(desk: Desk, code: str) -> dict[int, int]:
    return {one.draft_id: one.revision_id for one in preview(desk, kind(desk, code)).differences}


def actions(desk: Desk, number: int) -> list[str]:
    with desk.store.read() as connection:
        return [event.action for event in events(connection, about=("draft", str(number)))]


def test_what_machines_repeat_is_found_with_its_count(desk: Desk) -> None:
    fill(desk, TEXT, OTHER, TEXT)
    fill(desk, "Dear Ada,\n\nwe guarantee that it can be done on every day.\n", subject="")
    found = [(one.title, one.hint, one.drafts) for one in kinds(desk)]
    assert found == [
        ("“[Your Name]” left in", "Change to “Mara Lindqvist”", 3),
        ("No subject", "you write it, nothing is guessed", 1),
        ("“guarantee” is on your phrase list", "Change to “make sure”", 1),
    ]


def test_every_difference_is_shown_and_nothing_changed(desk: Desk) -> None:
    first, second = fill(desk, TEXT, OTHER)
    found = preview(desk, kind(desk, "placeholder"))
    assert (found.value, found.of) == ("Mara Lindqvist", 2)
    one, other = found.differences
    assert (one.draft_id, one.address) == (first, "person0@example.com")
    assert (one.before, one.removed, one.added, one.after) == (
        "Best regards, ",
        "[Your Name]",
        "Mara Lindqvist",
        "",
    )
    assert (other.before, other.after) == (
        "my name is ",
        " and yes, that can be done on every day of the week.",
    )
    assert not draft(desk, first).edited
    assert not draft(desk, second).edited


def test_all_are_changed_as_one_and_come_back_as_one(desk: Desk) -> None:
    numbers = fill(desk, *[TEXT] * (BATCH + 3))
    one = kind(desk, "placeholder")
    steps: list[int] = []
    done = apply(
        desk,
        shown(desk, "placeholder"),
        one.code,
        one.key,
        progress=lambda step, _of: steps.append(step),
    )
    assert done.sentence == f"Changed {len(numbers)} drafts."
    assert steps == [BATCH, BATCH + 3]
    for number in numbers:
        found = draft(desk, number)
        assert "Best regards, Mara Lindqvist" in found.revision.content.body_text
        assert found.proposed.content.body_text == TEXT
        assert not any(finding.code == "placeholder" for finding in found.findings)
        assert actions(desk, number) == ["draft.proposed", "draft.edited"]
    with desk.store.read() as connection:
        whole = list(events(connection, about=("operation", str(done.operation))))
    assert [event.action for event in whole] == ["drafts.fixed"]
    assert whole[0].body["details"] == {
        "drafts": len(numbers),
        "finding": "placeholder",
        "left_out": 0,
    }
    undo_last(desk)
    for number in numbers:
        found = draft(desk, number)
        assert not found.edited
        assert any(finding.code == "placeholder" for finding in found.findings)
    with pytest.raises(Refused):
        undo_last(desk)


def test_a_draft_that_changed_or_was_decided_meanwhile_is_left_out_and_counted(desk: Desk) -> None:
    edited, rejected, same = fill(desk, TEXT, TEXT, TEXT)
    wanted = shown(desk, "placeholder")
    before = draft(desk, edited)
    content = replace(before.revision.content, subject="Another subject")
    edit.save(desk, edited, before.revision.id, content)
    decide.reject(desk, [rejected], "Wrong person")
    one = kind(desk, "placeholder")
    done = apply(desk, wanted, one.code, one.key, "Mara")
    assert done.sentence == "Changed 1 draft. 2 had changed since and are as before."
    assert "[Your Name]" in draft(desk, edited).revision.content.body_text
    assert "[Your Name]" in draft(desk, rejected).revision.content.body_text
    assert "Best regards, Mara\n" in draft(desk, same).revision.content.body_text
    with pytest.raises(Refused) as refusal:
        apply(desk, wanted, one.code, one.key, "Mara")
    assert refusal.value.code == "changed_meanwhile"


def test_what_changed_after_the_fix_is_not_undone(desk: Desk) -> None:
    first, second = fill(desk, TEXT, TEXT)
    one = kind(desk, "placeholder")
    done = apply(desk, shown(desk, "placeholder"), one.code, one.key)
    now = draft(desk, first)
    content = replace(now.revision.content, subject="Mine")
    edit.save(desk, first, now.revision.id, content)
    from outtray.review.undo import undo

    assert done.operation is not None
    assert undo(desk, done.operation).sentence == "Undone: 1 draft as before. 1 had changed since."
    assert draft(desk, first).revision.content.subject == "Mine"
    assert not draft(desk, second).edited


def test_a_subject_is_written_and_never_guessed(desk: Desk) -> None:
    numbers = fill(desk, TEXT, OTHER, subject="")
    one = kind(desk, "no_subject")
    assert preview(desk, one).value == ""
    for nothing in (None, "  "):
        with pytest.raises(Refused) as refusal:
            apply(desk, shown(desk, "no_subject"), one.code, one.key, nothing)
        assert (refusal.value.code, refusal.value.field) == ("text_needed", "value")
    apply(desk, shown(desk, "no_subject"), one.code, one.key, " Cold-store slots ")
    assert [draft(desk, number).revision.content.subject for number in numbers] == ["Cold-store slots"] * 2


def test_placeholders_that_nothing_is_known_for_are_written(desk: Desk) -> None:
    (number,) = fill(desk, TEXT.replace("[Your Name]", "[Your Phone]"))
    one = kind(desk, "placeholder")
    assert (one.title, one.hint) == ("“[Your Phone]” left in", "you write it, nothing is guessed")
    apply(desk, shown(desk, "placeholder"), one.code, one.key, "555 0100")
    assert "Best regards, 555 0100" in draft(desk, number).revision.content.body_text


def test_the_html_part_says_the_same(desk: Desk) -> None:
    html = "<p>Dear Ada,</p><p><b>yes</b>, that can be done.</p><p>Best regards, [Your Name]</p>"
    text = "Dear Ada,\n\nyes, that can be done.\n\nBest regards, [Your Name]\n"
    (number,) = propose_all(desk, [make_proposal(body_text=text, body_html=html)])
    examine_waiting(desk, 10)
    one = kind(desk, "placeholder")
    apply(desk, shown(desk, "placeholder"), one.code, one.key)
    assert draft(desk, number).revision.content.body_html == html.replace("[Your Name]", "Mara Lindqvist")


def test_a_finding_tells_in_how_many_others_it_is(desk: Desk) -> None:
    first, *_ = fill(desk, TEXT, TEXT, OTHER)
    found = others(desk, draft(desk, first))
    assert [(finding.code, number) for finding, number in found.items()] == [("placeholder", 2)]
    assert list(others(desk, draft(desk, first), most=1).values()) == [1]

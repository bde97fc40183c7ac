"""Overriding a block: with a reason, where the settings allow it, undone, and only for the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.examination import examine_draft
from outtray.model.draft import Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.review import edit
from outtray.review.override import SHORTEST_REASON, overridable_blocks, override
from outtray.review.preview import preview
from outtray.review.undo import undo_last
from outtray.store.audit_reads import events
from outtray.store.drafts import get_draft
from outtray.store.settings import set_setting
from outtray.ui.review import override_sheet
from tests.fakes.desks import approve, make_desk, propose

KEY = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
LEFT_IN = "Dear Ada,\n\nyes, that can be done on every day of the week, Sundays too.\n\n[Your Name]\n"
REASON = "Ada asked for the bare form."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path, account=True)
    yield opened
    with opened.store.read() as connection:
        assert verify(connection).ok
    opened.close()


def draft(desk: Desk, number: int) -> Draft:
    with desk.store.read() as connection:
        return get_draft(connection, number)


def blocked(desk: Desk, text: str = LEFT_IN) -> int:
    number = propose(desk, body_text=text)
    assert preview(desk, number).refusal_code == "blocked"
    return number


def allow(desk: Desk, words: str) -> None:
    desk.store.write(lambda transaction: set_setting(transaction, "checks.override", words, OPERATOR))


def test_an_overridden_block_is_a_warning_and_the_draft_can_be_approved(desk: Desk) -> None:
    number = blocked(desk)
    done = override(desk, number, "placeholder", "[Your Name]", REASON)
    assert done.sentence == "Overrode a block."
    assert preview(desk, number).refusal is None
    (finding,) = [one for one in draft(desk, number).findings if one.code == "placeholder"]
    assert (finding.overridden, finding.weighs) == (REASON, "warn")
    with desk.store.read() as connection:
        logged = list(events(connection, about=("draft", str(number))))[-1]
    assert logged.body["action"] == "finding.overridden"
    assert logged.body["details"] == {"code": "placeholder", "revision": 1}
    assert dict(logged.clear)["reason"] == REASON
    approve(desk, number)
    assert draft(desk, number).status is DraftStatus.APPROVED


def test_it_stays_when_the_checks_look_again_and_goes_with_an_edit(desk: Desk) -> None:
    number = blocked(desk)
    override(desk, number, "placeholder", "[Your Name]", REASON)
    desk.store.write(lambda transaction: examine_draft(transaction, number))
    assert preview(desk, number).refusal is None
    found = draft(desk, number)
    content = replace(found.revision.content, subject="Another subject")
    edit.save(desk, number, found.revision.id, content)
    assert preview(desk, number).refusal_code == "blocked"


def test_an_override_is_undone(desk: Desk) -> None:
    number = blocked(desk)
    override(desk, number, "placeholder", "[Your Name]", REASON)
    undo_last(desk)
    assert preview(desk, number).refusal_code == "blocked"
    with desk.store.read() as connection:
        assert list(events(connection, about=("draft", str(number))))[-1].action == "draft.restored"


def test_an_override_of_a_text_that_is_gone_is_not_undone(desk: Desk) -> None:
    number = blocked(desk)
    override(desk, number, "placeholder", "[Your Name]", REASON)
    approve(desk, number)
    undo_last(desk)
    undo_last(desk)
    assert preview(desk, number).refusal_code == "blocked"


def test_it_needs_a_reason(desk: Desk) -> None:
    number = blocked(desk)
    with pytest.raises(Refused) as refusal:
        override(desk, number, "placeholder", "[Your Name]", "  because  ")
    assert (refusal.value.code, refusal.value.field) == ("reason_too_short", "reason")
    assert override_sheet.SHORTEST == SHORTEST_REASON


def test_a_key_is_never_let_out_by_its_group(desk: Desk) -> None:
    number = blocked(desk, f"{LEFT_IN}\nThe key is {KEY}.\n")
    allow(desk, "compliance content personal")
    assert [one.code for one in overridable_blocks(desk, draft(desk, number))] == ["placeholder"]
    with pytest.raises(Refused) as refusal:
        override(desk, number, "api_key", KEY, REASON)
    assert refusal.value.code == "not_overridable"
    allow(desk, "api_key")
    assert [one.code for one in overridable_blocks(desk, draft(desk, number))] == ["api_key"]


def test_what_is_not_blocked_or_decided_is_refused(desk: Desk) -> None:
    number = blocked(desk)
    with pytest.raises(Refused) as refusal:
        override(desk, number, "placeholder", "[Your Company]", REASON)
    assert refusal.value.code == "not_blocked"
    override(desk, number, "placeholder", "[Your Name]", REASON)
    with pytest.raises(Refused) as refusal:
        override(desk, number, "placeholder", "[Your Name]", REASON)
    assert refusal.value.code == "not_blocked"
    approve(desk, number)
    with pytest.raises(Refused) as refusal:
        override(desk, number, "placeholder", "[Your Name]", REASON)
    assert refusal.value.code == "not_in_review"

"""Examining drafts on a desk: facts from the store, findings kept for the revision that was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.examination import (
    Examined,
    examine,
    examine_content,
    examine_draft,
    examine_drafts,
    store_examined,
    waiting_for_examination,
)
from outtray.model.check_facts import Checked
from outtray.model.draft import Attachment, AuthorKind, Content, Draft
from outtray.model.events import OPERATOR
from outtray.model.findings import Finding, Severity
from outtray.model.mailboxes import EmailAddress
from outtray.store.drafts import get_draft, set_content, set_findings
from outtray.store.settings import set_setting
from outtray.store.suppressions import suppress
from tests.fakes.desks import make_desk, propose

LETTER = (
    "Hello Ada,\n\nthank you for your question. The list has forty entries and comes on Friday.\n\nMara\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path, account=True)
    yield made
    made.close()


def _draft(desk: Desk, draft_id: int) -> Draft:
    with desk.store.read() as connection:
        return get_draft(connection, draft_id)


def _examined(desk: Desk, draft_id: int) -> dict[str, Finding]:
    findings = desk.store.write(lambda transaction: examine_draft(transaction, draft_id))
    assert _draft(desk, draft_id).findings == findings
    return {finding.code: finding for finding in findings}


def _set(desk: Desk, name: str, value: object) -> None:
    desk.store.write(lambda transaction: set_setting(transaction, name, value, OPERATOR))


def test_a_clean_first_letter_is_only_told_to_be_the_first(desk: Desk) -> None:
    draft_id = propose(desk, to=["Ada Okafor", "ada@example.com>"][1][:-1], body_text=LETTER)
    assert set(_examined(desk, draft_id)) == {"first_contact"}


def test_a_placeholder_blocks_and_offers_the_operators_own_name(desk: Desk) -> None:
    _set(desk, "operator.name", "Mara Lindqvist")
    draft_id = propose(desk, body_text=LETTER + "[Your Name]\n")
    found = _examined(desk, draft_id)["placeholder"]
    assert found.severity is Severity.BLOCK
    assert found.fix is not None
    assert found.fix.replacement == "Mara Lindqvist"
    body = _draft(desk, draft_id).revision.content.body_text
    assert found.where.start is not None
    assert body[found.where.start : found.where.end] == "[Your Name]"


def test_two_drafts_to_one_person_know_of_each_other_and_one_alone_does_not(desk: Desk) -> None:
    first = propose(desk, to="bo@example.com", body_text=LETTER, external_id="1")
    assert "same_person" not in _examined(desk, first)
    second = propose(desk, to="bo@example.com", body_text=LETTER, external_id="2")
    assert "Another draft to bo@example.com waits" in _examined(desk, second)["same_person"].why
    assert "same_person" in _examined(desk, first)


def test_a_person_who_is_never_to_be_mailed_blocks(desk: Desk) -> None:
    draft_id = propose(desk, to="Cleo@Example.com", body_text=LETTER)
    assert "suppressed" not in _examined(desk, draft_id)
    marked = desk.store.write(lambda transaction: suppress(transaction, ["cleo@example.com"], "asked"))
    again = desk.store.write(lambda transaction: suppress(transaction, ["cleo@example.com"], "asked"))
    assert (marked, again) == (1, 0)
    assert _examined(desk, draft_id)["suppressed"].severity is Severity.BLOCK


def test_settings_switch_a_check_off_and_weigh_another_anew(desk: Desk) -> None:
    draft_id = propose(desk, body_text=LETTER + "We guarantee it. Your password is Moss-Rust-12.\n")
    assert {"phrase", "password"} <= set(_examined(desk, draft_id))
    _set(desk, "checks.off", "password")
    _set(desk, "checks.severities", "phrase=block")
    found = _examined(desk, draft_id)
    assert "password" not in found
    assert found["phrase"].severity is Severity.BLOCK
    _set(desk, "checks.phrases", "forty entries => a few entries")
    phrase = _examined(desk, draft_id)["phrase"]
    assert phrase.excerpt == "forty entries"
    assert phrase.fix is not None
    assert phrase.fix.replacement == "a few entries"


def test_the_bytes_of_an_attachment_are_looked_at(desk: Desk) -> None:
    program = Attachment("report.pdf", "application/pdf", b"MZ" + bytes(40_000))
    macros = Attachment(
        "letter.docx", "application/zip", b"PK\x03\x04" + bytes(40_000) + b"word/vbaProject.bin...."
    )
    draft_id = propose(desk, body_text=LETTER, attachments=[program, macros])
    with desk.store.read() as connection:
        (examined,) = examine_drafts(connection, [draft_id], desk.clock.now())
    blocked = {finding.excerpt for finding in examined.findings if finding.code == "attachment_content"}
    assert blocked == {"report.pdf", "letter.docx"}


def test_what_an_import_could_not_keep_stays_with_the_findings(desk: Desk) -> None:
    draft_id = propose(desk, body_text=LETTER, subject="", notes=("A header was left out.",))
    found = _examined(desk, draft_id)
    assert found["import_note"].why == "A header was left out."
    assert found["no_subject"].severity is Severity.BLOCK
    assert set(_examined(desk, draft_id)) == set(found)


def test_what_was_found_in_an_older_revision_is_not_kept(desk: Desk) -> None:
    draft_id = propose(desk, body_text=LETTER)
    with desk.store.read() as connection:
        examined = examine_drafts(connection, [draft_id], desk.clock.now())
    revision = _draft(desk, draft_id).revision
    content = replace(revision.content, body_text=LETTER + "[Your Name]\n")
    desk.store.write(
        lambda transaction: set_content(transaction, draft_id, content, AuthorKind.OPERATOR, "", revision.id)
    )
    assert desk.store.write(lambda transaction: store_examined(transaction, examined)) == 0
    assert "placeholder" in _examined(desk, draft_id)


def test_what_was_found_by_lists_that_changed_meanwhile_is_not_kept(desk: Desk) -> None:
    draft_id = propose(desk, to="ada@example.com", body_text=LETTER)
    with desk.store.read() as connection:
        examined = examine_drafts(connection, [draft_id], desk.clock.now())
    _set(desk, "checks.denied", "ada@example.com")
    assert desk.store.write(lambda transaction: store_examined(transaction, examined)) == 0
    with desk.store.read() as connection:
        assert waiting_for_examination(connection) == [draft_id]
    assert "denied" in _examined(desk, draft_id)


def test_an_override_stays_with_the_words_that_it_was_given_for(desk: Desk) -> None:
    draft_id = propose(desk, body_text=LETTER + "[Your Name]\n")
    findings = desk.store.write(lambda transaction: examine_draft(transaction, draft_id))
    overridden = [
        replace(finding, overridden="It is a joke.") if finding.code == "placeholder" else finding
        for finding in findings
    ]
    desk.store.write(lambda transaction: set_findings(transaction, draft_id, overridden))
    kept = desk.store.write(lambda transaction: examine_draft(transaction, draft_id))
    assert {one.overridden for one in _draft(desk, draft_id).findings} == {"It is a joke.", None}
    assert kept == _draft(desk, draft_id).findings


def test_new_drafts_wait_for_examination_until_it_was_done(desk: Desk) -> None:
    ids = [propose(desk, to=f"p{number}@example.com", body_text=LETTER) for number in range(3)]
    with desk.store.read() as connection:
        assert waiting_for_examination(connection) == ids
        assert waiting_for_examination(connection, 2) == ids[:2]
        examined = examine_drafts(connection, ids, desk.clock.now())
    assert desk.store.write(lambda transaction: store_examined(transaction, examined)) == 3
    with desk.store.read() as connection:
        assert waiting_for_examination(connection) == []
    gone = Examined(9_999, 1, ())
    assert desk.store.write(lambda transaction: store_examined(transaction, [gone])) == 0


def test_contents_that_are_no_drafts_can_be_tried(desk: Desk) -> None:
    content = Content(to=(EmailAddress("ada@example.com"),), subject="Try", body_text=LETTER + "[Your Name]")
    draft_id = propose(desk, body_text=LETTER)
    with desk.store.read() as connection:
        (tried,) = examine(connection, [Checked(content=content)], desk.clock.now())
        typed = examine_content(connection, draft_id, content, desk.clock.now())
    assert "placeholder" in {finding.code for finding in tried}
    assert {finding.code for finding in typed} == {"placeholder", "first_contact"}

"""Imports as people and scripts start them: counts, refusals, the same again, and what the log tells."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outtray.cli.main import run
from outtray.desk import Desk
from outtray.intake.batches import BATCH_ITEMS
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import import_paths
from outtray.intake.outcomes import Outcome, Progress
from outtray.intake.propose import propose, revise_from_file, withdraw
from outtray.model.errors import NotFound, Refused, UsageError
from outtray.review.decide import discard
from outtray.store.drafts import get_draft
from tests.fakes.desks import make_desk
from tests.intake.files import DRAFT, crm_export, take


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path)
    yield opened
    opened.close()


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.known, outcome.revised, outcome.refused


def command(*arguments: str | Path) -> int:
    return run([str(argument) for argument in arguments])


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert command("drafts", "--json", "--limit", "1000") == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_same_again_is_known_and_a_change_is_a_revision(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    items = [{**DRAFT, "external_id": "a"}, {**DRAFT, "external_id": "b"}, {**DRAFT, "subject": "Other"}]
    assert counts(take(desk, file, json.dumps(items))) == (3, 0, 0, 0)
    assert counts(take(desk, file, json.dumps(items))) == (0, 3, 0, 0)
    items[1]["subject"] = "Changed"
    assert counts(take(desk, file, json.dumps(items))) == (0, 2, 1, 0)
    with desk.store.read() as connection:
        assert get_draft(connection, 2).revision.content.subject == "Changed"


def test_the_same_file_twice_in_one_command_is_known_the_second_time(
    own_profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drafts.json"
    file.write_text(json.dumps([DRAFT, {**DRAFT, "subject": "Two"}, DRAFT]), encoding="utf-8")
    assert command("import", file, file) == 0
    assert capsys.readouterr().out == "2 added, 4 already known, 0 refused.\n"


def test_a_change_after_a_decision_is_refused_with_the_reason_and_kept(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    take(desk, file, json.dumps({**DRAFT, "external_id": "a"}))
    discard(desk, [1])
    outcome = take(desk, file, json.dumps({**DRAFT, "external_id": "a", "subject": "Late"}))
    assert counts(outcome) == (0, 0, 0, 1)
    assert "decided already" in outcome.errors[0].reason
    assert len(outcome.kept) == 1


def test_the_json_form_says_exactly_what_became_of_each_item(
    own_profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drafts.csv"
    file.write_text("email,body,subject\na@example.com,x,s\nnobody,x,s\nb@example.com,,s\n", encoding="utf-8")
    assert command("import", file, "--json") == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out) == {
        "added": 1,
        "known": 0,
        "refused": 2,
        "total": 3,
        "errors": [
            {"item": 2, "line": 3, "field": "email", "reason": "not an address"},
            {"item": 3, "line": 4, "field": "body", "reason": "no body"},
        ],
    }
    assert command("import", file) == 1
    said = capsys.readouterr()
    assert said.out == "0 added, 1 already known, 2 refused.\n"
    assert said.err == "Row 2, field “email”: not an address.\nRow 3, field “body”: no body.\n"


def test_files_that_can_not_be_read_are_said_and_the_others_are_taken(
    own_profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.json"
    good.write_text(json.dumps(DRAFT), encoding="utf-8")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    os.mkfifo(tmp_path / "pipe.csv")
    files = [tmp_path / name for name in ("none.json", "folder.json", "photo.png", "pipe.csv")]
    assert command("import", *files, good) == 1
    said = capsys.readouterr()
    assert said.out == "1 added, 0 already known, 4 refused.\n"
    assert said.err.splitlines() == [
        "none.json: There is no such file.",
        "folder.json: It is a folder; name the files in it.",
        "photo.png: It is none of the formats that can be imported (.json, .jsonl, .csv, .eml or .mbox).",
        "pipe.csv: It is not a file that can be read twice; save it as one first.",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_said(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    file.write_text("{}", encoding="utf-8")
    file.chmod(0)
    outcome = import_paths(desk, [file], ImportOptions())
    assert outcome.errors[0].reason == "It can't be read: permission denied."


@pytest.mark.parametrize(
    "options",
    [
        ["--set", "subject=Hi {nobody}"],
        ["--set", "colour=red"],
        ["--map", "colour=x"],
        ["--map", "to"],
        ["--map", "to="],
        ["--format", "xml"],
    ],
)
def test_options_that_name_what_is_not_there_end_with_two_and_store_nothing(
    own_profile: Path, tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drafts.json"
    file.write_text(json.dumps(DRAFT), encoding="utf-8")
    assert command("settings") == 0
    assert command("import", file, *options) == 2
    assert listed(capsys) == []


def test_a_crms_export_of_another_shape_is_mapped_and_set_from_the_command_line(
    own_profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hubtool-export.json"
    file.write_text(crm_export(500), encoding="utf-8")
    arguments: list[str | Path] = [
        file,
        "--map=to=properties.contact.emails[0].address",
        "--map=body_text=ai.draft",
        "--map=recipient_name=properties.contact.name",
        "--map=company_name=properties.company.name",
        "--map=request=last_inbound.text",
        "--map=score=properties.hs_score",
        "--set=subject=Your question, {recipient_name}",
        "--source=crm",
    ]
    assert command("import", *arguments, "--json") == 0
    outcome = json.loads(capsys.readouterr().out)
    assert (outcome["added"], outcome["known"], outcome["refused"], outcome["total"]) == (500, 0, 0, 500)
    assert outcome["unknown_fields"] == ["ai", "last_inbound", "properties"]
    drafts = listed(capsys)
    assert len(drafts) == 500
    assert len({draft["to"][0] for draft in drafts}) < 200
    assert all(draft["subject"] == f"Your question, {draft['recipient_name']}" for draft in drafts)
    assert {draft["source"] for draft in drafts} == {"crm"}
    assert command("draft", str(drafts[0]["id"]), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert "[Your Name]" in report["body_text"]
    assert report["context"]["ai"] == {"model": "writer-3"}
    assert "address" not in json.dumps(report["context"]["properties"]["contact"])
    assert command("import", *arguments) == 0
    assert capsys.readouterr().out.startswith("0 added, 500 already known, 0 refused.")


def test_progress_is_told_and_a_stop_leaves_whole_batches(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    items = [{**DRAFT, "external_id": f"n{number}"} for number in range(5 * BATCH_ITEMS)]
    file.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    seen: list[Progress] = []
    outcome = import_paths(desk, [file], ImportOptions(), seen.append, lambda: len(seen) >= 2)
    assert outcome.cancelled
    assert outcome.added == 2 * BATCH_ITEMS
    assert outcome.sentence == "400 added, 0 already known, 0 refused. Stopped before the end."
    assert seen[-1].added == outcome.added
    assert all(one.bytes_read <= one.bytes_total == file.stat().st_size for one in seen)
    assert import_paths(desk, [file], ImportOptions()).added == 3 * BATCH_ITEMS


def test_the_log_tells_of_each_draft_and_of_the_import_without_the_name_of_the_file(
    own_profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "leads of Ada Okafor.json"
    file.write_text(json.dumps([DRAFT, {"to": "x"}]), encoding="utf-8")
    assert command("import", file) == 1
    capsys.readouterr()
    assert command("audit", "log", "--json") == 0
    written = capsys.readouterr().out
    events = [json.loads(line) for line in written.splitlines()]
    assert "Okafor.json" not in written
    told = [event for event in events if event["action"].startswith(("draft.", "import."))]
    assert [event["action"] for event in told] == ["draft.proposed", "import.refused", "import.done"]
    assert told[-1]["details"] == {"format": "json", "added": 1, "known": 0, "revised": 0, "refused": 1}
    assert command("audit", "verify") == 0


def test_one_draft_is_proposed_revised_and_withdrawn_through_one_door(desk: Desk, tmp_path: Path) -> None:
    taken = propose(desk, {**DRAFT, "external_id": "a"}, "agent")
    assert taken.draft_id == 1
    file = tmp_path / "draft.json"
    file.write_text(json.dumps({**DRAFT, "subject": "Second thoughts"}), encoding="utf-8")
    assert revise_from_file(desk, 1, file)
    withdraw(desk, 1)
    with pytest.raises(Refused, match="decided already"):
        withdraw(desk, 1)
    with pytest.raises(NotFound):
        withdraw(desk, 2)
    with pytest.raises(Refused, match="Field “to”: no recipient") as refused:
        propose(desk, {"body": "x"})
    assert refused.value.field == "to"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "holds no draft"),
        (json.dumps([DRAFT, DRAFT]), "more than one draft"),
        ("{", "in the middle of it"),
        ("nothing", "not JSON"),
        ('{"to": "nobody", "body": "x"}', "not an address"),
    ],
)
def test_a_revision_needs_a_file_with_exactly_one_draft(
    desk: Desk, tmp_path: Path, text: str, sentence: str
) -> None:
    propose(desk, DRAFT)
    file = tmp_path / "draft.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=sentence):
        revise_from_file(desk, 1, file)


def test_a_wrong_plan_is_said_before_a_file_is_opened(desk: Desk) -> None:
    with pytest.raises(UsageError):
        import_paths(desk, [Path("/nowhere")], ImportOptions(set={"subject": "{x}"}))

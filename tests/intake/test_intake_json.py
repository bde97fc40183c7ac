"""JSON and JSON Lines as they come: every shape of the interface, and what is broken, cut or absurd."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outtray.intake.entries import Ready
from outtray.intake.items import FileProblem
from outtray.intake.outcomes import Refusal
from tests.intake.files import DRAFT, crm_export, proposals, read, refusals


def drafts(count: int) -> list[dict[str, str]]:
    return [{**DRAFT, "external_id": f"d{number}"} for number in range(count)]


@pytest.mark.parametrize(
    ("form", "text", "count"),
    [
        ("json", json.dumps(DRAFT), 1),
        ("json", json.dumps(drafts(3)), 3),
        ("json", json.dumps({"drafts": drafts(3), "source": "crm"}), 3),
        ("json", json.dumps({"source": "crm", "drafts": drafts(3)}), 3),
        ("json", "\n".join(map(json.dumps, drafts(3))), 3),
        ("json", json.dumps([]), 0),
        ("json", json.dumps({"data": {"rows": drafts(2)}, "total": 2}), 2),
        ("jsonl", "\n".join(map(json.dumps, drafts(3))), 3),
        ("jsonl", "\n\n" + "\n\n".join(map(json.dumps, drafts(3))) + "\n\n", 3),
        ("jsonl", json.dumps(drafts(3)), 3),
        ("jsonl", json.dumps(DRAFT, indent=2), 1),
    ],
)
def test_every_shape_of_the_interface_is_read(form: str, text: str, count: int) -> None:
    assert len(proposals(text, form)) == count


def test_the_source_of_the_file_holds_for_items_that_name_none() -> None:
    items = [DRAFT, {**DRAFT, "source": "own"}]
    found = proposals(json.dumps({"drafts": items, "source": "crm"}), "json")
    assert [proposal.source for proposal in found] == ["crm", "own"]
    assert [one.source for one in proposals(json.dumps({"source": "crm", "drafts": [DRAFT]}), "json")] == [
        "crm"
    ]


def test_aliases_stand_for_the_fields_and_what_is_unknown_goes_to_the_context() -> None:
    item = {
        "email": "ada@example.com",
        "body": "Hello.",
        "draft_id": 12,
        "metadata": {"model": "m1"},
        "icp_score": "0.5",
        "stage": "lead",
    }
    (proposal,) = proposals(json.dumps(item), "json")
    assert [str(one) for one in proposal.content.to] == ["ada@example.com"]
    assert proposal.content.body_text == "Hello."
    assert proposal.external_id == "12"
    assert proposal.score == 0.5
    assert proposal.context == {"model": "m1", "stage": "lead"}
    assert proposal.unknown_fields == ("stage",)


def test_one_draft_with_lists_of_objects_is_not_taken_for_a_wrapper() -> None:
    item = {
        "to": [{"email": "ada@example.com", "name": "Ada"}],
        "body_text": "Hello.",
        "attachments": [{"filename": "a.txt", "content_base64": "aGk="}],
    }
    (proposal,) = proposals(json.dumps(item), "json")
    assert proposal.attachments[0].content == b"hi"


def test_the_array_that_fits_is_found_among_others() -> None:
    (first, *_) = read(
        crm_export(3), "json", map={"to": "properties.contact.emails[0].address", "body_text": "ai.draft"}
    )
    assert isinstance(first, Ready)


def test_where_several_arrays_fit_the_person_is_asked_and_can_name_one() -> None:
    text = json.dumps({"new": drafts(1), "old": drafts(2)})
    with pytest.raises(FileProblem, match=r"new, old\. Name one with --items"):
        read(text, "json")
    assert len(proposals(text, "json", items="old")) == 2
    with pytest.raises(FileProblem, match="There is no array “odd”"):
        read(text, "json", items="odd")


def test_a_file_that_is_cut_keeps_what_stands_before_the_cut() -> None:
    text = json.dumps(drafts(4), indent=1)
    line = text[: text.index("d3")].count("\n")
    entries = read(text[: text.index("d3")], "json")
    assert [type(entry) for entry in entries] == [Ready, Ready, Ready, Refusal]
    (refusal,) = refusals(text[: text.index("d3")], "json")
    assert refusal.line == line - 3
    assert refusal.reason == "the file ends in the middle of it"
    assert b'"to"' in refusal.raw
    assert len(refusals(text.rstrip("]\n"), "json")) == 1


@pytest.mark.parametrize(
    "broken",
    ["{,}", "{'to': 'x'}", '{"to" "x"}', '{"a": tru}', '{"a": "He said "hi" to"}', "5", "null", '"x"', "[1]"],
)
def test_a_broken_item_is_refused_and_those_around_it_are_taken(broken: str) -> None:
    text = f"[{json.dumps(drafts(1)[0])},\n{broken},\n{json.dumps(drafts(2)[1])}]"
    first, second, third = read(text, "json")
    assert isinstance(first, Ready)
    assert isinstance(third, Ready)
    assert isinstance(second, Refusal)
    assert second.line == 2
    assert second.raw.strip() == broken.encode()


def test_a_quotation_mark_too_few_costs_one_item_where_lines_are_kept() -> None:
    text = '[\n{"to": "a@example.com, "body": "x"},\n' + json.dumps(DRAFT) + "\n]"
    first, second = read(text, "json")
    assert isinstance(first, Refusal)
    assert isinstance(second, Ready)


def test_a_broken_line_costs_one_line() -> None:
    text = f"{json.dumps(DRAFT)}\n{{broken\n\n{json.dumps(DRAFT)}"
    first, second, third = read(text, "jsonl")
    assert isinstance(first, Ready)
    assert isinstance(third, Ready)
    assert isinstance(second, Refusal)
    assert second.sentence.startswith("Line 2: not JSON")


def test_what_follows_the_list_is_not_lost_in_silence() -> None:
    text = json.dumps(drafts(1)) + json.dumps(drafts(2))
    *_, last = read(text, "json")
    assert isinstance(last, Refusal)
    assert last.raw == json.dumps(drafts(2)).encode()


@pytest.mark.parametrize("depth", [30, 1_000, 100_000])
def test_nesting_without_end_is_refused_or_kept_but_never_followed(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    text = f'[{{"to": "a@example.com", "body": "x", "deep": {deep}}}, {json.dumps(DRAFT)}]'
    first, second = read(text, "json")
    assert isinstance(second, Ready)
    assert isinstance(first, Ready) == (depth == 30)


def test_a_file_of_brackets_alone_is_said_to_hold_no_draft() -> None:
    assert refusals("[" * 300_000, "json")
    assert refusals('{"a":' * 300_000, "json")
    assert refusals("[" + "{" * 300_000, "json")


def test_numbers_that_are_none_and_characters_that_are_half_are_kept_apart() -> None:
    item = (
        '{"to": "a@example.com", "body": "half \\ud83d, nul \\u0000, whole \\ud83d\\ude00", '
        f'"big": {"9" * 5000}, "nan": NaN, "inf": [-Infinity, 1e999], "key\\u0000\\udead": 1}}'
    )
    (proposal,) = proposals(item, "json")
    assert proposal.content.body_text == "half \ufffd, nul , whole 😀"
    json.dumps(proposal.context, allow_nan=False).encode()
    assert proposal.notes
    for field in ("score", "priority"):
        (refusal,) = refusals(f'{{"to": "a@example.com", "body": "x", "{field}": NaN}}', "json")
        assert (refusal.field, refusal.reason) == (field, "not a number")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_encoding_that_programs_write_is_read(encoding: str) -> None:
    text = json.dumps({**DRAFT, "subject": "Grüße aus Köln"}, ensure_ascii=False)
    (proposal,) = proposals(text.encode(encoding), "json")
    assert proposal.content.subject == "Grüße aus Köln"


def test_a_bad_byte_among_good_ones_is_replaced_and_noted() -> None:
    data = json.dumps({**DRAFT, "subject": "Grüße aus Köln über alles"}, ensure_ascii=False).encode()
    (proposal,) = proposals(data.replace(b"Doors", b"").replace(b"alles", b"\xff\xfe"), "json")
    assert proposal.content.subject == "Grüße aus Köln über \ufffd\ufffd"
    assert any("Broken characters" in note for note in proposal.notes)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "It is empty."),
        (b" \n ", "It is empty."),
        (b"hello", "It is not JSON"),
        (b"\x00\x01", "It is not JSON"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(data: bytes, sentence: str) -> None:
    for form in ("json", "jsonl"):
        with pytest.raises(FileProblem, match=sentence):
            read(data, form)


def test_a_draft_of_more_than_25_mb_is_refused_with_its_size(tmp_path: Path) -> None:
    (refusal,) = refusals(json.dumps({**DRAFT, "body_text": "x" * 26_300_000}), "json")
    assert refusal.reason == "the draft is 25.1 MB; at most 25 MB are taken"
    (refusal,) = refusals(json.dumps({**DRAFT, "subject": "x" * 999}), "json")
    assert refusal.field == "subject"
    (refusal,) = refusals(json.dumps({**DRAFT, "to": [f"p{n}@example.com" for n in range(101)]}), "json")
    assert refusal.reason == "101 recipients; at most 100 are taken"

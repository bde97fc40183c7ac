"""The first look at a file: its first items, where its fields lie, and what they probably are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outtray.intake.files import ImportOptions
from outtray.intake.preview import Preview, preview
from outtray.model.errors import UsageError
from tests.intake.files import DRAFT, crm_export, mbox


def look(folder: Path, name: str, data: str | bytes, **options: object) -> Preview:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return preview(path, ImportOptions(**options))  # type: ignore[arg-type]


def test_a_file_in_our_own_shape_needs_no_mapping(tmp_path: Path) -> None:
    found = look(tmp_path, "a.json", json.dumps([DRAFT] * 9))
    assert (found.name, found.format, found.problem) == ("a.json", "json", None)
    assert len(found.items) == 5
    assert found.items[0].place == "Item 1"
    assert found.items[0].fields["to"] == "Ada <ada@example.com>"
    assert found.direct == {"to", "subject", "body_text"}
    assert found.proposed == {}


def test_of_a_crms_export_the_fields_are_guessed_and_the_guess_works(tmp_path: Path) -> None:
    text = crm_export(20)
    found = look(tmp_path, "crm.json", text)
    assert set(found.arrays) == {"paging.facets", "data.results"}
    chosen = look(tmp_path, "crm.json", text, items="data.results")
    assert chosen.proposed is not None
    assert chosen.proposed == {
        "to": "properties.contact.emails[0].address",
        "body_text": "ai.draft",
        "recipient_name": "properties.contact.name",
        "company_name": "properties.company.name",
    }
    examples = {path.path: path.example for path in chosen.paths}
    assert examples["ai.draft"].endswith("[Your Name]")
    mapped = look(tmp_path, "crm.json", text, items="data.results", map=dict(chosen.proposed))
    assert [item.problem for item in mapped.items] == [None] * 5


def test_a_table_without_the_columns_of_a_draft_still_shows_its_rows(tmp_path: Path) -> None:
    found = look(tmp_path, "a.csv", "Mail;Text\na@example.com;Hello\nnobody;Bye\n")
    assert found.problem is not None
    assert "No column is named to" in found.problem
    assert [path.path for path in found.paths] == ["Mail", "Text"]
    assert found.proposed == {"to": "Mail", "body_text": "Text"}
    mapped = look(tmp_path, "a.csv", "Mail;Text\na@example.com;Hello\nnobody;Bye\n", map=found.proposed)
    assert mapped.problem is None
    assert [item.problem for item in mapped.items] == [None, "Field “Mail”: not an address."]


def test_the_beginning_of_a_large_file_is_enough(tmp_path: Path) -> None:
    items = ", ".join(json.dumps({**DRAFT, "body_text": "x" * 1000}) for _ in range(12_000))
    found = look(tmp_path, "a.json", f'{{"rows": [{items}], "other": [{json.dumps(DRAFT)}]}}')
    assert (found.problem, found.arrays, len(found.items)) == (None, ("rows",), 5)
    assert len(look(tmp_path, "a.mbox", b"".join(mbox(1))).items) == 5


@pytest.mark.parametrize("data", [b"", b"\x00", b"{", b"[[[", b"\xff" * 40, b"PK\x03\x04"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.eml", "a.mbox", "a"])
def test_anything_can_be_looked_at(tmp_path: Path, name: str, data: bytes) -> None:
    found = look(tmp_path, name, data)
    assert found.problem or found.items
    assert preview(tmp_path / "none", ImportOptions()).problem == "There is no such file."
    assert preview(tmp_path, ImportOptions()).problem == "It is a folder; name the files in it."


def test_a_brace_that_names_no_field_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        look(tmp_path, "a.json", json.dumps(DRAFT), set={"subject": "{x}"})

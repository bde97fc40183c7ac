"""What was refused is kept with place, reason and bytes, tried again, or written out to be mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import import_paths
from outtray.intake.retry import export_refused, forget_refused, retry_refused
from outtray.model.errors import OuttrayError
from outtray.review.decide import discard, restore
from outtray.store.refused import RefusedInput, refused_count, refused_inputs
from tests.fakes.desks import make_desk
from tests.intake.files import DRAFT, take


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path)
    yield opened
    opened.close()


def kept(desk: Desk) -> list[RefusedInput]:
    with desk.store.read() as connection:
        return refused_inputs(connection)


def test_a_refused_item_is_kept_with_its_bytes_once_however_often_it_comes(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "drafts.json"
    text = json.dumps([DRAFT, {"to": "nobody", "body": "x"}, {"to": "a@example.com"}])
    outcome = take(desk, file, text)
    again = take(desk, file, text)
    assert list(outcome.kept) == list(again.kept) == [1, 2]
    first, second = kept(desk)
    assert (first.origin, first.item, first.line, first.field) == ("drafts.json", 2, 1, "to")
    assert json.loads(first.raw) == {"to": "nobody", "body": "x"}
    assert second.reason == "no body"
    assert [refusal.kept for refusal in outcome.errors] == [1, 2]


def test_another_mapping_lets_refused_items_in(desk: Desk, tmp_path: Path) -> None:
    rows = "email,work,body\nnobody,a@example.com,x\nb@example.com,,y\nnobody,nowhere,z\n"
    outcome = take(desk, tmp_path / "rows.csv", rows)
    assert outcome.refused == 2
    again = retry_refused(desk, outcome.kept, ImportOptions(map={"to": "work"}, source="crm"))
    assert (again.added, again.refused) == (1, 1)
    assert again.errors[0].sentence == "Row 3, field “work”: not an address."
    (left,) = kept(desk)
    assert (left.item, left.field) == (3, "work")
    forget_refused(desk, [left.id])
    assert kept(desk) == []


def test_the_same_try_again_uses_the_mapping_that_the_item_came_with(desk: Desk, tmp_path: Path) -> None:
    record = {"who": {"mail": "a@example.com"}, "says": "Hello", "key": "k1"}
    options = {"map": {"to": "who.mail", "body_text": "says", "external_id": "key"}, "source": "crm"}
    file = tmp_path / "x.json"
    take(desk, file, json.dumps({"rows": [record]}), **options)
    discard(desk, [1])
    outcome = take(desk, file, json.dumps({"rows": [{**record, "says": "Hello again"}]}), **options)
    assert outcome.refused == 1
    assert retry_refused(desk, outcome.kept).refused == 1
    restore(desk, [1])
    assert retry_refused(desk, outcome.kept).revised == 1
    with desk.store.read() as connection:
        assert refused_count(connection) == 0


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("a.csv", 'email,body\nnobody,"two\nlines"\nnone,x\n', "out.csv"),
        (
            "a.json",
            json.dumps([{"to": "nobody", "body": "x"}, {"to": "none", "body": "y"}], indent=2),
            "out.jsonl",
        ),
        ("a.mbox", "From x\nTo: nobody\n\n>From here\n\nFrom y\nTo: none\n\ny\n", "out.mbox"),
    ],
)
def test_what_was_refused_is_written_out_mended_and_imported(
    desk: Desk, tmp_path: Path, name: str, text: str, target: str
) -> None:
    outcome = take(desk, tmp_path / name, text)
    assert outcome.refused == 2
    (written,) = export_refused(desk, outcome.kept, tmp_path / target)
    mended = written.read_bytes().replace(b"nobody", b"a@example.com").replace(b"none", b"b@example.com")
    written.write_bytes(mended)
    assert import_paths(desk, [written], ImportOptions()).added == 2


def test_items_of_several_formats_go_to_a_file_each(desk: Desk, tmp_path: Path) -> None:
    numbers = [
        *take(desk, tmp_path / "a.csv", "email,body\nnobody,x\n").kept,
        *take(desk, tmp_path / "a.json", '{"to": "nobody", "body": "x"}').kept,
    ]
    written = export_refused(desk, numbers, tmp_path / "refused.csv")
    assert sorted(path.name for path in written) == ["refused.csv", "refused.jsonl"]
    with pytest.raises(OuttrayError, match="can't be written"):
        export_refused(desk, numbers, tmp_path / "nowhere" / "x.csv")

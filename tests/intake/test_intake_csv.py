"""Tables as spreadsheets write them: delimiters, encodings, quoted line ends, rows short and long."""

from __future__ import annotations

import csv
import io

import pytest

from outtray.intake.entries import Ready
from outtray.intake.items import FileProblem
from outtray.intake.outcomes import Refusal
from tests.intake.files import proposals, read, refusals


def table(rows: list[list[str]], delimiter: str = ",", ends: str = "\r\n") -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=ends).writerows(rows)
    return written.getvalue()


ROWS = [
    ["to", "subject", "body_text", "request"],
    ["ada@example.com", "Doors, docks; slots", 'Hello "Ada",\n\nsee | there.\tBye.\n', "What?"],
    ["bo@example.com", "Größe", "Zweite Nachricht", ""],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiter_line_ends_and_encoding_are_found_out(delimiter: str, ends: str, encoding: str) -> None:
    first, second = proposals(table(ROWS, delimiter, ends).encode(encoding), "csv")
    assert first.content.subject == "Doors, docks; slots"
    assert first.content.body_text == 'Hello "Ada",\n\nsee | there.\tBye.\n'
    assert first.request == "What?"
    assert second.content.subject == "Größe"
    assert second.request is None


def test_names_of_columns_are_read_as_people_write_them() -> None:
    text = "E-Mail,Recipient Name,Body\nada@example.com,Ada,Hello\n"
    with pytest.raises(FileProblem, match="E-Mail, recipient_name, body"):
        read(text, "csv")
    (proposal,) = proposals(text, "csv", map={"to": "E-Mail"})
    assert proposal.recipient_name == "Ada"
    assert proposal.context == {}


def test_the_delimiter_that_the_file_names_is_taken() -> None:
    (proposal,) = proposals("sep=;\nto;body\nada@example.com;a,b,c,d\n", "csv")
    assert proposal.content.body_text == "a,b,c,d"


def test_columns_of_one_name_are_told_apart() -> None:
    (proposal,) = proposals("to,body,note,note,,note\na@example.com,x,1,2,3,4\n", "csv")
    assert proposal.context == {"note": "1", "note (2)": "2", "column 5": "3", "note (3)": "4"}


def test_short_rows_lack_fields_and_long_rows_are_refused() -> None:
    text = "to,body,subject\na@example.com,x\nb@example.com,x,y,z\nc@example.com,x,y,,\n\n,,\n"
    first, second, third = read(text, "csv")
    assert isinstance(first, Ready)
    assert isinstance(third, Ready)
    assert isinstance(second, Refusal)
    assert second.sentence == "Row 2: 4 cells, but only 3 columns have names."
    assert second.line == 3


def test_a_refused_row_names_its_place_and_the_column() -> None:
    text = 'email,body\na@example.com,x\n\nnot-an-address,"two\nlines"\nb@example.com,\n'
    first, second = refusals(text, "csv")
    assert first.sentence == "Row 2, field “email”: not an address."
    assert first.line == 4
    assert second.sentence == "Row 3, field “body”: no body."
    assert second.line == 6
    assert first.raw == b'email,body\r\nnot-an-address,"two\nlines"\n'


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    text = 'to,body\na@example.com,"open\nb@example.com,x\nc@example.com,y\n'
    first, second, third = read(text, "csv")
    assert isinstance(first, Refusal)
    assert first.line == 2
    assert isinstance(second, Ready)
    assert isinstance(third, Ready)
    assert refusals('to,body\na@example.com,"cut', "csv")[0].line == 2


def test_several_addresses_in_one_cell_are_several_recipients() -> None:
    (proposal,) = proposals('to,body\n"Ada <a@example.com>; b@example.com",x\n', "csv")
    assert [one.address for one in proposal.content.to] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b",,;\n", "row with the names"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"name,body\nx,y\n", "No column is named to"),
        (b"to,name\na@example.com,y\n", "No column is named body"),
    ],
)
def test_a_table_that_can_hold_no_draft_is_refused_as_a_whole(data: bytes, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        read(data, "csv")


def test_a_column_that_is_mapped_and_not_there_is_refused_as_a_whole() -> None:
    with pytest.raises(FileProblem, match="No column is named “Mail”"):
        read("to,body\na@example.com,x\n", "csv", map={"to": "Mail"})


def test_nul_characters_and_odd_bytes_are_no_reason_to_stop() -> None:
    (proposal,) = proposals(b"to,body,subject\na@example.com,x\x00y,caf\xe9\n", "csv")
    assert proposal.content.body_text == "xy"
    assert proposal.content.subject == "café"

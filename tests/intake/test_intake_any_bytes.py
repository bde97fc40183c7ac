"""Any bytes at all as a file: a sentence, never an error of the program, and nothing lost in silence."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outtray.intake.entries import Ready, ready
from outtray.intake.files import Format, ImportOptions, format_of, read_items
from outtray.intake.items import FileProblem
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Refusal
from tests.fakes.desks import make_desk
from tests.intake.files import DRAFT, take

PIECES = st.sampled_from(
    [
        b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b"\r\n", b"\r", b"\x00", b"\xff\xfe",
        b"\xef\xbb\xbf", b'"to"', b'"a@example.com"', b'"body"', b"to,body\n", b"a@example.com,x\n",
        b"From ", b"From x\n", b";", b"\t", b"To: a@example.com\n", b"\n\n",
        b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"--b--\n", b"NaN",
        b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n", b"=?utf-8?q?=ff?=",
        b"\\ud800", b"1e999", b"\xed\xa0\x80", b"\xc3", b"null", b"-", b"sep=;\n",
        b"Content-Type: text/plain; charset=utf-7\n", b'{"drafts": [',
        b'{"to": "a@example.com", "body": "x"}', b"Subject: \xe9\n", b'"context": ', b"PK\x03\x04",
    ]
)  # fmt: skip
BYTES = st.binary(max_size=300) | st.lists(PIECES | st.binary(max_size=6), max_size=60).map(b"".join)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=20)
    | st.sampled_from(["a@example.com", "Ada <a@example.com>", "a@example.com, b@example.com", "2026-11-30"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*DRAFT, "cc", "reply_to", "references", "attachments", "priority", "score", "context"]
            )
            | st.sampled_from(
                ["send_after", "account", "external_id", "source", "request", "in_reply_to", "x"]
            ),
            inner,
            max_size=8,
        )
    ),
    max_leaves=25,
)


def look(data: bytes, form: Format, **options: Any) -> None:
    """Reads everything, and holds each proposal to what a database and an encoder can take."""
    wanted = ImportOptions(format=form, **options)
    plan = Plan(wanted)
    try:
        for found in read_items(io.BytesIO(data), form, wanted, plan):
            entry = found if isinstance(found, Refusal) else ready(plan, found)
            if isinstance(entry, Ready):
                content = entry.proposal.content
                texts = [content.subject, content.body_text, content.body_html or "", *entry.proposal.notes]
                assert "\x00" not in "".join(texts)
                "".join(texts).encode()
                json.dumps(entry.proposal.context, allow_nan=False).encode()
                assert content.recipients
                entry.item.raw()
            else:
                assert entry.reason
                entry.sentence.encode()
    except FileProblem as problem:
        said = problem.reason
        assert said.encode().endswith(b".")


@pytest.mark.parametrize("form", list(Format))
@settings(max_examples=300, deadline=None)
@given(data=BYTES)
@example(data=b"From \nFrom \nFrom ")
@example(data=b'to,body\n"')
@example(data=b'{"a":{"b":[')
@example(data=b'{"drafts":[}')
@example(data=b'{"drafts":[{"to":1}}]}')
def test_any_bytes_as_a_file_of_any_format(form: Format, data: bytes) -> None:
    look(data, form)
    look(data, form, map={"to": "a.b[0]", "body_text": "body"}, set={"subject": "{to}"})


@settings(max_examples=400, deadline=None)
@given(value=JSON, form=st.sampled_from([Format.JSON, Format.JSON_LINES]), cut=st.integers(0, 400))
def test_any_json_value_and_any_cut_of_it(value: object, form: Format, cut: int) -> None:
    whole = json.dumps([{**DRAFT, "context": value}, value])
    look(whole.encode(), form)
    look(whole.encode()[:cut], form)
    look(json.dumps(value).encode(), form)


@settings(max_examples=200, deadline=None)
@given(data=BYTES, name=st.sampled_from(["a", "a.txt", "a.JSON", "b.eml", ".mbox", "x.csv.bak"]))
def test_a_format_is_found_or_refused_in_a_sentence(data: bytes, name: str) -> None:
    stream = io.BytesIO(data)
    try:
        form = format_of(name, stream)
    except FileProblem as problem:
        said = problem.reason
        assert "none of the formats" in said
    else:
        assert stream.tell() == 0
        look(data, form)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(
        BYTES | JSON.map(lambda value: json.dumps({**DRAFT, "context": value}).encode()), max_size=5
    )
)
def test_what_was_read_can_be_stored(tmp_path: Path, data: list[bytes]) -> None:
    desk = make_desk(tmp_path)
    try:
        for number, one in enumerate(data):
            for form in Format:
                outcome = take(desk, tmp_path / f"{number}.{form}", one)
                assert outcome.total == outcome.added + outcome.known + outcome.revised + outcome.refused
                outcome.as_json()
    finally:
        desk.close()

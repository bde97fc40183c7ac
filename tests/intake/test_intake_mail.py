"""Messages as mail programs leave them, one a file or many in an mbox; what has no place is said."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from outtray.intake.entries import Ready
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import import_paths
from outtray.intake.items import FileProblem
from tests.fakes.desks import make_desk
from tests.intake.files import mbox, proposals, read, refusals

CPYTHON = Path("/usr/lib/python3.11/test/test_email/data")


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Mara Lindqvist <mara@example.org>"
    made["To"] = "Ada Okafor <ada@example.com>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Hello Ada.\n")
    return made


def test_a_message_with_everything_becomes_a_draft() -> None:
    made = message(
        Subject="Größe der Türen",
        Cc="Bo <bo@example.com>, cy@example.com",
        Bcc="dee@example.com",
        Reply_To="Desk <desk@example.org>",
        In_Reply_To="<q1@example.com>",
        References="<q0@example.com> <q1@example.com>",
        X_Campaign="spring",
    )
    made.add_alternative("<p>Hello <b>Ada</b>.</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Plan für Ada.pdf")
    (proposal,) = proposals(made.as_bytes(), "eml")
    content = proposal.content
    assert content.subject == "Größe der Türen"
    assert [str(one) for one in content.recipients] == [
        "Ada Okafor <ada@example.com>",
        "Bo <bo@example.com>",
        "cy@example.com",
        "dee@example.com",
    ]
    assert str(content.reply_to) == "Desk <desk@example.org>"
    assert content.in_reply_to == "<q1@example.com>"
    assert content.references == ("<q0@example.com>", "<q1@example.com>")
    assert content.body_text == "Hello Ada.\n"
    assert content.body_html == "<p>Hello <b>Ada</b>.</p>\n"
    assert [one.filename for one in content.attachments] == ["Plan für Ada.pdf"]
    assert proposal.context["headers"]["X-Campaign"] == "spring"
    assert proposal.notes == ("The sender is the account that it leaves from; the message named its own.",)


def test_pictures_of_the_html_keep_the_name_it_shows_them_by() -> None:
    made = message(Subject="Picture")
    made.add_alternative('<img src="cid:one@example.org">', subtype="html")
    html = list(made.iter_parts())[1]
    assert isinstance(html, EmailMessage)
    html.add_related(b"GIF89a", "image", "gif", cid="<one@example.org>", filename="one.gif")
    (proposal,) = proposals(made.as_bytes(), "eml")
    assert proposal.content.attachments[0].content_id == "one@example.org"


def test_names_in_headers_are_decoded_behind_the_address_list_is_parsed() -> None:
    data = (
        b"To: =?utf-8?q?Okafor=2C_Ada?= <ada@example.com>, =?iso-8859-1?q?Bj=F6rn?= <bo@example.com>\n"
        b"Subject: =?utf-8?b?R3LDvMOfZQ==?= =?utf-8?q?_von_?=\n =?utf-8?q?uns?=\n\nHello\n"
    )
    (proposal,) = proposals(data, "eml")
    assert [one.display_name for one in proposal.content.to] == ["Okafor, Ada", "Björn"]
    assert proposal.content.subject == "Grüße von uns"


def test_raw_bytes_in_headers_and_body_are_read_as_what_they_mean() -> None:
    data = "To: Björn <bo@example.com>\nSubject: Grüße\n\nSchöne Grüße\n"
    for encoding in ("utf-8", "cp1252"):
        (proposal,) = proposals(data.encode(encoding), "eml")
        assert proposal.content.to[0].display_name == "Björn"
        assert proposal.content.subject == "Grüße"
        assert proposal.content.body_text == "Schöne Grüße\n"


def test_what_a_draft_has_no_place_for_is_kept_as_a_file_and_said() -> None:
    inner = message(Subject="What was forwarded")
    made = message(Subject="Forward")
    made.add_attachment(inner)
    made.attach(message(Subject="No file, and no name"))
    (proposal,) = proposals(made.as_bytes(), "eml")
    assert b"What was forwarded" in proposal.attachments[0].content
    assert any("kept as the attachment" in note for note in proposal.notes)


def test_a_text_in_another_character_set_than_it_says_is_read_and_noted() -> None:
    data = b"To: a@example.com\nContent-Type: text/plain; charset=klingon\n\ncaf\xc3\xa9\n"
    (proposal,) = proposals(data, "eml")
    assert proposal.content.body_text == "café\n"
    data = b"To: a@example.com\nContent-Type: text/plain; charset=utf-8\n\ncaf\xe9\n"
    (proposal,) = proposals(data, "eml")
    assert any("character set" in note for note in proposal.notes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no headers at all\n\njust words\n", "it has no headers, so it is no message"),
        (b"To: a@example.com\nContent-Type: multipart/mixed\n\nx\n", "several parts"),
        (b"Subject: x\n\nbody\n", "no recipient"),
        (b"To: nobody\n\nbody\n", "not an address"),
        (b"To: a@example.com\n\n", "no body"),
    ],
)
def test_what_makes_no_draft_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    (refusal,) = refusals(data, "eml")
    assert reason in refusal.reason
    assert refusal.raw == data


def test_parts_within_parts_without_end_are_refused() -> None:
    data = b"To: a@example.com\nSubject: deep\n"
    for number in range(2000):
        data += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
    (refusal,) = refusals(data, "eml")
    assert refusal.reason


def test_every_message_of_pythons_own_tests_is_accounted_for(tmp_path: Path) -> None:
    if not CPYTHON.is_dir():
        pytest.skip("Debian's libpython3.11-testsuite is not installed")
    paths = sorted(CPYTHON.glob("msg_*.txt"))
    desk = make_desk(tmp_path)
    outcomes = {path.name: import_paths(desk, [path], ImportOptions(format="eml")) for path in paths}
    desk.close()
    assert len(outcomes) >= 46
    assert all(outcome.total == 1 for outcome in outcomes.values())
    refused = {name: outcome.errors[0] for name, outcome in outcomes.items() if outcome.refused}
    assert all(refusal.reason and refusal.kept for refusal in refused.values())
    assert len(outcomes) - len(refused) >= 20
    # What is refused has no recipient that can be mailed, no body, or no structure; each by hand.
    assert {name for name, refusal in refused.items() if refusal.reason == "not an address"} == {
        "msg_05.txt",
        "msg_15.txt",
        "msg_26.txt",
    }


def test_an_mbox_is_parted_where_messages_begin_and_nowhere_else() -> None:
    data = b"".join(mbox(0.1))
    found = proposals(data, "mbox")
    assert len(found) == data.count(b"\nFrom sender@") + 1
    body = found[2].content.body_text
    assert body == "Hello 3,\n\nFrom here on it is a body.\n\nFrom there on it still is."
    assert found[2].attachments[0].filename == "plan.pdf"


def test_escaped_lines_of_both_kinds_of_mbox_come_back() -> None:
    data = b"From x\nTo: a@example.com\n\n>From one\n>>From two\n> From three\n\n"
    data += b"From y\nTo: b@example.com\n\nz\n"
    first, second = proposals(data, "mbox")
    assert first.content.body_text == "From one\n>From two\n> From three\n"
    assert second.content.body_text == "z\n"


def test_a_message_of_an_mbox_that_is_none_is_refused_by_its_number_and_line() -> None:
    data = b"From x\nTo: a@example.com\n\nx\n\nFrom y Mon Mar  2 09:00:00 2026\n\nwords\n\n"
    data += b"From z\nTo: b@example.com\n\nz\n"
    first, second, third = read(data, "mbox")
    assert isinstance(first, Ready)
    assert isinstance(third, Ready)
    assert second.sentence == "Message 2: it has no headers, so it is no message."  # type: ignore[union-attr]
    assert second.line == 6  # type: ignore[union-attr]


def test_what_is_no_mbox_is_said_to_be_none() -> None:
    with pytest.raises(FileProblem, match="no mbox"):
        read(b"To: a@example.com\n\nx\n", "mbox")
    with pytest.raises(FileProblem, match="empty"):
        read(b"\n\n", "mbox")

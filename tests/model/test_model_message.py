"""The bytes of a message: what goes in comes out at the recipient, and nothing else."""

from __future__ import annotations

import email
import hashlib
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default as reading
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outtray.model.draft import AttachmentInfo, Content
from outtray.model.errors import Refused
from outtray.model.mailboxes import EmailAddress
from outtray.model.message import (
    LIMIT,
    Built,
    MessageTooLarge,
    Unsubscribe,
    approval_digest,
    build_message,
    with_date,
)
from outtray.model.well_formed import one_line, well_formed

SENDER = EmailAddress("mara@example.com", "Mara Lindqvist")
TOKEN = "0123456789abcdef0123456789abcdef"
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=400)
LOCAL = st.text(
    "abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~- \"\\,;<>()@", min_size=1, max_size=60
)
MAILBOX = st.builds(EmailAddress, LOCAL.map(lambda local: f"{local}@example.org"), ANY_TEXT)


def content(**fields: object) -> Content:
    values: dict[str, object] = {
        "to": (EmailAddress("ada@example.org", "Ada Okafor"),),
        "subject": "Cold store",
    }
    return Content(**{**values, "body_text": "Hello.\n", **fields})  # type: ignore[arg-type]


def build(written: Content, blobs: dict[str, bytes] | None = None, **more: object) -> Built:
    return build_message(written, SENDER, TOKEN, (blobs or {}).__getitem__, **more)  # type: ignore[arg-type]


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=reading)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None or part.get_content_subtype() != kind:
        return None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def as_lines(text: str) -> str:
    """What a text part can carry: LF line ends and a last line that is ended."""
    text = well_formed(text).replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def attach(name: str, data: bytes, kind: str = "application/pdf", cid: str | None = None) -> AttachmentInfo:
    return AttachmentInfo(name, kind, len(data), hashlib.sha256(data).hexdigest(), cid)


@given(subject=ANY_TEXT)
def test_any_subject_arrives_as_one_line(subject: str) -> None:
    message = parsed(build(content(subject=subject)).data)
    assert str(message["Subject"]) == one_line(subject) if one_line(subject) else not message["Subject"]
    assert message.keys().count("Bcc") == 0
    assert not message.defects


@given(mailboxes=st.lists(MAILBOX, min_size=1, max_size=5))
def test_any_display_name_and_address_arrive_and_add_no_recipient(mailboxes: list[EmailAddress]) -> None:
    try:
        built = build(content(to=tuple(mailboxes)))
    except Refused:
        assert any(
            "@" not in mailbox.address.rstrip() or not mailbox.local_part.strip() for mailbox in mailboxes
        )
        return
    headers = parsed(built.data)
    # Python's own reader makes one space of several in a phrase, and shows the one between two encoded
    # words, which RFC 2047 (6.2) takes away.
    assert ["".join(address.display_name.split()) for address in headers["To"].addresses] == [
        "".join(one_line(mailbox.display_name).split()) for mailbox in mailboxes
    ]
    assert [address.domain for address in headers["To"].addresses] == ["example.org"] * len(mailboxes)
    assert [key for key in headers.keys() if key.lower() in {"cc", "bcc"}] == []  # noqa: SIM118


@given(text=ANY_TEXT, html=st.none() | ANY_TEXT)
def test_text_and_html_arrive_as_they_were_written(text: str, html: str | None) -> None:
    message = parsed(build(content(body_text=text, body_html=html)).data)
    if text or html is None:
        assert text_of(message, "plain") == as_lines(text)
    if html is not None:
        assert text_of(message, "html") == as_lines(html)


@given(files=st.lists(st.tuples(ANY_TEXT, st.binary(max_size=300)), max_size=4))
def test_attachments_arrive_byte_by_byte_under_their_names(files: list[tuple[str, bytes]]) -> None:
    blobs = {hashlib.sha256(data).hexdigest(): data for _, data in files}
    message = parsed(
        build(content(attachments=tuple(attach(name, data) for name, data in files)), blobs).data
    )
    found = list(message.iter_attachments())
    assert [part.get_content() for part in found] == [data for _, data in files]
    assert [part.get_filename() for part in found] == [
        one_line(name).strip() or "attachment" for name, _ in files
    ]


@given(st.builds(content, subject=ANY_TEXT, body_text=ANY_TEXT, body_html=st.none() | ANY_TEXT))
def test_building_twice_gives_the_same_bytes_in_lines_that_every_server_takes(written: Content) -> None:
    first = build(written)
    assert build(written) == first
    lines = first.data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line or b"\x00" in line for line in lines)
    assert first.data.isascii()


def digest(written: Content, blobs: dict[str, bytes] | None = None, account: str = "mara@example.com") -> str:
    return approval_digest(account, written.thread_id, build(written, blobs).data)


@pytest.mark.parametrize(
    "change",
    [
        {"to": (EmailAddress("ada@example.net", "Ada Okafor"),)},
        {"to": (EmailAddress("ada@example.org", "Ada"),)},
        {"cc": (EmailAddress("cc@example.org"),)},
        {"bcc": (EmailAddress("bcc@example.org"),)},
        {"reply_to": EmailAddress("desk@example.org")},
        {"subject": "Cold storE"},
        {"body_text": "Hello!\n"},
        {"body_html": "<p>Hello.</p>"},
        {"in_reply_to": "<a@example.org>"},
        {"references": ("<a@example.org>",)},
        {"thread_id": "18f2"},
    ],
)
def test_a_change_of_any_part_changes_the_digest(change: dict[str, object]) -> None:
    assert digest(replace(content(), **change)) != digest(content())  # type: ignore[arg-type]


def test_a_changed_attachment_or_another_account_changes_the_digest() -> None:
    blobs = {hashlib.sha256(data).hexdigest(): data for data in (b"one", b"two")}
    versions = [content(), *(content(attachments=(attach("a.pdf", data),)) for data in (b"one", b"two"))]
    digests = [digest(version, blobs) for version in versions]
    digests.append(digest(content(), account="other@example.com"))
    assert len(set(digests)) == 4


def test_another_revision_has_other_names_for_the_same_text() -> None:
    again = build_message(content(), SENDER, "f" * 32, {}.__getitem__)
    first = build(content())
    assert again.message_id != first.message_id
    assert again.delivery_token != first.delivery_token
    assert first.message_id.endswith("@example.com>")


def test_the_date_is_one_line_in_front_and_changes_nothing_else() -> None:
    data = build(content()).data
    dated = with_date(data, "Tue, 24 Nov 2026 14:33:02 +0100")
    assert dated == b"Date: Tue, 24 Nov 2026 14:33:02 +0100\r\n" + data
    with pytest.raises(ValueError, match="Date"):
        with_date(data, "today\r\nBcc: eve@example.org")


@pytest.mark.parametrize(
    "ending", ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\rX: y", "\x00", "\u2028Bcc: e"]
)
def test_a_line_break_in_a_name_or_subject_begins_no_header(ending: str) -> None:
    written = content(subject=f"Hello{ending}", to=(EmailAddress("ada@example.org", f"Ada{ending}"),))
    message = parsed(build(written).data)
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize(
    "address", ["ada@example.org\r\nBcc: eve@example.org", "a\nb@example.org", "@example.org", "ada", "a@b c"]
)
def test_an_address_that_no_header_can_hold_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(Refused) as caught:
        build(content(to=(EmailAddress(address),)))
    assert caught.value.sentence.endswith(".")


def test_international_domains_go_out_as_a_labels_by_the_newer_standard() -> None:
    message = parsed(
        build(content(to=(EmailAddress("ada@faß.example"), EmailAddress("bo@例え.example")))).data
    )
    assert [address.addr_spec for address in message["To"].addresses] == [
        "ada@xn--fa-hia.example",
        "bo@xn--r8jz45g.example",
    ]


def test_letters_before_the_at_sign_that_servers_refuse_are_refused_here() -> None:
    with pytest.raises(Refused, match="before the @"):
        build(content(to=(EmailAddress("zoë@example.org"),)))


def test_blind_recipients_are_named_once_and_nowhere_else() -> None:
    data = build(content(bcc=(EmailAddress("eve@example.org"),))).data
    assert data.count(b"eve@example.org") == 1
    assert getaddresses([str(parsed(data)["Bcc"])]) == [("", "eve@example.org")]


def test_a_picture_that_the_html_shows_goes_with_it_and_others_are_attachments() -> None:
    picture, paper = b"\x89PNG", b"%PDF"
    blobs = {hashlib.sha256(data).hexdigest(): data for data in (picture, paper)}
    files = (attach("logo.png", picture, "image/png", "logo@x"), attach("offer.pdf", paper))
    built = build(content(body_html='<img src="cid:logo%40x">', attachments=files), blobs)
    message = parsed(built.data)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "nonsense", "", "a/b\r\nX: y"])
def test_a_file_of_a_type_that_can_not_be_carried_arrives_as_plain_bytes(kind: str) -> None:
    data = b"From: x\n\n\xff"
    built = build(content(attachments=(attach("x", data, kind),)), {hashlib.sha256(data).hexdigest(): data})
    (part,) = parsed(built.data).iter_attachments()
    assert part.get_payload(decode=True) == data
    assert part["X"] is None


def test_a_reply_names_what_it_answers_and_junk_is_left_out() -> None:
    many = tuple(f"<{number}.{'x' * 60}@example.org>" for number in range(40))
    message = parsed(build(content(in_reply_to="<a@example.org> junk", references=("no id", *many))).data)
    assert message["In-Reply-To"] == "<a@example.org>"
    assert message["References"].split() == list(many)


def test_one_click_unsubscribing_is_offered_where_it_is_set() -> None:
    both = Unsubscribe("mailto:mara@example.com?subject=unsubscribe", "https://example.com/u/1")
    message = parsed(build(content(), list_unsubscribe=both).data)
    assert (
        message["List-Unsubscribe"]
        == "<mailto:mara@example.com?subject=unsubscribe>, <https://example.com/u/1>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with pytest.raises(Refused):
        build(content(), list_unsubscribe=Unsubscribe("javascript:alert(1)"))


def test_a_message_over_gmails_limit_says_how_large_it_is() -> None:
    size = 23 * 1024 * 1024
    huge = replace(attach("a.bin", b""), size=size)
    with pytest.raises(MessageTooLarge) as caught:
        build(content(attachments=(huge,)))
    assert caught.value.sentence == "The message is 31 MB; Gmail takes 25 MB."
    with pytest.raises(MessageTooLarge):
        build(content(body_text="x" * (LIMIT + 1)))

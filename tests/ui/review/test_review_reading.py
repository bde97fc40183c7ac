"""Reading: the parts, where it goes, links, files, texts of all kinds, and drafts that change meanwhile."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from outtray.desk import Desk
from outtray.model.draft import Attachment, AttachmentInfo
from outtray.model.errors import OuttrayError
from outtray.model.events import SYSTEM
from outtray.model.mailboxes import EmailAddress
from outtray.store.proposals import revise, withdraw
from outtray.ui.review.attachments import private_copy, runs, safe_name
from outtray.ui.review.message_parts import Part, parts_of, says_no_more
from tests.fakes.desks import make_proposal, propose
from tests.ui.review.conftest import MakeReviewer, Reviewer

SHORT = {"body_text": "Hello,\n\nyes, we can.\n"}


def meet(kind: str, then: Callable[[QDialog], object]) -> list[str]:
    """Does something with the dialog of this object name once it is open, then closes it."""
    met: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog.objectName() == kind:
            timer.stop()
            timer.deleteLater()
            met.append(kind)
            then(dialog)
            dialog.reject()

    timer = QTimer(QApplication.instance(), interval=5)
    timer.timeout.connect(look)
    timer.start()
    return met


def _words(dialog: QDialog) -> str:
    shown = dialog.findChild(QPlainTextEdit, "linkAddress")
    assert shown is not None
    return shown.toPlainText()


def lines(desk: Reviewer) -> list[str]:
    """What the box above the message says, line by line."""
    from PySide6.QtWidgets import QWidget

    return [
        widget.accessibleName()
        for widget in desk.find("destination").findChildren(QWidget)
        if widget.isVisible() and widget.accessibleName() and hasattr(widget, "line")
    ]


def test_every_recipient_stands_there_with_the_true_address(review: MakeReviewer) -> None:
    desk = review(
        {
            "to": [
                EmailAddress("ada@example.com", "Ada"),
                EmailAddress("evil@example.org", "ada@example.com"),
            ],
            "cc": ["bo@example.com"],
            "bcc": ["archive@example.net"],
            "reply_to": "else@example.net",
            **SHORT,
        }
    )
    said = "\n".join(lines(desk))
    for address in ("ada@example.com", "evil@example.org", "bo@example.com", "archive@example.net"):
        assert address in said
    assert "First contact" in said
    assert "Replies to" in said
    assert "Another domain" in said


def test_a_look_alike_domain_is_spelled_as_the_network_does(review: MakeReviewer) -> None:
    desk = review({"to": "ada@еxample.com", **SHORT})
    assert "xn--xample-2of.com" in "\n".join(lines(desk))


def test_a_long_address_is_never_cut(review: MakeReviewer) -> None:
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example.com"
    desk = review({"to": address, **SHORT}, size=(1300, 900))
    assert any(address in line for line in lines(desk))


def test_more_than_six_recipients_are_counted(review: MakeReviewer) -> None:
    desk = review({"to": [f"person{number}@example.com" for number in range(34)], **SHORT})
    assert len([line for line in lines(desk) if "person" in line]) == 34
    assert "34 recipients" in desk.find("decisionBar").words


def test_the_pane_says_when_it_leaves_and_what_is_used(review: MakeReviewer) -> None:
    desk = review(SHORT)
    said = "\n".join(lines(desk))
    assert "0 of 20 today" in said
    assert "undo window" in said


@pytest.mark.parametrize("markup", [None, "<p>" + "</p><p>".join(f"Line {n}" for n in range(60)) + "</p>"])
def test_a_message_is_shown_from_its_beginning_wherever_the_focus_goes(
    review: MakeReviewer, markup: str | None
) -> None:
    text = "\n\n".join(f"Line {number}" for number in range(60))
    desk = review({"body_text": text, "body_html": markup}, size=(700, 560))
    desk.keys(Qt.Key.Key_Return)
    body = desk.find("messageBody")
    assert body.hasFocus()
    assert body.textCursor().position() == 0
    body.ensureCursorVisible()
    desk.settle()
    assert body.verticalScrollBar().value() == 0
    assert body.verticalScrollBar().maximum() > 0
    desk.keys("a")
    assert desk.status(1) == "pending"


def test_v_goes_round_the_parts(review: MakeReviewer) -> None:
    desk = review({"body_text": "Hello Ada", "body_html": "<p>Hello <b>Ada</b></p><!-- secret -->"})
    assert desk.body == "Hello Ada"
    desk.keys("v")
    assert "secret" in desk.body
    desk.keys("v")
    desk.qtbot.waitUntil(lambda: "Content-Type: multipart/alternative" in desk.body)
    assert "X-Outtray-Delivery" in desk.body
    desk.keys("v")
    assert desk.body == "Hello Ada"


def test_nothing_is_fetched_for_a_page(review: MakeReviewer, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(b"\x89PNG")
    desk = review({"body_html": f'<p>Hi</p><img src="{picture}"><img src="http://example.com/a.png">'})
    body = desk.find("messageBody")
    for name in (str(picture), picture.as_uri(), "http://example.com/a.png"):
        assert body.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name)).width() == 1


def test_a_link_is_shown_whole_before_it_is_opened(
    review: MakeReviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = review({"body_html": '<p><a href="https://evil.example.org/x?y=1">example.com</a></p>'})
    shown: list[str] = []
    met = meet("linkDialog", lambda dialog: shown.append(_words(dialog)))
    desk.find("messageBody").anchorClicked.emit(QUrl("https://evil.example.org/x?y=1"))
    assert met == ["linkDialog"]
    assert shown == ["https://evil.example.org/x?y=1"]


def test_an_address_in_plain_text_is_a_link(review: MakeReviewer) -> None:
    desk = review({"body_text": "See https://example.com/a, please."})
    cursor = desk.find("messageBody").document().find("example")
    assert cursor.charFormat().anchorHref() == "https://example.com/a"


def test_a_file_is_opened_only_after_a_question(review: MakeReviewer) -> None:
    file = Attachment("price list.pdf", "application/pdf", b"%PDF-1.4")
    desk = review({"attachments": [file], **SHORT})
    met = meet("attachmentDialog", lambda dialog: None)
    (row,) = desk.seen("Open price list.pdf")
    desk.click(row)
    assert met == ["attachmentDialog"]


@pytest.mark.parametrize(
    "name", ["a.exe", "a.pdf.js", "photo.png.scr ", "run.sh", "x.docm", "a.lnk", "page.html", "a.desktop"]
)
def test_what_can_run_is_marked(name: str) -> None:
    assert runs(AttachmentInfo(name, "application/octet-stream", 1, ""))
    assert not runs(AttachmentInfo("a.pdf", "application/pdf", 1, ""))
    assert runs(AttachmentInfo("a.pdf", "application/pdf", 1, ""), b"MZ\x90")


def test_a_copy_is_for_this_user_alone_and_bears_our_name() -> None:
    copied = private_copy(AttachmentInfo("../../.bashrc", "application/pdf", 4, ""), b"%PDF")
    assert copied.name == "attachment.pdf"
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert stat.S_IMODE(copied.parent.stat().st_mode) == 0o700
    with pytest.raises(OuttrayError):
        private_copy(AttachmentInfo("a.pdf", "application/x-msdownload", 1, ""), b"MZ")


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("", "attachment"),
        ("a\u202efdp.exe", "a_fdp.exe"),
    ],
)
def test_a_suggested_name_has_no_folders_and_no_tricks(name: str, suggested: str) -> None:
    assert safe_name(name) == suggested


def test_text_from_right_to_left_is_shown_so(review: MakeReviewer) -> None:
    desk = review({"subject": "שלום", "body_text": "שלום עליכם\n\nHello\n"})
    assert desk.subject == "שלום"
    document = desk.find("messageBody").document()
    assert document.begin().textDirection() is Qt.LayoutDirection.RightToLeft
    assert document.lastBlock().previous().textDirection() is Qt.LayoutDirection.LeftToRight


def test_a_changed_draft_keeps_its_old_text_until_the_new_one_was_shown(review: MakeReviewer) -> None:
    desk = review({"source": "form-leads", "external_id": "1", "body_text": "Old text"})
    changed = make_proposal(source="form-leads", external_id="1", body_text="New text")
    desk.desk.store.write(lambda transaction: revise(transaction, 1, changed))
    desk.settle()
    assert desk.body == "Old text"
    assert desk.find("messageNotice").words == "form-leads changed this"
    desk.keys("a")
    assert desk.status(1) == "pending"
    desk.press("Show")
    assert desk.body == "New text"
    desk.keys("a")
    assert desk.status(1) == "approved"


def test_a_withdrawn_draft_stays_open_and_can_not_be_decided(review: MakeReviewer) -> None:
    desk = review({"source": "form-leads", "subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.desk.store.write(lambda transaction: withdraw(transaction, 1))
    desk.settle()
    assert desk.subject == "First"
    assert "Withdrawn by form-leads" in desk.find("messageNotice").words
    desk.keys("a", "r", "e")
    assert desk.status(1) == "withdrawn"
    assert not desk.find("reject").isEnabled()
    desk.keys("j")
    assert desk.subject == "Second"
    assert len(desk.rows) == 1


def test_what_the_operator_took_back_needs_no_reason() -> None:
    from outtray.review.edit import VOIDED
    from outtray.ui.review.open_draft import OWN_REASONS

    assert {VOIDED} == OWN_REASONS


def test_a_message_that_came_back_says_why(review: MakeReviewer) -> None:
    from outtray.store.outbox import latest_delivery, take_back
    from tests.fakes.desks import approve

    def bring_back(made: Desk) -> None:
        approve(made, 1)
        with made.store.read() as connection:
            delivery = latest_delivery(connection, 1)
        assert delivery is not None
        made.store.write(lambda transaction: take_back(transaction, delivery.id, "Ada replied.", SYSTEM))

    desk = review(SHORT, prepare=bring_back)
    assert desk.find("messageNotice").words == "Back in review: Ada replied."


def test_new_drafts_wait_behind_the_pill(review: MakeReviewer) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT})
    desk.keys("j")
    propose(desk.desk, subject="Third", priority=90, **SHORT)
    desk.settle()
    assert len(desk.rows) == 2
    assert desk.subject == "Second"
    assert desk.seen("1 new draft")
    desk.keys(".")
    assert len(desk.rows) == 3
    assert "Third" in desk.rows[0]
    assert desk.subject == "Second"


def test_an_empty_list_takes_new_drafts_in_by_itself(review: MakeReviewer) -> None:
    desk = review()
    assert desk.seen("Nothing waits for you.")
    propose(desk.desk, subject="First", **SHORT)
    desk.settle()
    assert desk.subject == "First"
    assert QApplication.focusWidget() is desk.find("drafts")


def test_search_finds_as_it_is_typed_and_says_where_nothing_is(review: MakeReviewer) -> None:
    desk = review(
        {"subject": "Cold store", "body_text": "antenna"}, {"subject": "Dock hours", "body_text": "quarry"}
    )
    for query in ("a", "ant", "antenn"):
        desk.screen.search(query)
    desk.settle()
    assert [row.split(", ")[1] for row in desk.rows] == ["Cold store"]
    desk.screen.search("rota")
    desk.settle()
    assert desk.seen("No draft matches “rota”.")
    desk.screen.search("")
    desk.settle()
    assert len(desk.rows) == 2


def test_what_is_decided_leaves_the_rows_that_were_found(review: MakeReviewer) -> None:
    desk = review({"subject": "A", "body_text": "antenna"}, {"subject": "B", "body_text": "antenna"}, SHORT)
    desk.screen.search("antenna")
    desk.settle()
    assert len(desk.rows) == 2
    desk.keys("a")
    assert len(desk.rows) == 1


def test_search_in_all_mailboxes(review: MakeReviewer) -> None:
    from outtray.review.decide import discard

    desk = review({"body_text": "antenna"}, SHORT, prepare=lambda made: discard(made, [1]))
    desk.screen.search("antenna")
    desk.settle()
    assert not desk.rows
    desk.press("Search all mailboxes")
    assert len(desk.rows) == 1
    assert "discarded" in desk.rows[0]


def test_why_says_what_was_asked_and_every_field(review: MakeReviewer) -> None:
    desk = review(
        {"request": "Can you book doors?", "context": {"model": "writer 3", "deep": {"er": [1, 2]}}, **SHORT}
    )
    panel = desk.find("whyPanel")
    assert panel.isVisible()
    from PySide6.QtWidgets import QLabel

    def said() -> list[str]:
        return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]

    desk.qtbot.waitUntil(lambda: "Can you book doors?" in said())
    desk.press("All fields")
    assert desk.find("fields").topLevelItemCount() >= 4
    desk.keys("i")
    assert not panel.isVisible()


@pytest.mark.parametrize(
    ("text", "markup", "needed"),
    [
        ("Hello Ada", "<h1>News</h1><p>Hello Ada</p>", False),
        ("Pay 2", "<p>Pay 1</p>", True),
        ("pay Ada not Bo", "<p>pay Bo not Ada</p>", True),
        ("See https://a.example.com/x", '<p>See <a href="https://a.example.com/x">this</a></p>', False),
        ("See https://b.example.com/x", '<p>See <a href="https://a.example.com/x">this</a></p>', True),
    ],
)
def test_a_text_part_is_read_only_where_it_says_more(text: str, markup: str, needed: bool) -> None:
    from outtray.model.html_content import read_html

    html = read_html(markup)
    assert says_no_more(text, html) is not needed
    content = make_proposal(body_text=text, body_html=markup).content
    assert (Part.TEXT in parts_of(content, html).needed) is needed


@pytest.mark.parametrize("size", [(1440, 900), (1200, 800), (1000, 712), (700, 560)])
def test_the_review_works_at_every_width(review: MakeReviewer, size: tuple[int, int]) -> None:
    desk = review({"subject": "First", **SHORT}, {"subject": "Second", **SHORT}, size=size)
    desk.keys(Qt.Key.Key_Return)
    assert desk.find("approve").isVisible()
    desk.keys("a")
    assert desk.status(1) == "approved"

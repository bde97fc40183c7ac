"""The body of a message: nothing is fetched from disk or net, findings stand where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QUrl
from PySide6.QtGui import QColor, QFont, QImage, QTextDocument
from pytestqt.qtbot import QtBot

from outtray.ui.review.body_view import BodyView, Mark, decode_image, units

IMAGE = QTextDocument.ResourceType.ImageResource.value
STYLE = QTextDocument.ResourceType.StyleSheetResource.value
FONT = QFont()


def png(width: int = 3, height: int = 3) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def view(qtbot: QtBot) -> BodyView:
    made = BodyView()
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    return made


@pytest.mark.parametrize(
    "name",
    ["file:///{}", "{}", "/{}", "data:image/png;base64,iVBORw0KGgo=",
     "http://example.com/a.png", "//example.com/a.png",
     "\\\\example\\share\\a.png", "cid:other", "qrc:/a.png", ":/a.png", ""],
)  # fmt: skip
@pytest.mark.parametrize("kind", [1, 2, 3, 4, 100])
def test_nothing_but_a_part_of_the_message_is_loaded(
    view: BodyView, tmp_path: Path, name: str, kind: int
) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(png(40, 40))
    loaded = view.loadResource(kind, QUrl(name.format(picture)))
    assert loaded is not None
    if isinstance(loaded, QImage):
        assert (loaded.width(), loaded.height()) == (1, 1)
    else:
        assert loaded == " "


def test_a_local_picture_named_in_the_markup_is_not_on_the_page(view: BodyView, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(png(40, 40))
    for name in (picture.as_uri(), str(picture), f"../{picture.name}"):
        view.show_html(f'<img src="{name}">', {}, FONT, 22)
        loaded = view.document().resource(IMAGE, QUrl(name))
        assert not isinstance(loaded, QImage) or loaded.width() == 1


def test_a_picture_of_the_message_itself_is_shown(view: BodyView) -> None:
    view.show_html('<img src="cid:logo">', {"logo": png(7, 5)}, FONT, 22)
    assert view.loadResource(IMAGE, QUrl("cid:logo")).size().width() == 7


def test_style_sheets_are_never_read(view: BodyView) -> None:
    assert view.loadResource(STYLE, QUrl("file:///etc/passwd")) == " "


def test_a_page_can_not_be_left(view: BodyView) -> None:
    view.show_text("Hello", FONT, 22)
    view.setSource(QUrl("file:///etc/hostname"))
    assert view.toPlainText() == "Hello"


def test_huge_or_odd_pictures_are_not_decoded() -> None:
    assert decode_image(b"<svg/>").width() == 1
    assert decode_image(b"").width() == 1
    assert decode_image(png(2001, 1)).width() == 1
    assert decode_image(png(20, 10)).width() == 20


def test_plain_text_is_no_markup(view: BodyView) -> None:
    view.show_text("<b>bold</b> & more", FONT, 22)
    assert view.toPlainText() == "<b>bold</b> & more"


def test_a_finding_is_marked_where_it_stands_behind_emoji_and_line_ends(view: BodyView) -> None:
    text = "Dear 👩‍👩‍👧 all,\r\n\r\nwe guarantee it"
    shown = text.replace("\r\n", "\n")
    start = shown.index("guarantee")
    view.show_text(text, FONT, 22)
    view.mark([Mark(1, start, start + 9, "guarantee", "warn", current=True)], lambda name: QColor("red"))
    (selection,) = view.extraSelections()
    assert selection.cursor.selectedText() == "guarantee"


def test_a_finding_in_the_html_is_marked_by_its_words(view: BodyView) -> None:
    view.show_html("<p>we <b>guarantee</b> it</p>", {}, FONT, 22)
    view.mark([Mark(1, 3, 12, "guarantee", "warn", current=False)], lambda name: QColor("red"))
    (selection,) = view.extraSelections()
    assert selection.cursor.selectedText() == "guarantee"


def test_the_end_of_a_long_text_is_seen_only_when_it_was_on_the_screen(view: BodyView, qtbot: QtBot) -> None:
    view.show_text("\n".join(f"Line {number}" for number in range(100)), FONT, 22)
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    assert not view.at_end
    assert view.lines_below > 50
    with qtbot.waitSignal(view.end_seen):
        while view.read_on():
            pass
    assert view.at_end


def test_a_link_is_asked_for_and_never_opened(view: BodyView, qtbot: QtBot) -> None:
    view.show_html('<a href="https://example.com/x">words</a>', {}, FONT, 22)
    with qtbot.waitSignal(view.link_asked) as asked:
        view.anchorClicked.emit(QUrl("https://example.com/x"))
    assert asked.args == ["https://example.com/x"]
    assert "words" in view.toPlainText()


def test_lengths_are_counted_as_qt_does() -> None:
    assert units("a👩b") == 4

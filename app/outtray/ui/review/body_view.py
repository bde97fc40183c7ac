"""Shows one part of a message and nothing else: no network, no file, no link opened by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QImageReader,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

_WIDEST = 680  # pixels, about 76 characters of the body's font
_LARGEST_IMAGE = QSize(2_000, 2_000)
_PIECES = re.compile(r"^>.*$|https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]", re.IGNORECASE | re.MULTILINE)
_STRETCH = 60_000  # characters of a text that are laid out at once
_IMAGE_FORMATS = {b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding in the text: code points `start` to `end` of it, or where `excerpt` stands."""

    number: int
    start: int | None
    end: int | None
    excerpt: str
    token: str
    current: bool


@dataclass(frozen=True, slots=True)
class TextLook:
    """The colours of a plain text's links and of lines that quote an earlier mail."""

    link: QColor
    quote: QColor

    def shape(self, kind: str, text: str) -> QTextCharFormat:
        """How `_dressed` words of a kind are drawn."""
        shape = QTextCharFormat()
        if kind == "quote":
            shape.setForeground(self.quote)
        elif kind == "link":
            shape.setAnchor(True)
            shape.setAnchorHref(text)
            shape.setForeground(self.link)
            shape.setFontUnderline(True)
        return shape


def nothing() -> QImage:
    """One transparent point: what stands for every picture that is not shown."""
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    return image


class BodyView(QTextBrowser):
    """The body of a message. Text is set as text; HTML only after `model.html_content` has cleaned it."""

    link_asked = Signal(str)
    link_hovered = Signal(str)
    end_seen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.anchorClicked.connect(lambda address: self.link_asked.emit(address.toString()))
        self.highlighted.connect(lambda address: self.link_hovered.emit(address.toString()))
        self.verticalScrollBar().valueChanged.connect(self._look_for_end)
        self.verticalScrollBar().rangeChanged.connect(self._look_for_end)
        self._images: Mapping[str, bytes] = {}
        self._decoded: dict[str, QImage] = {}
        self._text = ""
        self._shown = 0
        self._look: TextLook | None = None
        self._numbers: list[tuple[QTextCursor, int, QColor]] = []
        self._line_height = 22.0
        self.number_font = self.font()

    # What is shown.

    def show_text(self, text: str, font: QFont, line_height: float, look: TextLook | None = None) -> None:
        """Shows plain text in `font`; nothing in it is markup.

        Of a huge text the beginning stands there at once, the rest follows as it is read.
        """
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._look = look
        self._begin(font, line_height)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockFormat(self._spacing())
        cursor.setCharFormat(QTextCharFormat())
        self._shown = 0
        self._add(cursor)
        cursor.endEditBlock()
        # The view's own cursor went along to the end, and the view would follow it there with the focus.
        self.setTextCursor(QTextCursor(self.document()))
        self._fit()
        self.verticalScrollBar().setValue(0)

    def show_html(self, cleaned: str, images: Mapping[str, bytes], font: QFont, line_height: float) -> None:
        """Shows markup that was cleaned; `images` are the bytes of its own `cid:` pictures."""
        self._text, self._shown = "", 0
        self._images, self._decoded = images, {}
        self._begin(font, line_height)
        self.setHtml(cleaned)
        self._settle()

    def set_images(self, images: Mapping[str, bytes]) -> None:
        """Brings pictures that were read after the markup was shown."""
        self._images, self._decoded = images, {}
        self.document().markContentsDirty(0, self.document().characterCount())

    def set_link_colour(self, colour: QColor) -> None:
        """The colour of links, which a document keeps to itself."""
        self.document().setDefaultStyleSheet(f"a {{ color: {colour.name()}; }}")

    def mark(self, marks: Sequence[Mark], colour: Any) -> None:
        """Underlines findings on a soft ground; `colour` gives the colour of a token."""
        selections = []
        self._numbers = []
        for finding in marks:
            cursor = self._cursor_of(finding)
            if cursor is None:
                continue
            selection = QTextEdit.ExtraSelection()
            selection.cursor = cursor
            shape = QTextCharFormat()
            shape.setBackground(colour(f"{finding.token}Soft"))
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            shape.setUnderlineColor(colour(finding.token))
            if finding.current:
                shape.setFontWeight(QFont.Weight.DemiBold)
            selection.format = shape
            selections.append(selection)
            self._numbers.append((cursor, finding.number, colour(finding.token)))
            if finding.current:
                self._bring_on_screen(cursor)
        self.setExtraSelections(selections)
        self.viewport().update()

    # Reading.

    @property
    def at_end(self) -> bool:
        """Whether the last line is on the screen."""
        if not self.isVisible() or self._shown < len(self._text):
            return False
        # Asking for the size has the layout finished, which Qt does bit by bit.
        needed = self.document().size().height() - self.viewport().height()
        return self.verticalScrollBar().value() >= needed - 2

    @property
    def lines_below(self) -> int:
        """About how many lines stand below the edge."""
        bar = self.verticalScrollBar()
        waiting = self._text.count("\n", self._shown)
        return max(0, round((bar.maximum() - bar.value()) / self._line_height)) + waiting

    def read_on(self) -> bool:
        """Goes on by a screenful less one line; False at the end."""
        bar = self.verticalScrollBar()
        if bar.value() + 2 * bar.pageStep() > bar.maximum():
            self._add_more()
        if bar.value() >= bar.maximum() - 2:
            return False
        bar.setValue(min(bar.maximum(), bar.value() + max(40, bar.pageStep() - round(self._line_height))))
        return True

    def fit_height(self) -> None:
        """Makes the view as high as all of its text, so that nothing in it has to be scrolled to."""
        while self._shown < len(self._text):
            self._add_more()
        self._fit()
        self.setFixedHeight(round(self.document().size().height()) + 2)

    @property
    def whole(self) -> bool:
        """Whether it is as high as all of its text, at the width that it has now."""
        wrapped = self.lineWrapColumnOrWidth() == self._width()
        return wrapped and self._shown >= len(self._text) and self.height() >= self.document().size().height()

    # Qt.

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture of this message by its `cid:`, otherwise nothing.

        Never None and never empty: Qt would then open the name itself, from disk.
        """
        address = name if isinstance(name, QUrl) else QUrl(name)
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return self._image(address.path()) if address.scheme() == "cid" else nothing()
        if kind == QTextDocument.ResourceType.StyleSheetResource.value:
            return " "
        return nothing()

    def setSource(self, *_arguments: Any) -> None:
        """Does nothing: a message is never somewhere else."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the text to a width that can be read."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and the numbers that tie marks to the list of findings."""
        super().paintEvent(event)
        if not self._numbers:
            return
        painter = QPainter(self.viewport())
        painter.setFont(self.number_font)
        for cursor, number, colour in self._numbers:
            behind = QTextCursor(cursor)
            behind.setPosition(cursor.selectionEnd())
            place = self.cursorRect(behind)
            if not number:
                continue
            painter.setPen(colour)
            painter.drawText(QPointF(place.left() + 1, place.top() + 9), str(number))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Selects the word, as everywhere; a link is not opened by it."""
        super().mouseDoubleClickEvent(event)

    def _begin(self, font: QFont, line_height: float) -> None:
        self._numbers = []
        self.setExtraSelections([])
        self._line_height = line_height
        self.document().setDefaultFont(font)
        self.document().setDocumentMargin(0)

    def _settle(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(self._spacing())
        self._fit()
        self.verticalScrollBar().setValue(0)

    def _spacing(self) -> QTextBlockFormat:
        spacing = QTextBlockFormat()
        spacing.setLineHeight(self._line_height, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        return spacing

    def _add(self, cursor: QTextCursor) -> None:
        """Puts the next stretch of the text behind the last one, cut at the end of a line."""
        end = min(len(self._text), self._shown + _STRETCH)
        line = self._text.find("\n", end, end + _STRETCH) + 1 if end < len(self._text) else end
        end = line or end
        part, self._shown = self._text[self._shown : end], end
        if self._look is None:
            cursor.insertText(part, QTextCharFormat())
            return
        for text, kind in _dressed(part):
            cursor.insertText(text, self._look.shape(kind, text))

    def _add_more(self) -> None:
        if self._shown < len(self._text):
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.beginEditBlock()
            self._add(cursor)
            cursor.endEditBlock()

    def _fit(self) -> None:
        width = self._width()
        if self.lineWrapMode() != QTextEdit.LineWrapMode.FixedPixelWidth:
            self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        if self.lineWrapColumnOrWidth() != width:
            self.setLineWrapColumnOrWidth(width)

    def _width(self) -> int:
        return max(120, min(_WIDEST, self.viewport().width()))

    def _look_for_end(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() + bar.pageStep() > bar.maximum():
            self._add_more()
        if self.at_end:
            self.end_seen.emit()

    def _cursor_of(self, mark: Mark) -> QTextCursor | None:
        if self._text and mark.start is not None and mark.end is not None and mark.end > mark.start:
            while self._shown < min(mark.end, len(self._text)):
                self._add_more()
            cursor = QTextCursor(self.document())
            cursor.setPosition(units(self._text[: mark.start]))
            cursor.setPosition(units(self._text[: mark.end]), QTextCursor.MoveMode.KeepAnchor)
            return cursor
        if not mark.excerpt:
            return None
        found = self.document().find(mark.excerpt, 0, QTextDocument.FindFlag.FindCaseSensitively)
        return None if found.isNull() else found

    def _bring_on_screen(self, cursor: QTextCursor) -> None:
        start = QTextCursor(cursor)
        start.setPosition(cursor.selectionStart())
        place = self.cursorRect(start)
        if not self.viewport().rect().contains(place):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + place.top() - self.viewport().height() // 3)

    def _image(self, name: str) -> QImage:
        if name not in self._decoded:
            self._decoded[name] = decode_image(self._images.get(name, b""))
        return self._decoded[name]


def _dressed(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces: what is plain, web addresses (`link`), lines that quote (`quote`)."""
    last = 0
    for match in _PIECES.finditer(text):
        if match.start() > last:
            yield text[last : match.start()], ""
        yield match[0], "quote" if match[0].startswith(">") else "link"
        last = match.end()
    if last < len(text):
        yield text[last:], ""


def units(text: str) -> int:
    """The length of a text as Qt counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def decode_image(data: bytes) -> QImage:
    """The picture in these bytes if it is one of the plain kinds and of a size that fits a page."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAllocationLimit(64)
    if bytes(reader.format().data()) not in _IMAGE_FORMATS:
        return nothing()
    size = reader.size()
    if not size.isValid() or size.width() > _LARGEST_IMAGE.width() or size.height() > _LARGEST_IMAGE.height():
        return nothing()
    image = reader.read()
    return nothing() if image.isNull() else image

"""The box above the message: to whom, from whom, when, and with what. Addresses are never cut."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.context import WindowContext
from outtray.ui.review.destination_words import Line
from outtray.ui.review.look import chip_width, draw_focus, paint_chip, px
from outtray.ui.widgets.labels import Label, Rule

_MOST_ROWS = 6
_LEFT, _GAP = 12, 8


class DestinationBox(QFrame):
    """`file_asked` carries the attachment that should be opened."""

    file_asked = Signal(object)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_lines`."""
        super().__init__()
        self._context = context
        self._whole = False
        self.setProperty("card", "true")
        self.setObjectName("destination")
        self.setAccessibleName("Destination")
        self._many = Label(context, "", "strong", "warn")
        self._many.setContentsMargins(_LEFT, 4, 0, 0)
        self._people = _Pool(context)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setWidget(self._people)
        self._scroll.setAccessibleName("Recipients")
        self._people.setAutoFillBackground(False)
        self._rule = Rule()
        self._rest = _Pool(context)
        self._rest.file_asked.connect(self.file_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 4, 1, 4)
        layout.setSpacing(0)
        for widget in (self._many, self._scroll, self._rule, self._rest):
            layout.addWidget(widget)

    def show_lines(
        self, people: Sequence[Line], rest: Sequence[Line], recipients: int, *, whole: bool = False
    ) -> None:
        """`people` are the recipients and the sender, `rest` what follows below the line.

        `whole`: however many recipients there are, none has to be scrolled to.
        """
        self._whole = whole
        self._many.setVisible(recipients > _MOST_ROWS)
        self._many.setText(f"{recipients} recipients")
        self._people.show_lines(people)
        self._rest.show_lines(rest)
        self._rule.setVisible(bool(rest))
        self._rest.setVisible(bool(rest))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower box may need more rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width() - 2
        wanted = self._people.fit(width)
        most = px(self._context, 26) * (_MOST_ROWS + 1)
        self._scroll.setFixedHeight(wanted if self._whole else min(wanted, most))
        if not self._rest.isHidden():
            self._rest.fit(width)


class _Pool(QWidget):
    """Lines that are made once and shown again and again: a key must not build widgets."""

    file_asked = Signal(object)

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._rows: list[_Row] = []
        self._files: list[_FileRow] = []
        self._shown: list[_Row | _FileRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_lines(self, lines: Sequence[Line]) -> None:
        plain = [line for line in lines if line.file is None]
        files = [line for line in lines if line.file is not None]
        while len(self._rows) < len(plain):
            row = _Row(self._context)
            self._layout.insertWidget(len(self._rows), row)
            self._rows.append(row)
        while len(self._files) < len(files):
            file = _FileRow(self._context)
            file.clicked.connect(lambda _on=False, pressed=file: self.file_asked.emit(pressed.line.file))
            self._layout.addWidget(file)
            self._files.append(file)
        for row, line in zip(self._rows, plain, strict=False):
            row.show_line(line)
        for file, line in zip(self._files, files, strict=False):
            file.show_line(line)
        for place, widget in enumerate(self._rows):
            widget.setVisible(place < len(plain))
        for place, button in enumerate(self._files):
            button.setVisible(place < len(files))
        self._shown = [*self._rows[: len(plain)], *self._files[: len(files)]]

    def fit(self, width: int) -> int:
        """Gives each line the height that it needs in this width; returns the sum."""
        total = 0
        for row in self._shown:
            height = line_height(self._context, row.line, width)
            if row.height() != height or row.minimumHeight() != height:
                row.setFixedHeight(height)
            total += height
        return total


class _Row(QLabel):
    """A line that is read. It is a label so that assistive programs take it for one."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.line = Line("")
        self.setMinimumWidth(40)

    def show_line(self, line: Line) -> None:
        if line != self.line:
            self.line = line
            self.setAccessibleName(line.spoken)
            self.setToolTip(line.tip)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, px(self._context, 26))

    def sizeHint(self) -> QSize:
        return QSize(200, px(self._context, 26))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copied = self.line.address or self.line.words
        menu.addAction("Copy").triggered.connect(lambda: QApplication.clipboard().setText(copied))
        menu.exec(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_line(painter, self._context, self.line, QRectF(self.rect()))


class _FileRow(QAbstractButton):
    """A line that opens a file, after a question."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.line = Line("")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_line(self, line: Line) -> None:
        if line != self.line:
            self.line = line
            self.setAccessibleName(f"Open {line.words}")
            self.setAccessibleDescription(line.note)
            self.setToolTip("Open or save this file")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, px(self._context, 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_line(painter, self._context, self.line, QRectF(self.rect()))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(3, 2, -3, -2)
            draw_focus(painter, box, self._context.theme.color("focus"), 5)


def line_height(context: WindowContext, line: Line, width: float) -> int:
    """How high a line is in a box of this width."""
    rows = len(_laid(context, line, width)) + _note_below(context, line, width)
    return px(context, 26) + (rows - 1) * px(context, 18)


def paint_line(painter: QPainter, context: WindowContext, line: Line, box: QRectF) -> None:
    """Draws one line: label, name, the whole address with its domain bold, the note at the right."""
    theme = context.theme
    painter.setFont(theme.font("ui"))
    painter.setPen(theme.color("text2"))
    first = QRectF(box.left() + _LEFT, box.top(), label_width(context), px(context, 26))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(first, middle, line.label)
    top = box.top() + px(context, 26) / 2
    for row in _laid(context, line, box.width()):
        for left, font, token, text in row:
            if font is None:
                painter.drawPixmap(QPointF(box.left() + left, top - 8), context.pixmap(text, token, 16))
                continue
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(theme.color(token))
            painter.drawText(
                QPointF(box.left() + left, top + (metrics.ascent() - metrics.descent()) / 2), text
            )
        top += px(context, 18)
    below = _note_below(context, line, box.width())
    _paint_note(painter, context, line, box, top if below else box.top() + px(context, 26) / 2, below=below)


def label_width(context: WindowContext) -> float:
    """The column in which "To" and "From" stand."""
    needed = QFontMetricsF(context.theme.font("ui")).horizontalAdvance("Replies to") + 12
    return max(px(context, 66), needed)


def _paint_note(
    painter: QPainter, context: WindowContext, line: Line, box: QRectF, middle: float, *, below: bool
) -> None:
    if not line.note:
        return
    width = _note_width(context, line)
    height = px(context, 18)
    left = box.left() + _LEFT + label_width(context) if below else box.right() - _LEFT - width
    room = QRectF(left, middle - height / 2, width, height)
    if line.note_tone is not None:
        paint_chip(painter, context, room, line.note, line.note_tone)
        return
    painter.setFont(context.theme.font("ui" if line.file else "meta"))
    painter.setPen(context.theme.color("text2"))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.note)


def _note_below(context: WindowContext, line: Line, width: float) -> bool:
    """Whether the note takes a row of its own: beside it there would be no room for the words."""
    beside = width - 2 * _LEFT - label_width(context) - _note_width(context, line)
    wanted = px(context, 260)
    if line.words:
        font = context.theme.font("medium" if line.file else "ui")
        wanted = min(wanted, round(QFontMetricsF(font).horizontalAdvance(line.words)) + 32)
    return bool(line.note) and beside < wanted


def _note_width(context: WindowContext, line: Line) -> float:
    if not line.note:
        return 0
    if line.note_tone is not None:
        return chip_width(context, line.note)
    return QFontMetricsF(context.theme.font("ui" if line.file else "meta")).horizontalAdvance(line.note) + 2


_Piece = tuple[float, QFont | None, str, str]


def _laid(context: WindowContext, line: Line, width: float) -> list[list[_Piece]]:
    """The rows of a line, each of pieces: left edge, font (None: an icon), token, text."""
    theme = context.theme
    start = _LEFT + label_width(context)
    beside = line.note and not _note_below(context, line, width)
    end = width - _LEFT - (_note_width(context, line) + _GAP if beside else 0)
    ui, strong, mono = theme.font("ui"), theme.font("medium"), theme.font("mono")
    bold = QFont(mono)
    bold.setWeight(QFont.Weight.DemiBold)
    token = line.tone
    whole: list[tuple[QFont | None, str, str, float]] = []
    if line.icon:
        whole.append((None, "warn" if line.icon == "ph.eye-slash" else "text2", line.icon, _GAP))
    if line.words:
        whole.append((strong if line.file else ui, token, line.words, _GAP))
    if line.name:
        whole.append((ui, token, line.name, _GAP))
    if line.address:
        local, at, domain = line.address.rpartition("@")
        whole += [(mono, "text2", local + at, 0), (bold, token, domain, _GAP)]
    if line.ascii_form:
        whole.append((bold, "warn", line.ascii_form, _GAP))
    rows: list[list[_Piece]] = [[]]
    left = start
    for font, colour, text, gap in whole:
        for part in _pieces(line, font, text, end - start):
            advance = 16.0 if font is None else QFontMetricsF(font).horizontalAdvance(part)
            if rows[-1] and left + advance > end:
                rows.append([])
                left = start
            rows[-1].append((left, font, colour, part))
            left += advance
        left += gap
    return rows


def _pieces(line: Line, font: QFont | None, text: str, room: float) -> list[str]:
    """Words break where they end, an address only where it would not fit into a row."""
    if font is not None and text == line.words and QFontMetricsF(font).horizontalAdvance(text) > room:
        return [piece for word in re.findall(r"\S+\s*", text) for piece in _cut(font, word, room)]
    return _cut(font, text, room)


def _cut(font: QFont | None, text: str, room: float) -> list[str]:
    """A text that is wider than the box, in pieces that fit; no character is left out."""
    if font is None:
        return [text]
    metrics = QFontMetricsF(font)
    room = max(room, 60.0)
    if metrics.horizontalAdvance(text) <= room:
        return [text]
    parts: list[str] = []
    part = ""
    for character in text:
        if part and metrics.horizontalAdvance(part + character) > room:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]

"""Paints one line of the destination: the whole address, broken where it must be, its domain bold."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from outtray.ui.context import WindowContext
from outtray.ui.review.destination_words import Line
from outtray.ui.review.look import chip_width, paint_chip, px

_LEFT, _GAP = 12, 8
_KEPT = 400
# Left edge, font (None: an icon), token of the colour, text or the icon's name.
_Piece = tuple[float, QFont | None, str, str]


@dataclass(frozen=True, slots=True)
class _Laid:
    rows: tuple[tuple[_Piece, ...], ...]
    below: bool
    note_width: float


class LinePainter:
    """Lays a line out once for a width, and keeps it."""

    def __init__(self, context: WindowContext) -> None:
        """Fonts and lengths come from the theme."""
        self._context = context
        self._kept: OrderedDict[tuple[Line, int], _Laid] = OrderedDict()
        context.restyled.connect(self._restyle)
        self._restyle()

    def height(self, line: Line, width: float) -> int:
        """How high a line is in a box of this width."""
        laid = self._lay(line, width)
        return self._row + (len(laid.rows) + laid.below - 1) * self._step

    def paint(self, painter: QPainter, line: Line, box: QRectF) -> None:
        """Draws one line: label, name, the whole address with its domain bold, the note at the right."""
        theme = self._context.theme
        painter.setFont(theme.font("ui"))
        painter.setPen(theme.color("text2"))
        first = QRectF(box.left() + _LEFT, box.top(), self._label, self._row)
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.label)
        laid = self._lay(line, box.width())
        middle = box.top() + self._row / 2
        for row in laid.rows:
            for left, font, token, text in row:
                if font is None:
                    icon = self._context.pixmap(text, token, 16)
                    painter.drawPixmap(QPointF(box.left() + left, middle - 8), icon)
                    continue
                metrics = QFontMetricsF(font)
                painter.setFont(font)
                painter.setPen(theme.color(token))
                base = middle + (metrics.ascent() - metrics.descent()) / 2
                painter.drawText(QPointF(box.left() + left, base), text)
            middle += self._step
        if line.note:
            self._paint_note(painter, line, box, laid, middle if laid.below else box.top() + self._row / 2)

    def _restyle(self) -> None:
        self._kept.clear()
        context, theme = self._context, self._context.theme
        self._row, self._step = px(context, 26), px(context, 18)
        self._ui, self._strong, self._mono = theme.font("ui"), theme.font("medium"), theme.font("mono")
        self._bold = QFont(self._mono)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._label = max(px(context, 66), QFontMetricsF(self._ui).horizontalAdvance("Replies to") + 12)

    def _paint_note(self, painter: QPainter, line: Line, box: QRectF, laid: _Laid, middle: float) -> None:
        left = box.left() + _LEFT + self._label if laid.below else box.right() - _LEFT - laid.note_width
        room = QRectF(left, middle - self._step / 2, laid.note_width, self._step)
        if line.note_tone is not None:
            paint_chip(painter, self._context, room, line.note, line.note_tone)
            return
        painter.setFont(self._note_font(line))
        painter.setPen(self._context.theme.color("text2"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.note)

    def _note_font(self, line: Line) -> QFont:
        return self._ui if line.file else self._context.theme.font("meta")

    def _note_width(self, line: Line) -> float:
        if not line.note:
            return 0
        if line.note_tone is not None:
            return chip_width(self._context, line.note)
        return QFontMetricsF(self._note_font(line)).horizontalAdvance(line.note) + 2

    def _lay(self, line: Line, width: float) -> _Laid:
        key = (line, round(width))
        laid = self._kept.get(key)
        if laid is None:
            laid = self._kept[key] = self._lay_out(line, width)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return laid

    def _lay_out(self, line: Line, width: float) -> _Laid:
        note = self._note_width(line)
        start = _LEFT + self._label
        whole = width - _LEFT - start
        wanted = float(px(self._context, 260))
        if line.words:
            font = self._strong if line.file else self._ui
            wanted = min(wanted, QFontMetricsF(font).horizontalAdvance(line.words) + 32)
        # Beside the note there has to be room for the words; else it takes a row of its own.
        below = bool(note) and whole - note - _GAP < wanted
        end = start + whole - (note + _GAP if note and not below else 0)
        return _Laid(self._rows(line, start, end), below, note)

    def _rows(self, line: Line, start: float, end: float) -> tuple[tuple[_Piece, ...], ...]:
        rows: list[list[_Piece]] = [[]]
        left = start
        for font, token, text, gap in self._parts(line):
            for part in self._cut(line, font, text, end - start):
                advance = 16.0 if font is None else QFontMetricsF(font).horizontalAdvance(part)
                if rows[-1] and left + advance > end + 0.5:
                    rows.append([])
                    left = start
                rows[-1].append((left, font, token, part))
                left += advance
            left += gap
        return tuple(tuple(row) for row in rows)

    def _parts(self, line: Line) -> list[tuple[QFont | None, str, str, float]]:
        """What the line is made of: font, token, text, and the gap behind it."""
        parts: list[tuple[QFont | None, str, str, float]] = []
        if line.icon:
            parts.append((None, "warn" if line.icon == "ph.eye-slash" else "text2", line.icon, _GAP))
        if line.words:
            parts.append((self._strong if line.file else self._ui, line.tone, line.words, _GAP))
        if line.name:
            parts.append((self._ui, line.tone, line.name, _GAP))
        if line.address:
            local, at, domain = line.address.rpartition("@")
            parts += [(self._mono, "text2", local + at, 0), (self._bold, line.tone, domain, _GAP)]
        if line.ascii_form:
            parts.append((self._bold, "warn", line.ascii_form, _GAP))
        return parts

    def _cut(self, line: Line, font: QFont | None, text: str, room: float) -> list[str]:
        """A text that is wider than the box, in pieces that fit; no character is left out.

        Words break where they end, an address only where it would not fit into a row.
        """
        if font is None or QFontMetricsF(font).horizontalAdvance(text) <= room:
            return [text]
        if text in {line.words, line.name}:
            return [part for word in re.findall(r"\s*\S+\s*", text) for part in _pieces(font, word, room)]
        return _pieces(font, text, room)


def _pieces(font: QFont, text: str, room: float) -> list[str]:
    metrics = QFontMetricsF(font)
    room = max(room, 60.0)
    parts, part = [], ""
    for character in text:
        if part and metrics.horizontalAdvance(part + character) > room:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]

"""Paints one row of a list of drafts: three lines, chips, the edge mark; all text laid out once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from outtray.model.draft import DraftRow
from outtray.ui.review.draft_model import DraftModel
from outtray.ui.review.row_words import Chip, chips, edge

_LEFT, _RIGHT, _TOP, _FOOT = 18, 16, 9, 10
_CHECK = 26
_KEPT_LAYOUTS = 400


@dataclass(frozen=True, slots=True)
class RowLook:
    """What the delegate takes from the theme: colours and fonts by name, icons as pixmaps."""

    colour: Callable[[str], QColor]
    font: Callable[[str], QFont]
    icon: Callable[[str, str, int], QPixmap]


@dataclass(frozen=True, slots=True)
class _Laid:
    row: DraftRow
    recipient: tuple[QPointF, str]
    more: tuple[QPointF, str]
    time: tuple[QPointF, str]
    icons: tuple[tuple[QPointF, str], ...]
    subject: tuple[QPointF, str]
    snippet: tuple[QPointF, str]
    chips: tuple[tuple[QRectF, Chip, QPointF], ...]


class RowDelegate(QStyledItemDelegate):
    """The one delegate of every list of drafts."""

    def __init__(self, look: RowLook, time_words: Callable[[datetime], str], parent: QWidget) -> None:
        """`time_words` says an instant in a few characters."""
        super().__init__(parent)
        self._look = look
        self._time_words = time_words
        self._laid: OrderedDict[tuple[int, int, bool], _Laid] = OrderedDict()
        self.checked: set[int] = set()
        self.hovered = -1
        self.keeps_focus = False
        self.restyle()

    def restyle(self) -> None:
        """Takes fonts and colours from the theme again."""
        self._laid.clear()
        self._metrics = {
            name: QFontMetrics(self._look.font(name)) for name in ("strong", "ui", "meta", "micro")
        }
        lines = max(self._metrics["strong"].height(), 18) + max(self._metrics["ui"].height(), 18)
        self.row_height = _TOP + lines + 5 + max(self._metrics["meta"].height(), 16) + _FOOT

    def forget(self) -> None:
        """Lays all rows out again: the day has changed, or the time zone."""
        self._laid.clear()

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        """The height that every row has."""
        return QSize(240, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints the row from what was laid out for its width."""
        model = index.model()
        row = model.row_at(index.row()) if isinstance(model, DraftModel) else None
        if row is None:
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        current = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, row, index.row(), current=current)
        painter.save()
        painter.translate(rect.topLeft())
        self._paint_words(painter, self._lay(row, rect.width()))
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, row: DraftRow, place: int, *, current: bool
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if current or place == self.hovered:
            token = ("selected" if self.keeps_focus else "selectedInactive") if current else "hover"
            painter.setBrush(self._look.colour(token))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -2), 6, 6)
        if not current:
            painter.setBrush(self._look.colour("line"))
            painter.drawRect(rect.left() + _LEFT, rect.bottom(), rect.width() - _LEFT - _RIGHT, 1)
        token_of_edge = edge(row)
        if token_of_edge:
            painter.setBrush(self._look.colour(token_of_edge))
            painter.drawRoundedRect(QRectF(rect.left() + 4, rect.top() + 12, 3, rect.height() - 24), 1.5, 1.5)
        if self.checked:
            self._paint_check(painter, rect, checked=row.id in self.checked)
        painter.restore()

    def _paint_check(self, painter: QPainter, rect: QRect, *, checked: bool) -> None:
        box = QRectF(rect.left() + _LEFT + 0.5, rect.top() + _TOP + 1.5, 15, 15)
        if checked:
            painter.setBrush(self._look.colour("accent"))
            painter.drawRoundedRect(box, 4, 4)
            painter.drawPixmap(box.topLeft() + QPointF(2, 2), self._look.icon("ph.check", "onAccent", 12))
            return
        painter.setPen(self._look.colour("lineStrong"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)

    def _paint_words(self, painter: QPainter, laid: _Laid) -> None:
        for font, token, (place, text) in (
            ("strong", "text", laid.recipient),
            ("meta", "text3", laid.more),
            ("meta", "text3", laid.time),
            ("ui", "text", laid.subject),
            ("meta", "text2", laid.snippet),
        ):
            painter.setFont(self._look.font(font))
            painter.setPen(self._look.colour(token))
            painter.drawText(place, text)
        for place, name in laid.icons:
            painter.drawPixmap(place, self._look.icon(name, "text3", 14))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.font("micro"))
        for box, chip, place in laid.chips:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour(f"{chip.token}Soft" if chip.token else "sunken"))
            painter.drawRoundedRect(box, 4, 4)
            if chip.icon:
                painter.drawPixmap(
                    box.topLeft() + QPointF(6, (box.height() - 12) / 2),
                    self._look.icon(chip.icon, chip.token, 12),
                )
            painter.setPen(self._look.colour(chip.token or "text2"))
            painter.drawText(place, chip.words)

    def _lay(self, row: DraftRow, width: int) -> _Laid:
        key = (row.id, width, bool(self.checked))
        laid = self._laid.get(key)
        if laid is None or laid.row is not row:
            laid = self._laid[key] = self._lay_out(row, width)
            if len(self._laid) > _KEPT_LAYOUTS:
                self._laid.popitem(last=False)
        return laid

    def _lay_out(self, row: DraftRow, width: int) -> _Laid:
        strong, ui, meta = (self._metrics[name] for name in ("strong", "ui", "meta"))
        left = _LEFT + (_CHECK if self.checked else 0)
        right = width - _RIGHT
        first = _TOP + (18 - strong.height()) / 2 + strong.ascent()
        second = first + max(18, strong.height()) + 2
        third = second + max(18, ui.height()) + 2
        time = self._time_words(row.at)
        edge_of_line = right - meta.horizontalAdvance(time)
        place_of_time = QPointF(edge_of_line, first)
        icons = []
        for name, wanted in (("ph.paperclip", row.attachments), ("ph.pencil-simple", row.edited)):
            if wanted:
                edge_of_line -= 21
                icons.append(
                    (QPointF(edge_of_line, first - strong.ascent() + (strong.height() - 14) / 2), name)
                )
        more = f"+{row.more_recipients}" if row.more_recipients else ""
        room = edge_of_line - left - 8 - (meta.horizontalAdvance(more) + 8 if more else 0)
        recipient = strong.elidedText(row.recipient, Qt.TextElideMode.ElideRight, int(room))
        boxes, start = self._lay_chips(row, right, third, meta)
        snippet = meta.elidedText(row.snippet, Qt.TextElideMode.ElideRight, int(start - left - 8))
        subject = ui.elidedText(row.subject or "(no subject)", Qt.TextElideMode.ElideRight, int(right - left))
        return _Laid(
            row,
            (QPointF(left, first), recipient),
            (QPointF(left + strong.horizontalAdvance(recipient) + 8, first), more),
            (place_of_time, time),
            tuple(icons),
            (QPointF(left, second), subject),
            (QPointF(left, third), snippet),
            boxes,
        )

    def _lay_chips(
        self, row: DraftRow, right: float, line: float, meta: QFontMetrics
    ) -> tuple[tuple[tuple[QRectF, Chip, QPointF], ...], float]:
        micro = self._metrics["micro"]
        height = max(18, micro.height() + 4)
        top = line - meta.ascent() + (meta.height() - height) / 2
        boxes = []
        for chip in reversed(chips(row)):
            words = micro.elidedText(chip.words, Qt.TextElideMode.ElideRight, 140)
            icon = 16 if chip.icon else 0
            width = micro.horizontalAdvance(words) + 12 + icon
            right -= width
            place = QPointF(right + 6 + icon, top + (height - micro.height()) / 2 + micro.ascent())
            boxes.append((QRectF(right, top, width, height), Chip(words, chip.token, chip.icon), place))
            right -= 6
        return tuple(boxes), right

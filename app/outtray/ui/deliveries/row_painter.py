"""Painting of grouped rows: heads, grounds, hairlines, and buttons that are drawn, not made."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.deliveries.list_model import Head, Index, RowRole
from outtray.ui.widgets.key_button import keycap_width, paint_keycap

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

MARGIN = 20
RULE = "Rule"
_ALIGNED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowPainter(QStyledItemDelegate):
    """Paints heads; a screen's own painter adds `paint_row` and says what its rows offer."""

    head_height = 34
    row_height = 54

    def __init__(self, context: WindowContext) -> None:
        """Colours, fonts and icons come from the context's theme."""
        super().__init__()
        self.context = context

    def action_of(self, _row: DeliveryRow) -> str | None:
        """The word on the row's button, None for none."""
        return None

    @abstractmethod
    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: DeliveryRow, _index: Index
    ) -> None:
        """Paints what a delivery's row shows, on its ground."""

    def height_of(self, *, head: bool) -> int:
        """The height in logical pixels, at least as much as the text needs."""
        line = QFontMetrics(self.context.theme.font("ui")).lineSpacing()
        if head:
            return max(self.px(self.head_height), line + 14)
        return max(self.px(self.row_height), self.lines * line + 18)

    lines = 2

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Fixed heights, from font metrics."""
        head = isinstance(index.data(RowRole), Head)
        return QSize(option.rect.width(), self.height_of(head=head))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A head or a row."""
        value = index.data(RowRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(value, Head):
            self._paint_head(painter, option.rect, value)
        elif isinstance(value, DeliveryRow):
            self._paint_ground(painter, option)
            self.paint_row(painter, option, value, index)
            action = self.action_of(value)
            if action:
                current = bool(option.state & QStyle.StateFlag.State_Selected)
                key = self.key_of(action) if current else ""
                self.paint_button(painter, self.button_rect(option.rect, action, key), action, key)
        painter.restore()

    def box_rect(self, _rect: QRect) -> QRect:
        """Where the tick box of a row takes clicks; nowhere."""
        return QRect()

    def key_of(self, _word: str) -> str:
        """The key that presses the button of the current row; empty for none."""
        return ""

    def button_rect(self, rect: QRect, word: str, key: str = "") -> QRect:
        """Where the drawn button of a row or a head lies."""
        width = QFontMetrics(self.context.theme.font("medium")).horizontalAdvance(word) + 24
        width += keycap_width(self.context.theme, key) + 8 if key else 0
        height = min(self.px(28), rect.height() - 4)
        return QRect(rect.right() - width - 12, rect.center().y() - height // 2 + 1, width, height)

    def button_word(self, index: Index) -> str | None:
        """The word on the button of a row or a head."""
        value = index.data(RowRole)
        if isinstance(value, Head):
            return value.action
        return self.action_of(value) if isinstance(value, DeliveryRow) else None

    def on_button(self, rect: QRect, index: Index, point: QPoint, *, current: bool) -> bool:
        """Whether a point lies on the row's button; a current row's has its key on it."""
        word = self.button_word(index)
        key = self.key_of(word) if word is not None and current else ""
        return word is not None and self.button_rect(rect, word, key).contains(point)

    def paint_button(self, painter: QPainter, rect: QRect, word: str, key: str = "") -> None:
        """A button in its resting look, with its key where it has one now."""
        painter.setPen(QPen(self.colour("line"), 1))
        painter.setBrush(self.colour("surface"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        width = keycap_width(self.context.theme, key) if key else 0
        words = rect.adjusted(0, 0, -width - 8, 0) if key else rect
        self.text(painter, words, word, "medium", "text", Qt.AlignmentFlag.AlignCenter)
        if key:
            height = QFontMetrics(self.context.theme.font("micro")).height() + 5
            cap = QRect(rect.right() - width - 8, rect.center().y() - height // 2 + 1, width, height)
            paint_keycap(
                painter,
                self.context.theme,
                cap,
                key,
                ground=self.colour("sunken"),
                text=self.colour("text2"),
            )

    def text(
        self,
        painter: QPainter,
        rect: QRect,
        words: str,
        style: str,
        colour: str,
        align: Qt.AlignmentFlag = _ALIGNED,
    ) -> int:
        """Draws one line, elided at its right end; gives the width that it took."""
        font: QFont = self.context.theme.font(style)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(" ".join(words.split()), Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(self.colour(colour))
        painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)

    def rule_chip(self, painter: QPainter, rect: QRect, row: DeliveryRow) -> int:
        """Draws "Rule" at the right end of `rect` where a rule let it through; the width that it took."""
        if row.rule is None:
            return 0
        metrics = QFontMetrics(self.context.theme.font("micro"))
        width, height = metrics.horizontalAdvance(RULE) + self.px(30), metrics.height() + 4
        chip = QRect(rect.right() - width, rect.center().y() - height // 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("agentSoft"))
        painter.drawRoundedRect(QRectF(chip), 4, 4)
        self.icon(painter, QRect(chip.left() + 6, chip.top(), self.px(12), height), "ph.scales", "agent", 12)
        self.text(painter, chip.adjusted(self.px(22), 0, 0, 0), RULE, "micro", "agent")
        return width + 8

    def icon(self, painter: QPainter, rect: QRect, name: str, colour: str, size: int = 16) -> None:
        """Draws an icon in the middle of `rect`."""
        place = QRect(0, 0, self.px(size), self.px(size))
        place.moveCenter(rect.center())
        self.context.icon(name, colour, size).paint(painter, place)

    def px(self, pixels: float) -> int:
        """A length of the design, grown with the text."""
        return round(pixels * self.line("ui") / 18)

    def line(self, style: str) -> float:
        """The distance of two lines of a style."""
        return self.context.theme.line_height(style)

    def colour(self, token: str) -> QColor:
        """The theme's colour."""
        return self.context.theme.color(token)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        rect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_HasFocus or option.widget.hasFocus()
            painter.fillRect(rect, self.colour("selected" if active else "selectedInactive"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self.colour("hover"))
        self._hairline(painter, rect)

    def _paint_head(self, painter: QPainter, rect: QRect, head: Head) -> None:
        painter.fillRect(rect, self.colour("window"))
        self._hairline(painter, rect)
        lead = QRect(rect.left() + MARGIN, rect.top(), self.px(16), rect.height())
        self.icon(painter, lead, head.icon, "warn" if head.warns else "text2")
        words = QRect(lead.right() + 9, rect.top(), rect.width() // 2, rect.height())
        width = self.text(painter, words, head.title, "strong", "text")
        self.text(painter, words.adjusted(width + 8, 0, 0, 0), str(head.count), "ui", "text3")
        if head.action:
            self.paint_button(painter, self.button_rect(rect, head.action), head.action)
        elif head.note:
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            place = rect.adjusted(rect.width() // 2, 0, -16, 0)
            self.text(painter, place, head.note, "meta", "text3", right)

    def _hairline(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self.colour("line"))

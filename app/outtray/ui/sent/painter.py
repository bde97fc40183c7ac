"""A row of the Sent screen: recipient and time, subject, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.deliveries.list_model import Index
from outtray.ui.deliveries.moments import moment, second, zone_of
from outtray.ui.deliveries.row_painter import RowPainter
from outtray.ui.sent.model import SentModel

if TYPE_CHECKING:
    from outtray.store.outbox_reads import SentRow

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SETTLED = "You said that it was sent"
BOUNCED = "Came back"


class SentPainter(RowPainter):
    """Three lines; the last one with a mark in colour, an icon and a word."""

    row_height = 76
    lines = 3

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: DeliveryRow, index: Index
    ) -> None:
        """Paints one delivery."""
        model = index.model()
        sent = model.sent_row(row.id) if isinstance(model, SentModel) else None
        if sent is None:
            return
        area = option.rect.adjusted(18, 9, -16, -10)
        line = area.height() // 3
        first = QRect(area.left(), area.top(), area.width(), line)
        second_line, third = first.translated(0, line), first.translated(0, 2 * line)
        zone = zone_of(self.context.settings)
        when = moment(sent.sent_at, self.context.clock.now(), zone)
        used = self.text(painter, first, when, "meta", "text3", _RIGHT)
        place = first.adjusted(0, 0, -used - 12, 0)
        width = self.text(painter, place, row.recipient, "strong", "text")
        if row.recipients > 1:
            self.text(painter, place.adjusted(width + 5, 0, 0, 0), f"+{row.recipients - 1}", "ui", "text3")
        self.text(painter, second_line, row.subject or "(no subject)", "ui", "text")
        third.setRight(third.right() - self.rule_chip(painter, third, row))
        self._paint_end(painter, third, sent, second(sent.sent_at, zone))

    def _paint_end(self, painter: QPainter, rect: QRect, sent: SentRow, when: str) -> None:
        chip = self._paint_chip(painter, rect) if sent.bounced else 0
        rect = rect.adjusted(0, 0, -chip, 0)
        if sent.settled:
            self.text(painter, rect, SETTLED, "meta", "text2")
            return
        self.icon(
            painter, QRect(rect.left(), rect.top(), 14, rect.height()), "ph.check-circle-fill", "ok", 14
        )
        self.text(painter, rect.adjusted(self.px(20), 0, 0, 0), f"Sent {when}", "meta", "text2")

    def _paint_chip(self, painter: QPainter, rect: QRect) -> int:
        metrics = QFontMetrics(self.context.theme.font("micro"))
        width, height = metrics.horizontalAdvance(BOUNCED) + self.px(30), metrics.height() + 4
        chip = QRect(rect.right() - width, rect.center().y() - height // 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("warnSoft"))
        painter.drawRoundedRect(QRectF(chip), 4, 4)
        self.icon(
            painter, QRect(chip.left() + 6, chip.top(), self.px(12), height), "ph.warning-fill", "warn", 12
        )
        self.text(painter, chip.adjusted(self.px(22), 0, 0, 0), BOUNCED, "micro", "warn")
        return width + 8

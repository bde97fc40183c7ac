"""A row of the Failed screen: a tick box, recipient, subject, what happened, how often and when."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from outtray.model.delivery import DeliveryState
from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.deliveries.list_model import CheckedRole, Index
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.row_painter import RowPainter
from outtray.ui.failed.causes import attempts, sentence

_LEFT = 17
_BOX = 16
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FailedPainter(RowPainter):
    """Three lines beside a tick box."""

    row_height = 76
    head_height = 38
    lines = 3

    def box_rect(self, rect: QRect) -> QRect:
        """Where the tick box of a row lies, with some room round it for the pointer."""
        side = self.px(_BOX) + 8
        return QRect(rect.left() + _LEFT - 4, rect.center().y() - side // 2, side, side)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: DeliveryRow, index: Index
    ) -> None:
        """Paints one delivery."""
        rect = option.rect
        self._paint_box(
            painter, self.box_rect(rect).adjusted(4, 4, -4, -4), checked=bool(index.data(CheckedRole))
        )
        area = rect.adjusted(_LEFT + self.px(_BOX) + 11, 9, -16, -10)
        line = area.height() // 3
        first = QRect(area.left(), area.top(), area.width(), line)
        second, third = first.translated(0, line), first.translated(0, 2 * line)
        unknown = row.state is DeliveryState.UNCONFIRMED
        when = moment(row.changed_at, self.context.clock.now(), zone_of(self.context.settings))
        used = self.text(painter, first, when, "meta", "text3", _RIGHT)
        self.text(painter, first.adjusted(0, 0, -used - 12, 0), row.recipient, "strong", "text")
        second.setRight(second.right() - self.rule_chip(painter, second, row))
        self.text(painter, second, row.subject or "(no subject)", "ui", "text")
        used = self.text(painter, third, attempts(row.attempt), "meta", "text2", _RIGHT)
        place = third.adjusted(0, 0, -used - 12, 0)
        self.text(painter, place, sentence(row), "meta", "warn" if unknown else "text2")

    def _paint_box(self, painter: QPainter, rect: QRect, *, checked: bool) -> None:
        box = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
        if checked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour("accent"))
            painter.drawRoundedRect(QRectF(rect), 4, 4)
            self.icon(painter, rect, "ph.check", "onAccent", 12)
            return
        painter.setPen(QPen(self.colour("lineStrong"), 1))
        painter.setBrush(self.colour("surface"))
        painter.drawRoundedRect(box, 4, 4)

"""A row of the Outbox: ring or icon, recipient over subject, why, until when, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from outtray.model.delivery import Gate
from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.deliveries.list_model import Index
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.deliveries.row_painter import MARGIN, RowPainter
from outtray.ui.outbox.groups import Group, Moment, group_of, share_left, until, why

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_LEAD = 28
_UNTIL = 156
_ACTION = 112
_ROOMY = 330


class OutboxPainter(RowPainter):
    """Times in it come from the context's clock at each paint."""

    row_height = 54

    def __init__(self, context: WindowContext) -> None:
        """See `RowPainter`."""
        super().__init__(context)

    def action_of(self, row: DeliveryRow) -> str | None:
        """What the first thing that holds it offers."""
        return group_of(row).action

    def key_of(self, word: str) -> str:
        """Only taking back has a key."""
        return self.context.key_of("undo") if word == "Undo" else ""

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: DeliveryRow, _index: Index
    ) -> None:
        """Paints one delivery."""
        rect, group = option.rect, group_of(row)
        at = Moment(self.context.clock.now(), zone_of(self.context.settings))
        lead = QRect(rect.left() + MARGIN, rect.top(), self.px(_LEAD), rect.height())
        self._paint_lead(painter, lead, row, group)
        left = lead.right() + 13
        until_width, action_width = self.px(_UNTIL), self.px(_ACTION)
        free = rect.right() - action_width - until_width - left
        # In one column there is no room for the reason: the group's head has it, and the details.
        roomy = free >= self.px(_ROOMY)
        who = QRect(
            left, rect.top(), min(self.px(296), int(free * 0.55)) if roomy else free - 16, rect.height()
        )
        upper, lower = round(self.line("strong")), round(self.line("meta"))
        edge = rect.top() + (rect.height() - upper - lower) // 2
        top = QRect(who.left(), edge, who.width(), upper)
        bottom = QRect(who.left(), edge + upper, who.width(), lower)
        top.setRight(top.right() - self.rule_chip(painter, top, row))
        width = self.text(painter, top, row.recipient, "strong", "text")
        if row.recipients > 1:
            self.text(painter, top.adjusted(width + 5, 0, 0, 0), f"+{row.recipients - 1}", "ui", "text3")
        self.text(painter, bottom, row.subject or "(no subject)", "meta", "text2")
        when_left = rect.right() - action_width - until_width
        if roomy:
            reason = QRect(who.right() + 16, rect.top(), when_left - who.right() - 24, rect.height())
            self.text(painter, reason, why(row, at), "ui", "text2")
        when = QRect(when_left, rect.top(), until_width, rect.height())
        self.text(painter, when, until(row, at), "medium", "warn" if group.warns else "text")

    def _paint_lead(self, painter: QPainter, rect: QRect, row: DeliveryRow, group: Group) -> None:
        if group.key != Gate.UNDO:
            self.icon(painter, rect, group.icon, "warn" if group.warns else "text2", 18)
            return
        ring = QRectF(0, 0, self.px(24), self.px(24))
        ring.moveCenter(QRectF(rect).center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.colour("line"), 3))
        painter.drawEllipse(ring)
        painter.setPen(QPen(self.colour("accent"), 3))
        turn = 360 * 16
        share = share_left(row, self.context.clock.now())
        painter.drawArc(ring, 90 * 16, -int(turn * share))

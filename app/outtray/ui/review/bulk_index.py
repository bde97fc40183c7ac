"""The index of messages that are approved together: number, recipient, subject, whether it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from outtray.ui.context import WindowContext
from outtray.ui.review.look import px

_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index."""

    recipient: str
    subject: str
    seen: bool


class BulkIndex(QListWidget):
    """Rows of 56; choosing one brings its message on the screen."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_entries`."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("approveIndex")
        self.setAccessibleName("Messages to approve")
        self.setItemDelegate(_EntryPainter(context, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_entries(self, entries: Sequence[Entry], current: int) -> None:
        """Shows these; the current one is where the reader is."""
        self.blockSignals(True)
        while self.count() > len(entries):
            self.takeItem(self.count() - 1)
        for place, entry in enumerate(entries):
            item = self.item(place) if place < self.count() else None
            if item is None:
                item = QListWidgetItem()
                self.addItem(item)
            if item.data(_ENTRY) != entry:
                item.setData(_ENTRY, entry)
                seen = "seen" if entry.seen else "not seen yet"
                spoken = f"{place + 1}, {entry.recipient}, {entry.subject or 'no subject'}, {seen}"
                item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        self.setCurrentRow(current)
        self.blockSignals(False)

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: letters are keys here."""


class _EntryPainter(QStyledItemDelegate):
    def __init__(self, context: WindowContext, parent: QListWidget) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(200, px(self._context, 56))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._context.theme
        entry: Entry = index.data(_ENTRY)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(box.adjusted(6, 1, -6, -1), 6, 6)
        strong, meta = theme.font("strong"), theme.font("meta")
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.color("text2"))
        middle = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(box.left() + 10, box.top(), 28, box.height()), middle, str(index.row() + 1))
        room = box.width() - 42 - 44
        line = px(self._context, 18)
        for font, token, text, top in (
            (strong, "text", entry.recipient, box.top() + box.height() / 2 - line),
            (meta, "text2", entry.subject or "(no subject)", box.top() + box.height() / 2),
        ):
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(theme.color(token))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(
                QPointF(box.left() + 42, top + (line + metrics.ascent() - metrics.descent()) / 2), shown
            )
        name, token = ("ph.check-circle-fill", "ok") if entry.seen else ("ph.circle", "text3")
        icon = self._context.pixmap(name, token, 18)
        painter.drawPixmap(QPointF(box.right() - 34, box.center().y() - 9), icon)
        painter.restore()

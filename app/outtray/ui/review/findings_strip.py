"""The findings of a message as a list, with the fix of the current one at its right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from outtray.model.findings import Finding, Severity
from outtray.ui.context import WindowContext
from outtray.ui.review.look import px
from outtray.ui.widgets.labels import Label

ICONS = {
    Severity.BLOCK: "ph.warning-octagon-fill",
    Severity.WARN: "ph.warning-fill",
    Severity.INFO: "ph.info-fill",
}
_WORDS = {Severity.BLOCK: "block", Severity.WARN: "warning", Severity.INFO: "note"}
_FIELDS = {
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "reply_to": "Replies to",
    "subject": "subject",
    "body_text": "text",
    "body_html": "HTML",
    "attachments": "files",
    "import": "as it was handed in",
}
_MOST_ROWS = 4
_MOST_OTHERS = 999  # as far as they are counted
_WIDE = 620  # pixels from which every finding has room for them


class FindingsStrip(QWidget):
    """`current_changed` carries the place of the current finding, -1 for none; `fix_asked` its fix.

    `fix_all_asked` asks for the fix in all drafts that have the same finding.
    """

    current_changed = Signal(int)
    fix_asked = Signal(int)
    fix_all_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Says that nothing was found until `show_findings`."""
        super().__init__()
        self._context = context
        self._findings: tuple[Finding, ...] = ()
        self._others: Mapping[Finding, int] = {}
        self._nothing = Label(context, "Nothing found", "meta", "text2")
        self._list = _Findings(context, self)
        self._list.setObjectName("findings")
        self._list.setAccessibleName("Findings")
        self._list.currentRowChanged.connect(self.current_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._nothing)
        layout.addWidget(self._list)

    @property
    def list(self) -> QWidget:
        """What gets the focus."""
        return self._list

    @property
    def current(self) -> int:
        """The place of the current finding, -1 for none."""
        return self._list.currentRow()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._findings)

    def show_findings(
        self, findings: Sequence[Finding], body: str, others: Mapping[Finding, int] | None = None
    ) -> None:
        """Shows these in the order given; `body` tells the line that one is in. The current one stays.

        `others` tells in how many other drafts a finding can be mended too.
        """
        self._others = others or {}
        before = self.finding(self._list.currentRow())
        self._findings = tuple(findings)
        self._list.blockSignals(True)
        self._list.clear()
        for place, finding in enumerate(findings):
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, (place + 1, finding, where(finding, body)))
            item.setToolTip(
                finding.why if finding.overridden is None else f"{finding.why}\nYou: {finding.overridden}"
            )
            words = spoken(place + 1, finding, body)
            if self.others(finding):
                words = f"{words} {self.others(finding).capitalize()}."
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            self._list.addItem(item)
        if before in self._findings:
            self._list.setCurrentRow(self._findings.index(before))
        self._list.blockSignals(False)
        self._list.setVisible(bool(findings))
        self._nothing.setVisible(not findings)
        self.restyle()

    def step(self, by: int) -> None:
        """Goes to the next (1) or previous (-1) finding, round and round."""
        if self._findings:
            place = self._list.currentRow()
            self._list.setCurrentRow(
                (place + by) % len(self._findings) if place >= 0 else (0 if by > 0 else -1)
            )
            self._list.scrollToItem(self._list.currentItem())

    def finding(self, place: int) -> Finding | None:
        """The finding at a place."""
        return self._findings[place] if 0 <= place < len(self._findings) else None

    def others(self, finding: Finding) -> str:
        """In how many other drafts it can be mended, in words; empty for none."""
        number = self._others.get(finding, 0)
        most = "+" if number >= _MOST_OTHERS else ""
        return f"also in {number:,}{most} {'other' if number == 1 else 'others'}" if number else ""

    def restyle(self) -> None:
        """Takes its height from the theme again."""
        rows = min(len(self._findings), _MOST_ROWS)
        self._list.setFixedHeight(rows * px(self._context, 32))


class _Findings(QListWidget):
    def __init__(self, context: WindowContext, strip: FindingsStrip) -> None:
        super().__init__(strip)
        self._strip = strip
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_FindingPainter(context, self, strip))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: letters are keys here."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        painter = self.itemDelegate()
        assert isinstance(painter, _FindingPainter)
        finding = self._strip.finding(index.row())
        if finding is None:
            return
        if painter.others_rect(self.visualRect(index), finding, index.row()).contains(
            event.position().toPoint()
        ):
            self.setCurrentRow(index.row())
            self._strip.fix_all_asked.emit()
            return
        if finding.fix is None:
            return
        if painter.fix_rect(self.visualRect(index), finding).contains(event.position().toPoint()):
            self._strip.fix_asked.emit(index.row())


class _FindingPainter(QStyledItemDelegate):
    def __init__(self, context: WindowContext, parent: QListWidget, strip: FindingsStrip) -> None:
        super().__init__(parent)
        self._context, self._view, self._strip = context, parent, strip

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(200, px(self._context, 32))

    def fix_rect(self, row: QRect, finding: Finding) -> QRect:
        """Where a click applies the fix."""
        assert finding.fix is not None
        metrics = QFontMetricsF(self._context.theme.font("medium"))
        width = round(metrics.horizontalAdvance(finding.fix.label)) + 44
        return QRect(QPoint(row.right() - width, row.top()), row.bottomRight())

    def others_rect(self, row: QRect, finding: Finding, place: int) -> QRect:
        """Where a click asks for the fix in all drafts; empty where that is not offered."""
        words = self._others_words(finding, place, row.width())
        if not words:
            return QRect()
        current = place == self._view.currentRow()
        right = row.right() - round(self._right_width(finding, current=current))
        width = round(QFontMetricsF(self._context.theme.font("meta")).horizontalAdvance(words)) + 8
        return QRect(right - width, row.top(), width, row.height())

    def _others_words(self, finding: Finding, place: int, width: int) -> str:
        words = self._strip.others(finding)
        current = place == self._view.currentRow()
        if not words or not (current or width >= px(self._context, _WIDE)):
            return ""
        return f"{words}   {self._context.key_of('fixAll')}" if current else words

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._context.theme
        number, finding, place = index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(option.rect)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        token = finding.weighs.value
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if current:
            painter.setPen(theme.color("focus") if self._view.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(f"{token}Soft"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        icon = self._context.pixmap(ICONS[finding.weighs], token, 16)
        painter.drawPixmap(QRectF(box.left() + 10, box.center().y() - 8, 16, 16), icon, QRectF(icon.rect()))
        painter.setPen(theme.color(token))
        painter.setFont(theme.font("ui"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box.adjusted(34, 0, 0, 0), middle, str(number))
        right = self._paint_right(painter, box, finding, current=current)
        others = self._others_words(finding, index.row(), option.rect.width())
        if others:
            painter.setFont(theme.font("meta"))
            painter.setPen(theme.color("text2"))
            end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(box.adjusted(0, 0, -right, 0), end, others)
            right += QFontMetricsF(theme.font("meta")).horizontalAdvance(others) + 12
        self._paint_words(painter, box.adjusted(50, 0, -right, 0), finding, place)
        painter.restore()

    def _right_words(self, finding: Finding, *, current: bool) -> tuple[str, str, str]:
        """The fix, or which of how many: words, their style, their colour."""
        if finding.fix is not None:
            key = f"   {self._context.key_of('fix')}" if current else ""
            return finding.fix.label + key, "medium", "text"
        if current and self._view.count() > 1:
            key = self._context.key_of("nextFinding")
            words = f"{self._view.currentRow() + 1} of {self._view.count()}   {key}"
            return words, "meta", "text2"
        return "", "meta", "text2"

    def _right_width(self, finding: Finding, *, current: bool) -> float:
        words, style, _ = self._right_words(finding, current=current)
        return QFontMetricsF(self._context.theme.font(style)).horizontalAdvance(words) + 24 if words else 8

    def _paint_right(self, painter: QPainter, box: QRectF, finding: Finding, *, current: bool) -> float:
        """Returns the room that it took."""
        theme = self._context.theme
        words, style, token = self._right_words(finding, current=current)
        painter.setFont(theme.font(style))
        painter.setPen(theme.color(token))
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(0, 0, -12, 0), end, words)
        return self._right_width(finding, current=current)

    def _paint_words(self, painter: QPainter, room: QRectF, finding: Finding, place: str) -> None:
        theme = self._context.theme
        medium, ui = QFontMetricsF(theme.font("medium")), QFontMetricsF(theme.font("ui"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        tail = f" · {place}" if place else ""
        space = room.width() - ui.horizontalAdvance(tail)
        words = finding.why.removesuffix(".")
        if finding.overridden is not None:
            words = f"Overridden: {words}"
        said = medium.elidedText(words, Qt.TextElideMode.ElideRight, space)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color("text"))
        painter.drawText(room, middle, said)
        painter.setFont(theme.font("ui"))
        painter.setPen(theme.color("text2"))
        painter.drawText(room.adjusted(medium.horizontalAdvance(said), 0, 0, 0), middle, tail)


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Block, warn, info; what weighs the same stays in its order."""
    return tuple(sorted(findings, key=lambda finding: -finding.weighs.rank))


def where(finding: Finding, body: str) -> str:
    """Where it stands, in words: "line 3", "To"."""
    if finding.where.field == "body_text" and finding.where.start is not None:
        return f"line {body.count(chr(10), 0, finding.where.start) + 1}"
    return _FIELDS.get(finding.where.field, "")


def spoken(number: int, finding: Finding, body: str) -> str:
    """A finding as one sentence."""
    fix = f" Fix: {finding.fix.label}." if finding.fix else ""
    said = f"Overridden: {finding.why}" if finding.overridden is not None else finding.why
    return f"{_WORDS[finding.weighs].title()} {number}: {said} {where(finding, body)}.{fix}"

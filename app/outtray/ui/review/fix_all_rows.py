"""The lists of the sheet for fixes in all drafts: what can be mended, the sentences, every difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from outtray.ui.context import WindowContext
from outtray.ui.review.findings_strip import ICONS
from outtray.ui.review.look import draw_focus, px
from outtray.ui.review.row_words import counted

if TYPE_CHECKING:
    from outtray.review.fix_preview import Difference, FixKind

ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_END = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_MOST_SENTENCES = 50


class Sentence(NamedTuple):
    """Differences with the same words around them."""

    before: str
    removed: str
    added: str
    after: str
    times: int = 1

    @property
    def same(self) -> tuple[str, str, str]:
        """What they have in common."""
        return self.before, self.removed, self.after


def sentences_of(differences: Sequence[Difference]) -> list[Sentence]:
    """The kinds of sentence, the most frequent first."""
    counts = Counter((one.before, one.removed, one.after) for one in differences)
    added = {(one.before, one.removed, one.after): one.added for one in differences}
    return [
        Sentence(same[0], same[1], added[same], same[2], times)
        for same, times in counts.most_common(_MOST_SENTENCES)
    ]


class _Rows(QListWidget):
    def __init__(self, name: str, object_name: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName(object_name)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: letters are keys here."""


class KindList(_Rows):
    """What can be mended; the current one is shown."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__("What can be mended", "fixKinds")
        self.setItemDelegate(_KindPainter(context, self))

    def show_kinds(self, kinds: Sequence[FixKind]) -> None:
        """Shows these; none is current."""
        self.blockSignals(True)
        self.clear()
        for kind in kinds:
            item = QListWidgetItem()
            item.setData(ENTRY, kind)
            item.setToolTip(kind.title)
            spoken = f"{kind.title}, {kind.hint}, {counted(kind.drafts, 'draft')}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.addItem(item)
        self.blockSignals(False)


class SentenceList(_Rows):
    """The kinds of sentence of one fix; the current one narrows the differences to its own."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__("Kinds of sentence", "fixSentences")
        self._context = context
        self.setItemDelegate(_SentencePainter(context, self))

    def show_sentences(self, sentences: Sequence[Sentence]) -> None:
        """Shows these; none is current."""
        self.blockSignals(True)
        self.clear()
        for sentence in sentences:
            item = QListWidgetItem()
            item.setData(ENTRY, sentence)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                f"{sentence.times:,} times: {said(sentence, sentence.added)}",
            )
            self.addItem(item)
        self.setCurrentRow(-1)
        self.blockSignals(False)
        self.setFixedHeight(px(self._context, 36) * max(1, min(4, len(sentences))))


def said(one: Sentence | Difference, added: str) -> str:
    """A difference as it is read aloud; `added` is what goes in."""
    out = f"“{one.removed}” becomes " if one.removed else "in goes "
    return f"{out}“{added}” in “{one.before}{one.removed}{one.after}”"


def paint_sentence(
    painter: QPainter, context: WindowContext, box: QRectF, one: Sentence | Difference, added: str
) -> None:
    """Draws what stays, what goes (struck through) and what comes (underlined) on one line."""
    theme = context.theme
    plain = theme.font("ui")
    struck, under = QFont(plain), QFont(plain)
    struck.setStrikeOut(True)
    under.setUnderline(True)
    metrics = QFontMetricsF(plain)
    gap = 4.0 if one.removed and added else 0.0
    most = box.width() * 0.4
    gone = metrics.elidedText(one.removed, Qt.TextElideMode.ElideRight, most)
    come = metrics.elidedText(added, Qt.TextElideMode.ElideRight, most)
    room = box.width() - metrics.horizontalAdvance(gone) - metrics.horizontalAdvance(come) - gap - 4
    after_width = min(metrics.horizontalAdvance(one.after), max(room / 2, 0))
    before = metrics.elidedText(one.before, Qt.TextElideMode.ElideLeft, max(room - after_width, 0))
    left = box.left()
    rest = room - metrics.horizontalAdvance(before)
    after = metrics.elidedText(one.after, Qt.TextElideMode.ElideRight, max(rest, 0))
    height = metrics.height() + 2
    top = box.center().y() - height / 2
    for words, font, token, ground in (
        (before, plain, "text", ""),
        (gone, struck, "del", "delSoft"),
        (" " if gap else "", plain, "text", ""),
        (come, under, "add", "addSoft"),
        (after, plain, "text", ""),
    ):
        if not words:
            continue
        width = gap if words == " " and gap else metrics.horizontalAdvance(words)
        piece = QRectF(left, top, width, height)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ground))
            painter.drawRoundedRect(piece, 2, 2)
        painter.setFont(font)
        painter.setPen(theme.color(token))
        painter.drawText(piece.adjusted(0, 0, 4, 0), _MIDDLE, words)
        left += width


class _Painter(QStyledItemDelegate):
    height = 56

    def __init__(self, context: WindowContext, parent: QListWidget) -> None:
        super().__init__(parent)
        self._context, self._view = context, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's
        return QSize(200, px(self._context, self.height))

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF) -> None:
        """The current row's ground, and where the keyboard is."""
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        theme = self._context.theme
        focus = self._view.hasFocus()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("selected" if focus else "selectedInactive"))
        painter.drawRoundedRect(box, 6, 6)
        if focus:
            draw_focus(painter, box.adjusted(1, 1, -1, -1), theme.color("focus"), 6)


class _KindPainter(_Painter):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._context.theme
        kind: FixKind = index.data(ENTRY)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, option, box.adjusted(6, 1, -6, -1))
        icon = self._context.pixmap(ICONS[kind.severity], kind.severity.value, 16)
        painter.drawPixmap(QPointF(box.left() + 20, box.center().y() - 8), icon)
        number = f"{kind.drafts:,}"
        strong = theme.font("strong")
        wide = QFontMetricsF(strong).horizontalAdvance(number)
        painter.setFont(strong)
        painter.setPen(theme.color("text"))
        painter.drawText(box.adjusted(0, 0, -20, 0), _END, number)
        line = px(self._context, 18)
        for font, token, text, top in (
            (strong, "text", kind.title, box.center().y() - line),
            (theme.font("meta"), "text2", kind.hint, box.center().y()),
        ):
            room = QRectF(box.left() + 46, top, box.width() - 46 - 32 - wide, line)
            painter.setFont(font)
            painter.setPen(theme.color(token))
            words = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, _MIDDLE, words)
        painter.restore()


class _SentencePainter(_Painter):
    height = 36

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._context.theme
        sentence: Sentence = index.data(ENTRY)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, option, box.adjusted(2, 1, -2, -1))
        medium = theme.font("medium")
        painter.setFont(medium)
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(box.left(), box.top(), 52, box.height()), _END, f"{sentence.times:,}")
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        offer = "Show all" if current else f"Show {sentence.times:,}"
        wide = QFontMetricsF(medium).horizontalAdvance(offer)
        painter.setPen(theme.color("text2"))
        painter.drawText(box.adjusted(0, 0, -14, 0), _END, offer)
        paint_sentence(painter, self._context, box.adjusted(62, 0, -30 - wide, 0), sentence, sentence.added)
        painter.restore()


def as_entry(value: Any) -> Any:
    """What a row of one of these lists stands for, None for no row."""
    return None if value is None else value.data(ENTRY)

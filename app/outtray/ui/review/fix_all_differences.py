"""Every difference that a fix in all drafts would make, each draft with its tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from outtray.ui.context import WindowContext
from outtray.ui.review.fix_all_rows import paint_sentence, said
from outtray.ui.review.look import draw_focus, px

if TYPE_CHECKING:
    from outtray.review.fix_preview import Difference

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_ROW = 44
_TICK_EDGE = 38  # pixels from the left within which a click ticks
_NAMES = 300  # the names' column
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_END = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class DifferenceModel(QAbstractTableModel):
    """The differences of one fix, or those of one sentence of it. `out` are the drafts that are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[Difference, ...] = ()
        self._shown: Sequence[Difference] = ()
        self.value: str | None = None
        self.out: set[int] = set()

    def show_differences(self, differences: tuple[Difference, ...], value: str | None) -> None:
        """Shows these, each ticked."""
        self.beginResetModel()
        self._all = self._shown = differences
        self.value, self.out = value, set()
        self.endResetModel()

    def narrow(self, same: tuple[str, str, str] | None) -> None:
        """Shows those with the same words around them, None all."""
        self.beginResetModel()
        self._shown = (
            self._all
            if same is None
            else [one for one in self._all if (one.before, one.removed, one.after) == same]
        )
        self.endResetModel()

    def use_value(self, value: str) -> None:
        """Shows another text going in everywhere."""
        self.value = value
        self.redraw()

    @property
    def wanted(self) -> dict[int, int]:
        """The ticked drafts with the revisions whose differences are shown."""
        return {one.draft_id: one.revision_id for one in self._all if one.draft_id not in self.out}

    @property
    def drafts(self) -> int:
        """How many drafts there are, ticked or not."""
        return len({one.draft_id for one in self._all})

    def at(self, row: int) -> Difference | None:
        """The difference in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def toggle(self, row: int) -> None:
        """Takes a draft out, or in again, with all its differences."""
        difference = self.at(row)
        if difference is not None:
            self.out ^= {difference.draft_id}
            self.redraw()

    def toggle_all(self) -> None:
        """Ticks all that are shown; where all are, none of them."""
        shown = {one.draft_id for one in self._shown}
        self.out = self.out - shown if self.out & shown else self.out | shown
        self.redraw()

    def redraw(self) -> None:
        """Paints what is on the screen again."""
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def added(self, difference: Difference) -> str:
        """What goes in there."""
        return difference.added if self.value is None else " ".join(self.value.split())

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row a difference."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One column; the delegate paints the whole row."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for tests and assistive programs."""
        one = self.at(index.row()) if index.isValid() else None
        if one is None or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        ticked = "left out" if one.draft_id in self.out else "ticked"
        return f"{one.name or one.address}, {one.address}, {ticked}: {said(one, self.added(one))}"


class DifferencesView(QTableView):
    """Rows of one height, so that none is asked for to lay the list out."""

    open_asked = Signal(int)

    def __init__(self, context: WindowContext, model: DifferenceModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.setModel(model)
        self.setItemDelegate(_DifferencePainter(context, self, model))
        self.viewport().setAutoFillBackground(False)
        self.setObjectName("fixDifferences")
        self.setAccessibleName("Every difference")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().hide()
        self.restyle()

    def restyle(self) -> None:
        """Takes the rows' height and the grounds from the theme again."""
        self.verticalHeader().setDefaultSectionSize(px(self._context, _ROW))
        palette = self.palette()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.Highlight, QColor(0, 0, 0, 0))
        self.setPalette(palette)

    def step(self, by: int) -> None:
        """Goes down (1) or up (-1)."""
        place = min(max(self.currentIndex().row() + by, 0), self._model.rowCount() - 1)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place, 0))

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: letters are keys here."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the box ticks, one on Open shows the draft."""
        super().mouseReleaseEvent(event)
        place = event.position()
        row = self.indexAt(place.toPoint()).row()
        difference = self._model.at(row)
        if difference is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if place.x() < _TICK_EDGE:
            self._model.toggle(row)
        elif place.x() > self.viewport().width() - px(self._context, 60):
            self.open_asked.emit(difference.draft_id)


class _DifferencePainter(QStyledItemDelegate):
    def __init__(self, context: WindowContext, parent: DifferencesView, model: DifferenceModel) -> None:
        super().__init__(parent)
        self._context, self._view, self._model = context, parent, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._context.theme
        one = self._model.at(index.row())
        if one is None:
            return
        box = QRectF(option.rect)
        out = one.draft_id in self._model.out
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == self._view.currentIndex().row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected" if self._view.hasFocus() else "selectedInactive"))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -2), 6, 6)
            if self._view.hasFocus():
                draw_focus(painter, box.adjusted(3, 2, -3, -3), theme.color("focus"), 6)
        else:
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.color("line"))
        self._paint_tick(painter, QRectF(box.left() + 14, box.center().y() - 8, 16, 16), out=out)
        names = min(float(px(self._context, _NAMES)), box.width() * 0.36)
        self._paint_names(painter, QRectF(box.left() + 42, box.top(), names - 54, box.height()), one, out=out)
        medium = theme.font("medium")
        painter.setFont(medium)
        painter.setPen(theme.color("text2"))
        painter.drawText(box.adjusted(0, 0, -20, 0), _END, "Open")
        right = QFontMetricsF(medium).horizontalAdvance("Open") + 40
        if out:
            painter.setFont(theme.font("meta"))
            painter.drawText(box.adjusted(0, 0, -right, 0), _END, "left out")
            right += QFontMetricsF(theme.font("meta")).horizontalAdvance("left out") + 16
        room = box.adjusted(names, 0, -right, 0)
        paint_sentence(painter, self._context, room, one, self._model.added(one))
        painter.restore()

    def _paint_tick(self, painter: QPainter, box: QRectF, *, out: bool) -> None:
        theme = self._context.theme
        painter.setPen(theme.color("lineStrong") if out else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if out else theme.color("accent"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if not out:
            icon = self._context.pixmap("ph.check", "onAccent", 12)
            painter.drawPixmap(box.topLeft() + QRectF(2, 2, 0, 0).topLeft(), icon)

    def _paint_names(self, painter: QPainter, box: QRectF, one: Difference, *, out: bool) -> None:
        theme = self._context.theme
        strong, mono = theme.font("ui" if out else "strong"), theme.font("mono")
        half = box.height() / 2
        lines = [(strong, "text2" if out else "text", one.name), (mono, "text2", one.address)]
        if not one.name:
            lines = [(mono, "text2" if out else "text", one.address)]
        for place, (font, token, text) in enumerate(lines):
            top = box.top() + 4 + place * (half - 4) if len(lines) > 1 else box.top()
            high = half - 4 if len(lines) > 1 else box.height()
            painter.setFont(font)
            painter.setPen(theme.color(token))
            words = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(QRectF(box.left(), top, box.width(), high), _MIDDLE, words)

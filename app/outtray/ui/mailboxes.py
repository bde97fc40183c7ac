"""The list of the window's rooms: icons, names, counts, and the second letters while a `g` is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate

from outtray.ui.commands import BY_ID
from outtray.ui.context import WindowContext
from outtray.ui.rooms import ROOMS, Room, short
from outtray.ui.widgets.key_button import keycap_width, paint_keycap

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
RAIL = 56
_GAP = 16
_ROW = 30
_RAIL_ROW = 46


class RoomModel(QAbstractListModel):
    """The rooms with their counts."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row a room."""
        return 0 if parent.isValid() else len(ROOMS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names; the count goes to the description, so that the name stays a fixed word."""
        room = ROOMS[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return room.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{self.count(room):,}" if room.counts else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            key = BY_ID[room.command].keys[0].lower().replace(", ", " ")
            count = f", {self.count(room):,}" if room.counts else ""
            return f"{room.title}{count} ({key})"
        return None

    def count(self, room: Room) -> int:
        """How many are in a room."""
        return sum(self._counts.get(name, 0) for name in room.counts)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Takes kept counts; redraws the rows that changed."""
        before, self._counts = self._counts, dict(counts)
        for row, room in enumerate(ROOMS):
            if sum(before.get(name, 0) for name in room.counts) != self.count(room):
                self.dataChanged.emit(self.index(row), self.index(row))


class RoomDelegate(QStyledItemDelegate):
    """Paints a room: icon, name and count in a row, or icon above count in the rail."""

    def __init__(self, context: WindowContext, model: RoomModel, parent: QListView) -> None:
        """`parent` says with its width whether this is the rail."""
        super().__init__(parent)
        self._context, self._model, self._list = context, model, parent
        self.current = ""
        self.letters = False
        # Asking the option for its state would load all of QStyle, a tenth of a start.
        self.hovered = -1

    @property
    def rail(self) -> bool:
        """Whether only icons fit."""
        return self._list.width() <= self._context.theme.px(RAIL) + 8

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """A row's height, with the gap above it."""
        height = self._context.theme.px(_RAIL_ROW if self.rail else _ROW)
        return QSize(40, height + (_GAP if ROOMS[index.row()].gap else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the row; the current room is told by colour, icon and the selection alike."""
        room = ROOMS[index.row()]
        rect = QRect(option.rect)
        if room.gap:
            rect.setTop(rect.top() + _GAP)
        colour = self._context.theme.color
        here = room.name == self.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if here or index.row() == self.hovered:
            painter.setBrush(colour("selected" if here else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if self._list.hasFocus() and index.row() == self._list.currentIndex().row():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("focus"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)
        draw = self._paint_rail if self.rail else self._paint_row
        draw(painter, rect, room, here=here)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, room: Room, *, here: bool) -> None:
        theme = self._context.theme
        side = theme.px(18)
        icon = self._context.pixmap(room.icon, "accentText" if here else "text2", side)
        painter.drawPixmap(rect.left() + 10, rect.center().y() - side // 2 + 1, icon)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color("text" if here else "text2"))
        text = rect.adjusted(10 + side + 10, 0, -10, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, room.title)
        if self.letters:
            self._paint_letter(painter, rect, room)
            return
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.color(self._count_colour(room, here=here)))
        painter.drawText(
            text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, short(self._model.count(room))
        )

    def _paint_rail(self, painter: QPainter, rect: QRect, room: Room, *, here: bool) -> None:
        theme = self._context.theme
        side = theme.px(18)
        count = short(self._model.count(room)) or ("" if not self.letters else " ")
        line = QFontMetrics(theme.font("micro")).height()
        top = rect.top() + (rect.height() - side - (line + 2 if count else 0)) // 2
        icon = self._context.pixmap(room.icon, "accentText" if here else "text2", side)
        painter.drawPixmap(rect.center().x() - side // 2 + 1, top, icon)
        below = QRect(rect.left(), top + side + 2, rect.width(), line)
        if self.letters:
            letter = _letter(room)
            width = keycap_width(theme, letter)
            cap = QRect(rect.center().x() - width // 2, below.top() - 1, width, line + 2)
            paint_keycap(painter, theme, cap, letter, ground=theme.color("sunken"), text=theme.color("text"))
            return
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color(self._count_colour(room, here=here)))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, count)

    def _paint_letter(self, painter: QPainter, rect: QRect, room: Room) -> None:
        theme, letter = self._context.theme, _letter(room)
        width = keycap_width(theme, letter)
        height = QFontMetrics(theme.font("micro")).height() + 5
        cap = QRect(rect.right() - width - 8, rect.center().y() - height // 2 + 1, width, height)
        paint_keycap(painter, theme, cap, letter, ground=theme.color("surface"), text=theme.color("text"))

    def _count_colour(self, room: Room, *, here: bool) -> str:
        if room.urgent and self._model.count(room):
            return "block"
        return "text2" if here else "text3"


def _letter(room: Room) -> str:
    return BY_ID[room.command].keys[0].rpartition(", ")[2].lower()


class Mailboxes(QListView):
    """The list named `Mailboxes`; `chosen` names the screen that was asked for."""

    chosen = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        """Empty counts until `set_counts`."""
        super().__init__()
        self.setObjectName("mailboxes")
        self.setAccessibleName("Mailboxes")
        self._rooms = RoomModel()
        self._delegate = RoomDelegate(context, self._rooms, self)
        self.setModel(self._rooms)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoScroll(False)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        context.restyled.connect(self.scheduleDelayedItemsLayout)

    def show_current(self, screen: str) -> None:
        """Marks the room that is shown; none for a screen that is not in the list."""
        self._delegate.current = screen
        for row, room in enumerate(ROOMS):
            if room.name == screen:
                self.setCurrentIndex(self._rooms.index(row))
        self.viewport().update()

    def show_letters(self, *, shown: bool) -> None:
        """Shows the second letters of `g` in place of the counts."""
        self._delegate.letters = shown
        self.viewport().update()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Takes kept counts."""
        self._rooms.set_counts(counts)

    def count_of(self, screen: str) -> int:
        """What stands beside a room."""
        return next(self._rooms.count(room) for room in ROOMS if room.name == screen)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        last = self.visualRect(self._rooms.index(len(ROOMS) - 1))
        return QSize(100, last.bottom() + 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Marks the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Marks none."""
        super().leaveEvent(event)
        self._hover(-1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second click asks for nothing more than the first."""
        event.accept()

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(ROOMS[index.row()].name)

"""The command palette (Ctrl+K): fuzzy over commands and mailboxes; what can't be done now says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QTextLayout
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from outtray.ui.commands import COMMANDS, Command, Group
from outtray.ui.context import WindowContext
from outtray.ui.keys import caps
from outtray.ui.widgets.glass_field import GlassField
from outtray.ui.widgets.key_button import keycap_width, paint_keycap
from outtray.ui.widgets.labels import Keycap, Label, Rule
from outtray.ui.widgets.overlay import Overlay

Index = QModelIndex | QPersistentModelIndex
_ROW = 38
_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as the palette shows it; `hint` says where it goes or why it can't be done now."""

    command: Command
    title: str
    hint: str
    available: bool


def match(query: str, title: str) -> tuple[int, tuple[int, ...]] | None:
    """How well a title fits (smaller is better) and where its letters stand; None where it does not.

    All letters of the query must come in their order; beginnings of words and runs weigh most.
    """
    wanted, text = query.casefold().replace(" ", ""), title.casefold()
    if not wanted:
        return 0, ()
    together = text.find(query.casefold().strip())
    if together >= 0:
        start_of_word = together == 0 or not text[together - 1].isalnum()
        return (together if start_of_word else 50 + together), tuple(
            range(together, together + len(query.strip()))
        )
    places: list[int] = []
    cost, at = 100, -1
    for letter in wanted:
        found = text.find(letter, at + 1)
        if found < 0:
            return None
        gap = found - at - 1
        cost += 0 if gap == 0 else 2 if not text[found - 1].isalnum() else 5 + gap
        places.append(found)
        at = found
    return cost, tuple(places)


class EntryModel(QAbstractListModel):
    """What fits the query, best first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[Entry, tuple[int, ...]]] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row an entry."""
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title for the eye; title, reason and key for the ear."""
        entry = self.found[index.row()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.hint) if part)
        return None

    def show_found(self, found: list[tuple[Entry, tuple[int, ...]]]) -> None:
        """Takes a new list."""
        self.beginResetModel()
        self.found = found
        self.endResetModel()


class EntryDelegate(QStyledItemDelegate):
    """Title with the matching letters in bold, hint, keycaps at the right."""

    def __init__(self, context: WindowContext, model: EntryModel) -> None:
        """The model tells where the letters stand."""
        super().__init__()
        self._context, self._model = context, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """One height for all."""
        return QSize(100, self._context.theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one entry."""
        entry, places = self._model.found[index.row()]
        theme = self._context.theme
        rect = option.rect.adjusted(8, 0, -8, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(rect, 6, 6)
        icon = self._context.pixmap(
            icon_of(entry.command), "text2" if entry.available else "disabled", theme.px(16)
        )
        painter.drawPixmap(rect.left() + 12, rect.center().y() - theme.px(8) + 1, icon)
        left = rect.left() + 12 + theme.px(16) + 12
        right = self._paint_keys(painter, rect, entry)
        width = self._paint_title(
            painter, QRect(left, rect.top(), right - left, rect.height()), entry, places
        )
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.color("text3"))
        hint = QRect(left + width + 12, rect.top(), right - left - width - 20, rect.height())
        text = QFontMetrics(theme.font("meta")).elidedText(
            entry.hint, Qt.TextElideMode.ElideRight, hint.width()
        )
        painter.drawText(hint, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_keys(self, painter: QPainter, rect: QRect, entry: Entry) -> int:
        theme, right = self._context.theme, rect.right() - 12
        height = QFontMetrics(theme.font("micro")).height() + 5
        for cap in reversed(caps(entry.command.keys[0]) if entry.command.keys else []):
            width = keycap_width(theme, cap)
            box = QRect(right - width, rect.center().y() - height // 2 + 1, width, height)
            paint_keycap(painter, theme, box, cap, ground=theme.color("sunken"), text=theme.color("text2"))
            right -= width + 6
        return right

    def _paint_title(self, painter: QPainter, rect: QRect, entry: Entry, places: Sequence[int]) -> int:
        theme = self._context.theme
        layout = QTextLayout(entry.title, theme.font("ui"))
        formats = []
        for place in places:
            part = QTextLayout.FormatRange()
            part.start, part.length = place, 1
            part.format.setFont(theme.font("strong"))
            part.format.setForeground(theme.color("accentText"))
            formats.append(part)
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        painter.setPen(theme.color("text" if entry.available else "disabled"))
        layout.draw(painter, rect.topLeft() + _centre(rect, line.height()))
        return round(line.naturalTextWidth())


def _centre(rect: QRect, height: float) -> QPoint:
    return QPoint(0, round((rect.height() - height) / 2))


_ICONS = {
    "approve": "ph.check", "approveSelected": "ph.check", "reject": "ph.x", "edit": "ph.pencil-simple",
    "snooze": "ph.clock-afternoon", "discard": "ph.trash", "undo": "ph.arrow-counter-clockwise",
    "retry": "ph.arrow-clockwise", "search": "ph.magnifying-glass", "keys": "ph.keyboard",
    "pauseSending": "ph.pause-fill", "resumeSending": "ph.play-fill", "settings": "ph.gear-six",
    "goReview": "ph.tray", "goSnoozed": "ph.clock-afternoon", "goOutbox": "ph.hourglass-medium",
    "goSent": "ph.paper-plane-tilt", "goFailed": "ph.warning-octagon", "goRejected": "ph.prohibit",
    "goRules": "ph.scales", "newRule": "ph.scales", "ruleUp": "ph.arrow-up", "ruleDown": "ph.arrow-down",
    "sourceReport": "ph.robot", "goAudit": "ph.list-numbers",
    "import": "ph.download-simple", "export": "ph.export",
    "verify": "ph.shield-check", "addAccount": "ph.envelope-simple", "quit": "ph.sign-out",
    "save": "ph.floppy-disk", "sort": "ph.sort-ascending", "select": "ph.check-square",
    "selectAll": "ph.check-square", "fix": "ph.wrench", "fixAll": "ph.wrench", "why": "ph.info",
    "takeIn": "ph.arrow-up", "changes": "ph.git-diff", "palette": "ph.terminal-window",
}  # fmt: skip


def icon_of(command: Command) -> str:
    """The icon that stands for a command."""
    return _ICONS.get(command.id, "ph.caret-right")


class Palette(Overlay):
    """`entries` says what there is now; `run` does what was chosen; last used first."""

    def __init__(
        self,
        context: WindowContext,
        parent: QWidget,
        entries: Callable[[], list[Entry]],
        run: Callable[[str], object],
    ) -> None:
        """Asked anew each time it opens."""
        super().__init__(context, parent, "Commands", 640, 96)
        self._entries, self._run = entries, run
        self._all: list[Entry] = []
        self.last_used: list[str] = []
        self.field = _Field(context, self)
        self.field.setObjectName("paletteSearch")
        self.field.setAccessibleName("Find a command")
        self.field.setPlaceholderText("Find a command or a mailbox")
        self.field.setProperty("role", "bare")
        self._model = EntryModel()
        self.list = QListView()
        self.list.setObjectName("commands")
        self.list.setAccessibleName("Commands")
        self.list.setModel(self._model)
        self._delegate = EntryDelegate(context, self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._choose)
        self._build(context)
        self.field.textChanged.connect(self._look)

    def open(self) -> None:
        """Shows what can be done now."""
        self._all = self._entries()
        self.field.setFont(self._context.theme.font("body"))
        self.field.clear()
        self._look("")
        self.list.setFixedHeight(self._context.theme.px(_ROW) * _SHOWN_ROWS)
        self.open_card(self.field)

    def step(self, by: int) -> None:
        """Chooses another entry, going round at the ends."""
        rows = self._model.rowCount()
        if rows:
            self.list.setCurrentIndex(self._model.index((self.list.currentIndex().row() + by) % rows))

    def run_current(self) -> None:
        """Closes and does what is chosen."""
        self._choose(self.list.currentIndex())

    def _build(self, context: WindowContext) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.addWidget(self.field, 1)
        head.addWidget(Keycap(context, "Esc"))
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 8)
        foot.setSpacing(6)
        for cap, word in (("↑", ""), ("↓", "choose"), ("Enter", "run")):
            foot.addWidget(Keycap(context, cap))
            if word:
                foot.addWidget(Label(context, word, "meta", "text3"))
                foot.addSpacing(8)
        foot.addStretch(1)
        foot.addWidget(Label(context, "Unavailable ones say why", "meta", "text3"))
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        self.body.addSpacing(6)
        self.body.addWidget(self.list)
        self.body.addSpacing(6)
        self.body.addWidget(Rule())
        self.body.addLayout(foot)

    def _look(self, query: str) -> None:
        found: list[tuple[tuple[float, int, int], Entry, tuple[int, ...]]] = []
        for position, entry in enumerate(self._all):
            fits = match(query, entry.title)
            if fits is not None:
                used = self.last_used.index(entry.command.id) if entry.command.id in self.last_used else 99
                found.append(((fits[0] + (0 if entry.available else 20), used, position), entry, fits[1]))
        found.sort(key=lambda one: one[0])
        self._model.show_found([(entry, places) for _, entry, places in found])
        self.list.setCurrentIndex(self._model.index(0))

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        entry = self._model.found[index.row()][0]
        if not entry.available:
            self._context.announce(entry.hint, at_once=True)
            return
        self.close_card()
        self.last_used = [entry.command.id, *(name for name in self.last_used if name != entry.command.id)][
            :8
        ]
        self._run(entry.command.id)


class _Field(GlassField):
    def __init__(self, context: WindowContext, palette: Palette) -> None:
        super().__init__(context, 4)
        self._palette = palette

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter runs, Esc closes."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._palette.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._palette.run_current()
        elif key == Qt.Key.Key_Escape:
            self._palette.close_card()
        else:
            super().keyPressEvent(event)


def title_of(command: Command) -> str:
    """How the palette names it: places are gone to."""
    return f"Go to {command.title}" if command.group is Group.GO_TO else command.title


# What a person looks for in a palette comes first; keys to move by come last.
_FIRST = (Group.DECIDE, Group.GO_TO, Group.PROGRAM, Group.LOOK, Group.MOVE)


def all_entries(refusal: Callable[[str], str | None], hint: Callable[[str], str]) -> list[Entry]:
    """Every command but the palette itself; `refusal` gives why one can't be done now, None where it can."""
    entries = []
    for command in sorted(COMMANDS, key=lambda command: _FIRST.index(command.group)):
        if command.id != "palette":
            reason = refusal(command.id)
            text = reason if reason is not None else hint(command.id)
            entries.append(Entry(command, title_of(command), text, reason is None))
    return entries

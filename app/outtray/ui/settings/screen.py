"""Settings (Ctrl+,): a list of pages at the left, the page's settings at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from outtray.model.changes import Changes
from outtray.ui.commands import COMMANDS, Group
from outtray.ui.context import WindowContext
from outtray.ui.keys import shown_keys
from outtray.ui.screen import Screen
from outtray.ui.settings.layout import PAGES, Page
from outtray.ui.settings.rows import SettingRow
from outtray.ui.widgets.labels import Keycap, Label, Rule

Index = QModelIndex | QPersistentModelIndex
_LIST = 200
_WIDEST = 640


class SettingsScreen(Screen):
    """Changes apply at once; pages are made when they are first shown."""

    name = "settings"
    title = "Settings"

    def __init__(self, context: WindowContext) -> None:
        """The list; pages come when they are chosen."""
        super().__init__(context)
        self._rows: list[SettingRow] = []
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.pages = QListWidget()
        self.pages.setObjectName("settingsPages")
        self.pages.setAccessibleName("Settings pages")
        self.pages.setFrameShape(QFrame.Shape.NoFrame)
        self.pages.setItemDelegate(_PageDelegate(context, self.pages))
        self.pages.setMouseTracking(True)
        self.pages.viewport().setAutoFillBackground(False)
        self._stack = QStackedWidget()
        self._made: dict[int, int] = {}
        for page in PAGES:
            self.pages.addItem(QListWidgetItem(page.title))
        self.pages.currentRowChanged.connect(self._show_page)
        left = QWidget()
        left.setProperty("ground", "panel")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        left.setFixedWidth(context.theme.px(_LIST))
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 12, 8, 8)
        head = Label(context, "Settings", "heading")
        head.setContentsMargins(10, 0, 0, 6)
        column.addWidget(head)
        column.addWidget(self.pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(Rule("vertical"))
        row.addWidget(self._stack, 1)
        self.pages.setCurrentRow(0)

    def enter(self, target: int | None = None) -> None:
        """`target` is the number of a page."""
        if target is not None:
            self.pages.setCurrentRow(target)

    def take_changes(self, changes: Changes) -> None:
        """Shows settings that were changed elsewhere."""
        if changes.settings:
            for row in self._rows:
                row.refresh()

    def regions(self) -> Sequence[QWidget]:
        """The list, then the page."""
        return (self.pages, self._stack)

    def _show_page(self, number: int) -> None:
        if number not in self._made:
            area = self._page(PAGES[number])
            self._made[number] = self._stack.addWidget(area)
        self._stack.setCurrentIndex(self._made[number])

    def _page(self, page: Page) -> QWidget:
        inner = QWidget()
        inner.setMaximumWidth(self.context.theme.px(_WIDEST))
        column = QVBoxLayout(inner)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(4)
        column.addWidget(Label(self.context, page.title, "title"))
        column.addSpacing(6)
        for name in page.settings:
            row = SettingRow(self.context, name)
            self._rows.append(row)
            column.addWidget(row)
        if page.title == "Accounts":
            from outtray.ui.accounts.page import AccountsPage

            column.addWidget(AccountsPage(self.context))
        if page.title == "Sending":
            from outtray.ui.settings.connection import ConnectionPane

            column.addWidget(ConnectionPane(self.context))
        if page.title == "Keys":
            column.addSpacing(12)
            column.addWidget(_key_list(self.context))
        column.addStretch(1)
        around = QWidget()
        around.setProperty("ground", "surface")
        row_layout = QHBoxLayout(around)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.addWidget(inner, 10)
        row_layout.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(around)
        area.setAccessibleName(page.title)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area


class _PageDelegate(QStyledItemDelegate):
    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """As high as a room of the sidebar."""
        return QSize(80, self._context.theme.px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Icon and name."""
        theme, page = self._context.theme, PAGES[index.row()]
        here = bool(option.state & QStyle.StateFlag.State_Selected)
        active = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("focus") if active else Qt.PenStyle.NoPen)
        if here or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.color("selected" if here else "hover"))
        painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 6, 6)
        side = theme.px(16)
        pixmap = self._context.pixmap(page.icon, "accentText" if here else "text2", side)
        painter.drawPixmap(option.rect.left() + 10, option.rect.center().y() - side // 2 + 1, pixmap)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color("text" if here else "text2"))
        painter.drawText(option.rect.adjusted(20 + side, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, page.title)
        painter.restore()


def _key_list(context: WindowContext) -> QWidget:
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for group in Group:
        head = Label(context, group.value, "strong", "text2")
        head.setContentsMargins(0, 12, 0, 4)
        column.addWidget(head)
        for command in COMMANDS:
            if command.group is not group or not command.keys:
                continue
            line = QHBoxLayout()
            line.setContentsMargins(0, 4, 0, 4)
            line.setSpacing(4)
            line.addWidget(Label(context, command.title, "ui"), 1)
            for position, key in enumerate(shown_keys(command)):
                if position:
                    line.addWidget(Label(context, "or", "meta", "text3"))
                for cap in key:
                    line.addWidget(Keycap(context, cap))
            column.addLayout(line)
            column.addWidget(Rule())
    return around

"""The head of the list: its name and count, new drafts, the order; or what is done to the selected ones."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from outtray.model.draft_lists import DraftSort
from outtray.ui.context import WindowContext
from outtray.ui.review.look import PillButton, dress, px
from outtray.ui.review.row_words import counted
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

_SORTS = {
    DraftSort.PRIORITY: "Priority",
    DraftSort.NEWEST: "Newest",
    DraftSort.OLDEST: "Oldest",
    DraftSort.SCORE: "Score",
}


class ListHead(QWidget):
    """Commands that it offers are run by their ids (`command`); the order comes by `sort_chosen`."""

    command = Signal(str)
    sort_chosen = Signal(object)

    def __init__(self, context: WindowContext, title: str, *, decides: bool) -> None:
        """`decides`: the list is Review, so that selected drafts can be approved."""
        super().__init__()
        self._context = context
        self._title = Label(context, title, "heading")
        self._count = Label(context, "", "ui", "text3")
        self._pill = PillButton(context, "ph.arrow-up")
        self._sort = QToolButton()
        self._sorts: dict[DraftSort, QAction] = {}
        self._selected = Label(context, "", "strong")
        self._pages = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # Into its place first: a page without a parent would be shown as a window of its own.
        layout.addLayout(self._pages)
        self._pages.addWidget(self._usual())
        self._pages.addWidget(self._selecting(decides=decides))
        layout.addWidget(Rule())
        self.show_fresh(0)
        self.show_sort(DraftSort.PRIORITY)
        self.restyle()

    def restyle(self) -> None:
        """Takes its height from the theme again."""
        self.setFixedHeight(px(self._context, 44) + 1)

    def show_title(self, title: str) -> None:
        """The name of what the list shows."""
        self._title.setText(title)

    def show_count(self, words: str) -> None:
        """How many drafts there are, in words."""
        if words != self._count.text():
            self._count.setText(words)

    def show_fresh(self, number: int) -> None:
        """How many new drafts wait to be taken in; none hides the pill."""
        self._pill.setVisible(number > 0)
        if number:
            self._pill.setText(
                f"{number:,} new" if self.width() < px(self._context, 340) else self._fresh(number)
            )
            self._pill.setAccessibleName(self._fresh(number))
            self._pill.updateGeometry()

    def show_sort(self, sort: DraftSort) -> None:
        """The order that the list stands in."""
        self._sort.setText(f"{_SORTS[sort]} ")
        self._sort.setAccessibleDescription(_SORTS[sort])
        self._sorts[sort].setChecked(True)

    def show_selected(self, number: int) -> None:
        """How many drafts are selected; none brings the usual head back."""
        self._pages.setCurrentIndex(1 if number else 0)
        self._selected.setText(f"{number:,} selected")

    def open_sorts(self) -> None:
        """Opens the menu of orders."""
        self._sort.showMenu()

    def _fresh(self, number: int) -> str:
        return counted(number, "new draft")

    def _usual(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        dress(self._pill, "New drafts", "takeIn", f"Take in new drafts  {self._context.key_of('takeIn')}")
        self._pill.clicked.connect(lambda: self.command.emit("takeIn"))
        dress(self._sort, "Sort by", "sort", "Sort by")
        self._sort.setProperty("role", "quiet")
        self._sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        group = QActionGroup(self)
        for sort, words in _SORTS.items():
            action = QAction(words, self, checkable=True)
            action.triggered.connect(lambda _on=False, chosen=sort: self.sort_chosen.emit(chosen))
            group.addAction(action)
            menu.addAction(action)
            self._sorts[sort] = action
        self._sort.setMenu(menu)
        for widget in (self._title, self._count):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._pill)
        row.addWidget(self._sort)
        return page

    def _selecting(self, *, decides: bool) -> QWidget:
        page = QWidget()
        page.setProperty("ground", "panel")
        row = QHBoxLayout(page)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._selected)
        row.addStretch(1)
        offered = [
            ("Approve", "Approve selected", "approveTheSelected", "approveSelected"),
            ("Reject", "Reject selected", "rejectSelected", "reject"),
            ("Snooze", "Snooze selected", "snoozeSelected", "snooze"),
        ]
        if not decides:
            offered = [("Put back", "Put the selected back into review", "restoreSelected", "restore")]
        for words, name, object_name, command in offered:
            button = KeyButton(self._context.theme, words)
            button.setProperty("compact", "true")
            dress(button, name, object_name, f"{name}  {self._context.key_of(command)}")
            button.clicked.connect(lambda _on=False, wanted=command: self.command.emit(wanted))
            row.addWidget(button)
        clear = QToolButton()
        clear.setProperty("role", "quiet")
        dress(
            clear,
            "Clear the selection",
            "clearSelection",
            "Clear the selection  Esc",
            self._context.icon("ph.x"),
        )
        clear.clicked.connect(lambda: self.command.emit("back"))
        row.addWidget(clear)
        return page

"""Approving several messages: each in full, one below the other; only what was seen can be approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.model.changes import Changes
from outtray.ui.context import WindowContext
from outtray.ui.review.alike import Group, groups_of
from outtray.ui.review.bulk_card import BulkCard
from outtray.ui.review.bulk_index import BulkIndex, Entry
from outtray.ui.review.destination_words import quota_words
from outtray.ui.review.look import dress, px
from outtray.ui.review.message_parts import has_html
from outtray.ui.review.prepared import Prepared, prepare
from outtray.ui.review.row_words import counted
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outtray.desk import Desk

_FOOT = 18  # pixels of a card below its last line
_SETTLE_MILLISECONDS = 15


class BulkSheet(QWidget):
    """`approve_asked` carries the digests that were on the screen, and the parts that were."""

    closed = Signal()
    # Objects: Qt would turn a dict into a map of its own and lose keys that are numbers.
    approve_asked = Signal(object, object)
    edit_asked = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `open_drafts`."""
        super().__init__()
        self._context = context
        self._cards: list[BulkCard] = []
        self._request = 0
        self._left_out = 0
        self._again = QTimer(self, singleShot=True, interval=_SETTLE_MILLISECONDS)
        self._again.timeout.connect(self._look)
        self.setObjectName("bulkSheet")
        self.setAccessibleName("Approve several messages")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = Label(context, "", "title")
        self._under = Label(context, "", "meta", "text2", wrap=True)
        self._out = QLabel()
        self._alike = Label(context, "", "ui", "info", wrap=True)
        self._index = BulkIndex(context)
        self._progress = QProgressBar()
        self._seen_words = Label(context, "", "meta", "text2")
        self._more = Label(context, "", "ui", "text2")
        self._read = KeyButton(context.theme, "Read on", context.key_of("readOn"))
        self._approve = KeyButton(context.theme, "Approve", "Ctrl Enter", "primary")
        self.messages = QScrollArea()
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._build()

    # What it shows.

    def open_drafts(self, numbers: Sequence[int]) -> None:
        """Reads these drafts away from the GUI thread and shows each in full."""
        self.clear()
        self._request += 1
        request, wanted = self._request, list(numbers)
        self._title.setText(f"Approve {counted(len(wanted), 'message')}")
        self._under.setText("The messages are being put together…")

        def work(desk: Desk) -> tuple[list[Prepared], list[Group]]:
            found = [prepare(desk, number) for number in wanted]
            fit = [one for one in found if one.preview.refusal is None]
            texts = [
                "" if has_html(one.draft.revision.content) else one.draft.revision.content.body_text
                for one in fit
            ]
            return found, groups_of(texts)

        self._context.run(work, lambda result: self._take(request, *result))

    def clear(self) -> None:
        """Shows nothing."""
        self._request += 1
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards, self._left_out = [], 0
        self._out.hide()
        self._alike.hide()
        self._redraw()

    def take_changes(self, changes: Changes) -> None:
        """A message that changed has to be read again as it is now."""
        numbers = [card.draft.id for card in self._cards]
        if changes.many or changes.drafts & set(numbers):
            self._context.show_message("Messages changed meanwhile: look at them again.", "warn")
            self.open_drafts(numbers)

    # What is done with it.

    def read_on(self) -> None:
        """A screenful further; back to the first that was not seen once the end is reached."""
        bar = self.messages.verticalScrollBar()
        self._look()
        if bar.value() < bar.maximum():
            bar.setValue(min(bar.maximum(), bar.value() + max(60, bar.pageStep() - 40)))
        else:
            unseen = next((card for card in self._cards if not card.seen), None)
            ticking = next((card for card in self._cards if card.waits_for_tick), None)
            if unseen is not None:
                self._bring(unseen)
            elif ticking is not None:
                self._bring(ticking)
                ticking.focus_tick()
        self._look()

    def approve(self) -> None:
        """Approves what is on the sheet if all of it was seen, else reads on."""
        self._look()
        if not self._cards or not all(card.approvable for card in self._cards):
            self.read_on()
            return
        wanted = {card.draft.id: card.prepared.preview.digest or "" for card in self._cards}
        shown = {card.draft.id: card.shown for card in self._cards}
        self.approve_asked.emit(wanted, shown)

    def leave_out(self, number: int | None = None) -> None:
        """Takes a message off the sheet, the current one where none is named; it stays in Review."""
        card = self._current() if number is None else self._card(number)
        if card is None:
            return
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._context.announce("Left out")
        if not self._cards:
            self.closed.emit()
            return
        QTimer.singleShot(0, self._look)
        self._redraw()

    def edit_current(self) -> None:
        """Leaves the sheet and opens the current message in the editor."""
        card = self._current()
        if card is not None:
            self.edit_asked.emit(card.draft.id)

    def step(self, by: int) -> None:
        """Brings the next (1) or previous (-1) message to the top."""
        card = self._current()
        if card is not None:
            place = self._cards.index(card) + by
            if 0 <= place < len(self._cards):
                self._bring(self._cards[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What fits on the screen is seen at once."""
        super().showEvent(event)
        QTimer.singleShot(0, self._look)

    # Inside.

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Rule())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left())
        middle.addWidget(Rule("vertical"))
        right = QVBoxLayout()
        right.setSpacing(0)
        self._alike.setContentsMargins(24, 10, 24, 10)
        self._alike.setProperty("ground", "infoSoft")
        right.addWidget(self._alike)
        self._column.setContentsMargins(24, 16, 24, 16)
        self._column.setSpacing(16)
        self._column.addStretch(1)
        self._inside.setProperty("ground", "window")
        self.messages.setFrameShape(QFrame.Shape.NoFrame)
        self.messages.setWidgetResizable(True)
        self.messages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.messages.setWidget(self._inside)
        self.messages.setObjectName("approveMessages")
        self.messages.setAccessibleName("Messages in full")
        self.messages.verticalScrollBar().valueChanged.connect(self._look)
        self.messages.verticalScrollBar().rangeChanged.connect(self._look)
        right.addWidget(self.messages, 1)
        middle.addLayout(right, 1)
        column.addLayout(middle, 1)
        column.addWidget(Rule())
        column.addWidget(self._foot())
        self._index.currentRowChanged.connect(self._choose)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setProperty("ground", "surface")
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 10, 16, 10)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._under)
        row.addLayout(words, 1)
        self._out.setProperty("role", "pill")
        self._out.setProperty("tone", "warn")
        row.addWidget(self._out)
        close = QToolButton()
        close.setProperty("role", "quiet")
        dress(close, "Close", "closeBulk", "Close  Esc", self._context.icon("ph.x"))
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return head

    def _left(self) -> QWidget:
        left = QWidget()
        left.setProperty("ground", "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 16)
        column.addWidget(self._index, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Seen")
        foot.addWidget(self._progress)
        foot.addWidget(self._seen_words)
        column.addLayout(foot)
        left.setFixedWidth(px(self._context, 312))
        return left

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setProperty("ground", "surface")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        cancel = KeyButton(self._context.theme, "Cancel", "Esc")
        dress(cancel, "Cancel", "cancelBulk")
        cancel.clicked.connect(self.closed)
        dress(self._read, "Read on", "readOnBulk")
        self._read.clicked.connect(self.read_on)
        dress(
            self._approve,
            "Approve selected",
            "approveSelected",
            icon=self._context.icon("ph.check", "onAccent"),
        )
        self._approve.clicked.connect(self.approve)
        for button in (cancel, self._read, self._approve):
            button.setMinimumHeight(px(self._context, 36))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(cancel)
        row.addStretch(1)
        for widget in (self._more, self._read, self._approve):
            row.addWidget(widget)
        foot.setFixedHeight(px(self._context, 63))
        return foot

    def _take(self, request: int, found: list[Prepared], groups: list[Group]) -> None:
        if request != self._request:
            return
        fit = [one for one in found if one.preview.refusal is None]
        self._left_out = len(found) - len(fit)
        for place, prepared in enumerate(fit):
            card = BulkCard(self._context, prepared, place + 1)
            card.ticked.connect(self._redraw)
            card.out_asked.connect(self.leave_out)
            card.edit_asked.connect(self.edit_asked)
            self._cards.append(card)
            self._column.insertWidget(place, card)
        self._say_alike(groups)
        if self._left_out:
            blocked = sum(one.preview.refusal_code == "blocked" for one in found)
            why = "they have a block" if blocked == self._left_out else "they can't be approved now"
            one = "it has a block" if blocked else "it can't be approved now"
            self._out.setText(
                f"{self._left_out} were left out: {why}" if self._left_out > 1 else f"1 was left out: {one}"
            )
            self._out.show()
        self.messages.verticalScrollBar().setValue(0)
        QTimer.singleShot(0, self._look)
        self._redraw()

    def _say_alike(self, groups: list[Group]) -> None:
        largest = max(groups, key=lambda group: len(group.members), default=None)
        for group in groups:
            for place, ranges in zip(group.members, group.differing, strict=True):
                self._cards[place].mark(ranges)
        if largest is not None:
            places = ", ".join(str(place + 1) for place in largest.members)
            self._alike.setText(
                f"Same text to {len(largest.members)} people ({places}). What differs is marked."
            )
        self._alike.setVisible(largest is not None)

    def _look(self) -> None:
        """Whatever has its last line on the screen counts as seen, as soon as all stand where they belong."""
        if not self.isVisible() or not self._cards:
            return
        if not all(card.settled for card in self._cards):
            self._again.start()
            return
        height = self.messages.viewport().height()
        changed = False
        for card in self._cards:
            foot = card.mapTo(self.messages.viewport(), QPoint(0, card.height() - _FOOT)).y()
            if not card.seen and 0 < foot <= height:
                card.see()
                changed = True
        self._redraw(quick=not changed)

    def _redraw(self, *, quick: bool = False) -> None:
        current = self._current()
        place = self._cards.index(current) if current is not None else -1
        if quick and self._index.currentRow() == place:
            return
        entries = []
        for card in self._cards:
            people = card.draft.revision.content.recipients
            entries.append(
                Entry(
                    people[0].display_name or people[0].address,
                    card.draft.revision.content.subject,
                    card.seen,
                )
            )
        self._index.show_entries(entries, place)
        number, seen = len(self._cards), sum(card.seen for card in self._cards)
        self._progress.setRange(0, max(1, number))
        self._progress.setValue(seen)
        self._seen_words.setText(f"{seen} of {number} seen")
        ready = number > 0 and all(card.approvable for card in self._cards)
        unticked = sum(card.waits_for_tick for card in self._cards)
        words = f"{number - seen} more to see before you can approve" if seen < number else ""
        if not words and unticked:
            words = f"{counted(unticked, 'warning')} to tick"
        self._more.setText(words)
        self._read.setVisible(not ready)
        self._approve.setText(f"Approve {number}")
        self._approve.setEnabled(ready)
        self._approve.setToolTip(words)
        self._approve.setAccessibleDescription(words or f"{counted(number, 'message')}")
        if number:
            self._title.setText(f"Approve {counted(number, 'message')}")
            quota = quota_words(self._cards[0].prepared.preview, number)
            self._under.setText(f"Every message in full, one below the other. {quota}")

    def _current(self) -> BulkCard | None:
        """The message at the top of the screen."""
        for card in self._cards:
            if card.mapTo(self.messages.viewport(), QPoint(0, card.height())).y() > 40:
                return card
        return self._cards[-1] if self._cards else None

    def _card(self, number: int) -> BulkCard | None:
        return next((card for card in self._cards if card.draft.id == number), None)

    def _bring(self, card: BulkCard) -> None:
        top = card.mapTo(self._inside, QPoint(0, 0)).y()
        self.messages.verticalScrollBar().setValue(max(0, top - 8))

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._cards):
            self._bring(self._cards[place])

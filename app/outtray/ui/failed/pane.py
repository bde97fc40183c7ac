"""What happened to a delivery that gave up, and what can be done: retry, edit, discard, or say how it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from outtray.model.delivery import DeliveryState
from outtray.ui.deliveries.exact_message import people
from outtray.ui.deliveries.layout import ground
from outtray.ui.deliveries.message_view import MessageDialog
from outtray.ui.deliveries.moments import grouped, size, zone_of
from outtray.ui.deliveries.pane import People
from outtray.ui.deliveries.parts import Notice, Words
from outtray.ui.failed.attempts import AttemptTable, RawAnswer
from outtray.ui.failed.causes import cause_of_row, headline
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.store.outbox_reads import DeliveryDetail
    from outtray.ui.context import WindowContext


class FailedPane(QWidget):
    """The signals are the operator's choices for the delivery that is shown."""

    retry = Signal()
    edit = Signal()
    discard = Signal()
    was_sent = Signal()
    was_not_sent = Signal()
    ask_again = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_delivery`."""
        super().__init__()
        self._context = context
        self.delivery_id: int | None = None
        self._draft_id: int | None = None
        ground(self, "surface")
        self.setAccessibleName("Details")
        self._subject = Words(context, "", "title")
        self._people = People(context)
        self._notice = Notice(context)
        self._attempts_head = Label(context, "Attempts", "strong")
        self._attempts = AttemptTable(context)
        self._raw = RawAnswer(context)
        content = QVBoxLayout()
        content.setContentsMargins(28, 18, 28, 18)
        content.setSpacing(10)
        for part in (
            self._subject,
            self._people,
            self._notice,
            self._attempts_head,
            self._attempts,
            self._raw,
        ):
            content.addWidget(part)
        content.addLayout(self._links())
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        self.area = QScrollArea()
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName("Details")
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.setFocusProxy(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(Rule())
        column.addWidget(self._bar())
        self._dress()
        context.restyled.connect(self._dress)

    def show_delivery(self, detail: DeliveryDetail) -> None:
        """All that is known of it."""
        row, zone = detail.row, zone_of(self._context.settings)
        if row.id != self.delivery_id:
            self.area.verticalScrollBar().setValue(0)
        self.delivery_id, self._draft_id = row.id, row.draft_id
        self._subject.setText(row.subject or "(no subject)")
        self._people.show_people(people(self._context.outbox_reads.message_head(row.id)))
        self._notice.say(*headline(detail))
        self._attempts.show_attempts(detail.attempts, zone)
        self._attempts.setVisible(bool(detail.attempts))
        self._attempts_head.setText("Attempts" if detail.attempts else "No call to Gmail was made.")
        self._raw.show_answer(detail.attempts)
        self._offer(unknown=row.state is DeliveryState.UNCONFIRMED)
        self._digest.setText(f"{size(detail.message_size)} · sha256 {grouped(detail.digest, 2)}")
        self._digest.setToolTip(grouped(detail.digest))
        again = cause_of_row(row).again
        self._retry.setToolTip(
            "Sends the bytes that you approved" if again else "It will probably be refused again"
        )

    def _offer(self, *, unknown: bool) -> None:
        for button in (self._discard, self._edit, self._retry):
            button.setVisible(not unknown)
        for button in (self._sent, self._not_sent, self._ask):
            button.setVisible(unknown)
        for label in self._approved:
            label.setVisible(not unknown)

    def _links(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._open = _button("Open message", "openMessage", self._open_message)
        self._log = _button("Audit log", "showInAuditLog", self._show_log)
        self._log.setAccessibleName("Show in the audit log")
        row.addWidget(self._open)
        row.addWidget(self._log)
        row.addStretch(1)
        return row

    def _bar(self) -> QWidget:
        theme, key = self._context.theme, self._context.key_of
        self._discard = KeyButton(theme, "Discard", key("discard"))
        self._edit = KeyButton(theme, "Edit", key("edit"))
        self._retry = KeyButton(theme, "Retry", key("retry"), "primary")
        self._sent = KeyButton(theme, "It was sent")
        self._not_sent = KeyButton(theme, "It was not sent")
        self._ask = KeyButton(theme, "Ask Gmail again", "", "primary")
        self._digest = Label(self._context, "", "mono", "text3")
        self._approved = (Label(self._context, "Sends what you approved", "meta", "text2"), self._digest)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in self._approved:
            # In a narrow window the words give way, never the buttons.
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            words.addWidget(label)
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(28, 14, 28, 14)
        row.setSpacing(8)
        for button, name, signal in (
            (self._discard, "discard", self.discard),
            (self._edit, "edit", self.edit),
            (self._sent, "itWasSent", self.was_sent),
            (self._not_sent, "itWasNotSent", self.was_not_sent),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text())
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addLayout(words, 1)
        row.addSpacing(8)
        for button, name, signal in (
            (self._retry, "retry", self.retry),
            (self._ask, "askGmailAgain", self.ask_again),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text())
            button.clicked.connect(signal)
            row.addWidget(button)
        self._offer(unknown=False)
        return bar

    def _open_message(self) -> None:
        if self.delivery_id is not None:
            MessageDialog(self._context, self.delivery_id, self).open()

    def _show_log(self) -> None:
        if self._draft_id is not None:
            self._context.go("audit", self._draft_id)

    def _dress(self) -> None:
        icon = self._context.icon
        self._discard.setIcon(icon("ph.trash", "text"))
        self._edit.setIcon(icon("ph.pencil-simple", "text"))
        self._retry.setIcon(icon("ph.arrow-clockwise", "onAccent"))
        self._ask.setIcon(icon("ph.arrow-clockwise", "onAccent"))
        self._open.setIcon(icon("ph.envelope-open", "text"))
        self._log.setIcon(icon("ph.list-numbers", "text"))
        self._retry.setMinimumWidth(132)


def _button(title: str, name: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(title)
    button.setObjectName(name)
    button.setAccessibleName(title)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button

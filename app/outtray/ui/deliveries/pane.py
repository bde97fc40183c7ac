"""The details of one delivery beside a list: to whom it goes, what it has been through, its identifiers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from outtray.ui.deliveries import story
from outtray.ui.deliveries.exact_message import Person, people
from outtray.ui.deliveries.layout import Pane
from outtray.ui.deliveries.message_view import MessageDialog
from outtray.ui.deliveries.moments import grouped, size, zone_of
from outtray.ui.deliveries.parts import Facts, Notice, Timeline, Words
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from outtray.store.outbox_reads import DeliveryDetail
    from outtray.ui.context import WindowContext

_MOST_PEOPLE = 12


class People(Words):
    """Everybody who gets a message, by their real addresses; the domain, where mail goes astray, in bold."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_people`."""
        super().__init__(context, "", "mono", "text2")
        self.setTextFormat(Qt.TextFormat.RichText)

    def show_people(self, found: list[Person]) -> None:
        """Each on a line of its own; of very many, how many more there are."""
        lines = [_line(person) for person in found[:_MOST_PEOPLE]]
        if len(found) > _MOST_PEOPLE:
            lines.append(f"and {len(found) - _MOST_PEOPLE} more; Open message shows all")
        self.setText("<br>".join(lines))
        self.setAccessibleName(", ".join(f"{person.field}: {person.address}" for person in found))


class DeliveryPane(Pane):
    """`acted` is the press of the one button that moves this delivery on."""

    acted = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_delivery`."""
        super().__init__(context, "Details")
        self.delivery_id: int | None = None
        self._draft_id: int | None = None
        self._subject = Words(context, "", "title")
        self._people = People(context)
        self._notice = Notice(context)
        self._timeline = Timeline(context)
        self._facts = Facts(context, right=True)
        for part in (self._subject, self._people, self._notice, self._timeline, Rule(), self._facts):
            self.content.addWidget(part)
        self.content.addStretch(1)
        self.content.setSpacing(10)
        self._action = KeyButton(context.theme, "")
        self._action.clicked.connect(self._act)
        self.foot.addWidget(self._action)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._open = self._button("Open message", "openMessage", self.open_message)
        self._log = self._button("Audit log", "showInAuditLog", self.show_log)
        self._log.setAccessibleName("Show in the audit log")
        row.addWidget(self._open)
        row.addWidget(self._log)
        row.addStretch(1)
        self.foot.addLayout(row)
        self.restyle()
        context.restyled.connect(self.restyle)

    def show_delivery(
        self,
        detail: DeliveryDetail,
        title: str,
        notice: tuple[str, str, str] | None,
        action: tuple[str, str] | None,
    ) -> None:
        """`notice` is title, text and tone, `action` the word on the button and its key."""
        row, settings = detail.row, self._context.settings
        zone = zone_of(settings)
        if row.id != self.delivery_id:
            self.top()
        self.delivery_id, self._draft_id = row.id, row.draft_id
        self.title.setText(title)
        self._subject.setText(row.subject or "(no subject)")
        self._people.show_people(people(self._context.outbox_reads.message_head(row.id)))
        if notice is None:
            self._notice.hide()
        else:
            self._notice.say(*notice)
        self._timeline.show_steps(story.steps(detail, self._context.clock.now(), zone))
        self._facts.show_facts(
            [
                ("Message-ID", detail.message_id, "mono"),
                ("Size", size(detail.message_size), "ui"),
                ("From", row.account, "mono"),
                ("Gmail draft", detail.gmail_draft_id or "", "mono"),
                ("Gmail id", detail.gmail_message_id or "", "mono"),
                ("Date", detail.date_header or "", "ui"),
                ("SHA-256", grouped(detail.digest), "mono"),
            ]
        )
        self._action.setVisible(action is not None)
        if action is not None:
            word, key = action
            self._action.setText(word)
            self._action.key = key
            self._action.setAccessibleName(word)
            self._action.setObjectName(word[0].lower() + word.title().replace(" ", "")[1:])
            self._action.setToolTip(f"{word} ({key})" if key else word)
            self._action.updateGeometry()

    def open_message(self) -> None:
        """Shows the exact bytes in a window."""
        if self.delivery_id is not None:
            MessageDialog(self._context, self.delivery_id, self).open()

    def show_log(self) -> None:
        """Goes to the draft's story in the audit log."""
        if self._draft_id is not None:
            self._context.go("audit", self._draft_id)

    def restyle(self) -> None:
        """Takes icons from the theme."""
        self._open.setIcon(self._context.icon("ph.envelope-open", "text"))
        self._log.setIcon(self._context.icon("ph.list-numbers", "text"))

    def _button(self, title: str, name: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName(name)
        button.setAccessibleName(title)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _act(self) -> None:
        if self.delivery_id is not None:
            self.acted.emit(self.delivery_id)


def _line(person: Person) -> str:
    local, _, domain = person.address.rpartition("@")
    field = "" if person.field == "To" else f"{person.field}: "
    return f"{escape(field)}{escape(local)}@<b>{escape(domain)}</b>"

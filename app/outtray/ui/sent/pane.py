"""One sent message: when and as what it left, the exact bytes, and where else it can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from outtray.model.accounts import AccountKind
from outtray.ui.deliveries.layout import ground
from outtray.ui.deliveries.message_view import MessageView
from outtray.ui.deliveries.moments import full, second, zone_of
from outtray.ui.deliveries.parts import Notice, Words
from outtray.ui.sent.painter import SETTLED
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from datetime import datetime

    from outtray.store.outbox_reads import DeliveryDetail
    from outtray.ui.context import WindowContext
    from outtray.ui.deliveries.exact_message import ExactMessage

_GMAIL = "https://mail.google.com/mail/u/{}/#all/{}"


class SentPane(QWidget):
    """Empty until `show_delivery`."""

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing yet."""
        super().__init__()
        self._context = context
        self._detail: DeliveryDetail | None = None
        ground(self, "surface")
        self.setAccessibleName("Details")
        self._subject = Words(context, "", "title")
        self._mark = QLabel()
        self._how = Words(context, "", "ui", "text2")
        self._how.setObjectName("howItLeft")
        self._notice = Notice(context)
        self.message = MessageView(context, subject=False)
        self.message.loaded.connect(self._say_how)
        how = QHBoxLayout()
        how.setSpacing(8)
        how.addWidget(self._mark)
        how.addWidget(self._how, 1)
        content = QVBoxLayout()
        content.setContentsMargins(28, 18, 28, 12)
        content.setSpacing(10)
        content.addWidget(self._subject)
        content.addLayout(how)
        content.addWidget(self._notice)
        content.addWidget(self.message, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(content, 1)
        column.addWidget(Rule())
        column.addLayout(self._bar())
        self.setFocusProxy(self.message.text)
        self._dress()
        context.restyled.connect(self._dress)

    def show_delivery(self, detail: DeliveryDetail) -> None:
        """What is known of it at once; the message follows."""
        self._detail = detail
        self._subject.setText(detail.row.subject or "(no subject)")
        self._how.setText(self._sent_words(detail))
        self._how.setToolTip(full(_sent_at(detail), zone_of(self._context.settings)))
        if detail.bounced_at is not None:
            when = full(detail.bounced_at, zone_of(self._context.settings))
            self._notice.say("It came back.", f"The recipient’s server refused it on {when}.", "warn")
        else:
            self._notice.hide()
        accounts = {account.address: account for account in self._context.reads.accounts()}
        account = accounts.get(detail.row.account)
        self._gmail.setVisible(account is not None and account.kind is AccountKind.GMAIL)
        self._gmail.setEnabled(detail.gmail_message_id is not None)
        self._gmail.setToolTip("" if detail.gmail_message_id else "Its id in Gmail is not known.")
        self.message.show_delivery(detail.row.id)

    def export(self) -> None:
        """Asks where, and writes the exact bytes."""
        self.message.export()

    def show_log(self) -> None:
        """The draft's story in the audit log."""
        if self._detail is not None:
            self._context.go("audit", self._detail.row.draft_id)

    def _say_how(self, message: ExactMessage) -> None:
        if self._detail is None or self._detail.settled_by is not None:
            return
        checked = (
            "uploaded exactly the approved bytes (sha256 checked)"
            if message.approved
            else "the stored bytes no longer give the approved digest"
        )
        self._how.setText(f"{self._sent_words(self._detail)} · {checked}")
        self._how.recolour("text2" if message.approved else "block")

    def _sent_words(self, detail: DeliveryDetail) -> str:
        when = second(_sent_at(detail), zone_of(self._context.settings))
        if detail.settled_by is not None:
            note = f": {detail.settled_note}" if detail.settled_note else ""
            return f"{SETTLED}{note}"
        shown = f" · Gmail id {detail.gmail_message_id}" if detail.gmail_message_id else ""
        return f"Sent {when}{shown}"

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(28, 14, 28, 14)
        row.setSpacing(8)
        self._export = QPushButton("Export .eml")
        self._export.setObjectName("export")
        self._export.setAccessibleName("Export")
        self._export.setToolTip("Saves the exact message as an .eml file")
        self._export.clicked.connect(self.export)
        self._log = QPushButton("Show in audit log")
        self._log.setObjectName("showInAuditLog")
        self._log.setAccessibleName("Show in the audit log")
        self._log.clicked.connect(self.show_log)
        self._gmail = QPushButton("Open in Gmail")
        self._gmail.setObjectName("openInGmail")
        self._gmail.setAccessibleName("Open in Gmail")
        self._gmail.clicked.connect(self._open_gmail)
        for button in (self._export, self._log, self._gmail):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _open_gmail(self) -> None:
        if self._detail is not None and self._detail.gmail_message_id is not None:
            account = quote(self._detail.row.account)
            QDesktopServices.openUrl(QUrl(_GMAIL.format(account, quote(self._detail.gmail_message_id))))

    def _dress(self) -> None:
        icon = self._context.icon
        self._mark.setPixmap(self._context.pixmap("ph.check-circle-fill", "ok", 16))
        self._export.setIcon(icon("ph.export", "text"))
        self._log.setIcon(icon("ph.list-numbers", "text"))
        self._gmail.setIcon(icon("ph.arrow-square-out", "text"))


def _sent_at(detail: DeliveryDetail) -> datetime:
    return detail.sent_at or detail.row.changed_at

"""Connecting Gmail: how to get a client secrets file, the file, waiting for the browser, and the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from outtray.ui.accounts.parts import Notice, Steps, column, open_in_browser
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.accounts import Account
    from outtray.model.errors import OuttrayError
    from outtray.ui.context import JobProgress, WindowContext

_ASKS = (
    "Outtray asks Google to create and send drafts. It sees headers, never what your mail says. "
    "Google wants each installation to have a client of its own; making one takes about five minutes."
)
_METADATA = "Let Outtray see headers of sent and received mail (gmail.metadata)"
_WITHOUT = (
    "Without it Outtray can't look whether a message has left when the connection broke at the wrong moment: "
    "you are asked instead. Replies and bounces are then “not known”."
)
_SETUP, _WAITING, _DONE = range(3)
_PAUSED = "Sending is paused. Turn it on when you have looked round."
_BLIND = (
    "Google did not give the second permission, so replies and bounces are “not known”, and a message whose "
    "outcome is uncertain waits for your word."
)


class ConnectDialog(QDialog):
    """Adds a Gmail account, or renews the sign-in of `renew`. `connected` comes with the account."""

    connected = Signal(object)
    _addressed = Signal(str)

    def __init__(
        self,
        context: WindowContext,
        parent: QWidget | None = None,
        renew: Account | None = None,
        open_url: Callable[[str], bool] = open_in_browser,
    ) -> None:
        """`open_url` opens a page in the browser and says whether it could."""
        super().__init__(parent)
        self._context, self._renew, self._open_url = context, renew, open_url
        self._cancelled = threading.Event()
        self._address = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("connectGmail")
        title = "Connect Gmail" if renew is None else f"Sign in again: {renew.address}"
        self.setWindowTitle("Connect Gmail" if renew is None else "Sign in again")
        self.setAccessibleName(self.windowTitle())
        self._stack = QStackedWidget()
        layout = column(self, margins=0, spacing=0)
        layout.addWidget(self._stack)
        self._stack.addWidget(self._setup_page(title))
        self._stack.addWidget(self._waiting_page())
        self._stack.addWidget(self._done_page())
        self._addressed.connect(self._open_page, Qt.ConnectionType.QueuedConnection)
        self._turn(_SETUP)
        self.file.textChanged.connect(self._judge)
        self._judge()
        self.file.setFocus()

    # The three pages.

    def _setup_page(self, title: str) -> QWidget:
        page = QWidget()
        layout = column(page)
        layout.addWidget(Label(self._context, title, "title"))
        self.notice = Notice(self._context)
        layout.addWidget(self.notice)
        if self._renew is None:
            layout.addWidget(Label(self._context, _ASKS, "ui", "text2", wrap=True))
            self.steps = Steps(self._context, self._open_url)
            inner = QWidget()
            inner.setProperty("ground", "raised")
            inside = column(inner, margins=0)
            inside.addWidget(self.steps)
            inside.addStretch(1)
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setFrameShape(QScrollArea.Shape.NoFrame)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setWidget(inner)
            layout.addWidget(scroll, 1)
        else:
            words = self._renew.wait_reason or "Google asks for a new sign-in. No message was lost."
            layout.addWidget(Label(self._context, words, "ui", "text2", wrap=True))
        layout.addLayout(self._file_row())
        self.see_sent = QCheckBox(_METADATA)
        self.see_sent.setObjectName("seeSent")
        self.see_sent.setAccessibleName(_METADATA)
        self.see_sent.setAccessibleDescription(_WITHOUT)
        self.see_sent.setChecked(self._renew is None or self._renew.sees_sent)
        layout.addWidget(self.see_sent)
        layout.addWidget(Label(self._context, _WITHOUT, "meta", "text2", wrap=True))
        if self._renew is not None:
            layout.addStretch(1)
        self.connect_button = self._button("Connect", "connect", "primary", self._start)
        cancel = self._button("Cancel", "cancelConnect", "", self.reject)
        layout.addLayout(_buttons(cancel, self.connect_button))
        return page

    def _file_row(self) -> QHBoxLayout:
        self.file = QLineEdit()
        self.file.setObjectName("clientSecrets")
        self.file.setAccessibleName("Client secrets file")
        self.file.setPlaceholderText(
            "Client secrets file (client_secret_….json)"
            if self._renew is None
            else "Client secrets file; empty: the client in the keyring"
        )
        choose = self._button("Choose file…", "chooseFile", "", self._choose)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        row.addWidget(choose)
        return row

    def _waiting_page(self) -> QWidget:
        page = QWidget()
        layout = column(page)
        layout.addWidget(Label(self._context, "Waiting for your browser…", "title"))
        self.waiting = Label(self._context, "", "ui", "text2", wrap=True)
        layout.addWidget(self.waiting)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("Waiting for your browser")
        layout.addWidget(bar)
        layout.addStretch(1)
        self.copy = self._button("Copy address", "copyAddress", "", self._copy)
        self.again = self._button("Open again", "openAgain", "", lambda: self._open_page(self._address))
        self.stop = self._button("Cancel", "cancelSignIn", "", self.reject)
        layout.addLayout(_buttons(self.copy, self.again, self.stop))
        return page

    def _done_page(self) -> QWidget:
        page = QWidget()
        layout = column(page)
        self.done_title = Label(self._context, "", "title", wrap=True)
        layout.addWidget(self.done_title)
        self.done_text = Label(self._context, "", "body", wrap=True)
        layout.addWidget(self.done_text)
        self.done_notice = Notice(self._context)
        layout.addWidget(self.done_notice)
        layout.addStretch(1)
        self.close_button = self._button("Close", "closeConnect", "primary", self.accept)
        layout.addLayout(_buttons(self.close_button))
        return page

    def _button(self, text: str, name: str, role: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text.rstrip("…"))
        button.setProperty("role", role)
        button.setAutoDefault(role == "primary")
        button.clicked.connect(lambda _=False: act())
        return button

    # What a person does.

    def reject(self) -> None:
        """Leaves; a sign-in that is under way ends without storing anything."""
        self._cancelled.set()
        super().reject()

    def _turn(self, page: int) -> None:
        """Shows a page, in a window as high as it needs."""
        self._stack.setCurrentIndex(page)
        steps = page == _SETUP and self._renew is None
        room = self.screen().availableGeometry().size() - QSize(40, 60)
        scale = self.fontMetrics().height() / 16
        self.resize(QSize(round(640 * scale), round((700 if steps else 320) * scale)).boundedTo(room))

    def _judge(self) -> None:
        ready = bool(self.file.text().strip()) or self._renew is not None
        self.connect_button.setEnabled(ready)
        self.connect_button.setDefault(ready)
        why = "" if ready else "Choose the client secrets file first."
        self.connect_button.setToolTip(why)
        self.connect_button.setAccessibleDescription(why)

    def _choose(self) -> None:
        downloads = QDir.homePath() + "/Downloads"
        start = downloads if QDir(downloads).exists() else QDir.homePath()
        name, _ = QFileDialog.getOpenFileName(
            self, "Choose the client secrets file", start, "Client secrets (*.json);;All files (*)"
        )
        if name:
            self.file.setText(name)
            self.connect_button.setFocus()

    def _start(self) -> None:
        text = self.file.text().strip()
        path = Path(text).expanduser() if text else None
        see_sent, renew = self.see_sent.isChecked(), self._renew
        # Each try has its own: a worker that was told to stop may still be looking at the old one.
        cancelled = self._cancelled = threading.Event()
        told = self._addressed.emit

        def work(desk: Desk, progress: JobProgress) -> Account:
            from outtray.accounts.sign_in import sign_in

            return sign_in(
                desk,
                path,
                open_browser=None,
                on_address=told,
                cancelled=lambda: cancelled.is_set() or progress.cancelled(),
                see_sent=see_sent,
                renew=None if renew is None else renew.address,
            )

        self.notice.hide()
        self.waiting.setText("Asking Google for the sign-in page.")
        self.copy.setEnabled(False)
        self.again.setEnabled(False)
        self._turn(_WAITING)
        self.stop.setFocus()
        self._context.job("Sign in to Google", work, self._finish, self._fail)

    def _open_page(self, address: str) -> None:
        self._address = address
        self.copy.setEnabled(True)
        self.again.setEnabled(True)
        if self._open_url(address):
            words = "Choose your account on Google's page and press Continue. Then come back here."
        else:
            words = (
                "No browser opened. Press Copy address, and open that address in a browser on this computer."
            )
            self.copy.setFocus()
        self.waiting.setText(words)
        self._context.announce(f"Waiting for your browser. {words}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.waiting.setText("The address is copied. Open it in a browser on this computer.")
        self._context.announce(self.waiting.text())

    def _finish(self, account: Account) -> None:
        self.done_title.setText(f"{account.address} is connected")
        self.done_text.setText(
            _PAUSED if self._context.reads.switch().paused else "What waited for it goes on now."
        )
        if not account.sees_sent:
            self.done_notice.say(_BLIND, "info")
        self._turn(_DONE)
        self.close_button.setFocus()
        self._context.announce(f"{self.done_title.text()}. {self.done_text.text()}")
        self.connected.emit(account)

    def _fail(self, error: OuttrayError) -> None:
        self._turn(_SETUP)
        self.notice.say(error.sentence)
        (self.file if error.field == "client_secrets" else self.connect_button).setFocus()


def _buttons(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row

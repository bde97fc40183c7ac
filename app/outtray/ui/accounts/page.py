"""The accounts of the profile, in Settings: connect, sign in again, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.delivery import Gate
from outtray.ui.accounts.connect_dialog import ConnectDialog
from outtray.ui.accounts.parts import Notice
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.model.changes import Changes
    from outtray.ui.context import WindowContext


class AccountsPage(QWidget):
    """One card an account, and what can be added. Follows `context.changed` by itself."""

    def __init__(self, context: WindowContext) -> None:
        """Reads the accounts when it is first shown something changed, and once now."""
        super().__init__()
        self._context = context
        self.cards: list[AccountCard] = []
        self.dialog: ConnectDialog | None = None
        self.question: QMessageBox | None = None
        self.setObjectName("accounts")
        self.setAccessibleName("Accounts")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.notice = Notice(context)
        layout.addWidget(self.notice)
        self._hint = Label(context, "", "ui", "text2", wrap=True)
        layout.addWidget(self._hint)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        self.connect_button = _button("Connect Gmail…", "connectGmailAccount", "primary", self.connect_gmail)
        self.practice_button = _button("Add practice account", "addPracticeAccount", "", self._add_practice)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.connect_button)
        row.addWidget(self.practice_button)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        context.changed.connect(self._follow)
        self.refresh()

    def connect_gmail(self) -> None:
        """Opens the dialog that adds a Gmail account."""
        self._open(None)

    def reconnect(self, account: Account) -> None:
        """Opens the dialog that renews an account's sign-in."""
        self._open(account)

    def refresh(self) -> None:
        """Shows the accounts as they are in the store."""
        accounts = self._context.reads.accounts()
        focused = next((card.account.address for card in self.cards if card.isAncestorOf(_focus(self))), None)
        while self.cards:
            card = self.cards.pop()
            self._list.removeWidget(card)
            card.deleteLater()
        for account in accounts:
            card = AccountCard(self._context, account, self.reconnect, self._ask_removal)
            self.cards.append(card)
            self._list.addWidget(card)
            if account.address == focused:
                card.remove_button.setFocus()
        self._say(accounts)

    def _say(self, accounts: Sequence[Account]) -> None:
        practice = self._context.practice
        self.connect_button.setVisible(not practice)
        self.practice_button.setVisible(practice and not accounts)
        if practice:
            self._hint.setText(
                "This is a practice profile. It sends nowhere and never takes a real account; "
                "start Outtray without --practice to connect Gmail."
            )
        elif not accounts:
            self._hint.setText("No account yet. Nothing can be approved before there is one to send from.")
        else:
            self._hint.setText("Drafts leave from the first account, unless they name another one.")

    def _open(self, renew: Account | None) -> None:
        self.notice.hide()
        self.dialog = ConnectDialog(self._context, self.window(), renew)
        self.dialog.open()

    def _ask_removal(self, account: Account) -> None:
        self.notice.hide()
        box = QMessageBox(self.window())
        box.setWindowTitle("Remove account")
        box.setText(f"Remove {account.address}?")
        box.setInformativeText(_what_removal_does(account))
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        remove.setObjectName("confirmRemove")
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setEscapeButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(lambda _: self._remove(account) if box.clickedButton() is remove else None)
        self.question = box
        box.open()

    def _remove(self, account: Account) -> None:
        from outtray.accounts.remove import remove

        address = account.address
        self._context.job(
            "Remove account", lambda desk, _progress: remove(desk, address), self._removed, self._failed
        )

    def _removed(self, sentence: str) -> None:
        self.notice.say(sentence, "info")

    def _add_practice(self) -> None:
        from outtray.accounts.practice import add_practice_account

        self._context.run(add_practice_account, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.notice.say(str(error))

    def _follow(self, changes: Changes) -> None:
        if changes.accounts:
            self.refresh()


class AccountCard(QFrame):
    """One account: its address, how it stands in words, and what can be done."""

    def __init__(
        self,
        context: WindowContext,
        account: Account,
        reconnect: Callable[[Account], object],
        remove: Callable[[Account], object],
    ) -> None:
        """`reconnect` and `remove` are called with the account."""
        super().__init__()
        self.account = account
        self.setProperty("card", "true")
        icon, token, words = standing(account)
        self.setAccessibleName(f"{account.address}, {words}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(12)
        mark = QLabel()
        mark.setPixmap(context.pixmap(icon, token, 18))
        layout.addWidget(mark)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(Label(context, account.address, "strong", wrap=True))
        self.state = Label(
            context, words, "meta", token if token in {"block", "warn"} else "text2", wrap=True
        )
        texts.addWidget(self.state)
        layout.addLayout(texts, 1)
        self.reconnect_button = _button("Reconnect", "reconnect", "", lambda: reconnect(account))
        self.reconnect_button.setVisible(account.kind is AccountKind.GMAIL)
        if account.state is not AccountState.OK:
            self.reconnect_button.setProperty("role", "primary")
        self.remove_button = _button("Remove", "removeAccount", "quiet", lambda: remove(account))
        for button in (self.reconnect_button, self.remove_button):
            button.setAccessibleDescription(account.address)
            layout.addWidget(button)


def standing(account: Account) -> tuple[str, str, str]:
    """How the account stands: an icon, its colour, and the words."""
    if account.kind is AccountKind.PRACTICE:
        return "ph.user-circle", "text2", "Practice account. What it sends lies in the folder practice-sent."
    if account.state is not AccountState.OK:
        return "ph.key", "warn", account.wait_reason or "Google asks for a new sign-in."
    if account.wait_for is Gate.KEYRING:
        return "ph.key", "warn", account.wait_reason or "The keyring is locked."
    if account.sees_sent:
        return "ph.check-circle-fill", "ok", "Signed in. Sees headers of sent and received mail."
    return "ph.check-circle-fill", "ok", "Signed in to send only. Replies and bounces are not known."


def _what_removal_does(account: Account) -> str:
    if account.kind is AccountKind.PRACTICE:
        return "What it has sent stays in the folder practice-sent."
    return "Its sign-in ends at Google and leaves the keyring. What was sent stays in Sent and in Gmail."


def _button(text: str, name: str, role: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.rstrip("…"))
    button.setProperty("role", role)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _=False: act())
    return button


def _focus(widget: QWidget) -> QWidget:
    found: QWidget | None = widget.window().focusWidget()
    return widget if found is None else found

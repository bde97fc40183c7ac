"""Asks before a link leaves the program: the whole true address, to copy or to open."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

_OPENED = frozenset({"http", "https", "mailto"})


class LinkDialog(QDialog):
    """Opens nothing by itself."""

    def __init__(self, context: WindowContext, address: str, parent: QWidget) -> None:
        """`address` is the link's own, whatever its words say."""
        super().__init__(parent)
        self._address = address
        self.setWindowTitle("Where this link goes")
        self.setObjectName("linkDialog")
        self.setMinimumWidth(480)
        parts = urlsplit(address)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(Label(context, "Where this link goes", "title"))
        host = parts.hostname or parts.path
        layout.addWidget(Label(context, f"To {host}" if host else "Nowhere", "strong", wrap=True))
        if any("xn--" in label for label in host.split(".")) or not host.isascii():
            warning = "This name has letters that can look like others."
            layout.addWidget(Label(context, warning, "ui", "warn", wrap=True))
        shown = QPlainTextEdit(address)
        shown.setReadOnly(True)
        shown.setFont(context.theme.font("mono"))
        shown.setAccessibleName("Address")
        shown.setObjectName("linkAddress")
        shown.setMaximumHeight(96)
        shown.setTabChangesFocus(True)
        layout.addWidget(shown)
        row = QHBoxLayout()
        row.addStretch(1)
        buttons = [("Copy", "copyLink", self._copy), ("Close", "closeLink", self.reject)]
        if parts.scheme.lower() in _OPENED:
            buttons.append(("Open in browser", "openLink", self._open))
        for words, name, act in buttons:
            button = KeyButton(context.theme, words)
            dress(button, words, name)
            button.clicked.connect(act)
            row.addWidget(button)
            if name == "copyLink":
                button.setFocus()
        layout.addLayout(row)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._address)
        self.accept()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._address, QUrl.ParsingMode.StrictMode))
        self.accept()

"""The head of a sheet that lies over list and message: its title, what it is for, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.widgets.labels import Label


def sheet_head(context: WindowContext, title: str, under: QWidget, close: Callable[[], object]) -> QWidget:
    """`under` stands below the title; `close` is what the cross does."""
    head = QWidget()
    head.setProperty("ground", "surface")
    row = QHBoxLayout(head)
    row.setContentsMargins(24, 10, 16, 10)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Label(context, title, "title"))
    words.addWidget(under)
    row.addLayout(words, 1)
    button = QToolButton()
    button.setProperty("role", "quiet")
    dress(button, "Close", "closeFixAll", "Close  Esc", context.icon("ph.x"))
    button.clicked.connect(lambda _checked=False: close())
    row.addWidget(button)
    return head

"""A question with two or three answers, in the window's own dress; the answer comes by a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.widgets.labels import Label


class Question(QDialog):
    """Ask with `open()`. The first answer is the one that does it, the last one leaves things as they are."""

    def __init__(
        self,
        context: WindowContext,
        parent: QWidget,
        title: str,
        text: str,
        answers: Sequence[tuple[str, Callable[[], object]]],
        *,
        danger: bool = False,
    ) -> None:
        """`answers` are words and what is done; with `danger` the first is red and the last the default."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(context.theme.px(420))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(context, title, "title", wrap=True))
        words = Label(context, text, "body", "text2", wrap=True)
        column.addWidget(words)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.buttons: list[QPushButton] = []
        for position, (answer, do) in enumerate(answers):
            button = QPushButton(answer)
            button.setAccessibleName(answer)
            first = position == 0
            button.setProperty("role", ("danger" if danger else "primary") if first else "")
            button.setDefault(position == (len(answers) - 1 if danger else 0))
            button.clicked.connect(lambda _checked=False, then=do: self._answer(then))
            self.buttons.append(button)
        for button in reversed(self.buttons):
            row.addWidget(button)
        column.addLayout(row)
        self._leave = answers[-1][1]
        (self.buttons[-1] if danger else self.buttons[0]).setFocus()
        context.announce(f"{title} {text}", at_once=True)

    def reject(self) -> None:
        """Esc and the window's cross are the last answer."""
        super().reject()
        self._leave()

    def _answer(self, then: Callable[[], object]) -> None:
        self.accept()
        then()

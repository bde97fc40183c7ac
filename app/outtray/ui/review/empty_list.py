"""What stands in the place of a list that has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from outtray.model.draft_lists import DraftList
from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.widgets.labels import Label

_WORDS = {
    DraftList.REVIEW: ("ph.tray", "Nothing waits for you.", "The next draft appears here."),
    DraftList.SNOOZED: (
        "ph.clock-afternoon",
        "Nothing is snoozed.",
        "A snoozed draft comes back at its time.",
    ),
    DraftList.REJECTED: (
        "ph.prohibit",
        "Nothing was rejected.",
        "Machines read the reason of each rejection.",
    ),
}


class EmptyList(QWidget):
    """An icon, a sentence and what can be done; `command` is what its button asks for."""

    command = Signal(str)

    def __init__(self, context: WindowContext, draft_list: DraftList) -> None:
        """Says what an empty mailbox of this kind means."""
        super().__init__()
        self._context, self._list = context, draft_list
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = QLabel()
        self._title = Label(context, "", "title", wrap=True)
        self._words = Label(context, "", "ui", "text2", wrap=True)
        self._button = QPushButton()
        self._button.setAutoDefault(False)
        self._does = ""
        self._button.clicked.connect(lambda: self.command.emit(self._does))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._icon, self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.say("", everywhere=False)

    def say(self, query: str, *, everywhere: bool) -> None:
        """For a search that found nothing `query` is what was asked, for a mailbox it is empty."""
        if query:
            title = f"No draft matches “{query}”."
            words = "" if everywhere else "Only this mailbox was searched."
            offer = ("", "") if everywhere else ("Search all mailboxes", "searchEverywhere")
            icon = "ph.magnifying-glass"
        else:
            icon, title, words = _WORDS[self._list]
            offer = ("Import…", "import") if self._list is DraftList.REVIEW else ("", "")
        self._icon.setPixmap(self._context.pixmap(icon, "text3", 40))
        self._title.setText(title)
        self.setAccessibleName(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        label, self._does = offer
        self._button.setText(label)
        self._button.setVisible(bool(label))
        dress(self._button, label, self._does)

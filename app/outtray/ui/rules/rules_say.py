"""What the rules say of the draft that is open, for the panel "Why this draft"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.store.draft_reads import RulesSay
    from outtray.ui.context import WindowContext

_NOT_YET = "They have not looked at it yet."


class RulesSayPart(QWidget):
    """What came of the last look in one sentence, and below each rule that would let the draft through."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_draft`."""
        super().__init__()
        self._context = context
        self._icon = QLabel()
        self._sentence = Label(context, "", "ui", "text", wrap=True)
        self._lines: list[tuple[Label, Label]] = []
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._icon)
        head.addWidget(Label(context, "Rules say", "strong"), 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addWidget(self._sentence)
        self._dress()
        context.restyled.connect(self._dress)

    def show_draft(self, draft_id: int) -> None:
        """Reads what is kept of the last look."""
        said = self._context.reads.rules_say(draft_id)
        shown = [] if said is None else lines(said)
        self._sentence.setText(_NOT_YET if said is None else summary(said))
        while len(self._lines) < len(shown):
            self._add_line()
        for place, (name, verdict) in enumerate(self._lines):
            for label in (name, verdict):
                label.setVisible(place < len(shown))
            if place < len(shown):
                name.setText(shown[place][0])
                verdict.setText(shown[place][1])

    def _add_line(self) -> None:
        pair = (
            Label(self._context, "", "medium", "text", wrap=True),
            Label(self._context, "", "meta", "text2", wrap=True),
        )
        for label in pair:
            self._column.addWidget(label)
        self._lines.append(pair)

    def _dress(self) -> None:
        self._icon.setPixmap(self._context.pixmap("ph.scales", "agent", 16))


def summary(said: RulesSay) -> str:
    """What came of it; a rule in shadow is told of in its own line."""
    if said.decision != "review":
        return said.sentence
    matching = any(verdict["matches"] for verdict in said.verdicts)
    return "It waits for you." if matching else said.sentence


def lines(said: RulesSay) -> list[tuple[str, str]]:
    """A rule with what it says: those that match first, then the others with the reason why not."""
    matching = [_line(verdict) for verdict in said.verdicts if verdict["matches"]]
    others = [(verdict["name"], f"no: {_plain(verdict['sentence'])}") for verdict in said.verdicts
              if not verdict["matches"]]  # fmt: skip
    return [*matching, *others]


def _line(verdict: Mapping[str, Any]) -> tuple[str, str]:
    shadow = verdict["mode"] == "shadow"
    would = "would let it through · shadow" if shadow else "lets such drafts through"
    return verdict["name"], f"{would}. {verdict['sentence']}"


def _plain(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]

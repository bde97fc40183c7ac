"""One event in full: in words, its fields, and how it hangs in the chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from outtray.store.audit_pages import EventRow, Links
from outtray.ui.audit import words
from outtray.ui.deliveries.layout import Pane
from outtray.ui.deliveries.moments import full, grouped, zone_of
from outtray.ui.deliveries.parts import Value, Words
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_MONO = {"digest", "gmail_draft_id", "gmail_message_id"}
_SHOWN_HASH = 5  # fours of hex digits: enough to tell two apart by eye


class _Fact(NamedTuple):
    name: str
    value: str
    style: str = "ui"
    erased: bool = False


class _FactLine(QWidget):
    """A name over its value, with a line below."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._name, self._value = Label(context, "", "meta", "text3"), Value(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(1)
        column.addWidget(self._name)
        column.addWidget(self._value)
        column.addSpacing(4)
        column.addWidget(Rule())

    def show_fact(self, fact: _Fact) -> None:
        """Takes another one."""
        self._name.setText(fact.name)
        self._value.show_value(fact.value, fact.style)
        self._value.recolour("text3" if fact.erased else "text")
        font = self._value.font()
        if font.italic() != fact.erased:
            font.setItalic(fact.erased)
            self._value.setFont(font)
        self._value.setAccessibleName(f"{fact.name}: {fact.value}")


class EventPane(Pane):
    """`draft_asked` is a click on the draft that the event is about."""

    draft_asked = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_event`."""
        super().__init__(context, "Event", "panel")
        self._draft: int | None = None
        self._told = Words(context, "", "body")
        self._lines: list[_FactLine] = []
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self._previous_name = Label(context, "", "meta", "text3")
        self._previous = Words(context, "", "mono", "text2")
        self._own_name = Label(context, "", "meta", "text3")
        self._own = Words(context, "", "mono")
        self._fits_icon = QLabel()
        self._fits = Words(context, "", "meta", "ok")
        self.content.addWidget(self._told)
        self.content.addLayout(self._facts)
        self.content.addSpacing(4)
        self.content.addWidget(Label(context, "Chain", "strong"))
        self.content.addWidget(self._chain())
        fits = QHBoxLayout()
        fits.setSpacing(8)
        fits.addWidget(self._fits_icon)
        fits.addWidget(self._fits, 1)
        self.content.addLayout(fits)
        self.content.addStretch(1)
        self._open = QPushButton("Story of this draft")
        self._open.setObjectName("storyOfThisDraft")
        self._open.setAccessibleName("Story of this draft")
        self._open.setAutoDefault(False)
        self._open.clicked.connect(self._ask_for_draft)
        self.foot.addWidget(self._open)

    def show_event(self, event: EventRow, links: Links, operator: str) -> None:
        """All that the log holds of it."""
        self.top()
        self.title.setText(f"Event {event.sequence:,}")
        self._told.setText(words.sentence(event, operator))
        self._show_facts(_facts_of(event, zone_of(self._context.settings)))
        self._previous_name.setText(
            f"previous, {event.sequence - 1:,}" if event.sequence > 1 else "the beginning of the log"
        )
        self._hash(self._previous, links.previous)
        self._own_name.setText("this event")
        self._hash(self._own, event.hash)
        self._fits.setText(
            "Fits the event before and after it"
            if links.fits
            else "Does not fit the events round it: the log was changed here"
        )
        tone = "ok" if links.fits else "block"
        self._fits.recolour(tone)
        icon = "ph.check-circle-fill" if links.fits else "ph.warning-octagon-fill"
        self._fits_icon.setPixmap(self._context.pixmap(icon, tone, 16))
        self._draft = _draft_of(event)
        self._open.setVisible(self._draft is not None)

    def _show_facts(self, facts: Sequence[_Fact]) -> None:
        while len(self._lines) < len(facts):
            line = _FactLine(self._context)
            self._facts.addWidget(line)
            # Kept for the next event: making widgets costs more than all else that a key asks for.
            self._lines.append(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(facts))
            if place < len(facts):
                line.show_fact(facts[place])

    def _chain(self) -> QFrame:
        box = QFrame()
        box.setProperty("card", True)
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(2)
        arrow = Label(self._context, "↓", "ui", "text3")
        for part in (self._previous_name, self._previous, arrow, self._own_name, self._own):
            column.addWidget(part)
        return box

    def _hash(self, label: Words, value: bytes) -> None:
        label.setText(grouped(value.hex(), _SHOWN_HASH))
        label.setToolTip(value.hex())
        label.setAccessibleName(value.hex())

    def _ask_for_draft(self) -> None:
        if self._draft is not None:
            self.draft_asked.emit(self._draft)


def _draft_of(event: EventRow) -> int | None:
    if event.object_kind == "draft" and event.object_id.isdigit():
        return int(event.object_id)
    draft = event.details.get("draft")
    return draft if isinstance(draft, int) else None


def _facts_of(event: EventRow, zone: tzinfo | None) -> list[_Fact]:
    facts = [
        _Fact("When", f"{full(event.at, zone)} ({event.at:%H:%M:%S} UTC)"),
        _Fact("Object", words.on(event)),
    ]
    if event.outcome != "done":
        facts.append(_Fact("Outcome", event.outcome.replace("_", " ")))
    facts += [
        _Fact(words.detail_name(name), words.detail_value(name, value), "mono" if name in _MONO else "ui")
        for name, value in event.details.items()
    ]
    facts += [
        _Fact(words.detail_name(name), value, "mono" if "@" in value else "ui") for name, value in event.clear
    ]
    return facts + [_Fact(words.detail_name(name), "erased", "ui", erased=True) for name in event.erased]

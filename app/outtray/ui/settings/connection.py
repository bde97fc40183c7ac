"""The connection to Gmail, in Settings: how each breaker stands, and what the operator may do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from outtray.model.breaker import PROBES, Breaker, BreakerState
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import moment, second, zone_of
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from outtray.desk import Desk
    from outtray.model.changes import Changes

_SERVICES = {"gmail": "Gmail", "oauth": "Google sign-in"}
_NONE = "There is no Gmail account, so there is no connection to watch over."
_MEANING = "Where too many calls fail, none is made for a while. Messages wait, and lose none of their tries."


class ConnectionPane(QWidget):
    """One card a service of each Gmail account. Follows `context.changed` by itself."""

    def __init__(self, context: WindowContext) -> None:
        """Reads how they stand whenever it is shown."""
        super().__init__()
        self._context = context
        self.cards: dict[str, BreakerCard] = {}
        self.setObjectName("connectionToGmail")
        self.setAccessibleName("Connection to Gmail")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 8)
        column.setSpacing(6)
        column.addWidget(Label(context, "Connection to Gmail", "medium"))
        self.hint = Label(context, _MEANING, "meta", "text2", wrap=True)
        column.addWidget(self.hint)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column.addLayout(self._list)
        context.changed.connect(self._follow)

    def showEvent(self, event: QShowEvent) -> None:
        """Calls that were made meanwhile are no change that anybody is told of."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Shows the breakers as they are kept."""
        self._context.run(_breakers, self._show)

    def _show(self, breakers: Mapping[str, Breaker]) -> None:
        self.hint.setText(_MEANING if breakers else _NONE)
        for name in [name for name in self.cards if name not in breakers]:
            card = self.cards.pop(name)
            self._list.removeWidget(card)
            card.deleteLater()
        for name, breaker in breakers.items():
            if name not in self.cards:
                self.cards[name] = BreakerCard(self._context, name, self._set)
                self._list.addWidget(self.cards[name])
            self.cards[name].show_breaker(breaker)

    def _set(self, name: str, state: BreakerState) -> None:
        def work(desk: Desk) -> str:
            from outtray.sending.decisions import set_breaker

            return set_breaker(desk, name, state).sentence

        def then(sentence: str) -> None:
            self._context.announce(sentence)
            self.refresh()

        self._context.run(work, then)

    def _follow(self, changes: Changes) -> None:
        if changes.accounts and self.isVisible():
            self.refresh()


class BreakerCard(QFrame):
    """One service: how its breaker stands in words, its last calls, and two buttons."""

    def __init__(self, context: WindowContext, name: str, act: Callable[[str, BreakerState], object]) -> None:
        """`act` is called with the name and the state that is wanted."""
        super().__init__()
        self._context = context
        service, _, address = name.partition(".")
        self._title = f"{_SERVICES.get(service, service)}, {address}"
        self.setProperty("card", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(Label(context, self._title, "strong", wrap=True))
        self.state = Label(context, "", "meta", "text2", wrap=True)
        self.calls = Label(context, "", "meta", "text2", wrap=True)
        texts.addWidget(self.state)
        texts.addWidget(self.calls)
        row.addLayout(texts, 1)
        self.force = self._button("Force open", "forceOpen", lambda: act(name, BreakerState.FORCED_OPEN))
        self.reset = self._button("Reset", "resetBreaker", lambda: act(name, BreakerState.CLOSED))
        row.addWidget(self.force)
        row.addWidget(self.reset)
        for button in (self.force, self.reset):
            button.setEnabled(False)

    def show_breaker(self, breaker: Breaker) -> None:
        """Says how it stands now."""
        zone = zone_of(self._context.settings)
        words, tone = standing(breaker, self._context.clock.now(), zone)
        self.state.recolour(tone)
        self.state.setText(words)
        self.calls.setText(last_calls(breaker))
        self.setAccessibleName(f"{self._title}. {words} {self.calls.text()}")
        self.force.setEnabled(breaker.state is not BreakerState.FORCED_OPEN)
        self.reset.setEnabled(breaker != Breaker())

    def _button(self, text: str, name: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAccessibleDescription(self._title)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button


def standing(breaker: Breaker, now: datetime, zone: tzinfo | None) -> tuple[str, str]:
    """How the breaker stands in words, and their colour."""
    match breaker.state:
        case BreakerState.CLOSED:
            return "Closed: calls are made.", "ok"
        case BreakerState.OPEN if breaker.open_until is not None and breaker.open_until > now:
            return f"Open: too many calls failed. The next one is tried at {_at(breaker, now, zone)}.", "warn"
        case BreakerState.OPEN:
            return "Open: too many calls failed. The next message tries again.", "warn"
        case BreakerState.HALF_OPEN:
            return f"Half open: {breaker.probes} of {PROBES} calls on trial went well.", "warn"
        case BreakerState.FORCED_OPEN:
            return "Forced open by you: no call is made until you reset it.", "block"
        case BreakerState.DISABLED:
            return "Switched off: calls are made whatever comes of them.", "warn"


def last_calls(breaker: Breaker) -> str:
    """What became of the last calls, as far as they are kept."""
    failed, slow, count = breaker.calls.count("x"), breaker.calls.count("s"), len(breaker.calls)
    if not count:
        return "No call has failed lately."
    return f"Last {count} calls: {count - failed - slow} good, {slow} slow, {failed} failed."


def _at(breaker: Breaker, now: datetime, zone: tzinfo | None) -> str:
    assert breaker.open_until is not None
    shown = moment(breaker.open_until, now, zone)
    return second(breaker.open_until, zone) if len(shown) == len("14:36") else shown


def _breakers(desk: Desk) -> Mapping[str, Breaker]:
    from outtray.sending.breakers import account_breakers

    with desk.store.read() as connection:
        return account_breakers(connection)

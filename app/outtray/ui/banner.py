"""The banner below the top bar: what holds sending up, the most important first, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.delivery import Gate
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import moment
from outtray.ui.widgets.labels import Label, retint

HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Banner:
    """`strong` says what is so, `text` what it means; `button` names what can be done, by `command`.

    `command` is a command's id, or `try:` or `reconnect:` and an account's address.
    """

    kind: str
    strong: str
    text: str
    icon: str
    button: str = ""
    command: str = ""
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that banners are told from; counts are of deliveries that wait."""

    now: datetime
    zone: tzinfo | None
    paused: bool
    since: datetime | None
    waiting: int
    waiting_for: Mapping[Gate, int]
    accounts: Sequence[Account]
    limit: int
    endpoint: str
    broken_log: str = ""
    rules_stopped: tuple[datetime, str] | None = None


def banners(standing: Standing) -> list[Banner]:
    """What is to be said, the most important first."""
    found: list[Banner] = []
    if standing.broken_log:
        found.append(
            Banner("log", "The audit log does not verify.", standing.broken_log, "ph.warning-octagon-fill",
                   "Show event", "goAudit", "block")
        )  # fmt: skip
    if standing.paused and standing.accounts:
        found.append(_switch(standing))
    for gate, make in _BY_GATE.items():
        found += [make(standing, account) for account in standing.accounts if _held(account, gate)]
    if standing.rules_stopped is not None:
        at, why = standing.rules_stopped
        when = moment(at, standing.now, standing.zone)
        found.append(
            Banner("rules", f"Rules switched themselves off at {when}:", why, "ph.scales", "Show", "goRules")
        )
    if standing.endpoint:
        found.append(
            Banner("endpoint", "Mail does not go to Gmail.",
                   f"It goes to {standing.endpoint}, as gmail.api_endpoint says.",
                   "ph.info-fill", "Settings", "settings")
        )  # fmt: skip
    return found


def messages(count: int) -> str:
    """As in "1 message", "7 messages"."""
    return f"{count:,} message" if count == 1 else f"{count:,} messages"


def wait(count: int) -> str:
    """As in "1 message waits", "7 messages wait"."""
    return f"{messages(count)} {'waits' if count == 1 else 'wait'}"


def _switch(standing: Standing) -> Banner:
    since = "" if standing.since is None else f" since {moment(standing.since, standing.now, standing.zone)}"
    waits = f"{wait(standing.waiting)}. " if standing.waiting else ""
    return Banner(
        "switch", f"Sending is paused{since}.", f"{waits}Nothing leaves until you resume.", "ph.pause-fill",
        "Resume sending", "resumeSending",
    )  # fmt: skip


def _held(account: Account, gate: Gate) -> bool:
    if gate is Gate.SIGN_IN:
        return account.kind is AccountKind.GMAIL and account.state is not AccountState.OK
    return account.wait_for is gate


def _waits(standing: Standing, gate: Gate) -> str:
    count = standing.waiting_for.get(gate, 0)
    return wait(count) if count else ""


def _sign_in(standing: Standing, account: Account) -> Banner:
    waits = _waits(standing, Gate.SIGN_IN)
    return Banner(
        "sign_in", f"Google asks {account.address} to sign in again.",
        f"{waits}, no attempt was lost." if waits else "Nothing leaves from it until then.", "ph.key",
        "Reconnect", f"reconnect:{account.address}",
    )  # fmt: skip


def _keyring(standing: Standing, _account: Account) -> Banner:
    waits = _waits(standing, Gate.KEYRING)
    return Banner(
        "keyring", "The keyring is locked or missing.",
        f"{waits or 'Messages wait'} until it can be read.", "ph.key", "Show", "goOutbox",
    )  # fmt: skip


def _breaker(standing: Standing, account: Account) -> Banner:
    waits = _waits(standing, Gate.BREAKER) or "Messages wait"
    until = account.wait_until
    again = "" if until is None else f"; next try {moment(until, standing.now, standing.zone)}"
    return Banner(
        "breaker", "Gmail is not answering.", f"{waits}{again}.", "ph.lightning-slash", "Try now",
        f"try:{account.address}",
    )  # fmt: skip


def _offline(_standing: Standing, _account: Account) -> Banner:
    return Banner(
        "offline", "This computer is offline.", "Messages wait and go out when it is back.", "ph.wifi-slash"
    )


def _quota(standing: Standing, account: Account) -> Banner:
    count = standing.waiting_for.get(Gate.ACCOUNT_QUOTA, 0)
    until = account.wait_until
    when = "tomorrow" if until is None else moment(until, standing.now, standing.zone)
    waits = f"{count:,} {'waits' if count == 1 else 'wait'} until {when}." if count else f"More leave {when}."
    return Banner(
        "quota", f"{account.address} reached {messages(standing.limit)} today.", waits,
        "ph.hourglass-medium", "Show", "goOutbox",
    )  # fmt: skip


_BY_GATE = {
    Gate.SIGN_IN: _sign_in,
    Gate.KEYRING: _keyring,
    Gate.BREAKER: _breaker,
    Gate.OFFLINE: _offline,
    Gate.ACCOUNT_QUOTA: _quota,
}


class BannerBar(QWidget):
    """Shows the first of several banners and how many more there are."""

    asked = Signal(str)  # a banner's command
    came_or_went = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Hidden until `show_banners`."""
        super().__init__()
        self._context = context
        self._shown: list[Banner] = []
        self.setObjectName("banner")
        self.setProperty("ground", "warnSoft")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._strong = Label(context, "", "strong")
        self._text = Label(context, "", "ui", "text2")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more = Label(context, "", "meta", "text2")
        self._button = QPushButton()
        self._button.setProperty("compact", True)
        self._button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._strong)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._button)
        self._button.clicked.connect(lambda: self.asked.emit(self._shown[0].command))
        context.restyled.connect(self._dress)
        self.hide()

    def show_banners(self, wanted: Sequence[Banner]) -> None:
        """Takes what is to be said now; announces a first one that is new."""
        before = self._shown
        if list(wanted) == before:
            return
        self._shown = list(wanted)
        if not wanted:
            self.hide()
            self.came_or_went.emit()
            return
        first = wanted[0]
        self._strong.setText(first.strong)
        self._text.setText(first.text)
        self._text.setToolTip(first.text)
        self._more.setText(f"and {len(wanted) - 1} more" if len(wanted) > 1 else "")
        self._more.setToolTip("\n".join(f"{other.strong} {other.text}" for other in wanted[1:]))
        self._button.setVisible(bool(first.button))
        self._button.setText(first.button)
        self._button.setAccessibleName(first.button)
        self.setAccessibleName(f"{first.strong} {first.text}")
        self._dress()
        if not before:
            self.show()
            self.came_or_went.emit()
        if not before or before[0].kind != first.kind:
            self._context.announce(f"{first.strong} {first.text}", at_once=True)

    def _dress(self) -> None:
        self.setFixedHeight(self._context.theme.px(HEIGHT))
        if not self._shown:
            return
        first = self._shown[0]
        side = self._context.theme.px(16)
        self._icon.setPixmap(self._context.pixmap(first.icon, first.tone, side))
        self._icon.setFixedSize(QSize(side, side))
        retint(self, "ground", f"{first.tone}Soft")

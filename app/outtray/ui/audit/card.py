"""The card on top of the log: how far it is verified, what was found, and the buttons for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout

from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class VerifyCard(QFrame):
    """`show_result` with what the last verification left, `show_running` while one goes on."""

    verify = Signal()
    stop = Signal()
    export = Signal()
    show_event = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Says nothing before `show_result`."""
        super().__init__()
        self._context = context
        self._tone, self._shield = "none", "ph.shield"
        self._bad: int | None = None
        self._running = False
        self.setObjectName("verification")
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self._icon = QLabel()
        self._title = Label(context, "", "strong")
        self._body = Label(context, "", "meta", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the verification")
        self._bar.hide()
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch(1)
        for part in (self._title, self._body, self._bar):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self._show = self._button("Show event", "showEvent", row)
        self._show.clicked.connect(self._ask_for_event)
        self._verify = self._button("Verify", "verify", row)
        self._verify.clicked.connect(self._verify_or_stop)
        self._export = self._button("Export", "export", row)
        self._export.setToolTip("Writes all events with their hashes to a file, to check elsewhere")
        self._export.clicked.connect(self.export)
        self._dress()
        context.restyled.connect(self._dress)

    @property
    def sentence(self) -> str:
        """What the card says, title and text."""
        return f"{self._title.text()} {self._body.text()}".strip()

    def show_result(self, kept: dict[str, Any] | None, last: int) -> None:
        """`kept` is what `audit.verify` keeps of the last one; `last` the number of the last event now."""
        self._running = False
        self._bad = None
        if kept is None:
            words = "Nobody has looked yet whether it is unchanged." if last else "Nothing has happened yet."
            self._say("none", "ph.shield", "Not verified yet", words)
        elif kept["ok"]:
            at = self._when(kept["at"])
            newer = last - int(kept["events"])
            # The verification itself is an event, which the next one looks at.
            more = f" {newer - 1:,} newer events are not verified yet." if newer > 1 else ""
            since = f" since {self._day(kept['since'])}" if kept.get("since") else ""
            title = f"Verified to event {kept['events']:,}, {at}"
            body = f"Every event{since} is unchanged and in its place.{more}"
            self._say("ok", "ph.shield-check-fill", title, body)
        else:
            self._bad = kept["first_bad"]
            found, _, rest = str(kept["sentence"]).partition(". ")
            self._say(
                "block", "ph.shield-warning-fill", f"{found}.", f"{rest} Found {self._when(kept['at'])}."
            )
        self._show.setVisible(self._bad is not None)

    def show_running(self, done: int, total: int) -> None:
        """How far it is."""
        self._running = True
        self._say("none", "ph.shield", "Verifying", f"{done:,} of {total:,}")
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._show.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The soft ground of the result, with a line round it where there is none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        soft = self._tone != "none"
        colour = self._context.theme.color
        painter.setPen(Qt.PenStyle.NoPen if soft else colour("line"))
        painter.setBrush(colour(f"{self._tone}Soft") if soft else colour("surface"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 10, 10)
        painter.end()

    def _say(self, tone: str, shield: str, title: str, body: str) -> None:
        self._tone, self._shield = tone, shield
        self._title.setText(title)
        self._body.setText(body)
        self._bar.setVisible(self._running)
        self._verify.setText("Stop" if self._running else "Verify")
        self._verify.setAccessibleName("Stop" if self._running else "Verify")
        self._verify.setObjectName("stop" if self._running else "verify")
        self._verify.setToolTip("" if self._running else "Looks at every event from the first one on")
        self._export.setEnabled(not self._running)
        self._export.setAccessibleDescription("The log is being verified." if self._running else "")
        self.setAccessibleName(f"{title}. {body}")
        self._dress()

    def _button(self, word: str, name: str, row: QHBoxLayout) -> QPushButton:
        button = QPushButton(word)
        button.setObjectName(name)
        button.setAccessibleName(word)
        button.setAutoDefault(False)
        row.addWidget(button)
        return button

    def _verify_or_stop(self) -> None:
        (self.stop if self._running else self.verify).emit()

    def _ask_for_event(self) -> None:
        if self._bad is not None:
            self.show_event.emit(self._bad)

    def _when(self, at: str) -> str:
        now, zone = self._context.clock.now(), zone_of(self._context.settings)
        instant = datetime.fromisoformat(at)
        words = moment(instant, now, zone)
        today = instant.astimezone(zone).date() == now.astimezone(zone).date()
        return f"today {words}" if today else words

    def _day(self, at: str) -> str:
        day = datetime.fromisoformat(at).astimezone(zone_of(self._context.settings))
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def _dress(self) -> None:
        self._icon.setPixmap(
            self._context.pixmap(self._shield, "text3" if self._tone == "none" else self._tone, 28)
        )
        icon = self._context.icon
        self._verify.setIcon(icon("ph.stop" if self._running else "ph.shield-check", "text"))
        self._export.setIcon(icon("ph.export", "text"))
        self._show.setIcon(icon("ph.arrow-right", "text"))
        self.setMinimumHeight(max(72, round(2 * self._context.theme.line_height("ui")) + 36))
        self.update()

"""Asks until when a draft is put aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.look import dress
from outtray.ui.review.row_words import counted
from outtray.ui.review.sheet import Sheet
from outtray.ui.review.snooze_times import snooze_times
from outtray.ui.widgets.key_button import KeyButton

_PICK = "Pick…"


class SnoozeSheet(Sheet):
    """`chosen` carries the instant (aware, UTC)."""

    chosen = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Hidden until `ask`."""
        super().__init__(context, "Until when?", parent)
        self.setObjectName("snoozeSheet")
        self._picker = QDateTimeEdit()
        self._picker.setDisplayFormat("ddd d MMM yyyy  HH:mm")
        self._picker.setCalendarPopup(True)
        self._picker.setAccessibleName("Snooze until")
        self._picker.setObjectName("snoozeUntil")
        self._confirm = KeyButton(context.theme, "Snooze", "", "primary")
        dress(self._confirm, "Snooze until this time", "snoozeUntilThis")
        self._confirm.clicked.connect(self.submit)
        self._picked = QWidget()
        row = QHBoxLayout(self._picked)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._picker)
        row.addWidget(self._confirm)
        row.addStretch(1)
        self.rest.addWidget(self._picked)

    def ask(self, number: int) -> None:
        """Opens for so many drafts, with the times as they are now."""
        now, zone = self.context.clock.now(), zone_of(self.context.settings)
        times = snooze_times(now, zone)
        self.title.setText("Until when?" if number == 1 else f"Until when, {counted(number, 'draft')}?")
        buttons = self.offer([*(choice.words for choice in times), _PICK], "snooze")
        for button, choice in zip(buttons, times, strict=False):
            button.clicked.connect(lambda _on=False, until=choice.until: self._done(until))
        buttons[-1].clicked.connect(self._pick)
        local = (now + timedelta(hours=1)).astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
        self._picker.setDateTime(
            QDateTime.fromString(local.isoformat(timespec="seconds"), Qt.DateFormat.ISODate)
        )
        self._picked.hide()
        self.open()

    @property
    def picking(self) -> bool:
        """Whether a time of one's own is being chosen."""
        return not self._picked.isHidden()

    def submit(self) -> None:
        """Snoozes until the time that was picked."""
        text = self._picker.dateTime().toString(Qt.DateFormat.ISODate)
        wall = datetime.fromisoformat(text)
        zone = zone_of(self.context.settings)
        until = wall.astimezone(UTC) if zone is None else wall.replace(tzinfo=zone).astimezone(UTC)
        self._done(until)

    def _pick(self) -> None:
        self._picked.show()
        self.place()
        self._picker.setFocus(Qt.FocusReason.OtherFocusReason)

    def _done(self, until: datetime) -> None:
        self.close_sheet()
        self.chosen.emit(until)

"""The Sent screen: what has left, newest first, each as it was uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from outtray.model.changes import Changes
from outtray.store.outbox_reads import SentRow
from outtray.ui.commands import Handler
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.screen import DeliveryScreen
from outtray.ui.sent.model import SentModel
from outtray.ui.sent.painter import BOUNCED, SETTLED, SentPainter
from outtray.ui.sent.pane import SentPane

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_EMPTY = ("ph.paper-plane-tilt", "Nothing was sent yet.", "What leaves is listed here with its exact bytes.")


class SentScreen(DeliveryScreen):
    """See `design.md` 9."""

    name = "sent"
    title = "Sent"
    statuses = ("sent",)
    list_width = 400
    list_ground = "panel"

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing before `enter`."""
        self._sent = SentModel(lambda: context.outbox_reads, self._speak)
        super().__init__(context, self._sent, SentPainter(context), _EMPTY)
        self._details = SentPane(context)
        self.lay_out(self._details)

    def handlers(self) -> Mapping[str, Handler]:
        """Moving, and the export of the current message."""
        return {**super().handlers(), "export": Handler(self._details.export, self.nothing)}

    def refresh(self) -> None:
        """The newest page, or what a search found."""
        if self.wanted is None:
            self._sent.show_newest()
            self.head.show_count(self.context.reads.counts().get("status.sent", 0))
        else:
            self._sent.show_found(sorted(self.wanted, reverse=True))
            self.head.show_count(self._sent.count())

    def show_details(self, delivery_id: int) -> None:
        """How and as what one message left."""
        self._details.show_delivery(self.context.outbox_reads.detail(delivery_id))

    def take_changes(self, changes: Changes) -> None:
        """A bounce changes a row that is shown."""
        self._sent.look_again(changes.deliveries)
        super().take_changes(changes)

    def _speak(self, sent: SentRow) -> str:
        row = sent.row
        more = f" and {row.recipients - 1} more" if row.recipients > 1 else ""
        when = moment(sent.sent_at, self.context.clock.now(), zone_of(self.context.settings))
        how = SETTLED if sent.settled else f"sent {when}"
        back = f", {BOUNCED.lower()}" if sent.bounced else ""
        by_rule = "" if row.rule is None else ", let through by a rule"
        return f"{row.recipient}{more}, {row.subject}, {how}{back}{by_rule}"

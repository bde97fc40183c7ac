"""A draft that is gone is taken for sent."""

from __future__ import annotations

from typing import Any

from outtray.sending.recovery import Looker, Seen, Sight
from outtray.sending.transport import Sent
from tests.crash.processes import put


def plant() -> None:
    good = Looker.after_send

    def after_send(self: Looker, delivery: Any, *, sees_sent: bool) -> Sight:
        sight = good(self, delivery, sees_sent=sees_sent)
        if sight.seen in {Seen.NOTHING, Seen.CANT_SEE}:
            return Sight(Seen.SENT, sent=Sent("18f", None), evidence=sight.evidence)
        return sight

    put(Looker, "after_send", after_send)

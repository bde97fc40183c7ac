"""What of a message was on the screen: the end of each part that a recipient could see."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from outtray.ui.review.message_parts import Part

_KEPT = 500


class Reading:
    """Remembers, by revision, which parts were on the screen to their end."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, list[Part]] = OrderedDict()

    def saw(self, revision_id: int, part: Part) -> None:
        """The end of this part was on the screen."""
        seen = self._seen.setdefault(revision_id, [])
        self._seen.move_to_end(revision_id)
        if part not in seen:
            seen.append(part)
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)

    def seen(self, revision_id: int) -> list[Part]:
        """The parts that were on the screen, in the order in which they were."""
        return list(self._seen.get(revision_id, ()))

    def missing(self, revision_id: int, needed: Sequence[Part]) -> list[Part]:
        """The parts that were not, in the order in which they are read."""
        return [part for part in needed if part not in self._seen.get(revision_id, ())]

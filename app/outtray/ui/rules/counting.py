"""How many of the drafts in review a rule would take now: counted a stretch at a time, off this thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.rule import Rule
    from outtray.review.rule_record import Counted
    from outtray.ui.context import WindowContext


class LiveCount(QObject):
    """`counted` carries a sentence; a new question ends the one before."""

    counted = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        """Counts nothing before `count`."""
        super().__init__()
        self._context = context
        self._question = 0

    def count(self, rule: Rule) -> None:
        """Asks how many drafts this rule would take; it need not be stored."""
        self._question += 1
        self._ask(rule, self._question, (0, 0), 0, 0)

    def _ask(self, rule: Rule, question: int, after: tuple[int, int], seen: int, taken: int) -> None:
        def ask(desk: Desk) -> Counted:
            from outtray.review.rule_record import count_now

            return count_now(desk, rule, after)

        def then(found: Counted) -> None:
            if question != self._question:
                return
            so_far, takes = seen + found.seen, taken + found.taken
            if found.after is None:
                self.counted.emit(_sentence(takes, so_far))
            else:
                self.counted.emit(f"{_sentence(takes, so_far)} Counting on …")
                self._ask(rule, question, found.after, so_far, takes)

        self._context.run(ask, then)


def _sentence(taken: int, seen: int) -> str:
    if not seen:
        return "Nothing is in review now."
    return f"It would take {taken:,} of the {seen:,} in review now."

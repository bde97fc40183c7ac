"""What the operator does about a finding: applies its fix, or overrides a block with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from outtray.model.changes import Done
from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.review.fixing import fixed
from outtray.ui.review.open_draft import OpenDraft
from outtray.ui.review.right_side import RightSide

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.errors import OuttrayError


class Mending(QObject):
    """`saved` carries a draft that a fix changed, and Done."""

    saved = Signal(int, object)

    def __init__(self, context: WindowContext, right: RightSide, opened: OpenDraft, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._right, self._open = context, right, opened
        right.override.chosen.connect(self._override)

    def fix(self) -> None:
        """Applies the fix of the current finding."""
        draft, finding = self._open.draft, self._right.pane.current_finding()
        if draft is None or finding is None or finding.fix is None:
            self._right.bar.flash("There is no fix to apply.")
            return
        self._context.run(
            lambda desk: fixed(desk, draft, finding), lambda done: self.saved.emit(draft.id, done)
        )

    def overriding(self) -> str | None:
        """Why no block can be overridden now; None where one can."""
        prepared = self._open.prepared
        if prepared is None or prepared.preview.refusal_code != "blocked":
            return "There is no block to override."
        return None if prepared.overridable else "Your settings don’t allow to override this block. Fix it."

    def ask_override(self) -> None:
        """Asks for a reason: for the current block, else for the first that may be overridden."""
        prepared = self._open.prepared
        if prepared is None or not prepared.overridable:
            return
        current = self._right.pane.findings.finding(self._right.pane.findings.current)
        finding = current if current in prepared.overridable else prepared.overridable[0]
        self._right.override.ask(finding)

    def _override(self, finding: Finding, reason: str) -> None:
        draft = self._open.draft
        if draft is None:
            return
        number = draft.id

        def work(desk: Desk) -> Done:
            from outtray.review.override import override

            return override(desk, number, finding.code, finding.excerpt, reason)

        def failed(error: OuttrayError) -> None:
            self._context.show_message(error.sentence, "block")

        self._context.run(work, lambda done: self._context.announce(done.sentence), failed)

"""Why something can't be done in the review now, in one sentence; None where it can."""

from __future__ import annotations

from outtray.ui.review.approval_guard import ApprovalGuard
from outtray.ui.review.decisions import Decisions
from outtray.ui.review.editing import Editing
from outtray.ui.review.list_pane import ListPane
from outtray.ui.review.open_draft import OpenDraft
from outtray.ui.review.over_sheets import OverSheets
from outtray.ui.review.right_side import RightSide

MOST_AT_ONCE = 200  # drafts that are approved together


class Refusals:
    """Asked before each command."""

    def __init__(
        self,
        rows: ListPane,
        right: RightSide,
        opened: OpenDraft,
        decisions: Decisions,
        editing: Editing,
        sheets: OverSheets,
        guard: ApprovalGuard,
    ) -> None:
        """The parts of the review from whose state the reasons follow."""
        self._rows, self._right, self._opened = rows, right, opened
        self._decisions, self._editing, self._sheets, self._guard = decisions, editing, sheets, guard

    def busy(self) -> str | None:
        """Something else has to be ended first."""
        if self._bulk:
            return "Approve or press Esc first."
        if self._fixing:
            return "Change the drafts with Ctrl Enter, or press Esc first."
        return self._asking()

    def opening(self) -> str | None:
        """Going into the current row, or ticking all of them."""
        return None if self._fixing else self.busy()

    def moving(self) -> str | None:
        """Going up and down."""
        return None if self._bulk or self._fixing else self._asking()

    def reading(self) -> str | None:
        """Looking at the open draft."""
        if self._bulk or self._editing.open:
            return None
        if self._fixing:
            return self.busy()
        return None if self._opened.draft is not None else "No draft is open."

    def reading_on(self) -> str | None:
        """Reading on; on the sheet of a fix the same key ticks."""
        return None if self._fixing else self.reading()

    def selecting(self) -> str | None:
        """Ticking a row, or leaving a message out."""
        if self._bulk or self._fixing:
            return None
        return self._asking() or (None if self._rows.current() is not None else "The list is empty.")

    def deciding(self) -> str | None:
        """Reject, snooze, discard: of the selected drafts or the open one."""
        busy = self.busy()
        if busy or self._rows.selected:
            return busy
        if self._opened.draft is None:
            return "No draft is open."
        state = self._opened.state()
        return (state.refusal or "This draft was decided already.") if state.shut else None

    def editing(self) -> str | None:
        """Opening the editor, or applying a fix."""
        if self._bulk:
            return None
        if self._fixing:
            return self.busy()
        if self._asking():
            return self._asking()
        state = self._opened.state()
        if self._opened.draft is None:
            return "No draft is open."
        return (state.refusal or "This draft was decided already.") if state.shut else None

    def saving(self) -> str | None:
        """Saving what is edited."""
        return None if self._editing.open else "Nothing is being edited."

    def restoring(self) -> str | None:
        """Bringing drafts back to review."""
        busy = self.busy()
        if busy or self._rows.selected:
            return busy
        return None if self._opened.draft is not None else "No draft is open."

    def approving(self) -> str | None:
        """Approving the open draft. Too quick a key is not refused here: the bar says so itself."""
        if self._fixing:
            return self.busy()
        if self._bulk or self._guard.shut or self._decisions.pending:
            return None
        return self.busy() or self._opened.state().refusal

    def approving_selected(self) -> str | None:
        """Opening the sheet on which several are approved."""
        busy = self.busy()
        if busy:
            return busy
        number = len(self._rows.selected)
        if not number:
            return "No draft is selected. x selects one."
        if number > MOST_AT_ONCE:
            return f"{number:,} drafts are selected; {MOST_AT_ONCE} can be read at once."
        return None

    def fixing_all(self) -> str | None:
        """Opening the sheet with which all drafts are mended."""
        return self.busy()

    @property
    def _bulk(self) -> bool:
        return self._sheets.shown is self._sheets.bulk

    @property
    def _fixing(self) -> bool:
        return self._sheets.shown is self._sheets.fixing

    def _asking(self) -> str | None:
        if self._editing.open:
            return "Save or cancel your changes first."
        return "Choose first, or press Esc." if self._right.sheet is not None else None

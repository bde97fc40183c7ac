"""The draft that is open: what is shown of it, what became of it meanwhile, what the bar says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from outtray.model.changes import Changes
from outtray.model.draft import AuthorKind, Draft, DraftStatus
from outtray.model.draft_lists import DraftList
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.decision_bar import BarState
from outtray.ui.review.message_parts import Part
from outtray.ui.review.prepared import Prepared, Preparer
from outtray.ui.review.reading import Reading
from outtray.ui.review.right_side import RightSide
from outtray.ui.review.row_words import short_time

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_UNDECIDED = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED})
_DECIDABLE = {
    DraftList.REVIEW: _UNDECIDED,
    DraftList.SNOOZED: _UNDECIDED,
    DraftList.REJECTED: _UNDECIDED | {DraftStatus.REJECTED},
}
_NAMES = {Part.TEXT: "the text", Part.HTML: "the HTML part", Part.HIDDEN: "what is hidden"}
_SHOW = "showChanged"
# What is written where it was the operator who took a delivery back; a test holds them together.
OWN_REASONS = frozenset({"The draft was edited after it was approved."})


class OpenDraft(QObject):
    """Shows one draft at a time. `changed` says that what can be done with it may be another thing now."""

    changed = Signal()

    def __init__(
        self,
        context: WindowContext,
        draft_list: DraftList,
        right: RightSide,
        reading: Reading,
        parent: QObject,
    ) -> None:
        """`draft_list` tells which drafts something can still be decided about."""
        super().__init__(parent)
        self._decidable = _DECIDABLE[draft_list]
        self._context, self._right, self._reading = context, right, reading
        self.preparer = Preparer(context, self)
        self._newer: Draft | None = None
        self._gone = ""
        self._problem = ""
        self.preparer.arrived.connect(self._take_prepared)
        self.preparer.failed.connect(self._take_problem)
        right.pane.read.connect(self._tell)
        right.pane.notice.asked.connect(self._asked)

    @property
    def draft(self) -> Draft | None:
        """What is on the screen."""
        return self._right.pane.draft

    @property
    def prepared(self) -> Prepared | None:
        """What was made ready of it."""
        return self._right.pane.prepared

    def show(self, number: int | None, neighbours: Sequence[int] = ()) -> None:
        """Shows a draft at once, and has it and its neighbours made ready."""
        self._newer, self._gone, self._problem = None, "", ""
        prepared = self.preparer.get(number)
        draft = None
        if number is not None:
            draft = prepared.draft if prepared is not None else self._context.reads.draft(number)
        if draft is None:
            self._right.pane.clear()
        else:
            self._right.pane.show_draft(draft, prepared)
            self._say_why_back(draft)
        self._right.why.show_draft(draft)
        self._show_changes()
        self.preparer.want([wanted for wanted in (number, *neighbours) if wanted is not None])
        self._tell()

    def show_again(self) -> None:
        """Shows the draft as it is now."""
        if self.draft is not None:
            number = self.draft.id
            self.preparer.forget([number])
            self.show(number)

    def take_changes(self, changes: Changes, mine: AbstractSet[int]) -> None:
        """Looks what became of the open draft; `mine` are those that the operator is deciding."""
        if changes.many or changes.settings or changes.accounts or changes.deliveries:
            self.preparer.doubt()
        if changes.drafts:
            self.preparer.forget(changes.drafts)
        draft = self.draft
        if draft is not None and (changes.many or draft.id in changes.drafts) and draft.id not in mine:
            self._compare(draft)
        self._tell()

    def state(self) -> BarState:
        """What the decision bar should show."""
        draft, prepared = self.draft, self.prepared
        if draft is None:
            return BarState()
        shut = bool(self._gone) or draft.status not in self._decidable
        recipients = len(draft.revision.content.recipients)
        refusal, blocked = self._refusal(prepared)
        preview = prepared.preview if prepared is not None else None
        return BarState(
            digest=preview.digest if preview else None,
            octets=preview.size if preview else None,
            refusal=refusal,
            blocked=blocked,
            unread=self._unread() if refusal is None else "",
            recipients=recipients,
            shut=shut,
            override=blocked and prepared is not None and bool(prepared.overridable),
        )

    def _refusal(self, prepared: Prepared | None) -> tuple[str | None, bool]:
        draft = self.draft
        if self._gone:
            return self._gone, False
        if self._newer is not None:
            return "It changed: look at it as it is now.", False
        if self._problem:
            return self._problem, True
        if draft is not None and draft.status is DraftStatus.SNOOZED:
            return "This draft is snoozed. Bring it back to review first.", False
        if prepared is None:
            return "The message is being put together…", False
        return prepared.preview.refusal, prepared.preview.refusal_code == "blocked"

    def _unread(self) -> str:
        missing = self._right.pane.missing()
        if not missing:
            return ""
        if missing[0] is self._right.pane.part:
            return "Not read to its end yet"
        return f"Not on the screen yet: {' and '.join(_NAMES[part] for part in missing)}"

    def _say_why_back(self, draft: Draft) -> None:
        """A draft that came back from its delivery says why, unless the operator took it back."""
        if draft.status is DraftStatus.PENDING and draft.reason and draft.reason not in OWN_REASONS:
            self._right.pane.notice.say(f"Back in review: {draft.reason}")

    def _compare(self, shown: Draft) -> None:
        now = self._context.reads.draft(shown.id)
        if now is None:
            self._gone = "This draft was deleted."
            self._right.pane.notice.say(self._gone)
        elif now.status is not shown.status:
            self._say_status(now)
        elif now.revision.id != shown.revision.id:
            if now.revision.author is AuthorKind.MACHINE:
                self._newer = now
                self._right.pane.notice.say(f"{now.source} changed this", ("Show", _SHOW))
            else:
                self.show(shown.id)
        else:
            self._right.pane.take_findings(now)

    def _say_status(self, now: Draft) -> None:
        if now.status is DraftStatus.PENDING:
            self.show(now.id)
            return
        at = now.decided_at or self._context.clock.now()
        when = short_time(at, self._context.clock.now(), zone_of(self._context.settings))
        if now.status is DraftStatus.WITHDRAWN:
            self._gone = f"Withdrawn by {now.source} at {when}"
        else:
            self._gone = f"This draft is {now.status.value} since {when}"
        self._right.pane.notice.say(self._gone)

    def _asked(self, name: str) -> None:
        if name == _SHOW and self.draft is not None:
            self.show(self.draft.id)
            self._right.pane.body.setFocus()

    def _take_prepared(self, number: int) -> None:
        prepared = self.preparer.get(number)
        if self.draft is not None and self.draft.id == number and prepared is not None:
            self._problem = ""
            if prepared.draft.revision.id != self.draft.revision.id:
                self._compare(self.draft)
            self._right.pane.take_prepared(prepared)
            self._tell()

    def _take_problem(self, number: int, sentence: str) -> None:
        if self.draft is not None and self.draft.id == number:
            self._problem = sentence
            self._tell()

    def _show_changes(self) -> None:
        draft = self.draft
        if draft is not None and self._right.showing_changes and not self._right.editing:
            self._right.changes.show_draft(draft, draft.revision.content, editing=False)

    def _tell(self) -> None:
        self._right.bar.show_state(self.state())
        self.changed.emit()

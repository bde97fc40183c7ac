"""Review, Snoozed and Rejected: the list, the message, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from outtray.model.changes import Changes, Done
from outtray.model.draft_lists import DraftList
from outtray.ui.commands import Handler
from outtray.ui.context import WindowContext
from outtray.ui.review.approval_guard import ApprovalGuard
from outtray.ui.review.decisions import Decisions
from outtray.ui.review.editing import Editing
from outtray.ui.review.list_pane import ListPane
from outtray.ui.review.look import px
from outtray.ui.review.mending import Mending
from outtray.ui.review.open_draft import OpenDraft
from outtray.ui.review.over_sheets import OverSheets
from outtray.ui.review.reading import Reading
from outtray.ui.review.refusals import MOST_AT_ONCE, Refusals
from outtray.ui.review.right_side import RightSide
from outtray.ui.review.shape import Shape, shape_for
from outtray.ui.review.thin_splitter import ThinSplitter
from outtray.ui.review.undo_story import sent_strip, story
from outtray.ui.screen import Screen

_QUICK = "That was quick: this is the next message."
_LIST_SHARE = "review.list"


class ReviewScreen(Screen):
    """One list of drafts with the message beside it."""

    def __init__(self, context: WindowContext, draft_list: DraftList = DraftList.REVIEW) -> None:
        """Builds the widgets; reads nothing before `enter`."""
        super().__init__(context)
        self.name = draft_list.value
        self.title = draft_list.value.title()
        self._draft_list = draft_list
        self._shape = Shape()
        self._reading = Reading()
        self._guard = ApprovalGuard(context.clock)
        self._list = ListPane(context, draft_list)
        self._right = RightSide(context, draft_list, self._reading)
        self._open = OpenDraft(context, draft_list, self._right, self._reading, self)
        self._decisions = Decisions(context, self)
        self._editing = Editing(context, self._right, self)
        self._mending = Mending(context, self._right, self._open, self)
        self._splitter = ThinSplitter(context)
        self._splitter.restore_asked.connect(lambda: self._set_list_width(None))
        self._splitter.addWidget(self._list)
        self._splitter.addWidget(self._right)
        self._splitter.setStretchFactor(1, 1)
        self._list.setMinimumWidth(px(context, 300))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._sheets = OverSheets(context, self._splitter, layout, self)
        self._refusals = Refusals(
            self._list, self._right, self._open, self._decisions, self._editing, self._sheets, self._guard
        )
        self._sized = False
        self._wire()

    # What the window asks.

    def handlers(self) -> Mapping[str, Handler]:
        """What each command does here."""
        why = self._refusals
        found = {
            "next": Handler(lambda: self._step(1), why.moving),
            "previous": Handler(lambda: self._step(-1), why.moving),
            "open": Handler(self._go_in, why.opening),
            "back": Handler(self._back),
            "readOn": Handler(self._read_on, why.reading_on),
            "nextFinding": Handler(lambda: self._right.pane.step_finding(1), why.reading),
            "previousFinding": Handler(lambda: self._right.pane.step_finding(-1), why.reading),
            "discard": Handler(lambda: self._decisions.discard(self._chosen()), why.deciding),
            "undo": Handler(self._decisions.undo, why.busy),
            "select": Handler(self._select, why.selecting),
            "selectAll": Handler(self._select_all, why.opening),
            "takeIn": Handler(self._list.take_in, why.busy),
            "why": Handler(self._right.toggle_why, why.reading),
            "nextView": Handler(self._right.pane.next_view, why.reading),
            "changes": Handler(self._toggle_changes, why.reading),
            "sort": Handler(self._list.head.open_sorts, why.busy),
        }
        if self._draft_list is DraftList.REVIEW:
            found |= {
                "approve": Handler(self._approve, why.approving),
                "approveSelected": Handler(
                    lambda: self._sheets.open_bulk(self._list.selected), why.approving_selected
                ),
                "fixAll": Handler(self._fix_all, why.fixing_all),
                "reject": Handler(self._ask_reject, why.deciding),
                "snooze": Handler(self._ask_snooze, why.deciding),
                "edit": Handler(self._edit, why.editing),
                "save": Handler(self._editing.save, why.saving),
                "fix": Handler(self._mending.fix, why.editing),
                "override": Handler(
                    self._mending.ask_override, lambda: why.editing() or self._mending.overriding()
                ),
            }
        else:
            found["restore"] = Handler(lambda: self._decisions.restore(self._chosen()), why.restoring)
        return found

    def enter(self, target: int | None = None) -> None:
        """Shows the list, and a draft in it."""
        self._list.enter(target)
        if self._open.draft is None or (target is not None and target != self._open.draft.id):
            self._show(target if target is not None else self._list.current())
        self._say_undo()
        self._editing.warm_up()

    def leave(self) -> None:
        """Keeps what is being typed."""
        self._editing.leave()

    def take_changes(self, changes: Changes) -> None:
        """Redraws what changed."""
        mine = set(self._decisions.pending)
        self._list.take_changes(changes)
        self._open.take_changes(changes, mine)
        self._sheets.take_changes(changes)
        if changes.operation is not None or changes.deliveries or changes.settings or changes.many:
            self._say_undo()

    def tick(self) -> None:
        """Moves countdowns on."""
        self._list.tick()
        self._right.pane.tick()

    def search(self, query: str) -> None:
        """Shows what is found."""
        self._list.search(query)

    def regions(self) -> Sequence[QWidget]:
        """List, message, findings, panel, bar; or what lies over them."""
        if self._sheets.shown is not None:
            return self._sheets.regions()
        if self._right.sheet is not None:
            return [self._right.sheet]
        if self._editing.open:
            return [self._right.editor, self._right.changes, self._right.edit_bar]
        pane = self._right.pane
        return [self._list.region, pane.body, pane.findings.list, self._right.why, self._right.bar]

    def resized(self, width: int, height: int) -> None:
        """Follows the window's size."""
        scale = self.context.theme.line_height("ui") / 18
        self._shape = shape_for(width, height, self._shape, scale)
        self._right.set_shape(self._shape)
        if not self._sized:
            self._sized = True
            self._set_list_width(self.context.recall(_LIST_SHARE))
        self._fit_single()

    # Wiring.

    def _wire(self) -> None:
        self._splitter.splitterMoved.connect(self._remember_list_width)
        self._list.current_changed.connect(self._show)
        self._list.command.connect(self._command)
        self._list.view.open_asked.connect(self._go_in)
        self._list.strip.undo_asked.connect(self._decisions.undo)
        self._list.strip.ended.connect(self._say_undo)
        self._right.bar.command.connect(self._command)
        self._right.pane.why_asked.connect(self._right.toggle_why)
        self._right.pane.fix_asked.connect(lambda _finding: self._mending.fix())
        self._right.pane.findings.fix_all_asked.connect(lambda: self.context.invoke("fixAll"))
        self._right.why.close_asked.connect(self._right.toggle_why)
        self._right.changes.reset_asked.connect(lambda: self._editing.reset(self._open.draft))
        self._right.reject.chosen.connect(self._reject)
        self._right.snooze.chosen.connect(self._snooze)
        for sheet in (self._right.reject, self._right.snooze, self._right.override):
            sheet.closed.connect(self._focus_list)
        self._decisions.begun.connect(self._list.expect)
        self._decisions.done.connect(self._decided)
        self._decisions.ended.connect(self._list.settled)
        self._decisions.undoing.connect(lambda on: setattr(self._list, "returning", on))
        self._decisions.undone.connect(self._undone)
        self._editing.saved.connect(self._saved)
        self._mending.saved.connect(self._saved)
        self._editing.closed.connect(self._focus_list)
        self._sheets.closed.connect(self._focus_list)
        self._sheets.bulk.approve_asked.connect(self._approve_seen)
        self._sheets.bulk.edit_asked.connect(self._edit_from_bulk)
        self._sheets.fixing.open_asked.connect(self._open_from_sheet)
        self.context.restyled.connect(self._right.restyle)

    def _command(self, command: str) -> None:
        """What a button of ours asks for goes the way of its key."""
        if command == "copyText":
            draft = self._open.draft
            if draft is not None:
                QApplication.clipboard().setText(draft.revision.content.body_text)
            return
        sheet = self._right.sheet
        if command == "reject" and sheet is self._right.reject:
            self._right.reject.submit()
        elif command == "snooze" and sheet is self._right.snooze and self._right.snooze.picking:
            self._right.snooze.submit()
        else:
            self.context.invoke(command)

    # Moving.

    def _show(self, number: int | None) -> None:
        if self._editing.open:
            return
        if self._decisions.pending:
            self._guard.decided()
        self._open.show(number, self._list.neighbours())
        self._fit_single()

    def _step(self, by: int) -> None:
        if self._sheets.step(by):
            return
        self._list.step(by)
        if self._shape.single and self._right.isVisible():
            return
        if not self._list.view.hasFocus():
            self._focus_list()

    def _go_in(self) -> None:
        if self._sheets.open_current():
            return
        if self._shape.single:
            self._list.hide()
            self._right.show()
        self._right.pane.body.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _back(self) -> None:
        sheet = self._right.sheet
        if self._sheets.back():
            return
        if self._editing.open:
            self._editing.cancel()
        elif sheet is not None:
            sheet.close_sheet()
        elif self._shape.drawer and self._right.panel_shown:
            self._right.show_panel(None)
        elif self._list.selected:
            self._list.select(())
        else:
            if self._shape.single:
                self._right.hide()
                self._list.show()
            self._focus_list()

    def _read_on(self) -> None:
        if not self._sheets.read_on() and not self._editing.open:
            self._right.pane.read_on()

    def _select(self) -> None:
        if not self._sheets.select():
            self._list.toggle()

    def _select_all(self) -> None:
        if not self._sheets.select_all():
            self._list.select(self._list.model.ids_from(0, MOST_AT_ONCE))

    def _focus_list(self) -> None:
        if self._list.isVisible():
            self._list.region.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._right.pane.body.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_list_width(self, share: object) -> None:
        """As it was left, a share of the window; else as the design has it."""
        room = max(self.width(), 640)
        first = px(self.context, 336 if self._shape.narrow else 368)
        if isinstance(share, float) and 0.1 < share < 0.7:
            first = round(room * share)
        self._splitter.setSizes([first, room - first])

    def _remember_list_width(self, *_place: int) -> None:
        first, second = self._splitter.sizes()
        self.context.remember(_LIST_SHARE, round(first / max(1, first + second), 4))

    def _fit_single(self) -> None:
        if not self._shape.single:
            self._list.show()
            self._right.show()
        elif self._list.isVisible() and self._right.isVisible():
            self._right.hide()

    # Deciding.

    def _chosen(self) -> list[int]:
        """What a decision is about: the selected drafts, else the current one."""
        draft = self._open.draft
        return self._list.selected or ([draft.id] if draft is not None else [])

    def _approve(self) -> None:
        if self._sheets.approve():
            return
        if self._guard.shut or self._decisions.pending:
            self._right.bar.flash(_QUICK)
            return
        if not self._right.isVisible():
            self._go_in()
            return
        if self._right.covered:
            self._right.show_panel(None)
            return
        if self._right.pane.missing():
            self._right.pane.read_on()
            return
        draft, state = self._open.draft, self._open.state()
        if draft is not None and state.digest is not None and state.refusal is None:
            shown = [str(part) for part in self._reading.seen(draft.revision.id)]
            self._decisions.approve({draft.id: state.digest}, {draft.id: shown})

    def _ask_reject(self) -> None:
        self._right.reject.ask(len(self._chosen()))

    def _ask_snooze(self) -> None:
        self._right.snooze.ask(len(self._chosen()))

    def _reject(self, reason: str) -> None:
        self._decisions.reject(self._chosen(), reason)

    def _snooze(self, until: datetime) -> None:
        self._decisions.snooze(self._chosen(), until)

    def _decided(self, _drafts: list[int], _done: Done) -> None:
        self._guard.decided()
        self._say_undo()

    def _undone(self, done: Done) -> None:
        back = [number for number in done.changes.drafts if self._list.model.position_of(number) is not None]
        if len(back) == 1:
            self._list.go_to(back[0])
            self._open.show_again()
        self._say_undo()

    def _say_undo(self) -> None:
        approved = self._decisions.approved
        self._list.strip.show_strip(story(self.context, approved) or sent_strip(self.context, approved))

    # Editing and panels.

    def _edit(self) -> None:
        if self._sheets.edit():
            return
        draft = self._open.draft
        if draft is None:
            return
        if not self._right.isVisible():
            self._go_in()
        finding = self._right.pane.findings.finding(self._right.pane.findings.current)
        caret = finding.where.start if finding is not None and finding.where.field == "body_text" else None
        self._editing.begin(draft, caret, with_changes=not self._shape.drawer)

    def _saved(self, number: int, _done: Done) -> None:
        self._list.go_to(number)
        self._open.preparer.forget([number])
        self._open.show(number, self._list.neighbours())
        self._say_undo()

    def _toggle_changes(self) -> None:
        self._right.toggle_changes()
        draft = self._open.draft
        if self._editing.open:
            self._editing.show_changes()
        elif draft is not None and self._right.showing_changes:
            self._right.changes.show_draft(draft, draft.revision.content, editing=False)

    # Several at once.

    def _fix_all(self) -> None:
        self._sheets.open_fixing(self._right.pane.current_finding())

    def _open_from_sheet(self, number: int) -> None:
        self._sheets.close()
        self._list.go_to(number)

    def _approve_seen(self, wanted: dict[int, str], shown: dict[int, list[str]]) -> None:
        self._sheets.close()
        self._decisions.approve(wanted, shown)

    def _edit_from_bulk(self, number: int) -> None:
        self._sheets.close()
        if self._list.go_to(number):
            self._edit()

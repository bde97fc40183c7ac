"""Editing a draft: begin, keep what is typed, offer it again after a crash, save or throw away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from outtray.model.changes import Done
from outtray.model.draft import Content, Draft, DraftStatus
from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.review.differences import Change, take_back
from outtray.ui.review.right_side import RightSide
from outtray.ui.review.row_words import counted

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.errors import OuttrayError
    from outtray.store.autosaves import Kept

_REDRAW_MILLISECONDS = 400


class Editing(QObject):
    """`saved` carries the draft and what was done; `closed` comes when the message stands there again."""

    saved = Signal(int, object)
    closed = Signal()

    def __init__(self, context: WindowContext, right: RightSide, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._right = context, right
        self._saving = self._warm = False
        self._panel_before = False
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MILLISECONDS)
        self._redraw.timeout.connect(self._look_again)
        right.editor.edited.connect(self._redraw.start)
        right.editor.cancel_asked.connect(self.cancel)
        right.edit_bar.cancel_asked.connect(self.cancel)
        right.edit_bar.save_asked.connect(self.save)
        right.changes.back_asked.connect(self._take_back)

    @property
    def open(self) -> bool:
        """Whether a draft is in the editor."""
        return self._right.editing

    def warm_up(self) -> None:
        """Loads what the first edit needs before it is asked for."""

        def work(_desk: Desk) -> None:
            import outtray.intake.addresses  # noqa: F401

        if not self._warm:
            self._warm = True
            self._context.run(work)

    def begin(self, draft: Draft, caret: int | None, *, with_changes: bool) -> None:
        """Opens the editor; `with_changes` where there is room to show what changed beside it."""
        self._panel_before = self._right.panel_shown
        self._right.edit(editing=True)
        self._right.show_panel(self._right.changes if with_changes else None)
        voids = ""
        if draft.status is DraftStatus.APPROVED and draft.decided_at is not None:
            at = moment(draft.decided_at, self._context.clock.now(), zone_of(self._context.settings))
            voids = f"Saving voids the approval of {at}."
        self._right.edit_bar.say(draft.source, voids)
        self._right.editor.open_draft(draft, caret)
        self.show_changes()

        def work(desk: Desk) -> Kept | None:
            from outtray.review.edit import begin, kept

            begin(desk, draft.id)
            return kept(desk, draft.id)

        self._context.run(work, lambda kept: self._offer(draft.id, kept), self._could_not_begin)

    def save(self) -> None:
        """Saves where the fields can be; else they say why not."""
        draft = self._right.editor.draft
        content = None if draft is None or self._saving else self._right.editor.check()
        if draft is None or content is None:
            return
        self._saving = True
        number, base = draft.id, draft.revision.id

        def work(desk: Desk) -> Done:
            from outtray.review.edit import save

            return save(desk, number, base, content)

        def then(done: Done) -> None:
            self._saving = False
            self._close()
            self._context.announce(done.sentence)
            self.saved.emit(number, done)

        self._context.run(work, then, self._could_not_save)

    def cancel(self) -> None:
        """Leaves the editor; asks first where something would be thrown away."""
        draft = self._right.editor.draft
        if draft is None or (self._right.editor.changed and not self._throw_away()):
            return
        number = draft.id

        def work(desk: Desk) -> None:
            from outtray.review.edit import end, forget_kept

            forget_kept(desk, number)
            end(desk, number)

        self._context.run(work)
        self._close()

    def reset(self, draft: Draft | None) -> None:
        """Puts the machine's version back in the place of what was saved."""
        if draft is None:
            return
        number = draft.id

        def work(desk: Desk) -> Done:
            from outtray.review.edit import reset_to_proposed

            return reset_to_proposed(desk, number)

        self._context.run(work, lambda done: self.saved.emit(number, done))

    def leave(self) -> None:
        """Another screen is shown: what was typed is kept at once."""
        if self.open:
            self._right.editor.keep()

    def show_changes(self) -> None:
        """Compares what is in the fields with the machine's text."""
        draft = self._right.editor.draft
        if draft is not None and self._right.showing_changes:
            content, _mistakes = self._right.editor.content()
            self._right.changes.show_draft(draft, content, editing=True)

    def _look_again(self) -> None:
        """A pause in typing: what changed, and what the checks say of it."""
        self.show_changes()
        draft = self._right.editor.draft
        if draft is None:
            return
        number, content = draft.id, self._right.editor.content()[0]

        def work(desk: Desk) -> tuple[Finding, ...]:
            from outtray.examination import examine_content

            with desk.store.read() as connection:
                return examine_content(connection, number, content, desk.clock.now())

        self._context.run(work, lambda found: self._show_findings(number, content, found))

    def _show_findings(self, number: int, content: Content, found: tuple[Finding, ...]) -> None:
        editor = self._right.editor
        if editor.draft is None or editor.draft.id != number or editor.content()[0] != content:
            return
        before = editor.findings.number
        editor.show_findings(found)
        if len(found) != before:
            self._context.announce(counted(len(found), "finding") if found else "Nothing found")

    def _take_back(self, change: Change) -> None:
        draft = self._right.editor.draft
        if draft is not None:
            content, _mistakes = self._right.editor.content()
            taken: Content = take_back(draft.proposed.content, content, change)
            self._right.editor.use(taken)
            self.show_changes()

    def _offer(self, number: int, kept: Kept | None) -> None:
        editor = self._right.editor
        if kept is None or editor.draft is None or editor.draft.id != number or editor.changed:
            return
        at = moment(kept.kept_at, self._context.clock.now(), zone_of(self._context.settings))
        words = f"Your text of {at} was kept and not saved."
        if kept.outdated:
            words += " The draft has changed since."
        if _ask(self._right, "Unsaved text", words, "Take it up again", "Throw it away"):
            editor.set_texts({name: str(text) for name, text in kept.fields.items()})
        else:

            def work(desk: Desk) -> None:
                from outtray.review.edit import forget_kept

                forget_kept(desk, number)

            self._context.run(work)
        self.show_changes()

    def _throw_away(self) -> bool:
        return not _ask(
            self._right, "Keep your changes?", "You changed this draft.", "Keep editing", "Throw away"
        )

    def _could_not_begin(self, error: OuttrayError) -> None:
        self._close()
        self._context.show_message(error.sentence, "block")

    def _could_not_save(self, error: OuttrayError) -> None:
        self._saving = False
        self._context.show_message(error.sentence, "block")

    def _close(self) -> None:
        self._redraw.stop()
        self._right.editor.close_draft()
        self._right.edit(editing=False)
        self._right.show_panel(self._right.why if self._panel_before else None)
        self.closed.emit()


def _ask(parent: RightSide, title: str, words: str, yes: str, no: str) -> bool:
    """Asks; Escape is the careful answer, `yes`."""
    box = QMessageBox(parent)
    box.setObjectName("question")
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(words)
    first = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(no, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(first)
    box.setEscapeButton(first)
    box.exec()
    return box.clickedButton() is first

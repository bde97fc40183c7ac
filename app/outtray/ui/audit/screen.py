"""The Audit log screen: the verification, the table of events, and one event in full."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outtray.model.changes import Changes
from outtray.store.audit_pages import AuditPages
from outtray.ui.audit.card import VerifyCard
from outtray.ui.audit.filters import FilterBar
from outtray.ui.audit.model import AuditModel
from outtray.ui.audit.pane import EventPane
from outtray.ui.audit.search import LogSearch
from outtray.ui.audit.table import AuditTable
from outtray.ui.commands import Handler
from outtray.ui.deliveries.layout import Empty, ScreenHead, ground, scale_of
from outtray.ui.screen import Screen
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from outtray.audit.verify import Verification
    from outtray.desk import Desk
    from outtray.ui.context import JobProgress, WindowContext

# `audit.verify` keeps its last result under this name; importing it would bring SQLAlchemy in.
_KEPT = "audit.verification"
_REDRAW_MILLISECONDS = 250
_ONE_COLUMN = 900
_PANE = 300


class AuditScreen(Screen):
    """See `design.md` 10. The log only grows: its last number is its length."""

    name = "audit"
    title = "Audit log"

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing before `enter`."""
        super().__init__(context)
        self._pages = AuditPages(context.profile.database)
        self.model = AuditModel(context, self._pages)
        self.table = AuditTable(context, self.model)
        self.card = VerifyCard(context)
        self.filters = FilterBar(context)
        self.pane = EventPane(context)
        self._finder = LogSearch(context, self._pages, self.model)
        self._head = ScreenHead(context, self.title)
        self._empty = Empty(context, "ph.list-numbers", "No event matches.", "Choose less, or other words.")
        self._query = ""
        self._story: int | None = None
        self._stop = threading.Event()
        self._far = (0, 0)
        self._running = self._narrow = self._shut = self._reading = False
        self._beat = QTimer(self, interval=_REDRAW_MILLISECONDS)
        self._beat.timeout.connect(lambda: self.card.show_running(*self._far))
        self._lay_out()
        self._connect()

    def handlers(self) -> Mapping[str, Handler]:
        """Moving, looking, verifying, exporting."""
        return {
            "next": Handler(lambda: self.table.move_by(1)),
            "previous": Handler(lambda: self.table.move_by(-1)),
            "readOn": Handler(lambda: self.table.move_by(self.table.page())),
            "open": Handler(self._open),
            "back": Handler(self._back),
            "verify": Handler(self.verify, self._busy),
            "export": Handler(self.export, self._busy),
        }

    def enter(self, target: int | None = None) -> None:
        """`target` is a draft whose story is shown; None leaves what was shown, grown by what is new."""
        if target is not None:
            self._tell_story(target)
        elif self.model.rowCount() == 0:
            self._show()
        self._grow()
        self.table.settle()

    def leave(self) -> None:
        """A search and a story end with the visit."""
        self._leave_story()
        self.search("")

    def take_changes(self, changes: Changes) -> None:
        """New events come on top; the operator's name or zone changes the words."""
        if changes.settings:
            self.model.forget()
        if self.isVisible():
            self._grow()

    def search(self, query: str) -> None:
        """Leaves the events that have these words."""
        if query != self._query:
            self._query = query
            self._show()

    def regions(self) -> Sequence[QWidget]:
        """Table, details."""
        return (self.table, self.pane)

    def resized(self, width: int, height: int) -> None:  # noqa: ARG002 - Qt's two, one is needed
        """Table and details side by side, or one of them."""
        self._narrow = width < _ONE_COLUMN * scale_of(self.context)
        self._fit()

    # Verifying and exporting.

    def verify(self) -> None:
        """Looks at every event, on a thread of its own."""
        if self._running:
            return
        self._stop.clear()
        self._far = (0, self._pages.last())
        self._running = True
        self._beat.start()
        self.card.show_running(*self._far)
        self.context.job("Verifying the audit log", self._verify_work, self._verified, self._not_verified)

    def export(self) -> None:
        """Asks for a file and writes the log to it."""
        dialog = QFileDialog(self, "Export the audit log")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("JSON Lines (*.jsonl)")
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile("audit-log.jsonl")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, target: Path) -> None:
        """Writes the log to a file."""

        def work(desk: Desk, progress: JobProgress) -> int | None:
            from outtray.audit.export import export_events
            from outtray.model.errors import OuttrayError

            try:
                return export_events(desk, target, progress=progress.report, cancelled=progress.cancelled)
            except OSError as error:
                raise OuttrayError(f"{target.name} can’t be written: {error.strerror}.") from error

        def then(count: int | None) -> None:
            if count is not None:
                self.context.show_message(f"{count:,} events written to {target}.", "ok")

        self.context.job("Exporting the audit log", work, then)

    def _verify_work(self, desk: Desk, progress: JobProgress) -> Verification:
        from outtray.audit.verify import verify_and_record

        def report(done: int, total: int) -> None:
            self._far = (done, total)
            progress.report(done, total)

        return verify_and_record(
            desk, progress=report, cancelled=lambda: progress.cancelled() or self._stop.is_set()
        )

    def _verified(self, result: Verification) -> None:
        self._end_run()
        self.context.announce(result.sentence, at_once=not result.ok and result.complete)
        if result.first_bad is not None:
            # Nothing leaves on the word of a log that cannot be trusted.
            self.context.run(_pause, lambda _done: None)
            self.context.show_message(f"{result.sentence} Sending is paused.", "block")
        elif not result.complete:
            self.context.show_message(result.sentence, "info")

    def _not_verified(self, error: Exception) -> None:
        self._end_run()
        self.context.show_message(str(error), "block")

    def _end_run(self) -> None:
        self._running = False
        self._beat.stop()
        self._grow()

    def _busy(self) -> str | None:
        return "The log is being verified." if self._running else None

    # What is shown.

    def _show(self) -> None:
        """The whole log, a draft's story, or what the filter lets through."""
        wanted = self.filters.wanted(self._query)
        if self._story is not None:
            self._finder.cancel()
            self.model.show_found(self._pages.of_draft(self._story))
        elif wanted:
            self._finder.start(wanted)
        else:
            self._finder.cancel()
            self.model.show_all(self._pages.last())
        self._tell_count()
        self.table.settle()

    def _grow(self) -> None:
        last = self._pages.last()
        self.model.grow(last)
        if self._story is not None:
            story = self._pages.of_draft(self._story)
            if len(story) != self.model.rowCount():
                self.model.show_found(story)
        if not self._running:
            self.card.show_result(self._pages.fact(_KEPT), last)
        self._head.show_count(last)
        self._tell_count()
        self.table.settle()

    def _tell_count(self) -> None:
        rows = self.model.rowCount()
        looking = self._finder.looking
        words = ""
        if self.model.found:
            events = "1 event" if rows == 1 else f"{rows:,} events"
            words = f"{events} so far, looking on" if looking else events
        self.filters.note.setText(words)
        self._stack.setCurrentWidget(
            self._empty if self.model.found and not rows and not looking else self.table
        )
        self._fit()

    def _tell_story(self, draft: int) -> None:
        self._story = draft
        self.filters.show_story(draft)
        self._show()
        self.table.settle(first=True)

    def _leave_story(self) -> None:
        if self._story is not None:
            self._story = None
            self.filters.show_story(None)
            self._show()

    def _show_event(self, number: int) -> None:
        self._leave_story()
        row = self.model.row_of(number)
        if row is None:
            self.filters.reset()
            row = self.model.row_of(number)
        if row is not None:
            self.table.go_to(row)
            self._open()

    def _follow(self, row: int) -> None:
        event = self.model.event_at(row)
        if event is not None:
            operator = str(self.context.settings.get("operator.name") or "")
            self.pane.show_event(event, self._pages.links(event), operator)
        self._fit()

    def _open(self) -> None:
        self._shut, self._reading = False, True
        self._follow(self.table.currentIndex().row())
        self._fit()

    def _back(self) -> None:
        if self.pane.isVisible():
            # Where both have room the details stay closed until they are asked for again.
            self._shut, self._reading = not self._narrow, False
        else:
            self._leave_story()
        self._fit()
        self.table.setFocus()

    def _close_pane(self) -> None:
        self._shut, self._reading = not self._narrow, False
        self._fit()
        self.table.setFocus()

    def _fit(self) -> None:
        event = self.model.event_at(self.table.currentIndex().row())
        wanted = event is not None and not self._shut and (self._reading or not self._narrow)
        self.pane.setVisible(wanted)
        self._left.setVisible(not (wanted and self._narrow))
        self._parting.setVisible(wanted and not self._narrow)
        scale = scale_of(self.context)
        if self._narrow:
            self.pane.setMinimumWidth(0)
            self.pane.setMaximumWidth(16_777_215)
        else:
            self.pane.setFixedWidth(round(min(_PANE * scale, max(260, self.width() * 0.4))))

    def _lay_out(self) -> None:
        self._left = ground(QWidget(), "surface")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        above = QVBoxLayout()
        above.setContentsMargins(20, 8, 20, 8)
        above.setSpacing(12)
        above.addWidget(self.card)
        above.addWidget(self.filters)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(above)
        column.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        self._parting = Rule("vertical")
        row.addWidget(self._parting)
        row.addWidget(self.pane)
        self.pane.hide()
        # A screen that lies behind another must not keep the window from getting smaller.
        self.setMinimumSize(1, 1)

    def _connect(self) -> None:
        self.card.verify.connect(self.verify)
        self.card.stop.connect(self._stop.set)
        self.card.export.connect(self.export)
        self.card.show_event.connect(self._show_event)
        self.filters.changed.connect(self._show)
        self.filters.story_closed.connect(self._leave_story)
        self.table.moved.connect(self._follow)
        self.table.opened.connect(self._open)
        self.pane.closed.connect(self._close_pane)
        self.pane.draft_asked.connect(self._tell_story)
        self._finder.found.connect(self._tell_count)


def _pause(desk: Desk) -> object:
    from outtray.sending import switch

    return switch.pause(desk)

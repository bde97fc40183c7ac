"""One open profile in a window: context, content, background and senders, behind the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from outtray.ui.background import Background
from outtray.ui.examiner import Examiner
from outtray.ui.window import MainWindow
from outtray.ui.window_context import ShellContext

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Changes
    from outtray.model.clock import Clock
    from outtray.model.errors import OuttrayError
    from outtray.profiles import Profile
    from outtray.ui.remembered import Remembered
    from outtray.ui.rules.keeper import RuleKeeper
    from outtray.ui.senders import Senders
    from outtray.ui.theme.theme import AppTheme
    from outtray.ui.tracing import Trace
    from outtray.ui.tray import Tray
    from outtray.ui.window_frame import WindowFrame

_WAKE_MILLISECONDS = 5000
_DEADLINE_SECONDS = 5.0


class Session(QObject):
    """`ended` gives the exit status; `practice_asked` that the practice desk should be opened instead."""

    ended = Signal(int)
    practice_asked = Signal()

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        theme: AppTheme,
        frame: WindowFrame,
        remembered: Remembered,
        *,
        practice: bool,
        trace: Trace | None,
    ) -> None:
        """Fills the frame, which was painted already; the desk is opened in the background."""
        super().__init__()
        self._asked_for_practice = practice
        self._profile, self._clock = profile, clock
        self._senders: Senders | None = None
        self._examiner: Examiner | None = None
        self._rules: RuleKeeper | None = None
        self._tray: Tray | None = None
        self._status = 0
        self.frame = frame
        self.background = Background(self._open)
        self.context = ShellContext(profile, clock, theme, self.background, remembered, practice=practice)
        if trace is not None:
            self.context.reads = trace.timed(self.context.reads)
            self.context.outbox_reads = trace.timed(self.context.outbox_reads)
            self.background.worked.connect(trace.worked)
        self.context.practice = practice or bool(self.context.reads.practice())
        settings = self.context.settings
        theme.apply(settings["appearance.theme"], settings["appearance.text_size"])
        self.window = MainWindow(self.context, self.background)
        self.window.practice_asked.connect(self.practice_asked)
        # Behind the close event: Qt takes no second close in the midst of one.
        frame.close_asked.connect(self._ask_to_close, Qt.ConnectionType.QueuedConnection)
        frame.closed.connect(self._end)
        frame.fill(self.window)
        self.window.go("review")
        self.window.complete()
        if trace is not None:
            # After the window's own look at keys, so that the trace's comes before it.
            trace.watch(frame)
        self.background.opened.connect(self._opened)
        self.background.could_not_open.connect(self._could_not_open)
        self._waker = QTimer(self, interval=_WAKE_MILLISECONDS)
        self._waker.timeout.connect(self._wake_due)
        self.background.start()
        if practice and not any(self.context.reads.counts().values()):
            self.context.show_message("Laying the practice drafts out…")

    def close(self) -> None:
        """Closes without a question."""
        self.frame.may_close = True
        self.frame.close()

    def _open(self) -> Desk:
        """On the work thread: the heavy imports come here."""
        from outtray.logs import log_to
        from outtray.opening import open_desk

        log_to(self._profile.logs)
        desk = open_desk(self._profile.folder, practice=self._asked_for_practice, clock=self._clock)
        if self._asked_for_practice:
            _fill_practice(desk)
        return desk

    def _opened(self, desk: Desk) -> None:
        from outtray.ui.rules.keeper import RuleKeeper
        from outtray.ui.senders import Senders

        self._senders = Senders(desk, lambda sentence: self.context.show_message(sentence, "warn"))
        self._examiner = Examiner(self.background)
        self._examiner.look()
        self._rules = RuleKeeper(self.context, self)
        self._rules.look()
        self.context.changed.connect(self._take_changes)
        self._follow_accounts()
        self._waker.start()

    def _take_changes(self, changes: Changes) -> None:
        if self._senders is None:
            return
        if changes.accounts:
            self._follow_accounts()
        self._senders.take_changes(changes)
        if self._examiner is not None:
            self._examiner.take_changes(changes)
        if self._rules is not None:
            self._rules.take_changes(changes)

    def _follow_accounts(self) -> None:
        if self._senders is not None:
            self._senders.follow([account.address for account in self.context.reads.accounts()])

    def _wake_due(self) -> None:
        def wake(desk: Desk) -> Any:
            from outtray.review.decide import wake_due

            return wake_due(desk)

        if self.context.reads.counts().get("status.snoozed"):
            self.context.run(wake)

    def _could_not_open(self, error: OuttrayError) -> None:
        from outtray.ui.widgets.question import Question

        self._status = 3
        Question(
            self.context,
            self.window,
            "This profile can't be opened.",
            error.sentence,
            (("Close", self.close),),
        ).open()

    def _ask_to_close(self) -> None:
        waiting = self.window.standing.waiting
        if not waiting or self._tray is not None:
            self.close()
            return
        from PySide6.QtWidgets import QSystemTrayIcon

        from outtray.ui.banner import messages
        from outtray.ui.widgets.question import Question

        paused = self.window.standing.paused
        goes_on = "They wait until you open Outtray again" + (" and resume sending." if paused else ".")
        answers = [("Quit anyway", self.close), ("Cancel", lambda: None)]
        if QSystemTrayIcon.isSystemTrayAvailable() and not paused:
            answers.insert(0, ("Stay in the tray", self._to_the_tray))
            goes_on += " In the tray, Outtray goes on sending."
        verb = "has" if waiting == 1 else "have"
        title = f"{messages(waiting)} {verb} not left yet."
        Question(self.context, self.window, title, goes_on, answers).open()

    def _to_the_tray(self) -> None:
        from outtray.ui.tray import Tray

        self._tray = Tray(self.context, self.window)
        self._tray.shown.connect(self._from_the_tray)
        self._tray.quit_asked.connect(self.close)
        self.frame.hide()

    def _from_the_tray(self) -> None:
        if self._tray is not None:
            self._tray.remove()
            self._tray = None
        self.frame.show()
        self.frame.activateWindow()

    def _end(self) -> None:
        self._waker.stop()
        self.frame.hide()
        self.window.stop()
        if self._rules is not None:
            self._rules.stop()
        if self._senders is not None:
            self._senders.stop()
        self.background.stop(_DEADLINE_SECONDS)
        self.context.close()
        self.ended.emit(self._status)


def _fill_practice(desk: Desk) -> None:
    """A practice desk that has never held a draft gets its account and the sample drafts."""
    from outtray.accounts.practice import add_practice_account
    from outtray.intake.samples import add_practice_drafts
    from outtray.review.examining import examine_waiting
    from outtray.store.draft_reads import DraftReads

    reads = DraftReads(desk.profile.database)
    empty = not any(reads.counts().values())
    reads.close()
    if empty:
        add_practice_account(desk)
        add_practice_drafts(desk)
        examine_waiting(desk, 1_000)

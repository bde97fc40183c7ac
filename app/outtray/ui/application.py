"""Starts the window: its first page is painted before anything that takes long is imported."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from outtray.model.clock import SystemClock
from outtray.model.errors import OuttrayError, ProfileError
from outtray.profiles import Profile, default_folder, open_profile
from outtray.store.first_page import FirstPage, read_first_page
from outtray.ui.first_picture import FirstPicture
from outtray.ui.remembered import Remembered
from outtray.ui.theme.theme import AppTheme
from outtray.ui.window_frame import WindowFrame

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType, TracebackType

    from outtray.ui.garbage import Collector
    from outtray.ui.session import Session
    from outtray.ui.tracing import Trace


def run(profile: Path | None, *, practice: bool, trace_file: Path | None) -> int:
    """Opens the window over a profile and returns the exit status when it is closed.

    Raises ProfileError where the profile can't be used, is in use, or is of the other kind.
    """
    trace = None
    if trace_file is not None:
        from outtray.ui.tracing import Trace

        trace = Trace(trace_file)
    first = _Desk(profile, practice=practice)
    # The style by its option: the call for it would load all of QStyle before the first paint.
    application = QApplication(["outtray", "-style", "Fusion"])
    application.setApplicationName("Outtray")
    application.setDesktopFileName("outtray")
    application.setQuitOnLastWindowClosed(False)
    runner = _Runner(application, AppTheme(application), trace)
    runner.open(first)
    return runner.run()


class _Desk:
    """A profile that this process holds for its window and its senders until `release`."""

    def __init__(self, folder: Path | None, *, practice: bool) -> None:
        self.folder, self.practice = folder, practice
        self.profile: Profile = open_profile(folder or default_folder(practice=practice))
        self._held = contextlib.ExitStack()
        self._held.enter_context(self.profile.hold("window"))
        try:
            self._held.enter_context(self.profile.hold("sender"))
            self.page = self._look()
        except ProfileError:
            self._held.close()
            raise

    def _look(self) -> FirstPage | None:
        page = read_first_page(self.profile.database)
        if self.practice and page is not None and page.kind == "real":
            raise ProfileError("This profile has a real account; practice needs a profile of its own.")
        return page

    def practice_folder(self) -> Path:
        """Where the practice desk beside this one lies."""
        if self.folder is None and self.profile.folder == default_folder().resolve():
            return default_folder(practice=True)
        return self.profile.folder.with_name(f"{self.profile.folder.name}-practice")

    def release(self) -> None:
        """Lets others open the profile."""
        self._held.close()


class _Runner(QObject):
    """Runs one session after the other: the practice desk may follow the first run."""

    def __init__(self, application: QApplication, theme: AppTheme, trace: Trace | None) -> None:
        super().__init__()
        self._application, self._theme, self._trace = application, theme, trace
        self._session: Session | None = None
        self._desk: _Desk | None = None
        self._frame: WindowFrame | None = None
        self._next: Path | None = None
        self._collector: Collector | None = None

    def open(self, desk: _Desk) -> None:
        """Shows a window over this profile: first its picture, then itself."""
        remembered = Remembered(desk.profile.folder)
        settings = desk.page.settings if desk.page is not None else {}
        self._theme.choose(
            settings.get("appearance.theme", "system"), settings.get("appearance.text_size", 100)
        )
        clock = SystemClock()
        picture = FirstPicture(self._theme, desk.page, clock.now(), remembered.get("review.list"))
        frame = WindowFrame(remembered, picture.paint)
        self._desk, self._frame = desk, frame

        def fill() -> None:
            if self._trace is not None:
                self._trace.first_paint()
            from outtray.ui.session import Session

            session = Session(
                desk.profile,
                clock,
                self._theme,
                frame,
                remembered,
                practice=desk.practice,
                trace=self._trace,
            )
            session.ended.connect(self._ended)
            session.practice_asked.connect(self._ask_for_practice)
            self._session = session
            if self._collector is None:
                from outtray.ui.garbage import Collector

                self._collector = Collector(self)

        frame.painted.connect(fill)
        frame.show()

    def run(self) -> int:
        """The event loop."""
        import signal

        sys.excepthook = self._failed
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        return self._application.exec()

    def _ask_for_practice(self) -> None:
        assert self._desk is not None
        assert self._session is not None
        self._next = self._desk.practice_folder()
        self._session.close()

    def _ended(self, status: int) -> None:
        if self._desk is not None:
            self._desk.release()
        following, self._next = self._next, None
        if following is None:
            self._application.exit(status)
        else:
            # The window that has closed is still on the stack; the next one begins on a clean one.
            QTimer.singleShot(0, lambda: self._open_next(following))

    def _open_next(self, folder: Path) -> None:
        try:
            self.open(_Desk(folder, practice=True))
        except OuttrayError as error:
            sys.stderr.write(error.sentence + "\n")
            self._application.exit(3)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # Called between two steps of Python, not of Qt: closing waits for the event loop.
        if self._session is not None:
            QTimer.singleShot(0, self._session.close)

    def _failed(self, kind: type[BaseException], error: BaseException, _place: TracebackType | None) -> None:
        import logging

        logging.getLogger("outtray.ui").error("window failed", exc_info=error)
        if self._session is not None:
            self._session.context.show_message(
                f"Something went wrong in Outtray itself ({kind.__name__}). What happened is in "
                f"{self._session.context.profile.logs / 'outtray.log'}.",
                "block",
            )

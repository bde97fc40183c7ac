"""The window's context: what screens are handed, wired to the background, the theme and the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from outtray.model.changes import Changes
from outtray.store.draft_reads import DraftReads
from outtray.store.outbox_reads import OutboxReads
from outtray.ui.context import WindowContext
from outtray.ui.keys import shown_key
from outtray.ui.remembered import Remembered

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon, QPixmap

    from outtray.desk import Desk
    from outtray.model.clock import Clock
    from outtray.model.errors import OuttrayError
    from outtray.profiles import Profile
    from outtray.store.watch import Watch
    from outtray.ui.background import Background
    from outtray.ui.context import JobProgress
    from outtray.ui.theme.theme import AppTheme

T = TypeVar("T")


class Shell(Protocol):
    """What the context asks of the window around the screens."""

    def show_message(self, text: str, tone: str) -> None:
        """See `WindowContext.show_message`."""
        ...

    def announce(self, text: str, *, at_once: bool) -> None:
        """See `WindowContext.announce`."""
        ...

    def go(self, screen: str, target: int | None) -> None:
        """See `WindowContext.go`."""
        ...

    def invoke(self, command: str) -> None:
        """See `WindowContext.invoke`."""
        ...


class ShellContext(WindowContext):
    """The one implementation of `WindowContext`; `attach` gives it the window."""

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        theme: AppTheme,
        background: Background,
        remembered: Remembered,
        *,
        practice: bool,
    ) -> None:
        """Opens the window's own read connections; the desk opens in the background."""
        super().__init__()
        self.profile = profile
        self.clock = clock
        self.theme = theme
        self.looks = theme
        self.background = background
        self.reads = DraftReads(profile.database)
        self.outbox_reads = OutboxReads(profile.database)
        self.settings: dict[str, Any] = self.reads.settings()
        self.practice = practice
        self.shell: Shell | None = None
        self.remembered = remembered
        self._watch: Watch | None = None
        theme.changed.connect(self.restyled)
        background.opened.connect(self._listen)
        background.failed.connect(lambda error: self.show_message(error.sentence, "block"))

    def attach(self, shell: Shell) -> None:
        """Names the window that shows messages and screens."""
        self.shell = shell

    def icon(self, name: str, token: str = "text2", size: int = 16) -> QIcon:  # noqa: S107, ARG002
        """See `WindowContext.icon`; the size is the widget's business."""
        return self.looks.icon(name, token)

    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        """See `WindowContext.pixmap`."""
        return self.looks.pixmap(name, token, size)

    def run(
        self,
        work: Callable[[Desk], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[OuttrayError], object] | None = None,
    ) -> None:
        """See `WindowContext.run`."""
        self.background.run(work, then, failed)

    def job(
        self,
        title: str,
        work: Callable[[Desk, JobProgress], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[OuttrayError], object] | None = None,
    ) -> None:
        """See `WindowContext.job`."""
        self.background.job(title, work, then, failed)

    def show_message(self, text: str, tone: str = "info") -> None:
        """See `WindowContext.show_message`."""
        if self.shell is not None:
            self.shell.show_message(text, tone)

    def announce(self, text: str, *, at_once: bool = False) -> None:
        """See `WindowContext.announce`."""
        if self.shell is not None:
            self.shell.announce(text, at_once=at_once)

    def go(self, screen: str, target: int | None = None) -> None:
        """See `WindowContext.go`."""
        if self.shell is not None:
            self.shell.go(screen, target)

    def invoke(self, command: str) -> None:
        """See `WindowContext.invoke`."""
        if self.shell is not None:
            self.shell.invoke(command)

    def key_of(self, command: str) -> str:
        """See `WindowContext.key_of`."""
        return shown_key(command)

    def remember(self, name: str, value: Any) -> None:
        """See `WindowContext.remember`; written when the window closes."""
        self.remembered.set(name, value)

    def recall(self, name: str, default: Any = None) -> Any:
        """See `WindowContext.recall`."""
        return self.remembered.get(name, default)

    def note_changes(self, changes: Changes) -> None:
        """See `WindowContext.note_changes`; called on the GUI thread."""
        if changes.settings:
            self.settings = self.reads.settings()
        self.changed.emit(changes)

    def look_for_others(self) -> None:
        """Tells of what other processes have written since the last look."""
        if self._watch is not None and self._watch.others_wrote():
            self.note_changes(EVERYTHING)

    def close(self) -> None:
        """Closes the read connections and keeps how the window looked."""
        self.remembered.save()
        self.reads.close()
        self.outbox_reads.close()
        if self._watch is not None:
            self._watch.close()

    def _listen(self, desk: Desk) -> None:
        from outtray.store.watch import Watch

        self._watch = Watch(self.profile.database)
        desk.store.subscribe(lambda changes: self.background.post(lambda: self._own_changes(changes)))
        self.practice = desk.practice
        self.note_changes(EVERYTHING)

    def _own_changes(self, changes: Changes) -> None:
        if self._watch is not None:
            self._watch.wrote(changes.events)
        self.note_changes(changes)


# What another process did is not told: whoever shows something asks again.
EVERYTHING = Changes(settings=frozenset({"*"}), counts=True, accounts=True, many=True)

"""What every part of the window is handed: reads, colours, the clock, and the one way to do work.

Nothing that takes time happens on the GUI thread: `run` does it with the desk on another one and
brings the result back. The desk itself is opened in the background, after the first paint; what is
asked for earlier waits for it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont, QIcon, QPixmap

    from outtray.desk import Desk
    from outtray.model.changes import Changes
    from outtray.model.clock import Clock
    from outtray.model.errors import OuttrayError
    from outtray.profiles import Profile
    from outtray.store.draft_reads import DraftReads
    from outtray.store.outbox_reads import OutboxReads

T = TypeVar("T")


class Theme(Protocol):
    """Colours and fonts by the names of the design's tokens."""

    dark: bool
    high_contrast: bool

    def color(self, token: str) -> QColor:
        """The colour of a token in the current theme."""
        ...

    def font(self, style: str) -> QFont:
        """The font of a text style (`display`, `title`, `body`, `ui`, `strong`, `meta`, `micro`, `mono`)."""
        ...

    def px(self, pixels: float) -> int:
        """A length of the design at 100 %, scaled with the text."""
        ...

    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        """As `WindowContext.pixmap`."""
        ...

    def line_height(self, style: str) -> float:
        """The distance of two lines of a text style, in logical pixels."""
        ...


class JobProgress(Protocol):
    """How a long piece of work tells how far it is, and learns that nobody wants it any more."""

    def report(self, done: int, total: int, words: str = "") -> None:
        """`total` 0 where it is not known."""
        ...

    def cancelled(self) -> bool:
        """Whether the operator pressed Cancel or the program quits."""
        ...


class WindowContext(QObject):
    """Implemented by `ui.window_context`; screens and dialogs know this class alone.

    Abstract for the type checker: a QObject's class makes its instances without asking `abc`.
    """

    changed = Signal(object)  # Changes of any process, on the GUI thread
    restyled = Signal()  # theme or text size changed
    ticked = Signal()  # once a second while anything counts down

    profile: Profile
    clock: Clock
    theme: Theme
    reads: DraftReads
    outbox_reads: OutboxReads
    settings: dict[str, Any]
    practice: bool

    @abstractmethod
    def icon(self, name: str, token: str = "text2", size: int = 16) -> QIcon:  # noqa: S107
        """A Phosphor icon (qtawesome's names, `ph.tray`) in a token's colour."""

    @abstractmethod
    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        """The same for painters, cached, sharp at the screen's ratio."""

    @abstractmethod
    def run(
        self,
        work: Callable[[Desk], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[OuttrayError], object] | None = None,
    ) -> None:
        """Does short work off the GUI thread, then calls `then` on it; in the order asked for.

        An OuttrayError goes to `failed`, or is shown as a message. Changes that the work makes in the
        store reach `changed` before `then` is called.
        """

    @abstractmethod
    def job(
        self,
        title: str,
        work: Callable[[Desk, JobProgress], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[OuttrayError], object] | None = None,
    ) -> None:
        """Long work with progress and a Cancel button in the window; several may run side by side."""

    @abstractmethod
    def show_message(self, text: str, tone: str = "info") -> None:
        """A sentence in the strip at the foot, announced; `tone` is `info`, `ok`, `warn` or `block`."""

    @abstractmethod
    def announce(self, text: str, *, at_once: bool = False) -> None:
        """Says something to screen readers alone."""

    @abstractmethod
    def go(self, screen: str, target: int | None = None) -> None:
        """Shows a screen, at a draft, delivery or event."""

    @abstractmethod
    def invoke(self, command: str) -> None:
        """Runs a command by its id, as its key would."""

    @abstractmethod
    def key_of(self, command: str) -> str:
        """The command's first key as people read it ("Ctrl .", "a"); empty for none."""

    @abstractmethod
    def remember(self, name: str, value: Any) -> None:
        """Keeps how the window looks (a splitter's place) in the profile; no personal data."""

    @abstractmethod
    def recall(self, name: str, default: Any = None) -> Any:
        """What `remember` was given, in this run or an earlier one."""

    @abstractmethod
    def note_changes(self, changes: Changes) -> None:
        """Tells every screen of changes that did not come through the store (a setting of the window)."""

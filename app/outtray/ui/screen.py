"""What every screen of the window is: a widget with a name, its commands, and a way to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from outtray.ui.commands import Handler

if TYPE_CHECKING:
    from outtray.model.changes import Changes
    from outtray.ui.context import WindowContext


class Screen(QWidget):
    """One room of the window. `name` is stable (`review`, `outbox`, …), `title` is read by people."""

    name = ""
    title = ""

    def __init__(self, context: WindowContext) -> None:
        """Builds the widgets; reads nothing before `enter`."""
        super().__init__()
        self.context = context

    def handlers(self) -> Mapping[str, Handler]:
        """What this screen does for the ids of `ui.commands`; asked once, after construction."""
        return {}

    def enter(self, target: int | None = None) -> None:
        """The screen is shown; `target` is a draft, delivery or event that it should open on."""

    def leave(self) -> None:
        """Another screen is shown."""

    def take_changes(self, changes: Changes) -> None:
        """Redraws what concerns it; called on the GUI thread, also while the screen is hidden."""

    def tick(self) -> None:
        """Once a second while the screen is shown: countdowns move on."""

    def search(self, query: str) -> None:
        """Shows what the search field asks for; empty: everything again."""

    def regions(self) -> Sequence[QWidget]:
        """The widgets between which F6 goes, in order."""
        return ()

    def resized(self, width: int, height: int) -> None:
        """The window's new size, in logical pixels, from which the shape follows."""

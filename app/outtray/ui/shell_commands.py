"""What the window itself does for commands: going somewhere, the sending switch, import, palette, quit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from outtray.ui.banner import messages
from outtray.ui.commands import Handler
from outtray.ui.rooms import ROOMS
from outtray.ui.top_bar import Sending

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Done
    from outtray.ui.key_sheet import KeySheet
    from outtray.ui.palette import Entry, Palette
    from outtray.ui.window import MainWindow


class ShellCommands:
    """The window's own handlers, by command."""

    def __init__(self, window: MainWindow) -> None:
        """Handlers are asked for what the window is later, not now."""
        self._window = window
        self._palette: Palette | None = None
        self._keys: KeySheet | None = None
        self.handlers: dict[str, Handler] = {
            room.command: Handler(self._going(room.name)) for room in ROOMS
        } | {
            "settings": Handler(self._going("settings")),
            "nextRegion": Handler(lambda: self._region(1)),
            "previousRegion": Handler(lambda: self._region(-1)),
            "search": Handler(self._search),
            "undo": Handler(self._undo),
            "pauseSending": Handler(self._pause, self._no_account),
            "resumeSending": Handler(self._resume, self._not_paused),
            "import": Handler(self._import),
            "newRule": Handler(lambda: self._in_screen("rules", "newRule")),
            "sourceReport": Handler(self._report_sources),
            "export": Handler(lambda: self._in_screen("audit", "export")),
            "verify": Handler(lambda: self._in_screen("audit", "verify")),
            "addAccount": Handler(self._add_account, self._practice_only),
            "practice": Handler(window.practice_asked.emit, self._practice_already),
            "palette": Handler(self._open_palette),
            "keys": Handler(self._open_keys),
            "quit": Handler(lambda: window.window().close()),
        }

    def covered(self) -> bool:
        """Whether the palette or the key sheet lies over the window."""
        return any(card is not None and card.isVisible() for card in (self._palette, self._keys))

    def last_used(self) -> list[str]:
        """The commands that the palette shows first."""
        return self._palette.last_used if self._palette is not None else self._kept()

    def banner(self, command: str) -> None:
        """Does what a banner's button offers."""
        kind, _, address = command.partition(":")
        if kind == "try":
            self._try_now(address)
        elif kind == "reconnect":
            self._reconnect(address)
        else:
            self._window.invoke(command)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Opens the import dialog with files."""
        from outtray.ui.importing.dialog import ImportDialog

        if paths:
            ImportDialog(self._window.context, list(paths), self._window).open()

    def _going(self, screen: str) -> Callable[[], None]:
        return lambda: self._window.go(screen)

    def _say(self, done: Done) -> None:
        self._window.show_message(done.sentence, "ok")

    def _region(self, by: int) -> None:
        regions = self._window.regions()
        focus = QApplication.focusWidget()
        at = next(
            (number for number, region in enumerate(regions) if _holds(region, focus)), -1 if by > 0 else 0
        )
        regions[(at + by) % len(regions)].setFocus()

    def _search(self) -> None:
        field = self._window.top.search
        field.setFocus()
        field.selectAll()

    def _undo(self) -> None:
        def undo(desk: Desk) -> Done:
            from outtray.review.undo import undo_last

            return undo_last(desk)

        self._window.context.run(undo, self._say)

    def _no_account(self) -> str | None:
        if self._window.top.state is Sending.NO_ACCOUNT:
            return "There is no account that could send."
        return None

    def _not_paused(self) -> str | None:
        return self._no_account() or (None if self._window.standing.paused else "Sending is on.")

    def _practice_only(self) -> str | None:
        if self._window.context.practice:
            return "This is a practice desk. Start Outtray without --practice to connect Gmail."
        return None

    def _practice_already(self) -> str | None:
        return "This is a practice desk already." if self._window.context.practice else None

    def _pause(self) -> None:
        window = self._window
        if window.standing.paused:
            window.show_message("Sending is paused already. Resume it with the button above.", "info")
            return

        def pause(desk: Desk) -> object:
            from outtray.sending import switch

            return switch.pause(desk)

        # Not behind whatever else is being done: this stops everything within a second.
        window.context.background.at_once(
            pause, lambda _done: window.announce("Sending is paused.", at_once=True), None
        )

    def _resume(self) -> None:
        from outtray.ui.widgets.question import Question

        window = self._window
        waiting = window.standing.waiting
        text = (
            f"{messages(waiting)} will leave, each when its time has come."
            if waiting
            else "No message waits. What you approve from now on leaves after the undo window."
        )

        def resume() -> None:
            window.context.run(_resume_sending, lambda _done: window.announce("Sending is on.", at_once=True))

        answers = (("Resume sending", resume), ("Keep it paused", lambda: None))
        Question(window.context, window, "Resume sending?", text, answers).open()

    def _import(self) -> None:
        dialog = QFileDialog(self._window, "Import drafts")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(["Drafts (*.json *.jsonl *.ndjson *.csv *.tsv *.eml *.mbox)", "All files (*)"])
        dialog.filesSelected.connect(lambda names: self.import_paths([Path(name) for name in names]))
        dialog.open()

    def _in_screen(self, screen: str, command: str) -> None:
        self._window.go(screen)
        self._window.invoke(command)

    def _report_sources(self) -> None:
        from outtray.ui.rules.source_dialog import SourceDialog

        SourceDialog(self._window.context, self._window).open()

    def _add_account(self) -> None:
        from outtray.ui.accounts.connect_dialog import ConnectDialog

        ConnectDialog(self._window.context, self._window).open()

    def _reconnect(self, address: str) -> None:
        from outtray.ui.accounts.connect_dialog import ConnectDialog

        for account in self._window.context.reads.accounts():
            if account.address == address:
                ConnectDialog(self._window.context, self._window, account).open()

    def _try_now(self, address: str) -> None:
        def try_now(desk: Desk) -> Done:
            from outtray.sending import decisions

            return decisions.try_now(desk, address)

        self._window.context.run(try_now, self._say)

    def _open_palette(self) -> None:
        from outtray.ui.palette import Palette

        if self._palette is None:
            self._palette = Palette(self._window.context, self._window, self._entries, self._window.invoke)
            self._palette.last_used = self._kept()
        self._palette.open()

    def _open_keys(self) -> None:
        from outtray.ui.key_sheet import KeySheet

        if self._keys is None:
            self._keys = KeySheet(self._window.context, self._window)
        self._keys.open()

    def _entries(self) -> list[Entry]:
        from outtray.ui.palette import all_entries

        return all_entries(self._window.refusal, self._hint)

    def _hint(self, command: str) -> str:
        for room in ROOMS:
            if room.command == command and room.counts:
                count = self._window.sidebar.mailboxes.count_of(room.name)
                return f"{count:,}" if count else ""
        return ""

    def _kept(self) -> list[str]:
        kept = self._window.context.recall("palette", [])
        return [str(name) for name in kept] if isinstance(kept, list) else []


def _resume_sending(desk: Desk) -> object:
    from outtray.sending import switch

    return switch.resume(desk, confirmed=True)


def _holds(region: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (region is focus or region.isAncestorOf(focus))

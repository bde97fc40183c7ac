"""The window's content: bar, banner, sidebar and the screen that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outtray.ui.screens import FIRST_RUN, MAKERS
from outtray.ui.sidebar import Sidebar
from outtray.ui.standing import StandingReader
from outtray.ui.top_bar import TopBar
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent

    from outtray.model.changes import Changes
    from outtray.ui.background import Background
    from outtray.ui.banner import Banner, BannerBar
    from outtray.ui.commands import Handler
    from outtray.ui.screen import Screen
    from outtray.ui.shell_commands import ShellCommands
    from outtray.ui.window_context import ShellContext
    from outtray.ui.window_parts import WindowParts

_RAIL_BELOW = 1100
_LOOK_MILLISECONDS = 500


class MainWindow(QWidget):
    """Implements `window_context.Shell` and `dispatcher.Keyboard`; lies in a `WindowFrame`."""

    practice_asked = Signal()

    def __init__(self, context: ShellContext, background: Background) -> None:
        """Builds the frame around the screens; `go` shows one, `complete` makes the rest."""
        super().__init__()
        self.context, self._background = context, background
        self.setObjectName("content")
        self._screens: dict[str, Screen] = {}
        self._handlers: dict[str, dict[str, Handler]] = {}
        self._name = ""
        self._parts: WindowParts | None = None
        self._timer: QTimer | None = None
        self._beat = 0
        self.banner: BannerBar | None = None
        self.top = TopBar(context)
        self.sidebar = Sidebar(context)
        self.stack = QStackedWidget()
        self.stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.top)
        self._column.addWidget(Rule())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(Rule("vertical"))
        row.addWidget(self.stack, 1)
        self._column.addLayout(row, 1)
        context.attach(self)
        self.standing = StandingReader(context, self)
        self.sidebar.chosen.connect(self.go)
        context.restyled.connect(self._restyle)

    def complete(self) -> None:
        """Once it is in its frame: keys, menu, messages, and the looks at what others do."""
        from outtray.ui.window_parts import WindowParts

        self._parts = WindowParts(self, self._background)
        self.setAcceptDrops(True)
        self.context.changed.connect(self._take_changes)
        self._fit()
        self.focus_screen()
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def parts(self) -> WindowParts:
        """What came after the first paint."""
        assert self._parts is not None
        return self._parts

    @property
    def commands(self) -> ShellCommands:
        """What the window itself does."""
        return self.parts.commands

    # What the context asks of the window.

    def show_message(self, text: str, tone: str) -> None:
        """A sentence at the foot, announced."""
        self.parts.say(text, tone)
        self.announce(text, at_once=tone == "block")

    def announce(self, text: str, *, at_once: bool) -> None:
        """Says something to screen readers alone."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        event = QAccessibleAnnouncementEvent(self, text)
        if at_once:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def go(self, screen: str, target: int | None = None) -> None:
        """Shows a screen; Review of an empty new profile is the first run."""
        name = FIRST_RUN if screen == "review" and self.standing.fresh else screen
        if name not in self._screens:
            made = MAKERS[name](self.context)
            self._screens[name] = made
            self._handlers[name] = dict(made.handlers())
            self.stack.addWidget(made)
        if name != self._name:
            before = self._screens.get(self._name)
            if before is not None:
                before.leave()
                self._clear_search()
            self._name = name
            self.sidebar.show_current("review" if name == FIRST_RUN else name)
            self.stack.setCurrentWidget(self._screens[name])
        shown = self._screens[name]
        shown.resized(self.width(), self.height())
        shown.enter(target)
        if self._parts is not None:
            self.focus_screen()

    def invoke(self, command: str) -> None:
        """Runs a command by its id, or says why it can't be done now."""
        reason = self.refusal(command)
        if reason is not None:
            self.refuse(reason)
            return
        handler = self.handler(command)
        assert handler is not None
        handler.run()

    # What the keys ask of it.

    def handler(self, command: str) -> Handler | None:
        """The screen's handler, else the window's own."""
        own = self._handlers.get(self._name, {}).get(command)
        return own or self.commands.handlers.get(command)

    def screen_name(self) -> str:
        """The screen that is shown."""
        return self._name

    def screen_widget(self) -> QWidget:
        """Its widget."""
        return self._screens[self._name]

    def covered(self) -> bool:
        """Whether the palette or the key sheet is open."""
        return self.commands.covered()

    def bare_letters(self) -> bool:
        """The setting."""
        return bool(self.context.settings["keys.bare_letters"])

    def refuse(self, reason: str) -> None:
        """Says why something can't be done now."""
        self.show_message(reason, "warn")

    def refusal(self, command: str) -> str | None:
        """Why a command can't be done now; None where it can."""
        handler = self.handler(command)
        return "Not on this screen." if handler is None else handler.refusal()

    # What its parts ask of it.

    def search(self, query: str) -> None:
        """Shows what is looked for; a screen that does not search gives way to Review."""
        from outtray.ui.screen import Screen

        screen = self._screens[self._name]
        if type(screen).search is Screen.search:
            if not query:
                return
            self.go("review")
            self.top.search.setText(query)
            self.top.search.setFocus(Qt.FocusReason.OtherFocusReason)
            screen = self._screens[self._name]
        screen.search(query)

    def show_banners(self, wanted: Sequence[Banner]) -> None:
        """Shows the first of them; the bar is made when there is something to say."""
        if self.banner is None:
            if not wanted:
                return
            from outtray.ui.banner import BannerBar

            self.banner = BannerBar(self.context)
            self._column.insertWidget(2, self.banner)
            self.banner.asked.connect(self._ask_banner)
            self.banner.came_or_went.connect(self._hold_still)
        self.banner.show_banners(wanted)

    def focus_screen(self) -> None:
        """Gives the keyboard to the screen's first region that is there; an empty one keeps it itself."""
        screen = self._screens[self._name]
        there = [region for region in screen.regions() if region.isVisibleTo(screen) and region.isEnabled()]
        (there[0] if there else self.stack).setFocus(Qt.FocusReason.OtherFocusReason)

    def regions(self) -> list[QWidget]:
        """Between which F6 goes."""
        wanted = [self.sidebar.mailboxes, self.top.search, *self._screens[self._name].regions()]
        return [region for region in wanted if region.isVisible() and region.isEnabled()]

    # What Qt asks of it.

    def stop(self) -> None:
        """Takes no key and looks at nothing any more: the window has closed."""
        if self._timer is not None:
            self._timer.stop()
        if self._parts is not None:
            self._parts.stop()
            self._screens[self._name].leave()
            self.context.remember("palette", self.commands.last_used())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The shape follows the width."""
        super().resizeEvent(event)
        self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files that can be imported may be dropped anywhere."""
        from outtray.ui.importing import drop

        if drop.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens the import dialog with the files."""
        from outtray.ui.importing import drop

        event.acceptProposedAction()
        self.commands.import_paths(drop.paths_of(event.mimeData()))

    def _ask_banner(self, command: str) -> None:
        self.commands.banner(command)

    def _clear_search(self) -> None:
        self.top.search.blockSignals(True)
        self.top.search.clear()
        self.top.search.blockSignals(False)

    def _take_changes(self, changes: Changes) -> None:
        if changes.settings:
            settings = self.context.settings
            self.context.looks.apply(settings["appearance.theme"], settings["appearance.text_size"])
        self.standing.take_changes(changes)
        for screen in tuple(self._screens.values()):
            screen.take_changes(changes)
        if self._name == FIRST_RUN and not self.standing.fresh:
            self.go("review")

    def _look(self) -> None:
        self.context.look_for_others()
        self._beat += 1
        if self._beat % 2 == 0 and self.isVisible():
            self.context.ticked.emit()
            self._screens[self._name].tick()
            self.standing.tick()

    def _hold_still(self) -> None:
        """Lines stay where they are on the screen while a banner takes room or gives it back."""
        from PySide6.QtWidgets import QAbstractScrollArea

        if self._parts is None or self.banner is None:
            return
        by = self.banner.height() * (-1 if self.banner.isHidden() else 1)
        for area in self._screens[self._name].findChildren(QAbstractScrollArea):
            if area.isVisible():
                bar = area.verticalScrollBar()
                bar.setValue(bar.value() + by)
        self._parts.shield()

    def _fit(self) -> None:
        self.top.set_width(self.width())
        self.sidebar.set_rail(rail=self.width() < self.context.looks.px(_RAIL_BELOW))
        if self._name in self._screens:
            self._screens[self._name].resized(self.width(), self.height())
        if self._parts is not None:
            self._parts.place()

    def _restyle(self) -> None:
        self._fit()
        self.update()

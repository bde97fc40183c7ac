"""The main window: bar, banner, sidebar and the screen that is shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from outtray.model.changes import Changes
from outtray.ui.background import Background
from outtray.ui.banner import BannerBar
from outtray.ui.commands import Handler
from outtray.ui.dispatcher import Dispatcher
from outtray.ui.menus import ProgramMenu
from outtray.ui.notices import JobStrip, MessageStrip
from outtray.ui.screen import Screen
from outtray.ui.screens import FIRST_RUN, MAKERS
from outtray.ui.shell_commands import ShellCommands
from outtray.ui.sidebar import Sidebar
from outtray.ui.standing import StandingReader
from outtray.ui.top_bar import TopBar
from outtray.ui.widgets.labels import Rule
from outtray.ui.window_context import ShellContext

_MINIMUM = (640, 480)
_DEFAULT = (1440, 900)
_RAIL_BELOW = 1100
_SHIELD_MILLISECONDS = 300
_LOOK_MILLISECONDS = 500


class MainWindow(QWidget):
    """Implements `window_context.Shell` and `dispatcher.Keyboard`. `close_asked` comes before it closes."""

    close_asked = Signal()
    closed = Signal()
    painted = Signal()  # once: the first time that a person sees it
    practice_asked = Signal()

    def __init__(self, context: ShellContext, background: Background) -> None:
        """Builds everything but the screen; `go` shows the first one."""
        super().__init__()
        self.context = context
        self.setWindowTitle("Outtray")
        self.setObjectName("window")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.may_close = False
        self._seen = False
        self._screens: dict[str, Screen] = {}
        self._handlers: dict[str, dict[str, Handler]] = {}
        self._name = ""
        self.commands = ShellCommands(self)
        self.menu = ProgramMenu(self, self.refusal, self.invoke)
        self.top = TopBar(context, self.menu)
        self.banner = BannerBar(context)
        self.sidebar = Sidebar(context)
        self.stack = QStackedWidget()
        self.message = MessageStrip(context, self)
        self.jobs = JobStrip(context, background, self)
        self._shield = QWidget(self.stack)
        self._shield.hide()
        self._build()
        context.attach(self)
        self.standing = StandingReader(context, self)
        self._connect(background)
        self._restore_size()
        self.dispatcher: Dispatcher | None = None
        self._beat = 0
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    # What the context asks of the window.

    def show_message(self, text: str, tone: str) -> None:
        """A sentence at the foot, announced."""
        self.message.say(text, tone)
        self._place_notices()
        self.announce(text, at_once=tone == "block")

    def announce(self, text: str, *, at_once: bool) -> None:
        """Says something to screen readers alone."""
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

    # Its life.

    def start_listening(self) -> None:
        """Begins to take keys and to look for changes of others; after the first paint."""
        application = QApplication.instance()
        assert isinstance(application, QGuiApplication)
        self.dispatcher = Dispatcher(self, application)
        self.dispatcher.watch(self.windowHandle())
        self.dispatcher.sequence_begun.connect(lambda: self.sidebar.mailboxes.show_letters(shown=True))
        self.dispatcher.sequence_ended.connect(lambda: self.sidebar.mailboxes.show_letters(shown=False))
        menu_key = QShortcut(QKeySequence("F10"), self)
        menu_key.activated.connect(self.top.brand.showMenu)
        self._timer.start()

    def focus_screen(self) -> None:
        """Gives the keyboard to the screen's first region."""
        regions = self._screens[self._name].regions()
        (regions[0] if regions else self.stack).setFocus(Qt.FocusReason.OtherFocusReason)

    def regions(self) -> list[QWidget]:
        """Between which F6 goes."""
        wanted = [self.sidebar.mailboxes, self.top.search, *self._screens[self._name].regions()]
        return [region for region in wanted if region.isVisible() and region.isEnabled()]

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first where messages are on their way out."""
        if not self.may_close:
            event.ignore()
            self.close_asked.emit()
            return
        self._timer.stop()
        if self.dispatcher is not None:
            self.dispatcher.stop()
            self.dispatcher = None
        self._keep_size()
        event.accept()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tells of the first paint once everything in it is on the screen."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self.painted.emit)

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

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(Rule())
        column.addWidget(self.banner)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(Rule("vertical"))
        row.addWidget(self.stack, 1)
        column.addLayout(row, 1)

    def _connect(self, background: Background) -> None:
        self.sidebar.chosen.connect(self.go)
        self.top.pause_asked.connect(lambda: self.invoke("pauseSending"))
        self.top.resume_asked.connect(lambda: self.invoke("resumeSending"))
        self.top.keys_asked.connect(lambda: self.invoke("keys"))
        self.top.search.textEdited.connect(self._search)
        self.top.search.textChanged.connect(lambda text: None if text else self._search(""))
        self.top.search.left.connect(self.focus_screen)
        self.banner.asked.connect(self.commands.banner)
        self.banner.came_or_went.connect(self._hold_still)
        self.context.changed.connect(self._take_changes)
        self.context.restyled.connect(self._restyle)
        background.jobs_changed.connect(self._place_notices)

    def _search(self, query: str) -> None:
        screen = self._screens[self._name]
        if type(screen).search is Screen.search:
            if not query:
                return
            self.go("review")
            self.top.search.setText(query)
            self.top.search.setFocus(Qt.FocusReason.OtherFocusReason)
            screen = self._screens[self._name]
        screen.search(query)

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
        by = self.banner.height() * (-1 if self.banner.isHidden() else 1)
        if self._name not in self._screens:
            return
        for area in self._screens[self._name].findChildren(QAbstractScrollArea):
            if area.isVisible():
                bar = area.verticalScrollBar()
                bar.setValue(bar.value() + by)
        self._shield.setGeometry(self.stack.rect())
        self._shield.show()
        self._shield.raise_()
        QTimer.singleShot(_SHIELD_MILLISECONDS, self._shield.hide)

    def _fit(self) -> None:
        px = self.context.looks.px
        self.top.set_width(self.width())
        self.sidebar.set_rail(rail=self.width() < px(_RAIL_BELOW))
        if self._name in self._screens:
            self._screens[self._name].resized(self.width(), self.height())
        self._place_notices()

    def _place_notices(self) -> None:
        px = self.context.looks.px
        origin = self.stack.mapTo(self, self.stack.rect().topLeft())
        area = QRect(origin, self.stack.size())
        # Above the decision bar, which never moves and is never covered.
        self.message.place(area.adjusted(0, 0, 0, -px(64)))
        if self.sidebar.width() > px(100):
            side = QRect(8, 0, self.sidebar.width() - 16, self.height() - self.sidebar.foot_height() - 8)
        else:
            side = QRect(area.left() + 16, 0, px(300), self.height() - px(72))
        self.jobs.place(side)

    def _restyle(self) -> None:
        self.setMinimumSize(*_MINIMUM)
        self._fit()
        self.update()

    def _size_name(self) -> str:
        screen = self.screen().geometry()
        return f"size {screen.width()}x{screen.height()}"

    def _restore_size(self) -> None:
        self.setMinimumSize(*_MINIMUM)
        room = self.screen().availableGeometry()
        kept: Any = self.context.recall(self._size_name())
        if isinstance(kept, list) and len(kept) == 2:
            self.resize(round(kept[0] * room.width()), round(kept[1] * room.height()))
        else:
            # Less than the whole screen: the window's own frame needs room too.
            self.resize(min(_DEFAULT[0], room.width() - 8), min(_DEFAULT[1], room.height() - 40))

    def _keep_size(self) -> None:
        room = self.screen().availableGeometry()
        if not self.isMaximized() and not self.isFullScreen():
            shares = [round(self.width() / room.width(), 4), round(self.height() / room.height(), 4)]
            self.context.remember(self._size_name(), shares)
        self.context.remember("palette", self.commands.last_used())

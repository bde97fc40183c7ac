"""What the log is filtered by: who, what, on what, since when; each a list with one choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from outtray.store.audit_pages import EventFilter
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_WHO = (("Anyone", ""), ("You", "operator"), ("Machines", "machine"), ("Rules", "rule"), ("System", "system"))
_WHAT = (
    ("Any action", ""),
    ("Proposed", "draft.proposed"),
    ("Approved", "draft.approved"),
    ("Rejected", "draft.rejected"),
    ("Changed a draft", "draft.edited"),
    ("Sent", "delivery.sent"),
    ("Gave up", "delivery.failed"),
    ("Outcome not known", "delivery.unconfirmed"),
    ("Taken back", "delivery.cancelled"),
    ("Paused or resumed sending", "sending."),
    ("Changed a setting", "setting."),
    ("Accounts", "account."),
    ("Imports", "import."),
    ("Verified or exported the log", "log."),
)
_ON = (
    ("Anything", ""),
    ("Drafts", "draft"),
    ("Deliveries", "delivery"),
    ("Sending", "switch"),
    ("Settings", "setting"),
    ("Accounts", "account"),
    ("Imports", "import"),
    ("The log", "log"),
)
_WHEN = (("Any time", -1), ("Today", 0), ("Last 7 days", 7), ("Last 30 days", 30))
_OPTIONS: tuple[tuple[str, tuple[tuple[str, object], ...]], ...] = (
    ("Who", _WHO),
    ("What", _WHAT),
    ("On", _ON),
    ("When", _WHEN),
)


class _Choice(QToolButton):
    """A button that opens a list with one choice."""

    chosen = Signal()

    def __init__(self, context: WindowContext, name: str, options: Sequence[str]) -> None:
        super().__init__()
        self._context, self._name = context, name
        self.at = 0
        self.setObjectName(f"filter{name}")
        self.setProperty("compact", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # The mark that it opens a list stands behind the words.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._menu = QMenu(self)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._options = tuple(options)
        for place, words in enumerate(options):
            action = self._menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, at=place: self.choose(at))
        self.setMenu(self._menu)
        self.choose(0, silent=True)
        self._dress()
        context.restyled.connect(self._dress)

    def choose(self, at: int, *, silent: bool = False) -> None:
        """Takes one of the options."""
        self.at = at
        self.setText(self._options[at])
        self.setAccessibleName(f"{self._name}: {self._options[at]}")
        for place, action in enumerate(self._menu.actions()):
            action.setChecked(place == at)
        if not silent:
            self.chosen.emit()

    def _dress(self) -> None:
        self.setIcon(self._context.icon("ph.caret-down", "text3"))


class FilterBar(QWidget):
    """`changed` comes with each choice; `story_closed` when the one draft's story is left."""

    changed = Signal()
    story_closed = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Lets everything through."""
        super().__init__()
        self._context = context
        self.choices = {
            name: _Choice(context, name, [words for words, _ in options]) for name, options in _OPTIONS
        }
        self._story = QPushButton("")
        self._story.setObjectName("closeStory")
        self._story.setProperty("compact", True)
        self._story.setAutoDefault(False)
        self._story.clicked.connect(self.story_closed)
        self._story.hide()
        self.note = Label(context, "", "meta", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for choice in self.choices.values():
            choice.chosen.connect(self.changed)
            row.addWidget(choice)
        row.addWidget(self._story)
        row.addStretch(1)
        row.addWidget(self.note)
        context.restyled.connect(self._dress)
        self._dress()

    def wanted(self, query: str) -> EventFilter:
        """What the choices and the search field's words let through."""
        days = _WHEN[self.choices["When"].at][1]
        since = None
        if days >= 0:
            now = self._context.clock.now().astimezone(zone_of(self._context.settings))
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            since = midnight - timedelta(days=days)
        return EventFilter(
            actor_kind=_WHO[self.choices["Who"].at][1],
            action=_WHAT[self.choices["What"].at][1],
            object_kind=_ON[self.choices["On"].at][1],
            since=since,
            words=query.strip(),
        )

    def reset(self) -> None:
        """Lets everything through again."""
        for choice in self.choices.values():
            choice.choose(0, silent=True)
        self.changed.emit()

    def show_story(self, draft: int | None) -> None:
        """Names the draft whose story is shown; None: the whole log again."""
        self._story.setVisible(draft is not None)
        words = "" if draft is None else f"Draft {draft:,}"
        self._story.setText(words)
        self._story.setAccessibleName(f"Leave the story of draft {draft}" if draft is not None else "")
        self._story.setToolTip("Shows the whole log again (Esc)")
        for choice in self.choices.values():
            choice.setVisible(draft is None)

    def _dress(self) -> None:
        self._story.setIcon(self._context.icon("ph.x", "text2"))

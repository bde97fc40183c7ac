"""Why this draft: what was asked, who drafted it, what there was with this person, every field."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from outtray.model.draft import Draft
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.destination_words import Moment
from outtray.ui.review.look import dress, px
from outtray.ui.review.why_words import Field, all_fields, drafted_by, history_lines
from outtray.ui.rules.rules_say import RulesSayPart
from outtray.ui.widgets.labels import Keycap, Label, Rule

# The message comes first: while a key is held down the panel waits for the draft that is stayed at.
_PAUSE_MILLISECONDS = 40


class WhyPanel(QWidget):
    """Shows one draft at a time; `close_asked` comes from its own button."""

    close_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_draft`."""
        super().__init__()
        self._context = context
        self._draft: Draft | None = None
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._soon.timeout.connect(self._fill)
        self.setObjectName("whyPanel")
        self.setAccessibleName("Why this draft")
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content = QWidget()
        self._request = QWidget()
        self._asked = Label(context, "", "ui", "text2", wrap=True)
        self._source = Label(context, "", "medium", wrap=True)
        self._facts = _Pairs(context)
        self._rules = RulesSayPart(context)
        self._history_title = Label(context, "", "strong", wrap=True)
        self._history = _Pairs(context)
        self._fold = QToolButton()
        self._tree = QTreeWidget()
        self._robot = QLabel()
        self._build()
        self.restyle()

    def show_draft(self, draft: Draft | None) -> None:
        """Shows what is known of a draft; nothing is read while the panel can't be seen."""
        self._draft = draft
        if self.isVisible():
            self._soon.start()

    def showEvent(self, event: object) -> None:  # noqa: ARG002 - Qt's
        """Fills itself when it is opened."""
        self._fill()

    def restyle(self) -> None:
        """Takes icons from the theme again."""
        self._robot.setPixmap(self._context.pixmap("ph.robot", "agent", 16))

    def _build(self) -> None:
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside())
        scroll.setAccessibleName("About this draft")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head())
        outer.addWidget(Rule())
        outer.addWidget(scroll, 1)

    def _head(self) -> QWidget:
        bar = QWidget()
        head = QHBoxLayout(bar)
        head.setContentsMargins(16, 0, 8, 0)
        head.addWidget(Label(self._context, "Why this draft", "strong"), 1)
        keycap = Keycap(self._context, self._context.key_of("why"))
        head.addWidget(keycap, 0, Qt.AlignmentFlag.AlignVCenter)
        close = QToolButton()
        close.setProperty("role", "quiet")
        close.setProperty("compact", "true")
        dress(close, "Close the panel", "closePanel", "Close", self._context.icon("ph.x"))
        close.clicked.connect(self.close_asked)
        head.addWidget(close)
        bar.setFixedHeight(px(self._context, 44))
        return bar

    def _inside(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("ground", "panel")
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(16, 14, 16, 16)
        whole.addWidget(self._content)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        asked = QVBoxLayout(self._request)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.addWidget(Label(self._context, "Asked", "strong"))
        asked.addWidget(self._asked)
        asked.addSpacing(4)
        asked.addWidget(Rule())
        self._asked.setContentsMargins(10, 0, 0, 0)
        source = QHBoxLayout()
        source.addWidget(self._robot)
        source.addWidget(self._source, 1)
        column.addWidget(self._request)
        column.addWidget(Label(self._context, "Drafted by", "strong"))
        column.addLayout(source)
        column.addWidget(self._facts)
        column.addWidget(Rule())
        column.addWidget(self._rules)
        column.addWidget(Rule())
        column.addWidget(self._history_title)
        column.addWidget(self._history)
        column.addWidget(Rule())
        self._fold.setProperty("role", "quiet")
        self._fold.setCheckable(True)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        dress(self._fold, "All fields", "allFields", "Show every field")
        self._fold.toggled.connect(self._show_tree)
        column.addWidget(self._fold)
        self._tree.setHeaderHidden(True)
        self._tree.setColumnCount(2)
        self._tree.setFrameShape(QFrame.Shape.NoFrame)
        self._tree.setAccessibleName("Fields")
        self._tree.setObjectName("fields")
        self._tree.setMinimumHeight(px(self._context, 220))
        column.addWidget(self._tree, 1)
        column.addStretch(0)
        return inside

    def _fill(self) -> None:
        draft = self._draft
        self._content.setVisible(draft is not None)
        if draft is None:
            return
        at = Moment(self._context.clock.now(), zone_of(self._context.settings))
        self._request.setVisible(bool(draft.request))
        self._asked.setText(draft.request or "")
        self._source.setText(draft.source)
        self._facts.show_pairs(drafted_by(draft, at))
        self._rules.show_draft(draft.id)
        people = draft.revision.content.recipients[:1]
        known = self._context.reads.history([person.key for person in people], but=draft.id)
        name = (people[0].display_name or people[0].address).split()[0] if people else "nobody"
        self._history_title.setText(f"History with {name}")
        lines = history_lines(known, at)
        self._history.show_pairs(lines or [("No earlier message.", "")])
        fields = all_fields(draft)
        self._fold.setText(f"All fields  {_count(fields)}")
        self._show_tree(self._fold.isChecked())

    def _show_tree(self, shown: bool) -> None:
        self._fold.setIcon(self._context.icon("ph.caret-down" if shown else "ph.caret-right"))
        self._tree.setVisible(shown)
        self._tree.clear()
        if shown and self._draft is not None:
            _grow(self._tree.invisibleRootItem(), all_fields(self._draft))
            self._tree.resizeColumnToContents(0)


class _Pairs(QWidget):
    """Names at the left, values at the right; labels are made once and used again."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._labels: list[tuple[Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        while len(self._labels) < len(pairs):
            row = len(self._labels)
            name = Label(self._context, "", "meta", "text2", wrap=True)
            value = Label(self._context, "", "meta", "text", wrap=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(value, row, 1)
            self._labels.append((name, value))
        for place, (name, value) in enumerate(self._labels):
            shown = place < len(pairs)
            name.setVisible(shown)
            value.setVisible(shown and bool(pairs[place][1]))
            if shown:
                name.setText(pairs[place][0])
                value.setText(pairs[place][1])


def _grow(parent: QTreeWidgetItem, fields: Iterable[Field]) -> None:
    for field in fields:
        item = QTreeWidgetItem(parent, [field.name, field.value])
        item.setToolTip(1, field.value)
        _grow(item, field.below)


def _count(fields: Iterable[Field]) -> int:
    return sum(1 + _count(field.below) for field in fields)

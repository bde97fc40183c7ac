"""What changed between the machine's draft and the operator's, as cards; and either one whole."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from outtray.model.draft import Content, Draft
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import zone_of
from outtray.ui.review.destination_words import Moment
from outtray.ui.review.differences import Change, Kind, changes_between, field_text
from outtray.ui.review.look import dress, px
from outtray.ui.review.row_words import counted, short_time
from outtray.ui.review.segments import Segments
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

_VIEWS = (("changes", "Changes"), ("machine", "Machine’s"), ("yours", "Yours"))


class ChangesPane(QWidget):
    """`back_asked` carries the change whose place should get the machine's words again."""

    back_asked = Signal(object)
    reset_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_change`."""
        super().__init__()
        self._context = context
        self._machine: Content | None = None
        self._yours: Content | None = None
        self._editing = False
        self.setObjectName("changesPane")
        self.setAccessibleName("What changed")
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._views = Segments(context, "What is shown", _VIEWS)
        self._views.chosen.connect(self._choose)
        self._who = Label(context, "", "meta", "text2", wrap=True)
        self._sum = Label(context, "", "ui", wrap=True)
        self._reset = KeyButton(context.theme, "Take all of it back")
        dress(self._reset, "Take all of the machine's back", "resetToProposed")
        self._reset.clicked.connect(self.reset_asked)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._build()

    def show_draft(self, draft: Draft, yours: Content, *, editing: bool) -> None:
        """Compares the machine's latest text of a draft with `yours`, as it is typed or as it stands."""
        at = Moment(self._context.clock.now(), zone_of(self._context.settings))
        machine = short_time(draft.proposed.created_at, at.now, at.zone)
        person = (
            ""
            if editing or not draft.edited
            else f", {short_time(draft.revision.created_at, at.now, at.zone)}"
        )
        self._who.setText(f"{draft.source}, {machine}  →  you{person}")
        self._editing = editing
        self._machine, self._yours = draft.proposed.content, yours
        self._reset.setVisible(not editing and draft.edited)
        self._render()

    def _build(self) -> None:
        bar = QWidget()
        head = QHBoxLayout(bar)
        head.setContentsMargins(16, 0, 12, 0)
        head.addWidget(Label(self._context, "What changed", "strong"), 1)
        head.addWidget(self._views)
        bar.setFixedHeight(px(self._context, 44))
        inside = QWidget()
        inside.setProperty("ground", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        for widget in (self._who, self._sum):
            column.addWidget(widget)
        column.addLayout(self._cards)
        column.addWidget(self._reset)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName("Changes")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar)
        outer.addWidget(Rule())
        outer.addWidget(scroll, 1)

    def _choose(self, view: str) -> None:
        self._views.choose(view)
        self._render()

    def _render(self) -> None:
        if self._machine is None or self._yours is None:
            return
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        changes = changes_between(self._machine, self._yours)
        self._say_sum(changes)
        if self._views.current == "changes":
            for change in changes:
                self._cards.addWidget(_Card(self._context, self, change, takes_back=self._editing))
            return
        whole = self._machine if self._views.current == "machine" else self._yours
        self._cards.addWidget(_Whole(self._context, whole))

    def _say_sum(self, changes: Sequence[Change]) -> None:
        if not changes:
            self._sum.setText("Nothing is changed.")
            return
        added, removed = sum(change.added for change in changes), sum(change.removed for change in changes)
        self._sum.setText(f"{counted(len(changes), 'change')}   +{added} words   −{removed} words")


class _Card(QFrame):
    def __init__(
        self, context: WindowContext, pane: ChangesPane, change: Change, *, takes_back: bool
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName(_spoken(change))
        head = QHBoxLayout()
        head.addWidget(Label(context, change.title, "strong"))
        head.addWidget(Label(context, f"· {change.note}", "meta", "text2"), 1)
        if takes_back:
            back = KeyButton(context.theme, "Take the machine’s back", role="quiet")
            back.setProperty("compact", "true")
            dress(back, f"Take the machine's back: {change.title}", "takeBack")
            back.clicked.connect(lambda: pane.back_asked.emit(change))
            head.addWidget(back)
        words = QLabel()
        words.setTextFormat(Qt.TextFormat.RichText)
        words.setWordWrap(True)
        words.setFont(context.theme.font("ui"))
        words.setText(_marked(context, change))
        words.setAccessibleName(_spoken(change))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(words)


class _Whole(QFrame):
    def __init__(self, context: WindowContext, content: Content) -> None:
        super().__init__()
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        for name, title in (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"), ("subject", "Subject")):
            text = field_text(content, name)
            if text:
                column.addWidget(Label(context, f"{title}: {text}", "meta", "text2", wrap=True))
        column.addWidget(Label(context, content.body_text, "ui", wrap=True))


def _marked(context: WindowContext, change: Change) -> str:
    """The words as rich text: removed struck through, added underlined, each on its soft ground."""
    colour = context.theme.color
    styles = {
        Kind.REMOVED: ("del", "line-through"),
        Kind.ADDED: ("add", "underline"),
    }
    made = []
    for run in change.runs:
        text = escape(run.text).replace("\n", "<br>")
        if run.kind is Kind.SAME:
            made.append(text)
            continue
        token, line = styles[run.kind]
        made.append(
            f'<span style="color:{colour(token).name()};background-color:{colour(token + "Soft").name()};'
            f'text-decoration:{line}">{text}</span>'
        )
    return "".join(made)


def _spoken(change: Change) -> str:
    said = {Kind.REMOVED: "removed", Kind.ADDED: "added"}
    parts = [
        f"{said[run.kind]}: {run.text.strip()}"
        for run in change.runs
        if run.kind in said and run.text.strip()
    ]
    return f"{change.title}, {'; '.join(parts)}"

"""One message in full among several that are approved together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from outtray.model.findings import Rank
from outtray.ui.context import WindowContext
from outtray.ui.review.attachments import AttachmentDialog
from outtray.ui.review.body_view import BodyView, Mark
from outtray.ui.review.destination import destination_of
from outtray.ui.review.destination_box import DestinationBox
from outtray.ui.review.findings_strip import FindingsStrip, worst_first
from outtray.ui.review.link_dialog import LinkDialog
from outtray.ui.review.look import dress
from outtray.ui.review.message_body import BodyContent, show_part
from outtray.ui.review.message_parts import Part, parts_of
from outtray.ui.review.prepared import Prepared
from outtray.ui.review.subject_view import SubjectView
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

_HEADS = {
    Part.HTML: "As a recipient sees it",
    Part.TEXT: "As plain text, for programs without HTML",
    Part.HIDDEN: "Hidden in the HTML",
}


class BulkCard(QFrame):
    """`ticked` comes when the operator says that a warning was seen."""

    ticked = Signal()
    out_asked = Signal(int)
    edit_asked = Signal(int)

    def __init__(self, context: WindowContext, prepared: Prepared, number: int) -> None:
        """`number` is the place in the index, from 1."""
        super().__init__()
        self._context = context
        self.prepared = prepared
        self.draft = prepared.draft
        self.seen = False
        self.setProperty("card", "true")
        self.setAccessibleName(f"{number}. {self.draft.revision.content.subject or 'no subject'}")
        self._number = Label(context, str(number), "strong", "text2")
        self._subject = SubjectView(context)
        self._subject.show_subject(self.draft.revision.content.subject)
        self._seen = QLabel()
        self._bodies: list[BodyView] = []
        self._tick: QCheckBox | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 12, 20, 18)
        self._column.setSpacing(10)
        self._build()

    @property
    def approvable(self) -> bool:
        """Whether it was seen, and its warnings were."""
        return self.seen and (self._tick is None or self._tick.isChecked())

    @property
    def waits_for_tick(self) -> bool:
        """Whether only the tick is missing."""
        return self.seen and self._tick is not None and not self._tick.isChecked()

    @property
    def shown(self) -> list[str]:
        """The parts that stand on the card."""
        parts = parts_of(self.draft.revision.content, self.prepared.html)
        return [str(part) for part in parts.needed]

    @property
    def settled(self) -> bool:
        """Whether it stands there in its whole height: before that its foot is not where it belongs."""
        layout = self.layout()
        high = layout is not None and self.height() >= layout.minimumSize().height()
        return self.isVisible() and high and all(body.isVisible() and body.whole for body in self._bodies)

    def see(self) -> None:
        """Its last line was on the screen."""
        if not self.seen:
            self.seen = True
            self._seen.setText("✓ Seen")
            self._seen.show()

    def mark(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Marks the words in which it differs from others of its kind."""
        text = self.draft.revision.content.body_text
        marks = [Mark(0, start, end, text[start:end], "info", current=False) for start, end in ranges]
        if self._bodies and self.shown == [str(Part.TEXT)]:
            self._bodies[0].mark(marks, self._context.theme.color)

    def focus_tick(self) -> None:
        """Goes to the box that has to be ticked."""
        if self._tick is not None:
            self._tick.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Gives every part its whole height: nothing on a card scrolls or is folded."""
        for body in self._bodies:
            body.fit_height()
        self._subject.setFixedHeight(self._subject.heightForWidth(max(120, self.width() - 420)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower card is a higher one."""
        super().resizeEvent(event)
        self.fit()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self._seen.setProperty("role", "pill")
        self._seen.setProperty("tone", "ok")
        self._seen.hide()
        head.addWidget(self._number)
        head.addWidget(self._subject, 1)
        head.addWidget(self._seen)
        for words, key, signal, name in (
            ("Edit", self._context.key_of("edit"), self.edit_asked, "editOne"),
            ("Leave out", self._context.key_of("select"), self.out_asked, "leaveOut"),
        ):
            button = KeyButton(self._context.theme, words, key)
            button.setProperty("compact", "true")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            dress(button, f"{words} {self._number.text()}", name)
            button.clicked.connect(lambda _on=False, wanted=signal: wanted.emit(self.draft.id))
            head.addWidget(button)
        self._column.addLayout(head)
        self._column.addWidget(self._box())
        if self.draft.findings:
            findings = FindingsStrip(self._context)
            findings.show_findings(worst_first(self.draft.findings), self.draft.revision.content.body_text)
            self._column.addWidget(findings)
        parts = parts_of(self.draft.revision.content, self.prepared.html)
        for part in parts.needed:
            if len(parts.needed) > 1 or part is not Part.TEXT:
                self._column.addWidget(Label(self._context, _HEADS[part], "meta", "text2"))
            self._column.addWidget(self._body(part))
        if any(finding.weighs.rank is Rank.WARN for finding in self.draft.findings):
            self._tick = QCheckBox("I saw this warning")
            self._tick.setAccessibleName(f"I saw the warning of message {self._number.text()}")
            self._tick.setObjectName("sawWarning")
            self._tick.toggled.connect(self.ticked)
            self._column.addWidget(self._tick)

    def _box(self) -> DestinationBox:
        shown = destination_of(self._context, self.draft, self.prepared.preview)
        box = DestinationBox(self._context)
        box.show_lines(shown.people, shown.rest, shown.recipients, whole=True)
        box.file_asked.connect(lambda file: AttachmentDialog(self._context, file, self).exec())
        return box

    def _body(self, part: Part) -> BodyView:
        body = BodyView()
        body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body.setAccessibleName(f"{_HEADS[part]}, message {self._number.text()}")
        body.number_font = self._context.theme.font("micro")
        body.link_asked.connect(lambda address: LinkDialog(self._context, address, self).exec())
        content = BodyContent(self.draft.revision.content, self.prepared.html, self.prepared.images, None)
        show_part(self._context, body, content, part)
        self._bodies.append(body)
        return body

"""The reading pane: subject, where it goes, findings, and the body in each of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from outtray.model.draft import Draft
from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.review.attachments import AttachmentDialog
from outtray.ui.review.body_view import BodyView
from outtray.ui.review.destination import destination_of
from outtray.ui.review.destination_box import DestinationBox
from outtray.ui.review.findings_strip import FindingsStrip, worst_first
from outtray.ui.review.link_dialog import LinkDialog
from outtray.ui.review.look import PillButton, dress, px
from outtray.ui.review.message_body import BodyContent, show_marks, show_part
from outtray.ui.review.message_parts import Part, Parts, parts_of
from outtray.ui.review.notice_bar import NoticeBar
from outtray.ui.review.prepared import Prepared
from outtray.ui.review.reading import Reading
from outtray.ui.review.row_words import counted
from outtray.ui.review.segments import Segments
from outtray.ui.review.subject_view import SubjectView
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.draft import AttachmentInfo

_PARTS = ((Part.TEXT, "Text"), (Part.HTML, "HTML"), (Part.HIDDEN, "Hidden"), (Part.SOURCE, "Source"))


class MessagePane(QWidget):
    """`read` says that another end was on the screen; `fix_asked` carries a finding."""

    read = Signal()
    fix_asked = Signal(object)
    why_asked = Signal()

    def __init__(self, context: WindowContext, reading: Reading) -> None:
        """Empty until `show_draft`; what was on the screen goes to `reading`."""
        super().__init__()
        self._context, self._reading = context, reading
        self.draft: Draft | None = None
        self.prepared: Prepared | None = None
        self._part = Part.TEXT
        self._found: tuple[Finding, ...] = ()
        self._source: bytes | None = None
        self._folded = self._settled = False
        # Layouts are done by events; a timer without an interval comes after all of them.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._settle_now)
        self.setObjectName("message")
        self.setAccessibleName("Message")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.notice = NoticeBar(context)
        self.subject = SubjectView(context)
        self._why = KeyButton(context.theme, "Why", context.key_of("why"))
        self._box = DestinationBox(context)
        self.findings = FindingsStrip(context)
        self._switch = Segments(context, "Shown as", _PARTS)
        self._as = Label(context, "As a recipient sees it", "meta", "text2")
        self.body = BodyView()
        self._more = PillButton(context, "ph.arrow-down", floating=True)
        self._target = QLabel()
        self._build()
        self._wire()
        self.restyle()
        self.clear()

    # What it shows.

    @property
    def parts(self) -> Parts | None:
        """The parts of the message, None where none is shown."""
        if self.draft is None:
            return None
        return parts_of(self.draft.revision.content, self.prepared.html if self.prepared else None)

    @property
    def part(self) -> Part:
        """The part on the screen."""
        return self._part

    def clear(self) -> None:
        """Shows no message."""
        self.draft = self.prepared = None
        self.notice.hide()
        self._whole.hide()
        self.setAccessibleDescription("")

    def show_draft(self, draft: Draft, prepared: Prepared | None) -> None:
        """Shows a message from its beginning; what is not prepared yet is filled in by `take_prepared`."""
        self.notice.hide()
        self.draft, self.prepared = draft, prepared if _fits(draft, prepared) else None
        self._source = None
        self.subject.show_subject(draft.revision.content.subject)
        self._found = worst_first(draft.findings)
        self._show_findings()
        self._whole.show()
        self._show_lines()
        self._fit_subject()
        parts = self.parts
        assert parts is not None
        self._offer(parts)
        self.show_part(parts.opens_on)
        self._describe()

    def take_prepared(self, prepared: Prepared) -> None:
        """Fills in what was made ready since, and lets the text stand where it is being read."""
        if not _fits(self.draft, prepared):
            return
        before, self.prepared = self.prepared, prepared
        self.take_findings(prepared.draft)
        self._show_findings()
        self._show_lines()
        parts = self.parts
        assert parts is not None
        self._offer(parts)
        if before is None and prepared.html is not None and self._part in {Part.HTML, Part.HIDDEN}:
            self.show_part(self._part)
        self._unsettle()

    def take_findings(self, draft: Draft) -> None:
        """Shows what the checks say by now of the message that is on the screen."""
        if self.draft is None or draft.findings == self.draft.findings:
            return
        self.draft, self._found = draft, worst_first(draft.findings)
        self._show_findings()
        self._show_marks()
        self._describe()
        self._unsettle()

    def show_part(self, part: Part) -> None:
        """Shows a part from its beginning."""
        if self.draft is None:
            return
        self._part = part
        self._switch.choose(part)
        seen = part in {Part.TEXT, Part.HTML}
        self._as.setText("As a recipient sees it" if seen else "Not seen by a recipient")
        if part is Part.SOURCE and self._source is None:
            self._read_source()
        show_part(self._context, self.body, self._content(), part)
        self._show_marks()
        self._note_end()
        QTimer.singleShot(0, self, self._note_end)

    def next_view(self) -> None:
        """Goes round the parts."""
        parts = self.parts
        if parts is not None:
            self.show_part(Part(self._switch.after(parts.shown)))

    def read_on(self) -> bool:
        """A screenful further, or to a part that was not on the screen yet; False where all was."""
        if self.draft is None:
            return False
        if self.body.read_on():
            self._note_end()
            return True
        self._note_end()
        missing = self.missing()
        if missing:
            self.show_part(missing[0])
        return bool(missing)

    def missing(self) -> list[Part]:
        """What a recipient would get and was not on the screen to its end."""
        parts = self.parts
        if self.draft is None or parts is None:
            return []
        self._note_end()
        return self._reading.missing(self.draft.revision.id, parts.needed)

    def step_finding(self, by: int) -> None:
        """Goes to another finding, in the list and in the text."""
        self.findings.step(by)

    def current_finding(self) -> Finding | None:
        """The finding that `f` is for: the current one, else the first that has a fix."""
        found = self.findings.finding(self.findings.current)
        if found is not None or self.draft is None:
            return found
        return next((finding for finding in self._found if finding.fix), None)

    def fold(self, *, folded: bool, why_button: bool) -> None:
        """`folded`: a low window shows one line of the box; `why_button`: the panel is not a column."""
        self._why.setVisible(why_button)
        if folded != self._folded:
            self._folded = folded
            if self.draft is not None:
                self._show_lines()

    def tick(self) -> None:
        """Once a second: times in words move on."""
        leaves = self.prepared.preview.leaves if self.prepared is not None else None
        if self.draft is not None and leaves is not None and leaves.until is not None:
            self._show_lines()

    def restyle(self) -> None:
        """Takes fonts and colours from the theme again."""
        self.body.number_font = self._context.theme.font("micro")
        self.body.set_link_colour(self._context.theme.color("accentText"))
        self._target.setFont(self._context.theme.font("meta"))
        self.findings.restyle()
        if self.draft is not None:
            self._show_lines()
            self.show_part(self._part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The subject may need more lines, the text may show its end."""
        super().resizeEvent(event)
        self._fit_subject()
        self._unsettle()

    # Inside.

    def _build(self) -> None:
        self._whole = QWidget()
        layout = QVBoxLayout(self._whole)
        layout.setContentsMargins(24, 14, 24, 0)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self.subject, 1)
        self._why.setProperty("compact", "true")
        dress(self._why, "Why this draft", "why", "Why this draft")
        head.addWidget(self._why)
        switch = QHBoxLayout()
        switch.addWidget(self._as)
        switch.addStretch(1)
        switch.addWidget(self._switch)
        layout.addLayout(head)
        layout.addSpacing(12)
        layout.addWidget(self._box)
        layout.addSpacing(8)
        layout.addWidget(self.findings)
        layout.addSpacing(12)
        layout.addLayout(switch)
        layout.addSpacing(8)
        layout.addWidget(Rule())
        layout.addSpacing(14)
        layout.addWidget(self.body, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.notice)
        outer.addWidget(self._whole, 1)
        self.body.setObjectName("messageBody")
        self.body.setAccessibleName("Message body")
        self.body.setTabChangesFocus(True)
        for floating, name in ((self._more, "readOn"), (self._target, "linkTarget")):
            floating.setParent(self)
            floating.setObjectName(name)
            floating.hide()
        self._target.setProperty("ground", "raised")
        self._target.setContentsMargins(8, 3, 8, 3)

    def _wire(self) -> None:
        self._switch.chosen.connect(lambda key: self.show_part(Part(key)))
        self._why.clicked.connect(self.why_asked)
        self._more.clicked.connect(self.read_on)
        self._box.file_asked.connect(self._ask_file)
        self.findings.current_changed.connect(self._to_finding)
        self.findings.fix_asked.connect(lambda place: self.fix_asked.emit(self.findings.finding(place)))
        self.body.link_asked.connect(self._ask_link)
        self.body.link_hovered.connect(self._show_target)
        self.body.end_seen.connect(self._note_end)
        self.body.verticalScrollBar().valueChanged.connect(self._place_floating)
        self.body.verticalScrollBar().rangeChanged.connect(self._place_floating)

    def _show_findings(self) -> None:
        assert self.draft is not None
        others = self.prepared.others if self.prepared is not None else {}
        self.findings.show_findings(self._found, self.draft.revision.content.body_text, others)

    def _show_lines(self) -> None:
        assert self.draft is not None
        preview = self.prepared.preview if self.prepared else None
        shown = destination_of(self._context, self.draft, preview, folded=self._folded)
        self._box.show_lines(shown.people, shown.rest, shown.recipients)

    def _content(self) -> BodyContent:
        assert self.draft is not None
        html = self.prepared.html if self.prepared else None
        images = self.prepared.images if self.prepared else {}
        return BodyContent(self.draft.revision.content, html, images, self._source)

    def _offer(self, parts: Parts) -> None:
        self._switch.offer([str(part) for part in parts.shown])
        self._switch.count(Part.HIDDEN, parts.hidden)

    def _unsettle(self) -> None:
        """What is shown, or where, has changed: what is on the screen is known only after the layout."""
        self._settled = False
        self._settle.start()

    def _settle_now(self) -> None:
        self._settled = True
        self._note_end()

    def _note_end(self) -> None:
        """Remembers that the end of the part on the screen was seen, if it is."""
        if not self._settled:
            return
        ready = self._part not in {Part.HTML, Part.HIDDEN} or (self.prepared and self.prepared.html)
        if self.draft is None or not ready:
            return
        if self.body.at_end and self._part not in self._reading.seen(self.draft.revision.id):
            self._reading.saw(self.draft.revision.id, self._part)
            self.read.emit()
        self._place_floating()

    def _to_finding(self, place: int) -> None:
        finding = self.findings.finding(place)
        fields = {"body_text": Part.TEXT, "body_html": Part.HTML}
        part = fields.get(finding.where.field) if finding is not None else None
        parts = self.parts
        if part is not None and parts is not None and part in parts.shown and part is not self._part:
            self.show_part(part)
        else:
            self._show_marks()

    def _show_marks(self) -> None:
        if self.draft is not None:
            show_marks(self._context, self.body, self._found, self.findings.current, self._part)

    def _describe(self) -> None:
        """What a screen reader says of the pane: subject, where it goes, what was found."""
        assert self.draft is not None
        content = self.draft.revision.content
        people = ", ".join(person.address for person in content.recipients)
        found = counted(len(self.draft.findings), "finding") if self.draft.findings else "nothing found"
        self.setAccessibleDescription(f"{content.subject or 'no subject'}. To {people}. {found}.")

    def _read_source(self) -> None:
        assert self.draft is not None
        number, revision = self.draft.id, self.draft.revision.id

        def work(desk: Desk) -> bytes:
            from outtray.review.report import exact_message

            return exact_message(desk, number)

        def then(data: bytes) -> None:
            if self.draft is not None and self.draft.revision.id == revision:
                self._source = data
                if self._part is Part.SOURCE:
                    self.show_part(Part.SOURCE)

        self._context.run(work, then)

    def _ask_link(self, address: str) -> None:
        LinkDialog(self._context, address, self).exec()

    def _ask_file(self, file: AttachmentInfo) -> None:
        AttachmentDialog(self._context, file, self).exec()

    def _show_target(self, address: str) -> None:
        self._target.setVisible(bool(address))
        self._target.setText(address)
        self._target.adjustSize()
        self._place_floating()

    def _fit_subject(self) -> None:
        beside = self._why.sizeHint().width() + 8 if self._why.isVisible() else 0
        width = max(120, self.width() - 48 - beside)
        most = round(self._context.theme.line_height("title") * 6)
        self.subject.setFixedHeight(min(most, self.subject.heightForWidth(width)))

    def _place_floating(self) -> None:
        lines = self.body.lines_below if self.draft is not None and self.body.isVisible() else 0
        self._more.setVisible(lines > 0)
        if lines:
            words = f"{counted(lines, 'more line')} "
            if words != self._more.text():
                self._more.setText(words)
                self._more.setAccessibleName(words.strip())
                self._more.resize(self._more.sizeHint())
            left = (self.width() - self._more.width()) // 2
            self._more.move(left, self.height() - self._more.height() - px(self._context, 12))
        if self._target.isVisible():
            self._target.move(0, self.height() - self._target.height())


def _fits(draft: Draft | None, prepared: Prepared | None) -> bool:
    """Whether what was prepared is this state of the draft."""
    return (
        draft is not None
        and prepared is not None
        and prepared.draft.id == draft.id
        and prepared.draft.revision.id == draft.revision.id
    )

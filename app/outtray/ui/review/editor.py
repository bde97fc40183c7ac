"""The editor: the fields of a message in the place of the message, kept as they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from outtray.model.draft import AttachmentInfo, Content, Draft
from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import size, zone_of
from outtray.ui.review.body_view import units
from outtray.ui.review.destination_words import file_kind
from outtray.ui.review.edit_fields import TITLES, Mistake, content_of, texts_of
from outtray.ui.review.findings_strip import FindingsStrip, worst_first
from outtray.ui.review.fixing import apply_fix
from outtray.ui.review.look import px
from outtray.ui.review.message_parts import has_html
from outtray.ui.widgets.labels import Label, retint

if TYPE_CHECKING:
    from outtray.desk import Desk

_PAUSE_MILLISECONDS = 1_000
_HTML = "The HTML part is rebuilt from your text."


class Editor(QWidget):
    """`edited` comes with each change, `cancel_asked` with Escape."""

    edited = Signal()
    cancel_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `open_draft`."""
        super().__init__()
        self._context = context
        self._draft: Draft | None = None
        self._base: Content | None = None
        self._loading = False
        self.setObjectName("editor")
        self.setAccessibleName("Editor")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._kept = Label(context, "", "meta", "text2")
        self._mistake = Label(context, "", "ui", "block", wrap=True)
        self._note = Label(context, _HTML, "meta", "text2", wrap=True)
        self._files = Label(context, "", "ui", wrap=True)
        self.findings = FindingsStrip(context)
        self.findings.fix_asked.connect(self._fix)
        self._lines: dict[str, QLineEdit] = {}
        self._body = QPlainTextEdit()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.keep)
        self._build()
        self.restyle()

    # What it holds.

    @property
    def draft(self) -> Draft | None:
        """The draft that is being edited."""
        return self._draft

    def texts(self) -> dict[str, str]:
        """The fields as they are now."""
        lines = {name: field.text() for name, field in self._lines.items()}
        return {**lines, "body": self._body.toPlainText()}

    def content(self) -> tuple[Content, list[Mistake]]:
        """What the fields stand for, and what is wrong with them."""
        assert self._base is not None
        return content_of(self._base, self.texts())

    @property
    def changed(self) -> bool:
        """Whether anything differs from the draft as it was opened."""
        return self._base is not None and self.texts() != texts_of(self._base)

    def open_draft(self, draft: Draft, caret: int | None = None) -> None:
        """Begins to edit; `caret` is the place in the text (code points) where a finding stands."""
        self._draft, self._base = draft, draft.revision.content
        self.set_texts(texts_of(self._base))
        self._kept.setText("")
        self._say_mistakes([])
        self._say_files(self._base.attachments)
        self.show_findings(draft.findings)
        cursor = QTextCursor(self._body.document())
        if caret is not None:
            cursor.setPosition(
                min(units(self._body.toPlainText()[:caret]), self._body.document().characterCount() - 1)
            )
        self._body.setTextCursor(cursor)
        self._body.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Puts texts into the fields."""
        self._loading = True
        for name, field in self._lines.items():
            if field.text() != texts.get(name, ""):
                field.setText(texts.get(name, ""))
                field.setCursorPosition(0)
        if self._body.toPlainText() != texts.get("body", ""):
            # Set as an edit, so that the field's own undo takes it back.
            cursor = QTextCursor(self._body.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(texts.get("body", ""))
        self._loading = False
        self._change()

    def use(self, content: Content) -> None:
        """Takes over a content: the machine's words were taken back at one place."""
        self.set_texts(texts_of(content))
        self._pause.start()

    def close_draft(self) -> None:
        """Ends editing; what was kept is the caller's to forget."""
        self._pause.stop()
        self._draft = self._base = None

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What the checks say of the fields as they stand."""
        self.findings.show_findings(worst_first(findings), self._body.toPlainText())

    def check(self) -> Content | None:
        """The content where it can be saved; else says what is wrong and goes there."""
        content, mistakes = self.content()
        self._say_mistakes(mistakes)
        if not mistakes:
            return content
        field = self._lines.get(mistakes[0].field, self._body)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._context.announce(mistakes[0].sentence, at_once=True)
        return None

    def keep(self) -> None:
        """Keeps what was typed, so that a crash loses none of it."""
        self._pause.stop()
        if self._draft is None or not self.changed:
            return
        number, base, texts = self._draft.id, self._draft.revision.id, self.texts()

        def work(desk: Desk) -> None:
            from outtray.review.edit import keep

            keep(desk, number, base, texts)

        self._context.run(work, lambda _done: self._say_kept(number))

    def restyle(self) -> None:
        """Takes fonts from the theme again."""
        self._body.setFont(self._context.theme.font("body"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape asks to leave."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.cancel_asked.emit()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name in ("to", "cc", "bcc", "subject"):
            field = QLineEdit()
            field.setObjectName(name)
            field.setAccessibleName(TITLES[name])
            field.setPlaceholderText("" if name == "subject" else "Nobody")
            field.textChanged.connect(self._change)
            self._lines[name] = field
            label = Label(self._context, TITLES[name], "ui", "text2")
            label.setBuddy(field)
            label.setAccessibleName(f"{TITLES[name]}:")
            form.addRow(label, field)
        self._files_label = Label(self._context, "Files", "ui", "text2")
        form.addRow(self._files_label, self._files)
        self._body.setObjectName("body")
        self._body.setAccessibleName("Body")
        self._body.setTabChangesFocus(True)
        self._body.textChanged.connect(self._change)
        head = QFormLayout()
        head.addRow(Label(self._context, "Edit", "heading"), self._kept)
        self._kept.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(form)
        column.addWidget(self._body, 1)
        column.addWidget(self.findings)
        column.addWidget(self._mistake)
        column.addWidget(self._note)
        self._body.setMinimumHeight(px(self._context, 120))

    def _change(self) -> None:
        if self._loading or self._base is None:
            return
        texts = self.texts()
        rebuilt = has_html(self._base) and texts["body"] != texts_of(self._base)["body"]
        self._note.setVisible(rebuilt)
        if not self._mistake.isHidden():
            self._say_mistakes([])
        self._pause.start()
        self.edited.emit()

    def _say_mistakes(self, mistakes: list[Mistake]) -> None:
        self._mistake.setText("\n".join(mistake.sentence for mistake in mistakes))
        self._mistake.setVisible(bool(mistakes))
        wrong = {mistake.field for mistake in mistakes}
        for name, field in {**self._lines, "body": self._body}.items():
            retint(field, "wrong", "true" if name in wrong else "false")
            said = [mistake.sentence for mistake in mistakes if mistake.field == name]
            field.setAccessibleDescription(" ".join(said))

    def _fix(self, place: int) -> None:
        finding = self.findings.finding(place)
        content, _mistakes = self.content()
        if finding is not None and finding.fix is not None:
            self.use(apply_fix(content, finding.fix))

    def _say_files(self, files: Sequence[AttachmentInfo]) -> None:
        said = [f"{file.filename}, {file_kind(file)}, {size(file.size)}" for file in files]
        self._files.setText("\n".join(said))
        self._files.setVisible(bool(files))
        self._files_label.setVisible(bool(files))

    def _say_kept(self, number: int) -> None:
        if self._draft is not None and self._draft.id == number:
            now = self._context.clock.now().astimezone(zone_of(self._context.settings))
            self._kept.setText(f"Kept as you type, {now:%H:%M}")

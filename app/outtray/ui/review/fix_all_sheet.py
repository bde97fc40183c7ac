"""The same fix in all drafts: what can be mended, every difference, and the change as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent, QWindow
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from outtray.model.changes import Changes, Done
from outtray.ui.context import WindowContext
from outtray.ui.review.fix_all_differences import DifferenceModel, DifferencesView
from outtray.ui.review.fix_all_rows import KindList, SentenceList, as_entry, sentences_of
from outtray.ui.review.look import dress, px
from outtray.ui.review.row_words import counted
from outtray.ui.review.sheet_head import sheet_head
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.errors import OuttrayError
    from outtray.model.findings import Finding
    from outtray.review.fix_preview import FixKind, FixPreview
    from outtray.ui.context import JobProgress

_UNDER = "Machines repeat themselves. See every difference, then change them at once."
_NARROW = 860  # pixels below which the left side is a narrow one and hints go
_FIELDS = {"no_subject": "Subject", "phrase": "Instead"}


class FixAllSheet(QWidget):
    """`closed`, also once the change has begun; `open_asked` carries a draft that is to be shown."""

    closed = Signal()
    open_asked = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `open_for`."""
        super().__init__()
        self._context = context
        self._request = 0
        self._preview: FixPreview | None = None
        self._window: QWindow | None = None
        self.setObjectName("fixAllSheet")
        self.setAccessibleName("Fix in all drafts")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._left = QWidget()
        self._kinds = KindList(context)
        self._under = Label(context, _UNDER, "meta", "text2")
        self._field_name = Label(context, "", "medium")
        self._field = QLineEdit()
        self._field_hint = Label(context, "", "meta", "text2")
        self._summary = Label(context, "", "strong", wrap=True)
        self._sentences = SentenceList(context)
        self._head = Label(context, "Every difference", "strong")
        self._ticked = Label(context, "", "meta", "text2")
        self._model = DifferenceModel()
        self._differences = DifferencesView(context, self._model)
        self._nothing = Label(context, "", "meta", "text2")
        self._narrow_window = False
        self._change = KeyButton(context.theme, "Change", "Ctrl Enter", "primary")
        self._build()
        self._wire()

    # What it shows.

    def open_for(self, finding: Finding | None) -> None:
        """Reads what can be mended, and shows first what this finding offers."""
        self.clear()
        request = self._request
        self._summary.setText("Looking through the drafts in Review…")

        def work(desk: Desk) -> tuple[list[FixKind], int]:
            from outtray.review.fix_preview import key_of, kinds

            found = kinds(desk)
            wanted = None if finding is None else (finding.code, key_of(finding))
            places = [place for place, kind in enumerate(found) if (kind.code, kind.key) == wanted]
            return found, places[0] if places else 0

        def then(result: tuple[list[FixKind], int]) -> None:
            if request == self._request:
                self._kinds.show_kinds(result[0])
                self._kinds.setCurrentRow(result[1])
                if not result[0]:
                    self._summary.setText("Nothing in Review can be mended in this way.")

        self._context.run(work, then)

    def clear(self) -> None:
        """Shows nothing, and takes no answer any more that is still to come."""
        self._request += 1
        self._preview = None
        self._kinds.show_kinds(())
        self._show_nothing("")

    def take_changes(self, changes: Changes) -> None:
        """Nothing moves under the eyes: what changed meanwhile is left out when the change is made."""

    @property
    def regions(self) -> list[QWidget]:
        """What the keyboard goes round."""
        parts: list[QWidget] = [self._kinds, self._field, self._sentences, self._differences, self._change]
        return [part for part in parts if part.isVisible() and part.isEnabled()]

    # What is done with it.

    def step(self, by: int) -> None:
        """The next (1) or previous (-1) row of the list that has the keyboard."""
        for rows in (self._kinds, self._sentences):
            if rows.hasFocus():
                # Above the first sentence stand all of them.
                least = -1 if rows is self._sentences else 0
                rows.setCurrentRow(min(max(rows.currentRow() + by, least), rows.count() - 1))
                return
        self._differences.step(by)

    def toggle(self) -> None:
        """Leaves the current draft out, or takes it in again."""
        self._model.toggle(self._differences.currentIndex().row())
        self._say()

    def toggle_all(self) -> None:
        """Ticks all that are shown, or none."""
        self._model.toggle_all()
        self._say()

    def open_current(self) -> None:
        """Leaves the sheet for the draft of the current difference."""
        difference = self._model.at(self._differences.currentIndex().row())
        if difference is not None:
            self.open_asked.emit(difference.draft_id)

    def apply(self) -> None:
        """Changes the ticked drafts as one, beside everything else."""
        preview, wanted, value = self._preview, self._model.wanted, self._model.value
        if preview is None or self._refusal():
            self._context.announce(self._refusal())
            return
        kind = preview.kind

        def work(desk: Desk, job: JobProgress) -> Done:
            from outtray.review.fix_all import apply

            def progress(done: int, of: int) -> None:
                job.report(done, of, f"{done:,} of {of:,}")

            return apply(desk, wanted, kind.code, kind.key, value, progress=progress, cancelled=job.cancelled)

        def then(done: Done) -> None:
            self._context.show_message(done.sentence, "ok")

        def failed(error: OuttrayError) -> None:
            self._context.show_message(error.sentence, "block")

        self._context.job("Changing drafts", work, then, failed)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window keeps what is needed."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl and Enter change the drafts, from a text field too, before the key can mean Approve."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            focus = QApplication.focusWidget()
            if enter and control and focus is not None and self.isAncestorOf(focus):
                if not event.isAutoRepeat():
                    self.apply()
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Its key is looked for where keys enter the window."""
        super().showEvent(event)
        self._window = self.window().windowHandle()
        if self._window is not None:
            self._window.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """And no longer."""
        super().hideEvent(event)
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None

    def restyle(self) -> None:
        """Takes lengths from the theme again."""
        self._differences.restyle()
        self._fit()
        self._change.setIcon(self._context.icon("ph.check", "onAccent"))

    # Inside.

    def _fit(self) -> None:
        narrow = self.width() < px(self._context, _NARROW)
        self._left.setFixedWidth(px(self._context, 190 if narrow else 312))
        self._nothing.setVisible(not narrow)
        self._under.setVisible(not narrow)
        self._narrow_window = narrow
        self._field_hint.setVisible(not narrow and self._field.isVisibleTo(self))

    def _wire(self) -> None:
        self._kinds.currentRowChanged.connect(lambda _row: self._show_kind())
        self._sentences.itemClicked.connect(self._click_sentence)
        self._sentences.currentItemChanged.connect(lambda item, _before: self._narrow(item))
        self._field.textChanged.connect(self._use_value)
        self._model.dataChanged.connect(lambda *_: self._say())
        self._differences.open_asked.connect(self.open_asked)
        self._change.clicked.connect(self.apply)
        self._context.restyled.connect(self.restyle)

    def _show_kind(self) -> None:
        kind: FixKind | None = as_entry(self._kinds.currentItem())
        self._request += 1
        request = self._request
        self._show_nothing("Looking for every difference…" if kind is not None else "")
        if kind is None:
            return

        def work(desk: Desk) -> FixPreview:
            from outtray.review.fix_preview import preview

            return preview(desk, kind, cancelled=lambda: request != self._request)

        self._context.run(work, lambda found: self._take(request, found))

    def _take(self, request: int, found: FixPreview) -> None:
        if request != self._request:
            return
        self._preview = found
        self._model.show_differences(found.differences, found.value)
        kind, written = found.kind, found.value is not None
        for part in (self._field_name, self._field):
            part.setVisible(written)
        self._field_hint.setVisible(written and not self._narrow_window)
        self._field_name.setText(_FIELDS.get(kind.code, "Text that goes in"))
        self._field.blockSignals(True)
        self._field.setText(found.value or "")
        self._field.blockSignals(False)
        self._field_hint.setText("as computed; you can change it" if found.value else "nothing is guessed")
        sentences = sentences_of(found.differences)
        self._sentences.show_sentences(sentences)
        self._sentences.setVisible(bool(sentences))
        drafts = self._model.drafts
        many = counted(len(sentences), "different sentence") if len(sentences) > 1 else "one sentence"
        words = f"{counted(drafts, 'draft')}, in {many}"
        if found.of > drafts:
            words = f"The first {drafts:,} of {found.of:,} drafts, in {many}"
        self._summary.setText(words)
        if self._model.rowCount():
            self._differences.setCurrentIndex(self._model.index(0, 0))
        self._say()
        if not self._kinds.hasFocus():
            first: QWidget = self._field if found.value == "" else self._differences
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_nothing(self, words: str) -> None:
        self._preview = None
        self._model.show_differences((), None)
        self._sentences.show_sentences(())
        for part in (self._field_name, self._field, self._field_hint, self._sentences):
            part.hide()
        self._summary.setText(words)
        self._say()

    def _use_value(self, text: str) -> None:
        self._model.use_value(text)
        self._say()

    def _click_sentence(self, item: QListWidgetItem) -> None:
        """A second click on the same one shows all again."""
        if item.data(Qt.ItemDataRole.UserRole + 1):
            self._sentences.setCurrentRow(-1)
        else:
            item.setData(Qt.ItemDataRole.UserRole + 1, True)

    def _narrow(self, item: QListWidgetItem | None) -> None:
        for row in range(self._sentences.count()):
            other = self._sentences.item(row)
            other.setData(Qt.ItemDataRole.UserRole + 1, None)
        sentence = as_entry(item)
        self._model.narrow(None if sentence is None else sentence.same)
        if self._model.rowCount():
            self._differences.setCurrentIndex(self._model.index(0, 0))

    def _refusal(self) -> str:
        if self._preview is None or not self._model.drafts:
            return "There is nothing to change."
        if self._model.value is not None and not self._model.value.strip():
            return "Write the text that goes in."
        return "" if self._model.wanted else "No draft is ticked."

    def _say(self) -> None:
        ticked, out = len(self._model.wanted), self._model.drafts
        out -= ticked
        self._ticked.setText(f"{ticked:,} ticked, {out:,} left out" if ticked + out else "")
        refusal = self._refusal()
        self._change.setText(f"Change {ticked:,}" if ticked else "Change")
        self._change.setEnabled(not refusal)
        self._change.setToolTip(refusal)
        self._change.setAccessibleDescription(refusal or counted(ticked, "draft"))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        left = self._left
        left.setProperty("ground", "panel")
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 10, 0, 10)
        rows.addWidget(self._kinds)
        middle.addWidget(left)
        middle.addWidget(Rule("vertical"))
        middle.addWidget(self._right(), 1)
        column.addWidget(sheet_head(self._context, "Fix in all drafts", self._under, self.closed.emit))
        column.addWidget(Rule())
        column.addLayout(middle, 1)
        column.addWidget(Rule())
        column.addWidget(self._foot())
        self.restyle()

    def _right(self) -> QWidget:
        right = QWidget()
        right.setProperty("ground", "surface")
        column = QVBoxLayout(right)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        self._field.setAccessibleName("Text that goes in")
        self._field.setObjectName("fixText")
        self._field.setMaxLength(900)
        self._field.setMaximumWidth(px(self._context, 420))
        self._field.setMinimumWidth(px(self._context, 120))
        field = QHBoxLayout()
        field.setSpacing(10)
        field.addWidget(self._field_name)
        field.addWidget(self._field, 1)
        field.addWidget(self._field_hint)
        field.addStretch(1)
        column.addLayout(field)
        column.addWidget(self._summary)
        column.addWidget(self._sentences)
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(self._ticked)
        column.addSpacing(8)
        column.addLayout(head)
        column.addWidget(Rule())
        column.addWidget(self._differences, 1)
        return right

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setProperty("ground", "surface")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(12)
        cancel = KeyButton(self._context.theme, "Cancel", "Esc")
        dress(cancel, "Cancel", "cancelFixAll")
        cancel.clicked.connect(self.closed)
        dress(self._change, "Change all ticked drafts", "changeAll")
        for button in (cancel, self._change):
            button.setMinimumHeight(px(self._context, 36))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = f"Nothing is approved by this; undone as one with {self._context.key_of('undo')}"
        row.addWidget(cancel)
        row.addStretch(1)
        self._nothing.setText(words)
        row.addWidget(self._nothing)
        row.addWidget(self._change)
        foot.setFixedHeight(px(self._context, 63))
        return foot

"""The first page of the import: the file, its first items, where their fields lie, checked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.accounts.parts import Notice
from outtray.ui.importing.field_rows import FieldRows
from outtray.ui.importing.tables import TextTable, TextTableView
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.intake.files import ImportOptions
    from outtray.intake.preview import Preview
    from outtray.model.errors import OuttrayError
    from outtray.ui.context import WindowContext

_FORMATS = ("json", "jsonl", "csv", "eml", "mbox")
_FORMAT_NAMES = {
    "json": "JSON",
    "jsonl": "JSON Lines",
    "csv": "CSV",
    "eml": "Mail message",
    "mbox": "Mailbox (mbox)",
}
# Long enough to type a word, short enough to see what it does.
_PAUSE = 250
_COLUMNS = ("Item", "To", "Subject", "Body", "What is wrong")


@dataclass(slots=True)
class FileChoice:
    """What the person said of one file; `looked` is whether the file was looked at and the guess taken."""

    path: Path
    format: str | None = None
    items: str | None = None
    map: dict[str, str] = field(default_factory=dict)
    looked: bool = False


class MappingPage(QWidget):
    """Emits `ready_changed` with whether what is chosen can be imported."""

    ready_changed = Signal(bool)
    more_files_wanted = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Shows nothing before `add`."""
        super().__init__()
        self._context = context
        self.choices: list[FileChoice] = []
        self._asked = 0
        self._offered: FileChoice | None = None
        self.ready = False
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self.look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 0)
        layout.setSpacing(10)
        layout.addWidget(Label(context, "Import drafts", "title"))
        layout.addLayout(self._file_row())
        self.notice = Notice(context)
        layout.addWidget(self.notice)
        layout.addWidget(Label(context, "First items", "strong"))
        self._table = TextTable(context, _COLUMNS)
        self.table = TextTableView(context, self._table, "First items", 3)
        self.table.setMinimumHeight(context.theme.px(120))
        self.table.setMaximumHeight(context.theme.px(206))
        layout.addWidget(self.table, 2)
        layout.addLayout(self._fields_head())
        self.fields = FieldRows(context)
        self.fields.changed.connect(self._touched)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.fields)
        layout.addWidget(scroll, 3)
        self.more.toggled.connect(self.fields.show_more)

    def add(self, paths: Sequence[Path]) -> None:
        """Takes files to the others, and shows the first of the new ones."""
        known = {choice.path for choice in self.choices}
        new = [FileChoice(path) for path in dict.fromkeys(paths) if path not in known]
        if not new:
            return
        place = len(self.choices)
        self.choices += new
        self.file.blockSignals(True)
        for choice in new:
            name = choice.path.name.encode("utf-8", "replace").decode()
            self.file.addItem(name)
            self.file.setItemData(self.file.count() - 1, str(choice.path), Qt.ItemDataRole.ToolTipRole)
        self.file.setCurrentIndex(place)
        self.file.blockSignals(False)
        self._turn_to(place)

    def options(self, choice: FileChoice) -> ImportOptions:
        """What an import of the file is told."""
        from outtray.intake.files import ImportOptions

        return ImportOptions(
            format=choice.format,
            map=dict(choice.map),
            items=choice.items,
            set=self.fields.texts(),
            source=self.source.text().strip() or None,
        )

    def look(self) -> None:
        """Looks at the beginning of the file that is shown, off the GUI thread."""
        choice = self._choice()
        if choice is None:
            return
        self._timer.stop()
        self._asked += 1
        asked = self._asked
        options = self.options(choice)

        def work(_desk: Desk) -> tuple[int, Preview]:
            from outtray.intake.preview import preview

            return asked, preview(choice.path, options)

        self._context.run(work, self._take, self._complain)

    # Parts.

    def _file_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.file = _box("File", "importFile")
        self.file.setMinimumContentsLength(18)
        self.file.currentIndexChanged.connect(self._turn_to)
        self.add_files = QPushButton("Add files…")
        self.add_files.setObjectName("addFiles")
        self.add_files.setAccessibleName("Add files")
        self.add_files.setAutoDefault(False)
        self.add_files.clicked.connect(self.more_files_wanted)
        self.format = _box("Format", "importFormat")
        self.format.addItem("Format found out", None)
        for form in _FORMATS:
            self.format.addItem(_FORMAT_NAMES[form], form)
        self.format.currentIndexChanged.connect(self._other_format)
        self.items = _box("Items lie at", "importItems")
        self.items.currentIndexChanged.connect(self._other_items)
        self.items.hide()
        self.source = QLineEdit()
        self.source.setObjectName("importSource")
        self.source.setAccessibleName("Source")
        self.source.setPlaceholderText("Source: as the file says")
        self.source.setToolTip("Who drafted them, such as crm-followup")
        self.source.textChanged.connect(lambda _text: self._timer.start())
        for widget, stretch in (
            (self.file, 3),
            (self.add_files, 0),
            (self.format, 1),
            (self.items, 1),
            (self.source, 2),
        ):
            row.addWidget(widget, stretch)
        return row

    def _fields_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Label(self._context, "Where the fields lie", "strong"))
        row.addStretch(1)
        self.more = QCheckBox("All fields")
        self.more.setObjectName("allFields")
        self.more.setAccessibleName("All fields")
        row.addWidget(self.more)
        return row

    # What happens.

    def _choice(self) -> FileChoice | None:
        place = self.file.currentIndex()
        return self.choices[place] if 0 <= place < len(self.choices) else None

    def _turn_to(self, _place: int) -> None:
        choice = self._choice()
        if choice is None:
            return
        self.format.blockSignals(True)
        self.format.setCurrentIndex(max(0, self.format.findData(choice.format)))
        self.format.blockSignals(False)
        self._table.show([])
        self._judge(ready=False)
        self.look()

    def _other_format(self, _place: int) -> None:
        choice = self._choice()
        if choice is not None:
            choice.format = self.format.currentData()
            self._begin_again(choice)

    def _other_items(self, _place: int) -> None:
        choice = self._choice()
        if choice is not None:
            choice.items = self.items.currentData()
            self._begin_again(choice)

    def _begin_again(self, choice: FileChoice) -> None:
        choice.map, choice.looked = {}, False
        self.look()

    def _touched(self) -> None:
        choice = self._choice()
        if choice is not None:
            choice.map = self.fields.paths()
        self._timer.start()

    def _take(self, answer: tuple[int, Preview]) -> None:
        asked, preview = answer
        choice = self._choice()
        if asked != self._asked or choice is None:
            return
        self._offer_arrays(choice, preview)
        guessed = not choice.looked
        if guessed:
            choice.looked = True
            choice.map = dict(preview.proposed or {})
        if guessed or self._offered is not choice:
            self._offered = choice
            self.fields.offer(preview, choice.map)
            self.fields.show_more(self.more.isChecked())
        elif preview.items:
            self.fields.show_values(preview.items[0].fields)
        if guessed and choice.map:
            self.look()
            return
        self._show(preview)

    def _offer_arrays(self, choice: FileChoice, preview: Preview) -> None:
        self.items.blockSignals(True)
        self.items.clear()
        self.items.addItem("Items found out", None)
        for name in preview.arrays:
            self.items.addItem(name, name)
        self.items.setCurrentIndex(max(0, self.items.findData(choice.items)))
        self.items.setVisible(len(preview.arrays) > 1 or choice.items is not None)
        self.items.blockSignals(False)

    def _show(self, preview: Preview) -> None:
        rows = []
        for item in preview.items:
            fields = item.fields
            body = fields.get("body_text") or fields.get("body_html", "")
            cells = (item.place, fields.get("to", ""), fields.get("subject", ""), body, item.problem or "")
            rows.append((cells, "block" if item.problem else "text"))
        self._table.show(rows)
        for column, width in enumerate((76, 210, 190, 0, 210)):
            if width:
                self.table.setColumnWidth(column, self._context.theme.px(width))
        wrong = [item.problem for item in preview.items if item.problem]
        if preview.problem is not None:
            self.notice.say(f"{preview.problem} {self._what_to_do(preview)}".strip())
        elif wrong and len(wrong) == len(preview.items):
            self.notice.say(f"None of the first items can be imported. {wrong[0]}")
        elif wrong:
            self.notice.say(f"{len(wrong)} of the first {len(preview.items)} would be refused.", "warn")
        else:
            self.notice.hide()
        # What is refused among the first may be good further down; the whole file is another matter.
        self._judge(ready=preview.problem is None)

    def _what_to_do(self, preview: Preview) -> str:
        if self.items.isVisibleTo(self) and not preview.items:
            return "Choose above where the items lie."
        return "Say below which one it is." if preview.paths else ""

    def _complain(self, error: OuttrayError) -> None:
        self.notice.say(error.sentence)
        self._judge(ready=False)

    def _judge(self, *, ready: bool) -> None:
        self.ready = ready
        self.ready_changed.emit(ready)


def _box(name: str, object_name: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(object_name)
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box

"""Where each field of a draft lies in a file, by pointing; and what is set for all drafts that lack it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.intake.preview import FoundPath, Preview
    from outtray.ui.context import WindowContext

# A draft's fields as people call them; those in front are asked for first.
FIELD_NAMES: Mapping[str, str] = {
    "to": "To",
    "subject": "Subject",
    "body_text": "Body",
    "recipient_name": "Recipient name",
    "company_name": "Company name",
    "request": "What was asked",
    "external_id": "Id",
    "cc": "Cc",
    "bcc": "Bcc",
    "reply_to": "Reply to",
    "body_html": "HTML body",
    "score": "Score",
    "priority": "Priority",
    "send_after": "Send after",
    "account": "Account",
    "in_reply_to": "In reply to",
    "references": "References",
    "thread_id": "Thread id",
}
FIRST_FIELDS = 7
_NEEDED = {"to", "body_text"}
_HINTS = {"subject": "Your question, {recipient_name}"}
_LONGEST_PATH = 60


@dataclass(slots=True)
class _Row:
    path: QComboBox
    example: Label
    text: QLineEdit
    all: tuple[QWidget, ...]


class FieldRows(QWidget):
    """One row a field: its name, the path, an example of what lies there, and a text for all."""

    changed = Signal()

    def __init__(self, context: WindowContext) -> None:
        """All rows are there at once; `show_more` uncovers those that are seldom needed."""
        super().__init__()
        self._context = context
        self._rows: dict[str, _Row] = {}
        self._examples: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self.setProperty("ground", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 4)
        grid.setColumnStretch(3, 4)
        for column, words in enumerate(("Field", "Lies at", "Example", "For all that lack it")):
            grid.addWidget(Label(context, words, "meta", "text3"), 0, column)
        for place, field in enumerate(FIELD_NAMES, start=1):
            self._rows[field] = self._row(grid, place, field)
        self.show_more(False)

    def show_more(self, more: bool) -> None:
        """Shows or hides the fields that are seldom needed; one that is in use stays."""
        for place, row in enumerate(self._rows.values()):
            used = bool(row.path.currentData()) or bool(row.text.text())
            for widget in row.all:
                widget.setVisible(more or used or place < FIRST_FIELDS)

    def offer(self, preview: Preview, chosen: Mapping[str, str]) -> None:
        """Fills the choices with the paths of a file, and points where `chosen` says."""
        self._examples = {found.path: found.example for found in preview.paths}
        self._shown = dict(next((item.fields for item in preview.items if item.fields), {}))
        for field, row in self._rows.items():
            row.path.blockSignals(True)
            row.path.clear()
            own = field in preview.direct
            row.path.addItem("As the file names it" if own else "Not in the file", None)
            _add_paths(row.path, preview.paths)
            wanted = chosen.get(field)
            if wanted is not None and row.path.findData(wanted) < 0:
                row.path.addItem(wanted, wanted)
            row.path.setCurrentIndex(max(0, row.path.findData(wanted)))
            row.path.blockSignals(False)
            self._say_example(field)

    def show_values(self, fields: Mapping[str, str]) -> None:
        """Shows what the first item gives for the fields that the file names itself."""
        self._shown = dict(fields)
        for field in self._rows:
            self._say_example(field)

    def paths(self) -> dict[str, str]:
        """The mapping that is pointed at."""
        return {field: row.path.currentData() for field, row in self._rows.items() if row.path.currentData()}

    def texts(self) -> dict[str, str]:
        """What is set for all."""
        return {field: row.text.text() for field, row in self._rows.items() if row.text.text()}

    def row(self, field: str) -> tuple[QComboBox, QLineEdit]:
        """The controls of a field."""
        return self._rows[field].path, self._rows[field].text

    def _row(self, grid: QGridLayout, place: int, field: str) -> _Row:
        name = FIELD_NAMES[field]
        label = Label(self._context, name, "strong" if field in _NEEDED else "ui")
        path = QComboBox()
        path.setObjectName(f"path_{field}")
        path.setAccessibleName(f"{name} lies at")
        path.setMaxVisibleItems(14)
        path.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        path.setMinimumContentsLength(14)
        path.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        path.currentIndexChanged.connect(lambda _index, of=field: self._chosen(of))
        example = Label(self._context, "", "meta", "text2")
        example.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        example.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        text = QLineEdit()
        text.setObjectName(f"set_{field}")
        text.setAccessibleName(f"{name} for all")
        text.setPlaceholderText(_HINTS.get(field, ""))
        text.textChanged.connect(lambda _text: self.changed.emit())
        label.setBuddy(path)
        widgets: tuple[QWidget, ...] = (label, path, example, text)
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, place, column)
        return _Row(path, example, text, widgets)

    def _chosen(self, field: str) -> None:
        self._say_example(field)
        self.changed.emit()

    def _say_example(self, field: str) -> None:
        row = self._rows[field]
        path = row.path.currentData()
        example = self._examples.get(path, "") if path else self._shown.get(field, "")
        metrics = row.example.fontMetrics()
        width = max(row.example.width(), self._context.theme.px(180))
        row.example.setText(metrics.elidedText(example, Qt.TextElideMode.ElideRight, width))
        row.example.setToolTip(example)
        row.path.setToolTip(path or "")
        row.path.setAccessibleDescription(f"Example: {example}" if example else "No example")


def _add_paths(box: QComboBox, paths: Sequence[FoundPath]) -> None:
    for found in paths:
        short = found.path if len(found.path) <= _LONGEST_PATH else f"…{found.path[-_LONGEST_PATH:]}"
        box.addItem(short, found.path)
        box.setItemData(box.count() - 1, f"{found.path}\n{found.example}", Qt.ItemDataRole.ToolTipRole)

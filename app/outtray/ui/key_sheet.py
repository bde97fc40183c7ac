"""The key sheet (`?`): every command with its keys, from the registry; searched, printed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from outtray.ui.commands import COMMANDS, Command, Group
from outtray.ui.context import WindowContext
from outtray.ui.keys import shown_keys
from outtray.ui.widgets.glass_field import GlassField
from outtray.ui.widgets.labels import Keycap, Label, Rule
from outtray.ui.widgets.overlay import Overlay

# Which groups stand below each other in a column.
_COLUMNS: Sequence[Sequence[Group]] = (
    (Group.MOVE, Group.LOOK),
    (Group.DECIDE,),
    (Group.GO_TO, Group.PROGRAM),
)


class KeySheet(Overlay):
    """Three columns: Move and Look, Decide, Go to and the program."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Built when it is first opened."""
        super().__init__(context, parent, "Keys", 960, 112)
        self.lines: list[tuple[Command, QWidget]] = []
        self._heads: list[tuple[Group, QWidget]] = []
        self.field = GlassField(context)
        self.field.setObjectName("findKey")
        self.field.setAccessibleName("Find a key")
        self.field.setPlaceholderText("Find a key")
        self.field.setFixedWidth(context.theme.px(230))
        self.field.textChanged.connect(self._filter)
        self._build(context)

    def open(self) -> None:
        """Shows all keys."""
        self.field.clear()
        self.open_card(self.field)

    def _build(self, context: WindowContext) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(28, 14, 20, 14)
        head.setSpacing(12)
        head.addWidget(Label(context, "Keys", "title"), 1)
        head.addWidget(self.field)
        printer = QPushButton("Print")
        printer.setAccessibleName("Print")
        printer.setIcon(context.icon("ph.printer", "text2"))
        printer.setAutoDefault(False)
        printer.clicked.connect(self._print)
        head.addWidget(printer)
        head.addWidget(Keycap(context, "Esc"))
        columns = QWidget()
        row = QHBoxLayout(columns)
        row.setContentsMargins(28, 16, 28, 16)
        row.setSpacing(40)
        for groups in _COLUMNS:
            row.addLayout(self._column(context, groups), 1)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(columns)
        area.setAccessibleName("All keys")
        columns.setProperty("ground", "raised")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(columns.sizeHint().height(), context.theme.px(640)))
        foot = Label(
            context,
            "Letters act only outside text fields. They can be switched off in Settings.",
            "meta",
            "text2",
        )
        foot.setContentsMargins(28, 12, 28, 14)
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        self.body.addWidget(area, 1)
        self.body.addWidget(Rule())
        self.body.addWidget(foot)

    def _column(self, context: WindowContext, groups: Sequence[Group]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        for group in groups:
            head = Label(context, group.value, "strong", "text2")
            head.setContentsMargins(0, 10, 0, 6)
            column.addWidget(head)
            self._heads.append((group, head))
            for command in COMMANDS:
                if command.group is group:
                    line = _line(context, command)
                    column.addWidget(line)
                    self.lines.append((command, line))
        column.addStretch(1)
        return column

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        shown: set[Group] = set()
        for command, line in self.lines:
            words = f"{command.title} {' '.join(command.keys)}".casefold()
            line.setVisible(wanted in words)
            if wanted in words:
                shown.add(command.group)
        for group, head in self._heads:
            head.setVisible(group in shown)

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        if QPrintDialog(printer, self).exec():
            document = QTextDocument()
            document.setPlainText(as_text())
            document.print_(printer)


def _line(context: WindowContext, command: Command) -> QWidget:
    line = QWidget()
    words = ", ".join(" ".join(key) for key in shown_keys(command)) or "no key"
    line.setAccessibleName(f"{command.title}: {words}")
    column = QVBoxLayout(line)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    row = QHBoxLayout()
    row.setContentsMargins(0, 5, 0, 5)
    row.setSpacing(4)
    title = Label(context, command.title, "ui")
    row.addWidget(title, 1)
    for position, key in enumerate(shown_keys(command)):
        if position:
            row.addWidget(Label(context, "or", "meta", "text3"))
        for cap in key:
            row.addWidget(Keycap(context, cap))
    column.addLayout(row)
    column.addWidget(Rule())
    return line


def as_text() -> str:
    """The sheet as plain text, for printing."""
    lines = ["Outtray: keys"]
    for group in Group:
        lines += ["", group.value]
        for command in COMMANDS:
            if command.group is group:
                keys = ", ".join(" ".join(key) for key in shown_keys(command)) or "–"
                lines.append(f"{keys}\t{command.title}")
    return "\n".join(lines)

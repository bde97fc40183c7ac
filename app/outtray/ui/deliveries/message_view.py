"""Shows a delivery's exact message: header, text, source; saves it as an .eml file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.deliveries.exact_message import ExactMessage, load_message
from outtray.ui.deliveries.layout import scale_of
from outtray.ui.deliveries.moments import size
from outtray.ui.deliveries.parts import Facts, Words
from outtray.ui.widgets.labels import Rule

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

# No line of a message is longer than a person reads with ease.
_WIDEST = 712


class MessageView(QWidget):
    """The message as it left or will leave. What it shows comes from the stored bytes alone."""

    loaded = Signal(object)  # an ExactMessage

    def __init__(self, context: WindowContext, *, subject: bool = True) -> None:
        """Empty until `show_delivery`; without `subject` where it stands above already."""
        super().__init__()
        self._context = context
        self._left_out = set() if subject else {"Subject"}
        self._wanted: int | None = None
        self._message: ExactMessage | None = None
        self._facts = Facts(context)
        self._note = Words(context, "", "meta", "text2")
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("message")
        self.text.setAccessibleName("Message")
        self.text.setFrameShape(QTextEdit.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setAcceptRichText(False)
        self.text.viewport().setAutoFillBackground(False)
        self._dress()
        context.restyled.connect(self._dress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._facts)
        layout.addLayout(self._parts())
        layout.addWidget(self._note)
        layout.addWidget(Rule())
        layout.addWidget(self.text, 1)

    def show_delivery(self, delivery_id: int) -> None:
        """Reads the message off the GUI thread and shows it."""
        if delivery_id == self._wanted and self._message is not None:
            return
        self._wanted, self._message = delivery_id, None
        self.text.clear()
        database = self._context.profile.database
        self._context.run(
            lambda _desk: (delivery_id, load_message(database, delivery_id)), lambda found: self._take(*found)
        )

    def export(self) -> None:
        """Asks for a file and writes the exact bytes to it."""
        if self._message is None:
            return
        data = self._message.data
        dialog = QFileDialog(self, "Export the message")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Mail messages (*.eml)")
        dialog.setDefaultSuffix("eml")
        dialog.selectFile(f"message-{self._wanted}.eml")
        dialog.fileSelected.connect(lambda name: save(self._context, Path(name), data))
        dialog.open()

    def _dress(self) -> None:
        self.text.setMaximumWidth(round(_WIDEST * scale_of(self._context)))
        self._render()

    def _parts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        for number, (title, name) in enumerate((("Text", "messageText"), ("Source", "messageSource"))):
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setObjectName(name)
            button.setAccessibleName(title)
            button.setProperty("compact", True)
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._group.idClicked.connect(lambda _number: self._render())
        return row

    def _take(self, delivery_id: int, message: ExactMessage) -> None:
        if delivery_id == self._wanted:
            self._message = message
            self._render()
            self.loaded.emit(message)

    def _render(self) -> None:
        message = self._message
        if message is None:
            return
        self._facts.show_facts(
            [
                (name, value, "strong" if name == "Subject" else "mono")
                for name, value in message.headers
                if name not in self._left_out
            ]
            + [("File", f"{name} · {kind} · {size(octets)}", "ui") for name, kind, octets in message.files]
        )
        source = self._group.checkedId() == 1
        self.text.setFont(self._context.theme.font("mono" if source else "body"))
        self.text.setPlainText(message.source if source else message.text)
        self._note.setText("It has an HTML part too; the source shows it." if message.has_html else "")
        self._note.setVisible(message.has_html and not source)


class MessageDialog(QDialog):
    """The exact message of one delivery, in a window over the one that asked."""

    def __init__(self, context: WindowContext, delivery_id: int, parent: QWidget) -> None:
        """Opens on the text part."""
        super().__init__(parent)
        self.setWindowTitle("The exact message")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 620)
        view = MessageView(context)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addWidget(view, 1)
        buttons = QHBoxLayout()
        for title, name, act in (("Export .eml", "Export", view.export), ("Close", "Close", self.close)):
            button = QPushButton(title)
            button.setAccessibleName(name)
            button.setObjectName(name.lower())
            button.setAutoDefault(False)
            button.clicked.connect(act)
            buttons.addWidget(button)
        buttons.insertStretch(0, 1)
        layout.addLayout(buttons)
        view.show_delivery(delivery_id)


def save(context: WindowContext, target: Path, data: bytes) -> None:
    """Writes bytes to a file off the GUI thread, and says where they are."""
    from outtray.model.errors import OuttrayError

    def write(_desk: object) -> None:
        try:
            target.write_bytes(data)
        except OSError as error:
            raise OuttrayError(f"{target.name} could not be written: {error.strerror}.") from error

    context.run(write, lambda _done: context.show_message(f"Saved as {target}.", "info"))

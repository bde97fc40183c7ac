"""One setting on a page: its title and meaning, the widget that fits it, and "Saved" when it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from outtray.model.errors import OuttrayError, UsageError
from outtray.model.events import OPERATOR
from outtray.model.settings import SETTINGS, parse_setting
from outtray.ui.context import WindowContext
from outtray.ui.settings.layout import CHOICES, EXAMPLES, RANGES, TITLES, UNITS
from outtray.ui.widgets.labels import Label, retint
from outtray.ui.widgets.question import Question

if TYPE_CHECKING:
    from outtray.desk import Desk

_SAVED_MILLISECONDS = 2500
_TYPING_MILLISECONDS = 700
_FIELD = 280


class SettingRow(QWidget):
    """Applies what is chosen at once; what loosens a safeguard is asked first."""

    def __init__(self, context: WindowContext, name: str) -> None:
        """Shows the setting's value now."""
        super().__init__()
        self._context, self.name = context, name
        self._title = TITLES[name]
        self._show: Callable[[Any], None] = lambda _value: None
        self._asking = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(3)
        self.editor = self._make_editor()
        self.editor.setObjectName(name)
        self.editor.setAccessibleName(self._title)
        self.editor.setAccessibleDescription(SETTINGS[name].meaning)
        line = QHBoxLayout()
        line.setSpacing(12)
        if not isinstance(self.editor, QCheckBox):
            column.addWidget(Label(context, self._title, "medium"))
        line.addWidget(self.editor)
        self.state = Label(context, "", "meta", "ok")
        line.addWidget(self.state)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(Label(context, SETTINGS[name].meaning, "meta", "text2", wrap=True))
        self._quiet = QTimer(self, singleShot=True, interval=_SAVED_MILLISECONDS)
        self._quiet.timeout.connect(lambda: self._say("", "ok"))
        self.refresh()

    def refresh(self) -> None:
        """Shows the value as it is kept; leaves a field alone that is being typed into."""
        if not self.editor.hasFocus() or not isinstance(self.editor, QLineEdit):
            self._show(self._context.settings[self.name])

    def _make_editor(self) -> QWidget:
        default = SETTINGS[self.name].default
        if self.name in CHOICES:
            return self._choice()
        if isinstance(default, bool):
            return self._tick()
        if self.name in RANGES:
            return self._number()
        return self._field()

    def _choice(self) -> QComboBox:
        box = QComboBox()
        for value, words in CHOICES[self.name]:
            box.addItem(words, value)
        box.setFixedWidth(self._context.theme.px(_FIELD))
        self._show = lambda value: box.setCurrentIndex(box.findData(value))
        box.activated.connect(lambda _index: self._take(box.currentData()))
        return box

    def _tick(self) -> QCheckBox:
        box = QCheckBox(self._title)
        self._show = lambda value: box.setChecked(bool(value))
        box.clicked.connect(self._take)
        return box

    def _number(self) -> QSpinBox:
        box = QSpinBox()
        box.setRange(*RANGES[self.name])
        box.setSuffix(UNITS.get(self.name, ""))
        box.setFixedWidth(self._context.theme.px(140))
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        pause = QTimer(box, singleShot=True, interval=_TYPING_MILLISECONDS)

        def show(value: Any) -> None:
            box.blockSignals(True)
            box.setValue(int(value))
            box.blockSignals(False)

        self._show = show
        box.valueChanged.connect(lambda _value: pause.start())
        pause.timeout.connect(lambda: self._take(box.value()))
        return box

    def _field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(EXAMPLES.get(self.name, ""))
        field.setFixedWidth(self._context.theme.px(_FIELD))
        self._show = lambda value: field.setText(str(value))
        pause = QTimer(field, singleShot=True, interval=_TYPING_MILLISECONDS)
        field.textEdited.connect(lambda _text: pause.start())
        pause.timeout.connect(lambda: self._take(field.text()))
        field.editingFinished.connect(lambda: self._take(field.text()))
        return field

    def _take(self, raw: Any) -> None:
        if self._asking:
            return
        try:
            value = parse_setting(self.name, raw)
        except UsageError as error:
            self._say(error.sentence.removeprefix(f"{self.name}: "), "block")
            retint(self.editor, "wrong", "true")
            return
        retint(self.editor, "wrong", "")
        old = self._context.settings[self.name]
        if value == old:
            self._say("", "ok")
        elif SETTINGS[self.name].loosens(old, value):
            self._ask(old, value)
        else:
            self._save(value)

    def _ask(self, old: Any, new: Any) -> None:
        self._asking = True

        def change() -> None:
            self._asking = False
            self._save(new)

        def leave() -> None:
            self._asking = False
            self._show(old)

        Question(
            self._context,
            self.window(),
            f"{self._title}: {_shown(old)} becomes {_shown(new)}?",
            "This loosens a safeguard.",
            (("Change it", change), ("Leave it", leave)),
        ).open()

    def _save(self, value: Any) -> None:
        def save(desk: Desk) -> None:
            from outtray.store.settings import set_setting

            desk.store.write(lambda transaction: set_setting(transaction, self.name, value, OPERATOR))

        self._context.run(save, self._saved, self._failed)

    def _saved(self, _done: object) -> None:
        self._say("Saved", "ok")
        self._context.announce(f"{self._title}: saved")

    def _failed(self, error: OuttrayError) -> None:
        self._say(error.sentence, "block")
        self._show(self._context.settings[self.name])

    def _say(self, words: str, tone: str) -> None:
        self.state.recolour(tone)
        self.state.setText(words)
        self._quiet.stop()
        if tone == "ok" and words:
            self._quiet.start()


def _shown(value: Any) -> str:
    return str(value) if value not in ("", None) else "none"

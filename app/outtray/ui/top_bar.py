"""The bar on top: the program's menu, the search field, how sending stands, and the keys."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from outtray.ui.widgets.glass_field import GlassField
from outtray.ui.widgets.key_button import PictureButton
from outtray.ui.widgets.labels import Keycap, retint

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from outtray.ui.context import WindowContext

HEIGHT = 48
_LOGO = 22


class Sending(StrEnum):
    """How sending stands, as the pill tells it."""

    ON = "on"
    PAUSED = "paused"
    PRACTICE = "practice"
    NO_ACCOUNT = "no_account"


_PILLS = {
    Sending.ON: ("ok", "●  Sending on", "Approved messages leave when their time has come."),
    Sending.PAUSED: ("warn", "❚❚  Sending paused", "Nothing leaves until you resume sending."),
    Sending.PRACTICE: ("info", "○  Practice account", "What you approve goes to a folder; nothing leaves."),
    Sending.NO_ACCOUNT: ("none", "○  No account yet", "Connect Gmail in Settings, Accounts."),
}  # fmt: skip


class SearchField(GlassField):
    """`Search drafts`; `left` says that the keyboard should go back to the list."""

    left = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty."""
        super().__init__(context)
        self.setObjectName("searchDrafts")
        self.setAccessibleName("Search drafts")
        self.setAccessibleDescription(
            "Words, or from: to: subject: status: has:block has:attachment before: after:"
        )
        self.setToolTip(
            "Words, “a phrase”, -not, from: to: subject: status: has:block has:attachment before: after:"
        )
        self.setPlaceholderText("Search drafts")
        self.setProperty("role", "search")
        self._cap = Keycap(context, "/")
        self._cap.setParent(self)
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(lambda text: self._cap.setVisible(not text))
        self._dress()
        context.restyled.connect(self._dress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the field, then leaves it; Enter and Down go to what was found."""
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the keycap at the right edge."""
        super().resizeEvent(event)
        hint = self._cap.sizeHint()
        self._cap.setGeometry(
            self.width() - hint.width() - 8, (self.height() - hint.height()) // 2, hint.width(), hint.height()
        )

    def _dress(self) -> None:
        self.setFont(self._context.theme.font("ui"))


class Brand(QToolButton):
    """The program's sign and name; opens the menu that it is given."""

    def __init__(self, context: WindowContext) -> None:
        """Wide, with the name, until `narrow`."""
        super().__init__()
        self._context = context
        self.setObjectName("menu")
        self.setAccessibleName("Menu")
        self.setToolTip("Menu (F10)")
        self.setProperty("role", "quiet")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.narrow = False

    def sizeHint(self) -> QSize:
        """The sign, and the name where there is room."""
        theme = self._context.theme
        name = 0 if self.narrow else QFontMetrics(theme.font("heading")).horizontalAdvance("Outtray") + 38
        return QSize(theme.px(_LOGO) + 18 + name, theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The style's ground, then the sign and the name."""
        super().paintEvent(event)
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(_LOGO)
        top = (self.height() - side) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(9, top, side, side, 5, 5)
        inner = side - 8
        painter.drawPixmap(13, top + 4, self._context.pixmap("ph.tray", "onAccent", inner))
        if not self.narrow:
            painter.setFont(theme.font("heading"))
            painter.setPen(theme.color("text"))
            words = self.rect().adjusted(side + 18, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, "Outtray")
            caret = theme.px(12)
            painter.drawPixmap(
                self.width() - caret - 10, (self.height() - caret) // 2 + 1,
                self._context.pixmap("ph.caret-down", "text3", caret),
            )  # fmt: skip
        painter.end()


class TopBar(QWidget):
    """`Search drafts`, the sending pill, Pause sending or Resume sending, and the keys."""

    pause_asked = Signal()
    resume_asked = Signal()
    keys_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Says that sending is paused until `show_sending`."""
        super().__init__()
        self._context = context
        self._state = Sending.NO_ACCOUNT
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.brand = Brand(context)
        self.search = SearchField(context)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.pill = QLabel()
        self.pill.setProperty("role", "pill")
        self.pill.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.pill.setObjectName("sendingState")
        self.switch = PictureButton(
            context.theme, "ph.pause-fill", "Pause sending", context.key_of("pauseSending")
        )
        self.switch.clicked.connect(self._switch)
        self.keys = PictureButton(context.theme, "ph.keyboard", "", "?", quiet=True)
        self.keys.setObjectName("keys")
        self.keys.setAccessibleName("Keys")
        self.keys.setToolTip("Keys (?)")
        self.keys.clicked.connect(self.keys_asked)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(10)
        self._corner = QWidget()
        corner = QHBoxLayout(self._corner)
        corner.setContentsMargins(0, 0, 0, 0)
        corner.addWidget(self.brand)
        corner.addStretch(1)
        self._row.addWidget(self._corner)
        self._row.addWidget(self.search, 100)
        self._row.addStretch(1)
        for part in (self.pill, self.switch, self.keys):
            self._row.addWidget(part)
        self._dress()
        context.restyled.connect(self._dress)
        self.show_sending(Sending.NO_ACCOUNT)

    @property
    def state(self) -> Sending:
        """What the pill says now."""
        return self._state

    def show_sending(self, state: Sending) -> None:
        """Pill and button follow the switch."""
        self._state = state
        tone, words, meaning = _PILLS[state]
        self.pill.setText(words)
        self.pill.setAccessibleName(words.split("  ")[1])
        self.pill.setToolTip(meaning)
        retint(self.pill, "tone", tone)
        paused = state is Sending.PAUSED
        name = "Resume sending" if paused else "Pause sending"
        self.switch.setText(name)
        self.switch.setAccessibleName(name)
        self.switch.setObjectName("resumeSending" if paused else "pauseSending")
        self.switch.picture = "ph.play-fill" if paused else "ph.pause-fill"
        self.switch.key = "" if paused else self._context.key_of("pauseSending")
        nothing = state is Sending.NO_ACCOUNT
        self.switch.setEnabled(not nothing)
        why = "There is no account that could send." if nothing else ""
        self.switch.setAccessibleDescription(why)
        self.switch.setToolTip(why or ("" if paused else f"Pause sending ({self.switch.key})"))
        self._dress()

    def set_width(self, width: int) -> None:
        """What stands where, for a window `width` logical pixels wide."""
        theme = self._context.theme
        rail = width < theme.px(1100)
        self.brand.narrow = rail
        self.brand.updateGeometry()
        self._corner.setFixedWidth(self.brand.sizeHint().width() if rail else theme.px(202))
        self.search.setMaximumWidth(theme.px(360))
        self.search.setMinimumWidth(theme.px(150))
        room = width - self._corner.width() - theme.px(150) - 5 * self._row.spacing() - 24
        room -= self.switch.sizeHint().width() + self.pill.sizeHint().width()
        # The menu has the keys too; what the pill says stands on the button as well.
        self.keys.setVisible(room >= self.keys.sizeHint().width())
        self.pill.setVisible(room >= 0)

    def _dress(self) -> None:
        theme = self._context.theme
        self.setFixedHeight(theme.px(HEIGHT))
        self._row.setContentsMargins(8, 0, theme.px(12), 0)
        self.search.setFixedHeight(theme.px(32))
        self.pill.setFont(theme.font("medium"))

    def _switch(self) -> None:
        (self.resume_asked if self._state is Sending.PAUSED else self.pause_asked).emit()

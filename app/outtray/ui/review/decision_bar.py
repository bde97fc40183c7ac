"""The bar under the message: the decisions, the digest of what would be approved, and Approve."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.model.draft_lists import DraftList
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import grouped, size
from outtray.ui.review.look import draw_focus, dress, px
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

_FLASH_MILLISECONDS = 2_000


@dataclass(frozen=True, slots=True)
class BarState:
    """What the bar knows of the current draft.

    `refusal` says why Approve is shut, None where it is open; `digest` and `octets` are those of the message
    that was on the screen. `unread` names what has not been on it. `shut`: nothing can be decided at all.
    `override`: the block may be overridden with a reason.
    """

    digest: str | None = None
    octets: int | None = None
    refusal: str | None = "No draft is open."
    blocked: bool = False
    unread: str = ""
    recipients: int = 0
    shut: bool = True
    override: bool = False


class ApproveButton(KeyButton):
    """Takes no key that repeats: a key held down approves one message at most."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Presses, unless the key is only held."""
        if event.isAutoRepeat():
            event.accept()
            return
        super().keyPressEvent(event)


class _DigestButton(QAbstractButton):
    """Quiet words that can be pressed."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._context.theme.font("meta"))
        return QSize(round(metrics.horizontalAdvance(self.text())) + 4, px(self._context, 24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theme
        painter = QPainter(self)
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.color("text" if self.underMouse() else "text2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, self.text())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_focus(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.color("focus"), 4)


class _Words(Label):
    """Words at the right of the room that is left; cut with an ellipsis where that is too narrow."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        words = QFontMetricsF(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, words)


class DecisionBar(QWidget):
    """`command` carries the id of what was asked for."""

    command = Signal(str)

    def __init__(self, context: WindowContext, draft_list: DraftList) -> None:
        """Review decides; Snoozed and Rejected bring back or throw away."""
        super().__init__()
        self._context, self._list = context, draft_list
        self._state = BarState()
        self._narrow = False
        self.setProperty("ground", "surface")
        self.setObjectName("decisionBar")
        self.setAccessibleName("Decision")
        self._first = _Words(context, "", "meta", "text2")
        self._second = _DigestButton(context)
        dress(self._second, "Digest", "digest", "Show the whole digest")
        self._second.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._second.clicked.connect(self._show_digest)
        self._approve = ApproveButton(context.theme, "Approve", context.key_of("approve"), "primary")
        self._override = KeyButton(context.theme, "Override…", context.key_of("override"))
        self._buttons: list[KeyButton | QToolButton] = []
        self._flash = QTimer(self, singleShot=True, interval=_FLASH_MILLISECONDS)
        self._flash.timeout.connect(self._render)
        self._build()
        self.restyle()
        self.show_state(self._state)

    def restyle(self) -> None:
        """Takes heights and icons from the theme again."""
        self.setFixedHeight(px(self._context, 64))
        self._approve.setMinimumWidth(px(self._context, 132))
        for button in (*self._buttons, self._override, self._approve):
            button.setMinimumHeight(px(self._context, 36))
        self._approve.setIcon(self._context.icon("ph.check", "onAccent"))

    @property
    def state(self) -> BarState:
        """What it was told last."""
        return self._state

    @property
    def words(self) -> str:
        """What stands beside Approve."""
        return self._first.text()

    def show_state(self, state: BarState) -> None:
        """Shows what can be done, and why the rest can't."""
        self._state = state
        for button in self._buttons:
            button.setEnabled(not state.shut)
        self._approve.setEnabled(state.refusal is None)
        self._override.setVisible(state.override and not state.shut)
        reason = state.refusal or ""
        self._approve.setToolTip(reason or f"Approve  {self._context.key_of('approve')}")
        self._approve.setAccessibleDescription(reason or self._digest_words(whole=True))
        if not self._flash.isActive():
            self._render()

    def flash(self, words: str) -> None:
        """Says something for two seconds; a narrow bar has no room, there the window says it."""
        if self._narrow:
            self._context.show_message(words, "warn")
            return
        self._flash.start()
        self._say(words, "warn", "")
        self._context.announce(words)

    def shape(self, *, narrow: bool) -> None:
        """A narrow window keeps the digest for the tooltip."""
        self._narrow = narrow
        self._render()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground, and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._context.theme.color("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._context.theme.color("line"))

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(8)
        if self._list is DraftList.REVIEW:
            offers = [
                ("Reject", "reject", "ph.x"),
                ("Snooze", "snooze", "ph.clock-afternoon"),
                ("Edit", "edit", "ph.pencil-simple"),
            ]
        else:
            offers = [("Put back into review", "restore", "ph.tray"), ("Discard", "discard", "ph.trash")]
        for words, command, icon in offers:
            button = KeyButton(self._context.theme, words, self._context.key_of(command))
            tip = f"{words}  {self._context.key_of(command)}"
            dress(button, words, command, tip, self._context.icon(icon, "text"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _on=False, wanted=command: self.command.emit(wanted))
            row.addWidget(button)
            self._buttons.append(button)
        row.addWidget(self._more())
        words_box = QVBoxLayout()
        words_box.setSpacing(0)
        words_box.addStretch(1)
        words_box.addWidget(self._first)
        words_box.addWidget(self._second, 0, Qt.AlignmentFlag.AlignRight)
        words_box.addStretch(1)
        row.addLayout(words_box, 1)
        row.addSpacing(8)
        tip = f"Override the block with a written reason  {self._context.key_of('override')}"
        dress(self._override, "Override", "override", tip)
        self._override.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._override.clicked.connect(lambda: self.command.emit("override"))
        self._override.hide()
        row.addWidget(self._override)
        dress(self._approve, "Approve", "approve")
        self._approve.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._approve.clicked.connect(lambda: self.command.emit("approve"))
        row.addWidget(self._approve)
        self._approve.setVisible(self._list is DraftList.REVIEW)
        self._first.setVisible(self._list is DraftList.REVIEW)
        self._second.setVisible(self._list is DraftList.REVIEW)

    def _more(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "quiet")
        dress(button, "More", "more", "More", self._context.icon("ph.dots-three", "text2"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        if self._list is DraftList.REVIEW:
            discard = menu.addAction(f"Discard\t{self._context.key_of('discard')}")
            discard.triggered.connect(lambda: self.command.emit("discard"))
        menu.addAction("Copy text").triggered.connect(lambda: self.command.emit("copyText"))
        button.setMenu(menu)
        self._buttons.append(button)
        return button

    def _render(self) -> None:
        state = self._state
        if self._list is not DraftList.REVIEW:
            return
        if state.digest is None or state.refusal is not None:
            self._say(state.refusal or "", "block" if state.blocked else "text2", "")
            return
        first = f"{state.recipients} recipients" if state.recipients > 6 else "You approve exactly this"
        if state.unread:
            self._say(state.unread, "warn", self._digest_words())
        else:
            self._say(first, "text2", self._digest_words())

    def _say(self, first: str, tone: str, second: str) -> None:
        self._first.setText(first)
        self._first.recolour(tone)
        shown = bool(second) and not self._narrow
        self._second.setVisible(shown)
        self._second.setText(second)
        self._first.setToolTip(f"{first}\n{self._digest_words(whole=True)}".strip())
        self._first.setVisible(bool(first) and (not self._narrow or tone != "text2"))

    def _digest_words(self, *, whole: bool = False) -> str:
        state = self._state
        if state.digest is None or state.octets is None:
            return ""
        return f"{size(state.octets)} · sha256 {grouped(state.digest, 0 if whole else 2)}"

    def _show_digest(self) -> None:
        if self._state.digest is not None:
            QApplication.clipboard().setText(self._state.digest)
            self._context.show_message(f"{self._digest_words(whole=True)} (copied)", "info")

"""The left column: the mailboxes, at its foot each account with what it has sent today, and Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from outtray.ui.mailboxes import RAIL, Mailboxes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QPaintEvent

    from outtray.model.accounts import Account
    from outtray.ui.context import WindowContext

WIDTH = 208


class AccountFoot(QWidget):
    """One account: its name, its address, "12 of 20 today" over a bar of 4 px."""

    def __init__(self, context: WindowContext) -> None:
        """Says nothing before `show_account`."""
        super().__init__()
        self._context = context
        self._name = self._address = self._state = ""
        self._used, self._limit = 0, 0
        self._wants_attention = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_account(self, account: Account, operator: str, used: int, limit: int) -> None:
        """`used` messages of `limit` have left today."""
        self._name = operator or account.display_name
        self._address = account.address
        self._used, self._limit = used, limit
        self._wants_attention = account.state != "ok"
        self._state = "Sign in again" if self._wants_attention else f"{used} of {limit} today"
        self.setAccessibleName(f"{account.address}, {self._state}")
        self.setToolTip(f"{account.address}\n{self._state}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Three lines and the bar."""
        lines = sum(self._context.theme.line_height(style) for style in ("medium", "meta", "meta"))
        return QSize(100, round(lines) + 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Painted by hand: three lines and a bar need no widgets."""
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(10, 4, -10, -4)
        top = area.top()
        for style, token, text in (("medium", "text", self._name), ("meta", "text2", self._address)):
            height = round(theme.line_height(style))
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(token))
            shown = QFontMetrics(theme.font(style)).elidedText(
                text, Qt.TextElideMode.ElideMiddle, area.width()
            )
            painter.drawText(
                QRect(area.left(), top, area.width(), height), Qt.AlignmentFlag.AlignVCenter, shown
            )
            top += height
        bar = QRectF(area.left(), top + 6, area.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(bar, 2, 2)
        if self._used and self._limit:
            full = self._used >= self._limit
            painter.setBrush(theme.color("warn" if full else "accent"))
            bar.setWidth(max(4.0, bar.width() * min(1.0, self._used / self._limit)))
            painter.drawRoundedRect(bar, 2, 2)
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.color("block" if self._wants_attention else "text2"))
        state = QRect(area.left(), top + 14, area.width(), round(theme.line_height("meta")))
        painter.drawText(state, Qt.AlignmentFlag.AlignVCenter, self._state)
        painter.end()


class NavButton(QAbstractButton):
    """Settings, looking like a room of the list above."""

    def __init__(self, context: WindowContext, icon: str, text: str, key: str) -> None:
        """`key` stands in the tooltip."""
        super().__init__()
        self._context, self._icon = context, icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({key})")
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as a room."""
        return QSize(40, self._context.theme.px(30))

    def nextCheckState(self) -> None:
        """Which screen is shown checks it, not the click."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As the list's rows are painted."""
        theme = self._context.theme
        here = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
        if here:
            painter.setBrush(theme.color("selected"))
        elif self.underMouse():
            painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        side = theme.px(18)
        icon = self._context.pixmap(self._icon, "accentText" if here else "text2", side)
        rail = self.width() <= theme.px(RAIL)
        left = (self.width() - side) // 2 if rail else 10
        painter.drawPixmap(left, (self.height() - side) // 2, icon)
        if not rail:
            painter.setFont(theme.font("medium"))
            painter.setPen(theme.color("text" if here else "text2"))
            painter.drawText(
                self.rect().adjusted(20 + side, 0, -10, 0), Qt.AlignmentFlag.AlignVCenter, self.text()
            )
        painter.end()


class Sidebar(QWidget):
    """`chosen` names the screen that was asked for."""

    chosen = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        """Builds the column; counts and accounts come later."""
        super().__init__()
        self._context = context
        self._feet: list[AccountFoot] = []
        self._rail = False
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.mailboxes = Mailboxes(context)
        self.settings = NavButton(context, "ph.gear-six", "Settings", context.key_of("settings"))
        self.settings.setObjectName("settings")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 10, 8, 10)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.mailboxes, 1)
        self._feet_at = self._layout.count()
        self._layout.addWidget(self.settings)
        self.mailboxes.chosen.connect(self.chosen)
        self.settings.clicked.connect(lambda: self.chosen.emit("settings"))
        self.set_rail(rail=False)

    def show_current(self, screen: str) -> None:
        """Marks the screen that is shown."""
        self.mailboxes.show_current(screen)
        self.settings.setChecked(screen == "settings")

    def set_rail(self, *, rail: bool) -> None:
        """Icons alone, or icons with words."""
        self._rail = rail
        self.setFixedWidth(self._context.theme.px(RAIL if rail else WIDTH))
        for foot in self._feet:
            foot.setVisible(not rail)
        self.mailboxes.scheduleDelayedItemsLayout()

    def foot_height(self) -> int:
        """What the accounts and Settings take at the foot."""
        first = self._feet[0] if self._feet and not self._rail else self.settings
        return self.height() - first.y()

    def show_accounts(
        self, accounts: Sequence[Account], operator: str, used: Mapping[str, int], limit: int
    ) -> None:
        """One foot an account; `used` is what each has sent today."""
        while len(self._feet) > len(accounts):
            foot = self._feet.pop()
            self._layout.removeWidget(foot)
            foot.deleteLater()
        while len(self._feet) < len(accounts):
            foot = AccountFoot(self._context)
            self._layout.insertWidget(self._feet_at + len(self._feet), foot)
            foot.setVisible(not self._rail)
            self._feet.append(foot)
        for foot, account in zip(self._feet, accounts, strict=True):
            foot.show_account(account, operator, used.get(account.address, 0), limit)

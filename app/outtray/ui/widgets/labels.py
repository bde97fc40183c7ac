"""Words in a style and a colour of the theme, keycaps, and thin lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from outtray.ui.context import WindowContext


class Label(QLabel):
    """Plain text in a text style and a token's colour; follows the theme."""

    def __init__(
        self,
        context: WindowContext,
        text: str = "",
        style: str = "ui",
        token: str = "text",  # noqa: S107 - of the theme
        *,
        wrap: bool = False,
    ) -> None:
        """`style` and `token` are names of the theme."""
        super().__init__(text)
        self._context, self._style, self._token = context, style, token
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._dress()
        context.restyled.connect(self._dress)

    def recolour(self, token: str) -> None:
        """Takes another colour."""
        if token != self._token:
            self._token = token
            self._dress()

    def _dress(self) -> None:
        self.setFont(self._context.theme.font(self._style))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._context.theme.color(self._token))
        self.setPalette(palette)


class Keycap(QLabel):
    """A key as people read it, drawn like one."""

    def __init__(self, context: WindowContext, text: str) -> None:
        """`text` is one cap."""
        super().__init__(text)
        self._context = context
        self.setProperty("role", "keycap")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dress()
        context.restyled.connect(self._dress)

    def _dress(self) -> None:
        self.setFont(self._context.theme.font("micro"))


class Rule(QFrame):
    """A hairline."""

    def __init__(self, direction: str = "horizontal") -> None:
        """`horizontal` or `vertical`."""
        super().__init__()
        self.setProperty("rule", direction)
        self.setFrameShape(QFrame.Shape.NoFrame)


def retint(widget: QWidget, name: str, value: str) -> None:
    """Sets a dynamic property that the style sheet looks at, and has the widget dressed again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()

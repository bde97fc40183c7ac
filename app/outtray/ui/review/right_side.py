"""The part right of the list: message or editor, the panel beside or over it, the bar below, the sheets."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from outtray.model.draft_lists import DraftList
from outtray.ui.context import WindowContext
from outtray.ui.review.changes_pane import ChangesPane
from outtray.ui.review.decision_bar import DecisionBar
from outtray.ui.review.edit_bar import EditBar
from outtray.ui.review.editor import Editor
from outtray.ui.review.look import px
from outtray.ui.review.message_pane import MessagePane
from outtray.ui.review.override_sheet import OverrideSheet
from outtray.ui.review.reading import Reading
from outtray.ui.review.reject_sheet import RejectSheet
from outtray.ui.review.shape import Shape
from outtray.ui.review.sheet import Sheet
from outtray.ui.review.snooze_sheet import SnoozeSheet
from outtray.ui.review.thin_splitter import ThinSplitter
from outtray.ui.review.why_panel import WhyPanel

_WHY_WIDTH, _CHANGES_WIDTH = 288, 384
_WHY = "review.why"


class RightSide(QWidget):
    """Lays the parts out for a shape; what they do is the screen's business."""

    def __init__(self, context: WindowContext, draft_list: DraftList, reading: Reading) -> None:
        super().__init__()
        self._context = context
        self._shape = Shape()
        self._panel_shown = self._shaped = False
        self.pane = MessagePane(context, reading)
        self.editor = Editor(context)
        self.why = WhyPanel(context)
        self.changes = ChangesPane(context)
        self.bar = DecisionBar(context, draft_list)
        self.edit_bar = EditBar(context)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.pane)
        self._middle.addWidget(self.editor)
        self._panel = QStackedWidget()
        self._panel.addWidget(self.why)
        self._panel.addWidget(self.changes)
        self._panel.setMinimumWidth(px(context, 240))
        self._splitter = ThinSplitter(context)
        self._splitter.restore_asked.connect(self._reshape)
        self._splitter.addWidget(self._middle)
        self._splitter.addWidget(self._panel)
        self._splitter.setStretchFactor(0, 1)
        self._bars = QStackedWidget()
        self._bars.addWidget(self.bar)
        self._bars.addWidget(self.edit_bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self._bars)
        self.reject = RejectSheet(context, self)
        self.snooze = SnoozeSheet(context, self)
        self.override = OverrideSheet(context, self)
        self._sheets: tuple[Sheet, ...] = (self.reject, self.snooze, self.override)
        self._splitter.installEventFilter(self)
        self._panel.hide()
        self.restyle()

    @property
    def editing(self) -> bool:
        """Whether the editor stands in the message's place."""
        return self._middle.currentWidget() is self.editor

    @property
    def panel_shown(self) -> bool:
        """Whether the panel is on the screen."""
        return self._panel_shown

    @property
    def showing_changes(self) -> bool:
        """Whether it is the one with what changed."""
        return self._panel_shown and self._panel.currentWidget() is self.changes

    @property
    def covered(self) -> bool:
        """Whether the panel lies over a part of the message."""
        return self._shape.drawer and self._panel_shown

    @property
    def sheet(self) -> Sheet | None:
        """The sheet that is open."""
        return next((sheet for sheet in self._sheets if not sheet.isHidden()), None)

    def edit(self, *, editing: bool) -> None:
        """Puts the editor in the message's place, or back."""
        self._middle.setCurrentWidget(self.editor if editing else self.pane)
        self._bars.setCurrentWidget(self.edit_bar if editing else self.bar)
        self._reshape()

    def show_panel(self, panel: QWidget | None) -> None:
        """Shows the panel with this inside, or hides it."""
        self._panel_shown = panel is not None
        if panel is not None:
            self._panel.setCurrentWidget(panel)
        self._reshape()

    def toggle_why(self) -> None:
        """Opens or shuts the panel; as a column it stays as it was left."""
        shown = self._panel_shown and not self.showing_changes
        if not self._shape.drawer:
            self._context.remember(_WHY, not shown)
        self.show_panel(None if shown else self.why)

    def toggle_changes(self) -> None:
        """Shows what changed, or what stood there before."""
        if self.showing_changes:
            self.show_panel(self.why if self._why_wished() and not self.editing else None)
        else:
            self.show_panel(self.changes)

    def set_shape(self, shape: Shape) -> None:
        """Follows the window's size: a column that becomes a drawer shuts, and comes back as a column."""
        if shape == self._shape and self._shaped:
            return
        before, self._shape = self._shape, shape
        if not self._shaped or (shape.drawer != before.drawer and not self.editing):
            self._shaped = True
            self.show_panel(self.why if self._why_wished() else None)
        else:
            self._reshape()

    def _why_wished(self) -> bool:
        return not self._shape.drawer and bool(self._context.recall(_WHY, True))

    def restyle(self) -> None:
        """Takes lengths and icons from the theme again."""
        for part in (self.pane, self.editor, self.why, self.bar, self.edit_bar):
            part.restyle()
        self._bars.setFixedHeight(px(self._context, 64))
        self._reshape()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drawer and sheets keep their places when the room changes."""
        if watched is self._splitter and event.type() == QEvent.Type.Resize:
            self._place_floating()
        return super().eventFilter(watched, event)

    def _reshape(self) -> None:
        drawer = self._shape.drawer
        if drawer and self._splitter.indexOf(self._panel) >= 0:
            self._panel.setParent(self._splitter.parentWidget())
            self._panel.setProperty("ground", "panel")
        elif not drawer and self._splitter.indexOf(self._panel) < 0:
            self._splitter.addWidget(self._panel)
        self._panel.setVisible(self._panel_shown)
        width = _CHANGES_WIDTH if self._panel.currentWidget() is self.changes else _WHY_WIDTH
        width = px(self._context, width)
        if not drawer and self._panel_shown:
            room = max(self._splitter.width(), 2 * width)
            self._splitter.setSizes([room - width - 1, width])
        self.pane.fold(folded=self._shape.low, why_button=drawer)
        self.bar.shape(narrow=self._shape.narrow)
        self.edit_bar.shape(narrow=self._shape.narrow)
        self._place_floating()

    def _place_floating(self) -> None:
        area = self._splitter.geometry()
        if self._shape.drawer and self._panel_shown:
            wanted = _CHANGES_WIDTH if self._panel.currentWidget() is self.changes else 320
            width = min(px(self._context, wanted), area.width())
            self._panel.setGeometry(area.right() - width + 1, area.top(), width, area.height())
            self._panel.raise_()
        for sheet in self._sheets:
            sheet.place(area)

"""The sheets that lie over list and message: several messages to approve, one fix in all drafts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from outtray.model.changes import Changes
from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.review.bulk_sheet import BulkSheet
from outtray.ui.review.fix_all_sheet import FixAllSheet


class OverSheets(QObject):
    """One is shown at a time, or what lies below. What is done says whether it was a sheet's to do."""

    closed = Signal()

    def __init__(self, context: WindowContext, below: QWidget, into: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self.bulk = BulkSheet(context)
        self.fixing = FixAllSheet(context)
        self._below = below
        self._pages = QStackedLayout()
        # Into its place first: a page without a parent would be shown as a window of its own.
        into.addLayout(self._pages)
        for page in (below, self.bulk, self.fixing):
            self._pages.addWidget(page)
        self.bulk.closed.connect(self.close)
        self.fixing.closed.connect(self.close)

    @property
    def shown(self) -> BulkSheet | FixAllSheet | None:
        """The sheet on the screen."""
        page = self._pages.currentWidget()
        return page if isinstance(page, BulkSheet | FixAllSheet) else None

    def open_bulk(self, numbers: Sequence[int]) -> None:
        """Shows messages in full, to be approved together."""
        self.bulk.open_drafts(numbers)
        self._pages.setCurrentWidget(self.bulk)
        self.bulk.messages.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_fixing(self, finding: Finding | None) -> None:
        """Shows what can be mended in all drafts, what this finding offers first."""
        self._pages.setCurrentWidget(self.fixing)
        self.fixing.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fixing.open_for(finding)

    def close(self) -> None:
        """Shows what lies below again."""
        shown = self.shown
        self._pages.setCurrentWidget(self._below)
        if shown is not None:
            shown.clear()
        self.closed.emit()

    def regions(self) -> list[QWidget]:
        """What the keyboard goes round; empty where no sheet is shown."""
        shown = self.shown
        if isinstance(shown, BulkSheet):
            return [shown.messages]
        return [] if shown is None else shown.regions

    def take_changes(self, changes: Changes) -> None:
        """Hands changes on."""
        if self.shown is not None:
            self.shown.take_changes(changes)

    def step(self, by: int) -> bool:
        """Next and previous."""
        if self.shown is not None:
            self.shown.step(by)
        return self.shown is not None

    def back(self) -> bool:
        """Closes the sheet that is shown."""
        if self.shown is None:
            return False
        self.close()
        return True

    def read_on(self) -> bool:
        """Space: reads on, or ticks."""
        shown = self.shown
        if isinstance(shown, BulkSheet):
            shown.read_on()
        elif shown is not None:
            shown.toggle()
        return shown is not None

    def select(self) -> bool:
        """Leaves one out."""
        shown = self.shown
        if isinstance(shown, BulkSheet):
            shown.leave_out()
        elif shown is not None:
            shown.toggle()
        return shown is not None

    def select_all(self) -> bool:
        """Ticks all, or none."""
        if isinstance(self.shown, FixAllSheet):
            self.shown.toggle_all()
        return self.shown is not None

    def open_current(self) -> bool:
        """Goes to the draft of the current row."""
        if isinstance(self.shown, FixAllSheet):
            self.shown.open_current()
        return self.shown is not None

    def approve(self) -> bool:
        """Approves what is on the sheet."""
        if isinstance(self.shown, BulkSheet):
            self.shown.approve()
        return self.shown is not None

    def edit(self) -> bool:
        """Opens the current message in the editor."""
        if isinstance(self.shown, BulkSheet):
            self.shown.edit_current()
        return self.shown is not None

"""What floats at the foot of the window: a message for a few seconds, and the jobs that are running."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.background import Background, Job
from outtray.ui.context import WindowContext
from outtray.ui.widgets.labels import Label

_SECONDS = {"info": 6, "ok": 6, "warn": 9, "block": 0}  # 0: until it is closed
_ICONS = {
    "info": "ph.info-fill",
    "ok": "ph.check-circle-fill",
    "warn": "ph.warning-fill",
    "block": "ph.warning-octagon-fill",
}
_REDRAW_MILLISECONDS = 250


class MessageStrip(QFrame):
    """One sentence, with an icon that says of what kind it is."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Hidden until `say`."""
        super().__init__(parent)
        self._context = context
        self.setObjectName("message")
        self.setProperty("floating", True)
        self._icon = QLabel()
        self._text = Label(context, "", "ui", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = QToolButton()
        self._close.setProperty("role", "quiet")
        self._close.setProperty("compact", True)
        self._close.setAccessibleName("Close")
        self._close.setToolTip("Close this message")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, tone: str) -> None:
        """Shows the sentence for a while; a `block` one stays until it is closed."""
        side = self._context.theme.px(16)
        self._icon.setPixmap(self._context.pixmap(_ICONS[tone], tone, side))
        self._close.setIcon(self._context.icon("ph.x", "text3"))
        self._text.setText(text)
        self.setAccessibleName(text)
        self._timer.stop()
        if _SECONDS[tone]:
            self._timer.start(_SECONDS[tone] * 1000)
        self.show()
        self.raise_()

    @property
    def text(self) -> str:
        """What it says now; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def place(self, area: QRect) -> None:
        """At the foot of `area`, in its middle."""
        width = min(area.width() - 32, self._context.theme.px(560))
        wanted = min(width, max(self.sizeHint().width(), self._context.theme.px(280)))
        layout = self.layout()
        assert layout is not None
        height = max(layout.heightForWidth(wanted), self.minimumSizeHint().height())
        left = area.left() + (area.width() - wanted) // 2
        self.setGeometry(left, area.bottom() - height - 12, wanted, height)


class JobStrip(QFrame):
    """A card for the oldest running job: its title, how far it is, Cancel; "and 1 more" beside it."""

    def __init__(self, context: WindowContext, background: Background, parent: QWidget) -> None:
        """Follows the background's jobs."""
        super().__init__(parent)
        self._context, self._background = context, background
        self.setObjectName("job")
        self.setProperty("floating", True)
        self._title = Label(context, "", "medium", wrap=True)
        self._words = Label(context, "", "meta", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._cancel = QPushButton("Cancel")
        self._cancel.setProperty("compact", True)
        self._cancel.setAutoDefault(False)
        self._cancel.setAccessibleName("Cancel")
        self._cancel.clicked.connect(self._end)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._bar)
        foot = QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(foot)
        self._timer = QTimer(self, interval=_REDRAW_MILLISECONDS)
        self._timer.timeout.connect(self._redraw)
        background.jobs_changed.connect(self._follow)
        self.hide()

    def place(self, area: QRect) -> None:
        """At the foot of `area`, as wide as it."""
        layout = self.layout()
        assert layout is not None
        height = max(layout.heightForWidth(area.width()), layout.sizeHint().height())
        self.setGeometry(area.left(), area.bottom() - height, area.width(), height)

    def sizeHint(self) -> QSize:
        """Three lines."""
        return QSize(192, super().sizeHint().height())

    def _follow(self) -> None:
        if self._background.jobs:
            self._redraw()
            self._timer.start()
            self.show()
            self.raise_()
        else:
            self._timer.stop()
            self.hide()

    def _redraw(self) -> None:
        jobs = self._background.jobs
        if not jobs:
            return
        job = jobs[0]
        more = f" and {len(jobs) - 1} more" if len(jobs) > 1 else ""
        self._title.setText(job.title + more)
        self.setAccessibleName(job.title + more)
        self._bar.setRange(0, job.total)
        self._bar.setValue(min(job.done, job.total))
        self._words.setText(job.words or _far(job))
        self._cancel.setEnabled(not job.cancelled())
        self._cancel.setToolTip("It is ending already." if job.cancelled() else "")

    def _end(self) -> None:
        jobs = self._background.jobs
        if jobs:
            jobs[0].cancel()
            self._redraw()


def _far(job: Job) -> str:
    if job.total:
        return f"{job.done:,} of {job.total:,}"
    return f"{job.done:,}" if job.done else ""

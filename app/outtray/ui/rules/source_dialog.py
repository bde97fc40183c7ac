"""The report per source: how its drafts fared, and what was changed, found and refused most often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from outtray.model.errors import OuttrayError
from outtray.ui.deliveries.parts import Words
from outtray.ui.review.look import px
from outtray.ui.rules.words import percent
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.review.source_report import Often, SourceReport
    from outtray.ui.context import JobProgress, WindowContext

_FIELDS = {
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "reply_to": "Replies to",
    "subject": "Subject",
    "body_text": "Text",
    "body_html": "HTML part",
    "attachments": "Files",
}


class SourceDialog(QDialog):
    """Counts as it opens; another number of days counts anew."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Asks for the last 90 days."""
        super().__init__(parent)
        self._context = context
        self._reports: Sequence[SourceReport] = ()
        self.setWindowTitle("Report per source")
        self.setAccessibleName("Report per source")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(px(context, 820), px(context, 620))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(self._head())
        self._state = Label(context, "", "ui", "text2", wrap=True)
        column.addWidget(self._state)
        column.addWidget(self._area(), 1)
        column.addLayout(self._foot())
        self._ask()

    def _head(self) -> QHBoxLayout:
        context = self._context
        self._days = QSpinBox()
        self._days.setRange(1, 365)
        self._days.setValue(90)
        self._days.lineEdit().setTextMargins(6, 0, 0, 0)
        self._days.setKeyboardTracking(False)
        self._days.setFixedWidth(px(context, 64))
        self._days.setAccessibleName("Days")
        self._days.setObjectName("days")
        self._days.valueChanged.connect(self._ask)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(context, "Report per source", "title"))
        head.addStretch(1)
        head.addWidget(Label(context, "the last", "ui", "text2"))
        head.addWidget(self._days)
        head.addWidget(Label(context, "days", "ui", "text2"))
        return head

    def _area(self) -> QScrollArea:
        self._column = QVBoxLayout()
        self._column.setSpacing(14)
        inside = QWidget()
        inside.setLayout(self._column)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName("Sources")
        area.viewport().setAutoFillBackground(False)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        return area

    def _foot(self) -> QHBoxLayout:
        self._copy = QPushButton("Copy as text")
        self._copy.setObjectName("copyReport")
        self._copy.setAccessibleName("Copy as text")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._copy_text)
        close = QPushButton("Close")
        close.setAccessibleName("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._copy)
        foot.addStretch(1)
        foot.addWidget(close)
        return foot

    def _ask(self) -> None:
        days = self._days.value()
        self._state.setText("Counting …")
        self._copy.setEnabled(False)

        def work(desk: Desk, progress: JobProgress) -> list[SourceReport]:
            from outtray.review.source_report import source_reports

            return source_reports(
                desk,
                days,
                progress=lambda done, total: progress.report(done, total, f"{done:,} of {total:,}"),
                cancelled=progress.cancelled,
            )

        self._context.job("Report per source", work, self._show, self._failed)

    def _show(self, reports: Sequence[SourceReport]) -> None:
        self._reports = reports
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        drafts = sum(report.drafts for report in reports)
        sources = f"{len(reports)} {'source' if len(reports) == 1 else 'sources'}"
        self._state.setText(f"{drafts:,} drafts of {sources}." if reports else "No draft came in these days.")
        for report in reports:
            self._column.addWidget(self._source(report))
        self._column.addStretch(1)
        self._copy.setEnabled(bool(reports))

    def _failed(self, error: OuttrayError) -> None:
        self._state.setText(error.sentence)

    def _source(self, report: SourceReport) -> QWidget:
        part = QWidget()
        part.setAccessibleName(f"{report.source}, {outcome(report)}")
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.addWidget(Label(self._context, report.source, "strong"), 0, 0, 1, 3)
        grid.addWidget(Label(self._context, outcome(report), "ui", "text2", wrap=True), 1, 0, 1, 3)
        for place, (title, found) in enumerate(columns(report)):
            grid.setColumnStretch(place, 1)
            grid.addWidget(Label(self._context, title, "meta", "text3"), 2, place)
            lines = [f"{one.count:,} × {one.what}" for one in found] or ["none"]
            text = Words(self._context, "\n".join(lines), "ui", "text" if found else "text3")
            grid.addWidget(text, 3, place, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Rule(), 4, 0, 1, 3)
        return part

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(as_text(report) for report in self._reports))
        self._state.setText("Copied.")


def outcome(report: SourceReport) -> str:
    """How the drafts of a source fared."""
    decided = report.unchanged + report.edited + report.refused
    words = (
        f"{report.drafts:,} drafts · {report.unchanged:,} approved as they were · {report.edited:,} edited"
        f" first · {report.refused:,} rejected · {report.waiting:,} not decided"
    )
    return f"{words} · {percent(report.unchanged, decided)} needed nothing" if decided else words


def columns(report: SourceReport) -> tuple[tuple[str, Sequence[Often]], ...]:
    """The columns: what was changed, found, and given as a reason."""
    from outtray.review.source_report import Often

    fields = [Often(f"{_FIELDS.get(one.what, one.what)} changed", one.count) for one in report.fields]
    return (
        ("You changed most often", [*fields[:3], *report.edits]),
        ("The checks found most often", [Often(_code(one.what), one.count) for one in report.findings]),
        ("Why you rejected", report.reasons),
    )


def as_text(report: SourceReport) -> str:
    """The report for a message to whoever keeps the source."""
    lines = [report.source, outcome(report)]
    for title, found in columns(report):
        lines.append(f"{title}:")
        lines += [f"  {one.count:,} × {one.what}" for one in found] or ["  none"]
    return "\n".join(lines)


def _code(code: str) -> str:
    return code.replace("_", " ").capitalize()

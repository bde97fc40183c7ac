"""Importing files: the mapping, the work with progress and a stop, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.importing import drop
from outtray.ui.importing.mapping_page import MappingPage
from outtray.ui.importing.result_page import ResultPage
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.intake.outcomes import Outcome, Progress
    from outtray.model.errors import OuttrayError
    from outtray.ui.context import JobProgress, WindowContext

_MAPPING, _RUNNING, _RESULT = range(3)
_FILES = "Drafts (*.json *.jsonl *.ndjson *.csv *.tsv *.eml *.mbox *.mbx);;All files (*)"
_STEPS = 1000
_DRAWN_EVERY = 250


class ImportDialog(QDialog):
    """Imports files; `imported` comes with each outcome. Without files it asks for them first."""

    imported = Signal(object)
    _told = Signal(object)

    def __init__(self, context: WindowContext, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        """`paths` may be empty: the dialog then opens with the choice of files."""
        super().__init__(parent)
        self._context = context
        self._stop = threading.Event()
        self._outcome: Outcome | None = None
        self._asked_for_files = bool(paths)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("importDialog")
        self.setWindowTitle("Import drafts")
        self.setAccessibleName("Import drafts")
        self.setAcceptDrops(True)
        self.stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.mapping = MappingPage(context)
        self.outcome_page = ResultPage(context)
        self.stack.addWidget(self._mapping_page())
        self.stack.addWidget(self._running_page())
        self.stack.addWidget(self.outcome_page)
        self.mapping.ready_changed.connect(self._judge)
        self.mapping.more_files_wanted.connect(self.choose_files)
        self.outcome_page.again.connect(self._try_again)
        self.outcome_page.export_wanted.connect(self._export)
        self.outcome_page.mapping_wanted.connect(self._back_to_mapping)
        self.outcome_page.closed.connect(self.accept)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._progress: Progress | None = None
        self._drawing = QTimer(self, singleShot=True, interval=_DRAWN_EVERY)
        self._drawing.timeout.connect(self._draw)
        self._judge(ready=False)
        self.resize(self.sizeHint())
        self.mapping.add(paths)

    def sizeHint(self) -> QSize:
        """Room for the table and seven fields, and no more than the window has."""
        size = QSize(self._context.theme.px(940), self._context.theme.px(720))
        parent = self.parentWidget()
        return size if parent is None else size.boundedTo(parent.window().size() - QSize(40, 40))

    def showEvent(self, event: QShowEvent) -> None:
        """Asks for files where there are none yet."""
        super().showEvent(event)
        if not self._asked_for_files:
            self._asked_for_files = True
            self.choose_files()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped on the dialog too."""
        if self.stack.currentIndex() == _MAPPING and drop.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Takes the files to the others."""
        event.acceptProposedAction()
        self.mapping.add(drop.paths_of(event.mimeData()))

    def choose_files(self) -> None:
        """Asks for files in the system's way; without any the dialog closes."""
        chooser = QFileDialog(self, "Import drafts", "", _FILES)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.filesSelected.connect(lambda names: self.mapping.add([Path(name) for name in names]))
        chooser.rejected.connect(self._chose_nothing)
        chooser.open()

    def start(self) -> None:
        """Imports all files that were chosen, as a job of the window."""
        plans = [(choice.path, self.mapping.options(choice)) for choice in self.mapping.choices]

        def work(desk: Desk, job: JobProgress) -> Outcome:
            from outtray.intake.import_files import import_paths
            from outtray.intake.outcomes import Outcome

            whole = Outcome()

            def report(progress: Progress) -> None:
                job.report(progress.bytes_read, progress.bytes_total, _counts(progress))
                self._told.emit(progress)

            for path, options in plans:
                whole.add(import_paths(desk, [path], options, report, self._stopping(job)))
                if whole.cancelled:
                    break
            return whole

        self._run("Importing", work)

    def reject(self) -> None:
        """Escape: leaves the mapping or the result; a running import goes on out of sight."""
        if self.stack.currentIndex() == _RUNNING:
            self.hide()
            return
        super().reject()

    # Pages.

    def _mapping_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.mapping, 1)
        row = QHBoxLayout()
        row.setContentsMargins(24, 12, 24, 20)
        row.setSpacing(8)
        row.addStretch(1)
        self.cancel_button = _button("Cancel", "cancelImport")
        self.cancel_button.clicked.connect(self.reject)
        self.import_button = _button("Import", "startImport", "primary")
        self.import_button.setDefault(True)
        self.import_button.clicked.connect(self.start)
        row.addWidget(self.cancel_button)
        row.addWidget(self.import_button)
        layout.addLayout(row)
        return page

    def _running_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addStretch(1)
        self._title = Label(self._context, "Importing…", "title")
        layout.addWidget(self._title)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        layout.addWidget(self.bar)
        self.counts = Label(self._context, "", "ui", "text2")
        layout.addWidget(self.counts)
        layout.addStretch(2)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.hide_button = _button("Go on in the background", "hideImport")
        self.hide_button.clicked.connect(self.reject)
        self.stop_button = _button("Stop", "stopImport")
        self.stop_button.clicked.connect(self._ask_to_stop)
        row.addWidget(self.hide_button)
        row.addWidget(self.stop_button)
        layout.addLayout(row)
        return page

    # What happens.

    def _run(self, title: str, work: Callable[[Desk, JobProgress], Outcome]) -> None:
        self._stop.clear()
        self._progress = None
        self.stop_button.setEnabled(True)
        self.bar.setValue(0)
        self.counts.setText("")
        self._title.setText(f"{title}…")
        self.stack.setCurrentIndex(_RUNNING)
        self.stop_button.setFocus()
        self._context.job(title, work, self._done, self._failed)

    def _stopping(self, job: JobProgress) -> Callable[[], bool]:
        return lambda: self._stop.is_set() or job.cancelled()

    def _ask_to_stop(self) -> None:
        self._stop.set()
        self.stop_button.setEnabled(False)
        self.counts.setText("Stopping after this batch…")

    def _tell(self, progress: Progress) -> None:
        """Keeps the newest figures; they are drawn four times a second at most."""
        self._progress = progress
        if not self._drawing.isActive():
            self._draw()
            self._drawing.start()

    def _draw(self) -> None:
        progress = self._progress
        if progress is None:
            return
        if progress.bytes_total:
            self.bar.setValue(round(_STEPS * progress.bytes_read / progress.bytes_total))
        if not self._stop.is_set():
            self.counts.setText(_counts(progress))

    def _done(self, outcome: Outcome) -> None:
        before, self._outcome = self._outcome, outcome
        whole = not outcome.cancelled and all(refusal.place != refusal.file for refusal in outcome.errors)
        if before is not None and whole:
            self._forget(sorted(set(before.kept) - set(outcome.kept)))
        self.outcome_page.show_outcome(outcome)
        self.stack.setCurrentIndex(_RESULT)
        self.imported.emit(outcome)
        if self.isVisible():
            return
        self._context.show_message(outcome.sentence, "warn" if outcome.refused else "ok")
        if outcome.refused:
            self.open()
        else:
            self.accept()

    def _failed(self, error: OuttrayError) -> None:
        self.stack.setCurrentIndex(_MAPPING)
        self.mapping.notice.say(error.sentence)
        if not self.isVisible():
            self.open()

    def _try_again(self) -> None:
        outcome = self._outcome
        if outcome is None or not outcome.kept:
            return
        numbers = list(outcome.kept)

        def work(desk: Desk, _job: JobProgress) -> Outcome:
            from outtray.intake.retry import retry_refused

            return retry_refused(desk, numbers)

        self._outcome = None
        self._run("Trying again", work)

    def _forget(self, numbers: list[int]) -> None:
        """What was refused before and is not now came in, or is refused for good in another form."""

        def work(desk: Desk) -> None:
            from outtray.intake.retry import forget_refused

            forget_refused(desk, numbers)

        if numbers:
            self._context.run(work)

    def _export(self) -> None:
        chooser = QFileDialog(self, "Export refused", "refused")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda name: self.export_to(Path(name)))
        chooser.open()

    def export_to(self, path: Path) -> None:
        """Writes the refused items to a file; where they are of several formats, to one each."""
        numbers = list(self._outcome.kept) if self._outcome is not None else []

        def work(desk: Desk) -> list[Path]:
            from outtray.intake.retry import export_refused

            return export_refused(desk, numbers, path)

        def said(written: list[Path]) -> None:
            names = ", ".join(one.name for one in written)
            self._context.show_message(f"What was refused is in {names}.", "ok")

        self._context.run(work, said)

    def _back_to_mapping(self) -> None:
        self.stack.setCurrentIndex(_MAPPING)
        self.mapping.look()
        self.mapping.file.setFocus()

    def _judge(self, ready: bool) -> None:
        self.import_button.setEnabled(ready)
        why = "" if ready else "First say where the fields lie."
        self.import_button.setToolTip(why)
        self.import_button.setAccessibleDescription(why)

    def _chose_nothing(self) -> None:
        if not self.mapping.choices:
            self.reject()


def _counts(progress: Progress) -> str:
    return f"{progress.added:,} added · {progress.known:,} already known · {progress.refused:,} refused"


def _button(words: str, name: str, role: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setProperty("role", role)
    button.setAutoDefault(False)
    return button

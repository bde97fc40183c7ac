"""Files of a message, opened only after a question and never by a name that a machine chose."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from outtray.model.draft import AttachmentInfo
from outtray.model.errors import OuttrayError
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import grouped, size
from outtray.ui.review.look import dress
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.desk import Desk

# Kinds that a program shows without running anything that is in them.
_SAFE_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
_RUNS = re.compile(
    r"\.(exe|com|scr|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|msi|msp|reg|lnk|url|cpl|jar|app|dmg|pkg|deb|rpm|"
    r"appimage|run|sh|bash|zsh|py|pyw|pl|rb|php|desktop|command|docm|xlsm|pptm|iso|img|svg|html?|xhtml|chm)$",
    re.IGNORECASE,
)
_STARTS_PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_UNSAFE = re.compile(r"[^\w .()+,=-]+", re.UNICODE)
Opener = Callable[[QUrl], bool]


def runs(file: AttachmentInfo, content: bytes = b"") -> bool:
    """Whether opening it could run a program: by its name, its type or its first bytes."""
    kind = file.content_type.lower()
    named = bool(_RUNS.search(file.filename.strip().rstrip(". ")))
    return named or "executable" in kind or "script" in kind or content.startswith(_STARTS_PROGRAM)


def safe_name(name: str) -> str:
    """The name as a suggestion for saving: no folders, no signs that a shell or a person misreads."""
    last = name.replace("\\", "/").rpartition("/")[2]
    cleaned = _UNSAFE.sub("_", last).strip(" .")[-120:]
    return cleaned or "attachment"


def private_copy(file: AttachmentInfo, content: bytes) -> Path:
    """Writes the file for this user alone (0600), under a name and an ending that are ours."""
    suffix = _SAFE_SUFFIXES.get(file.content_type.lower().partition(";")[0].strip())
    if suffix is None:
        raise OuttrayError("This kind of file is not opened from here. Save it instead.")
    folder = Path(tempfile.mkdtemp(prefix="outtray-"))
    target = folder / f"attachment{suffix}"
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(content)
    return target


class AttachmentDialog(QDialog):
    """Says what the file is, and lets it be saved, or opened where that runs nothing."""

    def __init__(
        self,
        context: WindowContext,
        file: AttachmentInfo,
        parent: QWidget,
        opener: Opener = QDesktopServices.openUrl,
    ) -> None:
        """`opener` hands a file to the desktop."""
        super().__init__(parent)
        self._context, self._file, self._opener = context, file, opener
        self.setWindowTitle("Open this file?")
        self.setObjectName("attachmentDialog")
        self.setMinimumWidth(460)
        opens = file.content_type.lower().partition(";")[0].strip() in _SAFE_SUFFIXES and not runs(file)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(Label(context, file.filename or "unnamed", "title", wrap=True))
        layout.addWidget(Label(context, f"{file.content_type}, {size(file.size)}", "ui", "text2", wrap=True))
        layout.addWidget(Label(context, f"sha256 {grouped(file.sha256, 4)}", "mono", "text2"))
        warning = "A machine made this file. Open it only if you expect it."
        if runs(file):
            warning = "This file can run a program on your computer. It can be saved, not opened from here."
        elif not opens:
            warning = "This kind of file is not opened from here. It can be saved."
        self._warning = Label(context, warning, "ui", "block" if runs(file) else "warn", wrap=True)
        layout.addWidget(self._warning)
        row = QHBoxLayout()
        row.addStretch(1)
        buttons = [("Cancel", "cancelFile", self.reject), ("Save as…", "saveFile", self._save)]
        if opens:
            buttons.append(("Open", "openFile", self._open))
        for words, name, act in buttons:
            button = KeyButton(context.theme, words)
            dress(button, words, name)
            button.clicked.connect(act)
            row.addWidget(button)
            if name == "cancelFile":
                button.setFocus()
        layout.addLayout(row)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the file", safe_name(self._file.filename))
        if name:
            target = Path(name)
            self._context.run(
                lambda desk: _write(target, _content(desk, self._file)),
                lambda _done: self._context.show_message(f"Saved as {target}.", "ok"),
            )
            self.accept()

    def _open(self) -> None:
        def work(desk: Desk) -> Path:
            content = _content(desk, self._file)
            if runs(self._file, content):
                raise OuttrayError("This file is a program under another name. It was not opened.")
            return private_copy(self._file, content)

        opener = self._opener
        self._context.run(work, lambda path: opener(QUrl.fromLocalFile(str(path))))
        self.accept()


def _content(desk: Desk, file: AttachmentInfo) -> bytes:
    from outtray.store.blobs import read_blob

    with desk.store.read() as connection:
        return read_blob(connection, file.sha256)


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise OuttrayError(f"{target.name} could not be written: {error.strerror}.") from error

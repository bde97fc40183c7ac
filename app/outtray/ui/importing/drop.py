"""Files that are dropped on the window, or dragged over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def accepts(mime: QMimeData) -> bool:
    """Whether there is a file in it that could be imported; what is in the files is told by the dialog."""
    return bool(paths_of(mime))


def paths_of(mime: QMimeData) -> list[Path]:
    """The files of this computer in it, in their order, each once."""
    if not mime.hasUrls():
        return []
    names = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return [Path(name) for name in dict.fromkeys(names) if name]

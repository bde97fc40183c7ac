"""How the window looked when it was closed: its size, splitters, last commands; a small file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Remembered:
    """Names with plain JSON values in `window.json`; what can't be read is as if it had never been kept."""

    def __init__(self, folder: Path) -> None:
        """Reads the file."""
        self._path = folder / "window.json"
        self._values: dict[str, Any] = {}
        self._changed = False
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(values, dict):
            self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """The kept value."""
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Keeps a value until `save`."""
        if self._values.get(name) != value:
            self._values[name] = value
            self._changed = True

    def save(self) -> None:
        """Writes the file, whole or not at all."""
        if not self._changed:
            return
        draft = self._path.with_suffix(".tmp")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self._values, file)
        draft.replace(self._path)
        self._changed = False

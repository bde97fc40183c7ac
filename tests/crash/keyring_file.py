"""A keyring in a file of the test's own. A folder of its name with `.gone` behind it takes it away."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

ENVIRONMENT = "OUTTRAY_TEST_KEYRING"


class FileKeyring(KeyringBackend):
    """For PYTHON_KEYRING_BACKEND too; the file is the one that OUTTRAY_TEST_KEYRING names."""

    priority: ClassVar[float] = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return self._load().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._save(self._load() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._load()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("there is no such entry")
        self._save(kept)

    def _path(self) -> Path:
        path = Path(os.environ[ENVIRONMENT])
        if path.with_suffix(".gone").exists():
            raise KeyringError("the keyring is gone")
        return path

    def _load(self) -> dict[str, str]:
        path = self._path()
        kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return kept

    def _save(self, kept: dict[str, str]) -> None:
        path = self._path()
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(kept), "utf-8")
        new.replace(path)

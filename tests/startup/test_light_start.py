"""What a start must not cost: references to None, and libraries that nobody asked for yet."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("google", "sqlalchemy", "alembic", "keyring", "PySide6")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter with these arguments, without a screen."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def imported_by(*arguments: str) -> set[str]:
    """The top-level packages that Python reports to have imported in this run."""
    done = run("-X", "importtime", *arguments)
    lines = [
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    ]
    return {line.partition(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)])
def test_the_version_and_the_help_are_told_without_loading_anything_heavy(arguments: tuple[str, ...]) -> None:
    imported = imported_by("-m", "outtray", *arguments)
    assert "outtray" in imported
    assert imported.isdisjoint(HEAVY)


def test_an_import_of_something_heavy_would_be_seen() -> None:
    assert "sqlalchemy" in imported_by("-c", "import outtray, sqlalchemy")


def test_a_thousand_calls_of_qt_that_return_nothing_leave_none_as_it_was() -> None:
    """PySide6 6.12.0 drops one reference to None a call; CPython 3.11 aborts when they run out."""
    done = run(
        "-c",
        "import sys\n"
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "application = QApplication([])\n"
        "widget = QWidget()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(1000): widget.update()\n"
        "print(abs(sys.getrefcount(None) - before))\n",
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 20

"""A session bus of a test's own with a real keyring on it, for programs that run in a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_UNLOCKED = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "


def run_with_keyring(home: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python script beside an unlocked GNOME Keyring that nothing else knows."""
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", _UNLOCKED + 'exec "$@"', "keyring", *command],
        cwd=ROOT,
        env=surroundings(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_without_keyring(home: Path, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs a command where no session bus is to be found."""
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={home / 'no-bus'}"}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings(home) | nowhere,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def surroundings(home: Path) -> dict[str, str]:
    """An environment with a home of its own, where no window can come up."""
    home.mkdir(exist_ok=True)
    left_out = {"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT)}

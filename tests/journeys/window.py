"""A real Outtray window on a real X server, worked by keys and looked at over the accessibility bus."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
READER = Path(__file__).with_name("reader.py")
PATIENCE = 40.0
_LOOK_EVERY = 0.1
T = TypeVar("T")


class Window:
    """One running program. Each wait ends with what was asked for, or with a TimeoutError."""

    def __init__(self, profile: Path, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self.profile = profile
        self._environment = environment
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "outtray", "--profile", str(profile), *arguments],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = subprocess.Popen(
            ["/usr/bin/python3", READER, str(self.process.pid)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    # Looking.

    def ask(self, do: str, name: str | None = None, role: str | None = None) -> Any:
        """One look at the tree; None where nothing was found."""
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(json.dumps({"do": do, "name": name, "role": role}) + "\n")
        self._reader.stdin.flush()
        return json.loads(self._reader.stdout.readline() or "null")

    def wait(self, what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
        """Looks again and again until `look` gives something true."""
        pause = threading.Event()
        for _ in range(int(patience / _LOOK_EVERY)):
            found = look()
            if found:
                return found
            if self.process.poll() is not None:
                said = self.process.stderr.read() if self.process.stderr else ""
                raise AssertionError(f"the window ended with {self.process.returncode}: {said}")
            pause.wait(_LOOK_EVERY)
        raise TimeoutError(f"{what} did not come; showing were {self.ask('names')}")

    def see(self, name: str, role: str | None = None) -> dict[str, Any]:
        """Waits until something of this name is showing."""
        return self.wait(f"“{name}”", lambda: self.ask("look", name, role))

    def see_words(self, words: str, within: str) -> str:
        """Waits until the text of a named part holds these words."""

        def look() -> str | None:
            text = self.ask("text", within)
            return text if text and words in text else None

        return self.wait(f"“{words}” in {within}", look)

    def see_any(self, words: str) -> str:
        """Waits until the name of anything that is showing holds these words."""

        def look() -> str | None:
            return next((name for name in self.ask("names") or () if words in name), None)

        return self.wait(f"“{words}”", look)

    def focused(self) -> dict[str, Any]:
        """What has the keyboard."""
        found: dict[str, Any] = self.wait("a focus", lambda: self.ask("focused"))
        return found

    # Working.

    def keys(self, *names: str) -> None:
        """Presses keys, by the names of X."""
        for name in names:
            subprocess.run(["xdotool", "key", "--clearmodifiers", name], check=True, env=self._environment)

    def type(self, text: str) -> None:
        """Types a text."""
        subprocess.run(["xdotool", "type", "--delay", "10", text], check=True, env=self._environment)

    def press(self, name: str, role: str | None = None) -> None:
        """Presses a button as a screen reader would."""
        self.see(name, role)
        self.ask("press", name, role)

    def settle(self) -> None:
        """Waits until two looks at the whole tree say the same."""
        seen: list[Any] = [None]

        def look() -> bool:
            before, seen[0] = seen[0], self.ask("names")
            return before is not None and before == seen[0]

        self.wait("a quiet window", look)

    def picture(self, target: Path) -> None:
        """Takes a picture of the whole screen."""
        subprocess.run(["import", "-window", "root", target], check=True, env=self._environment)

    def end(self) -> None:
        """Ends the program the hard way; a journey that cares how it ends does that itself."""
        for process in (self.process, self._reader):
            process.kill()
            process.wait()


def command(
    profile: Path, *arguments: str | Path, surroundings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line on the same profile."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "outtray", "--profile", profile, *arguments],
        stdin=subprocess.DEVNULL,
        env=surroundings,
        capture_output=True,
        check=False,
    )


def environment(home: Path) -> dict[str, str]:
    """What the program is started with: a home of its own, the X server of the run, accessibility on."""
    return os.environ | {
        "HOME": str(home),
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_ACCESSIBILITY": "1",
        "LANG": "C.UTF-8",
    }


@contextlib.contextmanager
def desk(home: Path) -> Iterator[dict[str, str]]:
    """A window manager on the X server of the run, for as long as the journeys take."""
    surroundings = environment(home)
    manager = subprocess.Popen(["openbox"], env=surroundings, stderr=subprocess.DEVNULL)
    try:
        yield surroundings
    finally:
        manager.kill()
        manager.wait()

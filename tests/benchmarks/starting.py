"""Starts a program, waits until it says that it has painted, and ends it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_SECONDS = 60
EMPTY_WINDOW = Path(__file__).with_name("empty_window.py")


@dataclass(frozen=True)
class Start:
    """What one start took: milliseconds from the process to its first paint, and megabytes it then held."""

    milliseconds: float
    megabytes: float


def start_of_empty_window(width: int, height: int) -> Start:
    """The yardstick, in a fresh process."""
    with _pipe() as (_, said):
        return _start((sys.executable, "-P", EMPTY_WINDOW, str(width), str(height)), said, output=said)


def start_of_outtray(profile: Path) -> Start:
    """The window over this profile, in a fresh process."""
    with _pipe() as (path, said):
        return _start((sys.executable, "-P", "-m", "outtray", "--profile", profile, "--trace", path), said)


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[Path, int]]:
    """A named pipe and its open end: whoever reads it knows of a line the moment that it is written."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as folder:
        path = Path(folder) / "said"
        os.mkfifo(path)
        # Open for both, so that neither this nor the writer waits for the other.
        end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        try:
            yield path, end
        finally:
            os.close(end)


def _start(command: Sequence[str | Path], said: int, output: int = subprocess.DEVNULL) -> Start:
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for_paint(process, said, begun)
        painted = time.monotonic()
        resident = _resident_megabytes(process.pid)
    finally:
        process.kill()
        process.wait()
    return Start((painted - begun) * 1000, resident)


def _wait_for_paint(process: subprocess.Popen[str], said: int, begun: float) -> None:
    text = b""
    while b"first_paint" not in text:
        try:
            text += os.read(said, 65536)
        except BlockingIOError:
            if process.poll() is not None:
                raise RuntimeError(f"ended before its first paint: {process.communicate()[1]}") from None
            if time.monotonic() - begun > LONGEST_SECONDS:
                raise TimeoutError("no first paint") from None
            time.sleep(0.0005)


def _resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0

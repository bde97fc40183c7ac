"""What the processes of one round share: a clock that skips over waits, who sends, and where to kill it."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar


class Shared:
    """A few numbers in a file that every process of the round maps; they outlive a kill of any of them.

    It is a clock as well (`model.clock.Clock`): where somebody waits, time jumps ahead for all. `step` moves
    the instants of the clock on the wall alone, as a person does who sets it.
    """

    _SIZE: ClassVar[int] = 64
    _FIELDS: ClassVar[dict[str, tuple[str, int]]] = {
        "ahead": ("d", 0),
        "step": ("d", 8),
        "sender": ("q", 16),
        "operation": ("q", 24),
        "stage": ("q", 32),
        "reached": ("q", 40),
    }

    def __init__(self, path: Path) -> None:
        """Makes the file where it is missing; then nobody sends and nothing is to be killed."""
        new = not path.exists()
        if new:
            path.write_bytes(bytes(self._SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), self._SIZE)
        if new:
            self["operation"] = -1

    def __getitem__(self, name: str) -> float:
        form, offset = self._FIELDS[name]
        value: float = struct.unpack_from(form, self._map, offset)[0]
        return value

    def __setitem__(self, name: str, value: float) -> None:
        form, offset = self._FIELDS[name]
        struct.pack_into(form, self._map, offset, int(value) if form == "q" else value)

    def now(self) -> datetime:
        """The instant that the program sees."""
        return datetime.fromtimestamp(self.google_now() + self["step"], UTC)

    def google_now(self) -> float:
        """Google's time: seconds since 1970, whatever this machine's clock was set to."""
        return time.time() + self["ahead"]

    def monotonic(self) -> float:
        """Seconds of the steady clock."""
        return time.monotonic() + self["ahead"]

    def skip(self, seconds: float) -> None:
        """Waits without waiting."""
        self["ahead"] += seconds

    def crawl(self, seconds: float) -> None:
        """Waits at two hundred times the speed: another process may have a call in flight."""
        end = self["ahead"] + seconds
        while self["ahead"] < end:
            time.sleep(0.005)
            self["ahead"] += min(1.0, max(0.0, end - self["ahead"]))

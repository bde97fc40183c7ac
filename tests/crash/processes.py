"""Processes made by forking one in which everything is imported: as real, and as killable, as any."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

BROKE_OFF = 70
_PRCTL = ctypes.CDLL(None).prctl
_DIE_WITH_PARENT = 1


def put(place: object, name: str, value: object) -> None:
    """Sets something of the program's own in this process, to what the round wants instead."""
    setattr(place, name, value)


class Process:
    """A child of this process. Only a process without threads may make one."""

    def __init__(
        self, work: Callable[[], int], output: Path, before_end: Callable[[], None] = lambda: None
    ) -> None:
        """`work` gives the exit status; what it prints goes to the end of `output`.

        `before_end` is done before the process's number may belong to another one.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        self.number = os.fork()
        if self.number == 0:
            _child(work, output)
        self.status: int | None = None
        self._before_end = before_end
        self._handle = os.pidfd_open(self.number)

    def ended(self, within: float | None = 0.0) -> bool:
        """Whether it has ended, after waiting for it for so many seconds; None waits for ever."""
        if self.status is not None:
            return True
        if not select.select([self._handle], [], [], within)[0]:
            return False
        self._before_end()
        _, status = os.waitpid(self.number, 0)
        self.status = os.waitstatus_to_exitcode(status)
        os.close(self._handle)
        return True

    def kill(self) -> bool:
        """kill -9; True where it had not ended by itself before."""
        if not self.ended():
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            self.ended(None)
        return self.killed

    def ask_to_end(self, within: float) -> None:
        """SIGTERM, and kill -9 where it does not end in so many seconds."""
        if not self.ended():
            signal.pidfd_send_signal(self._handle, signal.SIGTERM)
            self.ended(within)
        self.kill()

    @property
    def killed(self) -> bool:
        """Whether it ended by kill -9."""
        return self.status == -signal.SIGKILL


def _child(work: Callable[[], int], output: Path) -> None:
    status = BROKE_OFF
    try:
        # Whoever made it may be killed as well: nothing is left at work then.
        _PRCTL(_DIE_WITH_PARENT, signal.SIGKILL)
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        status = work()
    except SystemExit as leave:
        status = leave.code if isinstance(leave.code, int) else BROKE_OFF
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run in the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

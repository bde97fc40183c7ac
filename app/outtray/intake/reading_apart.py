"""Reads a large file in a process of its own: the other core does it, and the window does not feel it."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from outtray.intake import reader_process
from outtray.intake.batches import Batch
from outtray.intake.files import Format, ImportOptions
from outtray.intake.items import FileProblem
from outtray.intake.mapping import Plan

# -P: no file beside the person's own is taken for a module.
COMMAND = (sys.executable, "-P", "-m", reader_process.__name__)


class CouldNotStartError(Exception):
    """The system starts no further process."""


class ReadingApart:
    """A file read by `reader_process`; as `batches.Reading`."""

    def __init__(self, path: Path, options: ImportOptions, secret: bytes) -> None:
        """As `ReadingHere`, whose work it has done elsewhere."""
        Plan(options)
        self.format: Format | None = None
        self.unknown_fields: dict[str, int] = {}
        self.unseen_paths: list[str] = []
        self._request = reader_process.request(path, options, secret)

    def batches(self) -> Generator[Batch, None, None]:
        """The items, once; raises FileProblem where the whole file is meant, or where the process is gone.

        Raises CouldNotStartError before anything was read. Closing the iterator ends the process.
        """
        with _process() as process:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError), process.stdin as stdin:
                reader_process.send(stdin, *self._request)
            while True:
                message = reader_process.receive(process.stdout)
                if message is None:
                    raise _gone(process)
                kind, (form, self.unknown_fields, self.unseen_paths), *values = message
                self.format = None if form is None else Format(form)
                if kind == reader_process.BATCH:
                    yield reader_process.received_batch(*values)
                elif kind == reader_process.END:
                    return
                elif kind == reader_process.PROBLEM:
                    raise FileProblem(values[0])
                else:
                    raise _fault(*values)


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no text from outside
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl+C is for the program, which finishes the batch that it is at.
            start_new_session=True,
        )
    except OSError as error:
        raise CouldNotStartError(error.strerror) from error
    with process:
        try:
            yield process
        finally:
            # It has nothing that could be lost; at the end of the file it is gone already.
            process.kill()


_AGAIN = "What came before is in; import the file again for the rest."


def _gone(process: subprocess.Popen[Any]) -> FileProblem:
    code = process.wait()
    how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    logging.getLogger("outtray.intake").error("the process that reads a file ended: %s", how)
    perhaps = ", perhaps for want of memory" if code == -signal.SIGKILL else ""
    return FileProblem(f"The process that reads it ended unexpectedly ({how}{perhaps}).", _AGAIN)


def _fault(name: str, where: str) -> FileProblem:
    logging.getLogger("outtray.intake").error("reading a file failed: %s\n%s", name, where)
    return FileProblem(
        f"Something went wrong in Outtray itself while reading it ({name}). The profile's log says more.",
        _AGAIN,
    )

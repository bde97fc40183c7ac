"""The process that reads a large file beside the program: `python -m outtray.intake.reader_process`.

Told on its standard input what to read, it writes batches of plain values to its standard output, each
with its length before it. It opens no profile, and ends by itself once nobody reads what it writes.
`marshal` carries no code and is the fastest that there is; both ends are the same Python.
"""

from __future__ import annotations

import gc
import marshal
import os
import struct
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import IO, Any

from outtray.intake.batches import Arrived, Batch, ReadingHere
from outtray.intake.files import ImportOptions
from outtray.intake.items import FileProblem
from outtray.intake.outcomes import Refusal
from outtray.store.preparing import Arrival

_LENGTH = struct.Struct(">Q")
# Without the marks of shared values, which cost more than they spare here.
_MARSHAL_VERSION = 2
# The window, and the writer that waits for this process, come first.
_NICENESS = 5

BATCH, END, PROBLEM, FAULT = "batch", "end", "problem", "fault"


def send(stream: IO[bytes], *message: Any) -> None:
    """Writes one message."""
    try:
        data = marshal.dumps(message, _MARSHAL_VERSION)
    except ValueError:
        # Libraries hand out texts that are more than texts.
        data = marshal.dumps(_plain(message), _MARSHAL_VERSION)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Any, ...] | None:
    """The next message; None where the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        return None
    message = marshal.loads(data)  # noqa: S302 - from our own process
    assert isinstance(message, tuple)
    return message


def request(path: Path, options: ImportOptions, secret: bytes) -> tuple[Any, ...]:
    """What the process is told."""
    return (
        os.fsencode(path),
        options.format,
        dict(options.map),
        options.items,
        dict(options.set),
        options.source,
        secret,
    )


def received_batch(entries: list[tuple[Any, ...]], position: int) -> Batch:
    """The batch that the process sent."""
    return Batch([_entry(*entry) for entry in entries], position)


def _entry(arrival: tuple[Any, ...] | None, *place: Any) -> Arrived | Refusal:
    if arrival is None:
        return Refusal(*place)
    number, line, unit, source, raw = place
    return Arrived(number, line, unit, source, partial(bytes, raw), Arrival._make(arrival))


def _sent_entry(entry: Arrived | Refusal) -> tuple[Any, ...]:
    if isinstance(entry, Refusal):
        return None, entry.item, entry.line, entry.field, entry.reason, entry.raw, entry.unit
    return tuple(entry.arrival), entry.number, entry.line, entry.unit, entry.source, entry.raw()


def _plain(value: Any) -> Any:
    """The value of built-in types alone."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {_plain(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value


def main() -> int:
    """Reads what it is told to; returns the exit status."""
    # What a library might print would be taken for a message.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(_NICENESS)
    gc.freeze()
    told = receive(sys.stdin.buffer)
    if told is None:
        return 1
    path, form, mapping, items, texts, source, secret = told
    reading = ReadingHere(Path(os.fsdecode(path)), ImportOptions(form, mapping, items, texts, source), secret)
    try:
        return _read(reading, out)
    except BrokenPipeError:
        # The import was stopped. Nothing is left to be written, and nobody to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return 0


def _read(reading: ReadingHere, out: IO[bytes]) -> int:
    try:
        for batch in reading.batches():
            send(
                out, BATCH, _so_far(reading), [_sent_entry(entry) for entry in batch.entries], batch.position
            )
    except FileProblem as problem:
        send(out, PROBLEM, _so_far(reading), problem.reason)
        return 0
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - handed on to the program, whose fault it is
        # Where it happened, without what the error says, which may be a person's words.
        where = "".join(traceback.format_tb(error.__traceback__))
        send(out, FAULT, _so_far(reading), type(error).__name__, where)
        return 1
    send(out, END, _so_far(reading))
    return 0


def _so_far(reading: ReadingHere) -> tuple[Any, ...]:
    form = None if reading.format is None else reading.format.value
    return form, reading.unknown_fields, reading.unseen_paths


if __name__ == "__main__":
    sys.exit(main())

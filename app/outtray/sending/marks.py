"""How far the log had come when mail was last about to leave; kept outside the profile, in the state folder.

A profile whose log has not come that far, or went another way, is an older copy that was put back: what
waits in it may have left since.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.store import facts
from outtray.store.audit_reads import event_count, event_hash

_LOG = logging.getLogger("outtray.sending")
Head = tuple[int, bytes]


class Marks:
    """The mark of one sender; for one thread. Practice mail goes nowhere, so practice profiles leave none."""

    def __init__(self, desk: Desk, address: str) -> None:
        """Nothing is made before the first mark."""
        self._path: Path | None = None
        self._file: int | None = None
        if not desk.practice:
            with desk.store.read() as connection:
                instance = facts.get_fact(connection, facts.INSTANCE)
            self._path = _folder(instance) / hashlib.sha256(address.encode()).hexdigest()[:16]

    def note(self, head: Head) -> None:
        """The log stands here, and a call is about to be made.

        Not synchronised to the disk: a mark that a power cut took only fails to notice an older copy.
        """
        if self._path is None:
            return
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.pwrite(self._file, f"{head[0]:020d} {head[1].hex()}\n".encode("ascii"), 0)
        except OSError as error:
            _LOG.warning("no mark of what was sent can be kept outside the profile: %s", error.strerror)
            self._path = None

    def close(self) -> None:
        """Gives the file back."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def went_further(connection: Connection) -> bool:
    """Whether mail has left from this profile that its log does not know of."""
    head = event_count(connection)
    for sequence, hash_ in _marks(facts.get_fact(connection, facts.INSTANCE)):
        found = event_hash(connection, sequence)
        if sequence > head or found not in {None, hash_}:
            return True
    return False


def forget(instance: str) -> None:
    """The profile goes on from where its log stands now."""
    shutil.rmtree(_folder(instance), ignore_errors=True)


def _marks(instance: str) -> Iterator[Head]:
    for path in sorted(_folder(instance).glob("*")):
        try:
            sequence, hash_ = path.read_text("ascii").split()
            yield int(sequence), bytes.fromhex(hash_)
        except (OSError, ValueError):
            _LOG.warning("a mark of what was sent can't be read")


def _folder(instance: str) -> Path:
    from platformdirs import user_state_path

    return user_state_path("outtray", appauthor=False) / "sent-from" / instance

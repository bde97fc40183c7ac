"""The folder of one operator's data: where it lies, its permissions, and who has it open."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outtray.model.errors import ProfileError

ENVIRONMENT = "OUTTRAY_PROFILE"
_FOLDERS = ("logs", "backups", "drop", "practice-sent")


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile folder that exists and is private to this user."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "outtray.db"

    @property
    def logs(self) -> Path:
        """Where the program's own log lies; no personal data in it."""
        return self.folder / "logs"

    @property
    def backups(self) -> Path:
        """Copies made before upgrades and by `outtray backup`."""
        return self.folder / "backups"

    @property
    def drop(self) -> Path:
        """The watched folder."""
        return self.folder / "drop"

    @property
    def practice_sent(self) -> Path:
        """What the practice account "sent", one `.eml` each."""
        return self.folder / "practice-sent"

    @contextlib.contextmanager
    def hold(self, role: str) -> Iterator[None]:
        """Holds the profile for `role` (`window` or `sender`) until the block ends.

        The lock is the operating system's, so a crash frees it. Raises ProfileError where another
        process holds it.
        """
        try:
            descriptor = os.open(self.folder / f"{role}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ProfileError(f"The profile {self.folder} can't be locked: {error.strerror}.") from error
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            raise ProfileError(_IN_USE[role]) from None
        try:
            yield
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Takes the file's lock or raises OSError; closing the file gives it back.

    Not by a library: the window does this before its first paint, and filelock's import takes a third
    of the time that the paint may take.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_IN_USE = {
    "window": "Outtray is already open with this profile. Close it there, or open another profile.",
    "sender": (
        "Another Outtray is sending with this profile. Close its window, or wait until it has finished."
    ),
}


def default_folder(*, practice: bool = False) -> Path:
    """The platform's data folder, or what OUTTRAY_PROFILE names; practice has a folder of its own."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("outtray", appauthor=False) / ("practice" if practice else "profile")


def open_profile(folder: Path, *, create: bool = True) -> Profile:
    """The profile in `folder`, made where it is missing, with 0700 folders; raises ProfileError."""
    try:
        if not folder.exists() and not create:
            raise ProfileError(
                f"There is no profile in {folder}. Start Outtray once, or name another folder."
            )
        if folder.exists() and not folder.is_dir():
            raise ProfileError(f"{folder} is a file, not a folder. Name another folder for the profile.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        for name in _FOLDERS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
            (folder / name).chmod(0o700)
    except OSError as error:
        raise ProfileError(f"The profile {folder} can't be used: {error.strerror}.") from error
    profile = Profile(folder.resolve())
    if profile.database.exists():
        profile.database.chmod(0o600)
    else:
        profile.database.touch(mode=0o600)
    return profile

"""The folder of one operator's data: where it lies, its permissions, and who has it open."""

from __future__ import annotations

import contextlib
import os
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
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / f"{role}.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ProfileError(_IN_USE[role]) from None
        except OSError as error:
            raise ProfileError(f"The profile {self.folder} can't be locked: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()


_IN_USE = {
    "window": "Outtray is already open with this profile. Close it there, or open another profile.",
    "sender": "Another Outtray is sending with this profile. Close its window, or wait until it has finished.",
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

"""Nothing outside the profile tells that mail left after a backup was made."""

from __future__ import annotations

from outtray.sending import marks
from tests.crash.processes import put


def plant() -> None:
    put(marks, "went_further", lambda _connection: False)

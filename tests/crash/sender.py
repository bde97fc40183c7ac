"""The program as a round starts it: `outtray …` with the round's clock, keyring and perhaps a defect."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from outtray import opening
from outtray.cli.main import run
from outtray.sending import runner
from tests.crash import defects
from tests.crash.keyring_file import ENVIRONMENT, FileKeyring
from tests.crash.processes import put
from tests.crash.shared import Shared
from tests.crash.template import KEYRING, PROFILE, STATE

Prepare = Callable[[], None]


def outtray(
    folder: Path,
    arguments: Sequence[str],
    *,
    root: str,
    shared: Shared,
    slowly: bool = False,
    defect: str | None = None,
    prepare: Prepare | None = None,
) -> int:
    """Runs one command of the command line in this process; gives its exit status.

    Waiting takes no time, with `slowly` a two-hundredth of it. `prepare` is done before anything is opened.
    """
    os.environ["OUTTRAY_GMAIL_API"] = root
    use_own_places(folder)
    put(opening, "SystemClock", lambda: shared)
    # The runner looks round twice a second for what other processes do: far too often for skipped time.
    put(runner, "LOOK_SECONDS", 3.0 if slowly else 3600.0)
    wait = shared.crawl if slowly else shared.skip
    put(runner, "send_until_empty", functools.partial(runner.send_until_empty, wait=wait))
    if defect is not None:
        defects.plant(defect)
    if prepare is not None:
        prepare()
    return run(["--profile", str(folder / PROFILE), *arguments])


def send(
    folder: Path,
    *,
    root: str,
    shared: Shared,
    slowly: bool = False,
    defect: str | None = None,
    prepare: Prepare | None = None,
    marked: bool = True,
) -> int:
    """`outtray send --until-empty`; `marked` makes this process the one that Google kills."""
    if marked:
        shared["sender"] = os.getpid()
    arguments = ("send", "--until-empty", "--json")
    return outtray(folder, arguments, root=root, shared=shared, slowly=slowly, defect=defect, prepare=prepare)


def use_own_places(folder: Path) -> None:
    """Makes a file of the round this process's keyring, and a folder of it that for the user's state."""
    import keyring

    os.environ["XDG_STATE_HOME"] = str(folder / STATE)
    os.environ[ENVIRONMENT] = str(folder / KEYRING)
    keyring.set_keyring(FileKeyring())


def say(text: str) -> None:
    """A line into the output of the process."""
    sys.stdout.write(f"{text}\n")

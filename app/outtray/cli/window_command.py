"""`outtray` without a command: opens the window, on the shortest way there is.

A person waits for the window, so nothing of the other commands is imported for it, argparse included;
whatever is not plainly the window's goes to the whole parser.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from outtray.model.errors import OuttrayError, ProfileError


class WindowOptions(NamedTuple):
    """What the window can be told on the command line."""

    profile: Path | None = None
    practice: bool = False
    trace: Path | None = None


def window_options(arguments: Sequence[str]) -> WindowOptions | None:
    """The options, where the arguments hold nothing but the window's own; else None."""
    paths: dict[str, Path] = {}
    practice = False
    rest = list(arguments)
    while rest:
        name, given, value = rest.pop(0).partition("=")
        if name == "--practice" and not given:
            practice = True
        elif name in {"--profile", "--trace"} and (given or rest):
            value = value if given else rest.pop(0)
            if not value or value.startswith("-"):
                return None
            paths[name] = Path(value)
        else:
            return None
    return WindowOptions(paths.get("--profile"), practice, paths.get("--trace"))


def open_window(options: WindowOptions) -> int:
    """Runs the window; the exit status. Raises OuttrayError where it can't be opened."""
    from outtray.ui.application import run

    return run(options.profile, practice=options.practice, trace_file=options.trace)


def open_window_or_say(options: WindowOptions) -> int:
    """As `open_window`; a reason goes to standard error as one sentence."""
    try:
        return open_window(options)
    except OuttrayError as error:
        sys.stderr.write(error.sentence + "\n")
        return 3 if isinstance(error, ProfileError) else 1

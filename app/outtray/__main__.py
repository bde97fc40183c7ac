"""`python -m outtray` and the `outtray` command."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Runs the command line with the process's arguments; returns the exit status."""
    if sys.argv[1:] == ["--version"]:
        from outtray import __version__

        sys.stdout.write(f"outtray {__version__}\n")
        return 0
    # A start lets go of next to nothing; the window looks for garbage itself (`ui.garbage`).
    gc.disable()
    from outtray.cli.window_command import open_window_or_say, window_options

    options = window_options(sys.argv[1:])
    if options is not None:
        return open_window_or_say(options)
    gc.enable()
    from outtray.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""The program's own log: what failed where, never what a mail says or whom it concerns.

The text of an exception can quote a draft, so only its type and its place are written.
"""

from __future__ import annotations

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

from outtray.model.errors import ProfileError


class _WithoutValues(logging.Formatter):
    def formatException(self, ei: object) -> str:
        """The types of the exception and its causes, with the frames they went through."""
        error = ei[1] if isinstance(ei, tuple) else None
        lines: list[str] = []
        while isinstance(error, BaseException):
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames]
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def log_to(folder: Path) -> logging.Logger:
    """The logger `outtray`, writing to `outtray.log` in `folder`, four files of 1 MB; raises ProfileError."""
    log = logging.getLogger("outtray")
    target = folder / "outtray.log"
    for handler in tuple(log.handlers):
        if isinstance(handler, RotatingFileHandler):
            if Path(handler.baseFilename) == target.absolute():
                return log
            log.removeHandler(handler)
            handler.close()
    try:
        target.touch(mode=0o600)
    except OSError as error:
        raise ProfileError(f"{target} can't be written: {error.strerror}.") from error
    # A log that can't be written says nothing on standard error: that is for the person at the desk.
    logging.raiseExceptions = False
    file = RotatingFileHandler(target, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    file.setFormatter(_WithoutValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(file)
    log.setLevel(logging.INFO)
    log.propagate = False
    return log

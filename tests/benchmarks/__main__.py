"""Runs the benchmarks, `python -m tests.benchmarks [NAME…] [--json]`; fails where a goal is missed."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from tests.benchmarks.measuring import Figure

PREFIX = "bench_"
NAMES = sorted(path.stem.removeprefix(PREFIX) for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))


def main() -> int:
    """Prints each figure as soon as its benchmark is done."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    # The platform on which the goals were set; a real screen adds the X server's own time.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    met = True
    for name in options.names or NAMES:
        figures: list[Figure] = importlib.import_module(f"tests.benchmarks.{PREFIX}{name}").run()
        for figure in figures:
            met = met and figure.ok
            print(json.dumps(figure.as_json()) if options.json else figure.as_text(), flush=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

"""Defects that are planted in a sender's process to see that the rounds find them; never in the product."""

from __future__ import annotations

import importlib
from pathlib import Path

NAMES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))


def plant(name: str) -> None:
    """Makes this process work as if the defect were in the code."""
    importlib.import_module(f"tests.crash.defects.{name}").plant()

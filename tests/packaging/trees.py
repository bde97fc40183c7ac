"""Copies of the project for tests that build, spoil or install it."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_of_the_project(target: Path) -> Path:
    """What is needed to build and set up the program, copied to `target`."""
    target.mkdir()
    for name in ("app", "packaging"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy2(ROOT / name, target / name)
    return target

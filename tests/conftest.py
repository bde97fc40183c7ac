"""What every test needs: no test reaches this user's own profile, keyring or a real Gmail."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before the first import of Qt: a test that opens a window without a display gets an invisible one.
if "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile folder of the test's own, which is what the program takes where none is named."""
    profile = tmp_path / "profile"
    monkeypatch.setenv("OUTTRAY_PROFILE", str(profile))
    monkeypatch.delenv("OUTTRAY_GMAIL_API", raising=False)
    return profile

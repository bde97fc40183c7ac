"""What every test needs: it never touches this user's own profile or screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before the first import of Qt. A test that needs a real X server is marked `display` and starts the
# program as a process of its own with QT_QPA_PLATFORM=xcb.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests that share the one display on one worker, one after the other."""
    for item in items:
        if item.get_closest_marker("display"):
            item.add_marker(pytest.mark.xdist_group("display"))


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile folder of the test's own, which is what the program takes where none is named."""
    profile = tmp_path / "profile"
    monkeypatch.setenv("OUTTRAY_PROFILE", str(profile))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("OUTTRAY_GMAIL_API", raising=False)
    return profile

"""A desk for real mail, a Google to sign in to, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outtray.desk import Desk
from tests.accounts.browser import Browser
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.fakes.google import FakeGoogle


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, practice=False, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def google(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """Its time is the desk's, so a token ends when the test lets the hour pass."""
    with FakeGoogle(tmp_path, now=lambda: clock.now().timestamp()) as running:
        monkeypatch.setenv("OUTTRAY_GMAIL_API", running.root)
        yield running


@pytest.fixture
def browser() -> Browser:
    return Browser()

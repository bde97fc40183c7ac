"""A desk that sends by the practice account, and one that sends by a Gmail that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.sending import switch
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.fakes.google import FakeGoogle
from tests.fakes.google.desk_accounts import connect
from tests.sending.post import Post


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def practice(tmp_path: Path, clock: FakeClock) -> Iterator[Post]:
    desk = make_desk(tmp_path, clock=clock, account=True)
    post = Post(desk, clock)
    post.transport.prepare()
    yield post
    post.close()


@pytest.fixture
def google(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """Its time is the desk's."""
    with FakeGoogle(tmp_path, now=lambda: clock.now().timestamp()) as running:
        monkeypatch.setenv("OUTTRAY_GMAIL_API", running.root)
        yield running


@pytest.fixture
def gmail_desk(tmp_path: Path, clock: FakeClock, google: FakeGoogle) -> Desk:
    desk = make_desk(tmp_path, practice=False, clock=clock)
    connect(desk, google)
    switch.resume(desk, confirmed=True)
    return desk


@pytest.fixture
def gmail(gmail_desk: Desk, clock: FakeClock) -> Iterator[Post]:
    post = Post(gmail_desk, clock)
    yield post
    post.close()

"""A desk for the journeys: a window manager, a home, a keyring, all of this run's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.journeys.window import desk

_UNLOCK = "printf test | gnome-keyring-daemon --unlock --components=secrets"


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a program on the journeys' desk is started with; its keyring is open."""
    with desk(tmp_path_factory.mktemp("home")) as environment:
        subprocess.run(["bash", "-c", _UNLOCK], env=environment, check=True, stdout=subprocess.DEVNULL)
        yield environment

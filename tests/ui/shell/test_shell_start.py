"""The first paint: what it shows, what replaces it, and what may not be imported for it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from outtray.cli.window_command import WindowOptions, window_options
from outtray.desk import Desk
from outtray.model.draft_lists import DraftSort
from outtray.model.events import OPERATOR
from outtray.profiles import open_profile
from outtray.store.first_page import ROWS, FirstPage, read_first_page
from outtray.store.settings import set_setting
from outtray.ui.first_picture import FirstPicture
from outtray.ui.remembered import Remembered
from outtray.ui.window import MainWindow
from outtray.ui.window_context import ShellContext
from outtray.ui.window_frame import WindowFrame
from tests.fakes.desks import make_desk, propose
from tests.fakes.window import close, make_context, theme

HEAVY = ("sqlalchemy", "alembic", "google", "keyring", "cryptography", "lxml", "nh3", "filelock")


def fill(desk: Desk) -> None:
    for number in range(ROWS + 6):
        propose(
            desk,
            subject=f"Question {number}",
            to=[f"person{number}@example.com"] * (1 + number % 2),
            priority=number % 5 * 10,
        )


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot, account=True, prepare=fill)
    yield made
    close(made)


def page_of(context: ShellContext) -> FirstPage:
    page = read_first_page(context.profile.database)
    assert page is not None
    return page


def test_the_first_page_is_what_the_list_reads(context: ShellContext) -> None:
    page = page_of(context)
    rows = context.reads.page(("pending",), DraftSort.PRIORITY, limit=ROWS)
    assert [row.subject for row in page.rows] == [row.subject for row in rows]
    for mine, theirs in zip(page.rows, rows, strict=True):
        assert mine.recipient == theirs.recipient
        assert mine.more_recipients == theirs.more_recipients
        assert mine.snippet == theirs.snippet
        assert mine.at == int(theirs.at.timestamp() * 1000)
        assert mine.worst == theirs.worst
        assert bool(mine.first_contact) is theirs.first_contact
    assert page.counts == context.reads.counts()
    assert page.paused is context.reads.switch().paused
    assert [address for address, _ in page.accounts] == [a.address for a in context.reads.accounts()]


def test_settings_are_read_as_they_were_stored(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    for name, value in (("appearance.text_size", 150), ("appearance.theme", "dark")):
        desk.store.write(partial(set_setting, name=name, value=value, actor=OPERATOR))
    page = read_first_page(desk.profile.database)
    desk.close()
    assert page is not None
    assert page.settings == {"appearance.text_size": 150, "appearance.theme": "dark"}


def test_a_new_profile_has_no_first_page_yet(tmp_path: Path) -> None:
    assert read_first_page(open_profile(tmp_path / "new").database) is None


def test_a_database_without_tables_has_no_first_page_yet(tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "bare")
    with sqlite3.connect(profile.database) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    assert read_first_page(profile.database) is None


def picture_of(context: ShellContext, width: int, qtbot: QtBot) -> tuple[QImage, QImage]:
    """What is painted first, and what stands there a moment later."""
    picture = FirstPicture(theme(), page_of(context), context.clock.now())
    frame = WindowFrame(Remembered(context.profile.folder), picture.paint)
    qtbot.addWidget(frame)
    frame.resize(width, 800)
    with qtbot.waitSignal(frame.painted):
        frame.show()
    first = QPixmap(frame.grab()).toImage()
    window = MainWindow(context, context.background)
    frame.fill(window)
    window.go("review")
    window.complete()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    window.focus_screen()
    qtbot.waitUntil(lambda: window.refusal("approve") is None)
    second = frame.grab().toImage()
    window.stop()
    frame.may_close = True
    frame.close()
    return first, second


def differing(one: QImage, other: QImage, area: QRect) -> float:
    """The share of points in an area that are not the same to the eye."""
    count = 0
    for x in range(area.left(), area.right() + 1):
        for y in range(area.top(), area.bottom() + 1):
            a, b = one.pixelColor(x, y), other.pixelColor(x, y)
            count += abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue()) > 60
    return count / (area.width() * area.height())


@pytest.mark.parametrize(("width", "side"), [(1420, 208), (1000, 56)])
def test_what_is_painted_first_is_what_stays(
    context: ShellContext, qtbot: QtBot, width: int, side: int
) -> None:
    first, second = picture_of(context, width, qtbot)
    assert differing(first, second, QRect(0, 50, side, 250)) < 0.005
    rows = QRect(side + 1, 110, 330, 500)
    # A finding may have come in between: one chip.
    assert differing(first, second, rows) < 0.02
    nothing = QImage(first.size(), QImage.Format.Format_RGB32)
    nothing.fill(0)
    assert differing(first, nothing, rows) > 0.5


def test_the_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    fill(desk)
    desk.close()
    script = (
        "import sys\n"
        "import outtray.ui.window_frame as frame\n"
        "class Timer:\n"
        "    @staticmethod\n"
        "    def singleShot(*_):\n"
        "        import json, os\n"
        "        print(json.dumps(sorted(sys.modules)), flush=True)\n"
        "        os._exit(0)\n"
        "frame.QTimer = Timer\n"
        "from outtray.__main__ import main\n"
        f"sys.argv = ['outtray', '--profile', {str(desk.profile.folder)!r}]\n"
        "main()\n"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    loaded = set(json.loads(done.stdout))
    assert "outtray.ui.first_picture" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []
    assert "outtray.ui.window" not in loaded
    assert "outtray.cli.main" not in loaded


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], WindowOptions()),
        (["--practice"], WindowOptions(practice=True)),
        (["--profile", "x"], WindowOptions(Path("x"))),
        (["--profile=x", "--trace", "y"], WindowOptions(Path("x"), trace=Path("y"))),
        (["--profile"], None),
        (["--profile", "--practice"], None),
        (["--help"], None),
        (["drafts"], None),
        (["--profile", "x", "drafts"], None),
        (["--practice=yes"], None),
    ],
)
def test_the_short_way_takes_the_window_s_own_options_alone(
    arguments: list[str], options: WindowOptions | None
) -> None:
    assert window_options(arguments) == options


def test_times_of_the_first_picture_are_the_operator_s(context: ShellContext, tmp_path: Path) -> None:
    page = page_of(context)._replace(settings={"operator.time_zone": "Asia/Tokyo"})
    now = context.clock.now()
    picture = FirstPicture(theme(), page, now)
    zone = picture._now.tzinfo
    milliseconds = int(now.timestamp() * 1000)
    assert picture._time(milliseconds) == f"{now.astimezone(zone):%H:%M}"
    earlier = now - timedelta(days=400)
    assert picture._time(int(earlier.timestamp() * 1000)).endswith(str(earlier.astimezone(zone).year))

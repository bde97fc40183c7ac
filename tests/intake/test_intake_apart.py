"""A large file is read in a process of its own: the same comes in, and the process never outlives its use."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.intake import reading_apart
from outtray.intake.batches import BATCH_ITEMS, Arrived, Batch, Reading, ReadingHere
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import APART_BYTES, import_paths
from outtray.intake.items import FileProblem
from outtray.intake.outcomes import Refusal
from outtray.intake.reader_process import received_batch
from outtray.intake.reading_apart import ReadingApart
from tests.fakes.desks import make_desk
from tests.intake.files import DRAFT, crm_export, mbox, take

SECRET = bytes(range(32))
LONG = {**DRAFT, "body_text": "Hello Ada. " * 400}
NOTE = {"filename": "ü.txt", "content_base64": "aGVsbG8=", "content_type": "text/plain"}
ODD = [
    DRAFT,
    {"to": "nobody", "body": "x"},
    {
        **DRAFT,
        "external_id": "a",
        "score": 0.5,
        "send_after": "2026-11-30T09:00:00Z",
        "colour": ["red", None],
    },
    {**DRAFT, "subject": "", "body_text": "\ud800 half", "cc": "Bo <b@example.org>"},
    {**DRAFT, "attachments": [NOTE]},
    "no object",
]
FILES = {
    "odd.json": json.dumps({"drafts": ODD, "source": "nightly"}),
    "odd.jsonl": "\n".join(map(json.dumps, ODD)) + "\n{",
    "table.csv": "to,body,stage\na@example.com,x,lead\nnobody,y,lead\n",
    "crm.json": crm_export(450),
    "mail.mbox": b"".join(mbox(0.1)).decode(),
    "letter.eml": "To: =?utf-8?q?Ad=C3=A1?= <a@example.com>\nSubject: =?utf-8?q?=C3=9C?=\n\nHello.\n",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path)
    yield opened
    opened.close()


def said(reading: Reading) -> tuple[object, ...]:
    """All that a reading tells, as plain values."""
    entries = [_plain(entry) for batch in reading.batches() for entry in batch.entries]
    return entries, reading.format, reading.unknown_fields, reading.unseen_paths


def _plain(entry: Arrived | Refusal) -> object:
    return entry if isinstance(entry, Refusal) else (*entry[:4], entry.raw(), entry.arrival)


def many(path: Path, count: int) -> Path:
    """A file of drafts that a process of its own reads for a while."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps({**LONG, "external_id": f"n{number}"}) + "\n")
    return path


def children() -> set[int]:
    """The processes that this one has started and that have not ended."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def gone(pid: int) -> bool:
    """Whether a process has ended, within ten seconds."""
    return within_seconds(10, lambda: not Path(f"/proc/{pid}").exists() or _state(pid) == "Z")


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def within_seconds(seconds: float, condition: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    for _ in range(int(seconds * 50)):
        if condition():
            return True
        waiting.wait(0.02)
    return condition()


@pytest.mark.parametrize("name", FILES)
def test_the_same_is_read_as_in_the_program_itself(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(FILES[name], encoding="utf-8")
    options = ImportOptions(source="crm", set={"subject": "S", "body_text": "B"}, map={"to": "to"})
    if name == "crm.json":
        options = ImportOptions(
            map={
                "to": "properties.contact.emails[0].address",
                "body_text": "ai.draft",
                "request": "none.such",
            }
        )
    here, apart = said(ReadingHere(file, options, SECRET)), said(ReadingApart(file, options, SECRET))
    assert here == apart
    assert here[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [("none.json", None), ("empty.json", ""), ("table.csv", "a,b\n1,2\n"), ("photo.png", "\x00PNG")],
)
def test_a_file_that_can_not_be_read_is_said_in_the_same_words(
    tmp_path: Path, name: str, content: str | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, encoding="utf-8")
    reasons = []
    for reading in (ReadingHere(file, ImportOptions(), SECRET), ReadingApart(file, ImportOptions(), SECRET)):
        with pytest.raises(FileProblem) as problem:
            list(reading.batches())
        reasons.append((problem.value.reason, reading.format))
    assert reasons[0] == reasons[1]


def test_a_large_file_comes_in_and_is_known_the_second_time(desk: Desk, tmp_path: Path) -> None:
    count = 3 * BATCH_ITEMS + 1
    file = many(tmp_path / "drafts.jsonl", count)
    assert file.stat().st_size > APART_BYTES
    before = children()
    assert import_paths(desk, [file], ImportOptions()).added == count
    assert import_paths(desk, [file], ImportOptions()).known == count
    assert children() == before


def test_what_a_revision_holds_is_the_same_from_both(desk: Desk, tmp_path: Path) -> None:
    draft = {**LONG, "external_id": "a", "attachments": [NOTE]}
    take(desk, tmp_path / "first.jsonl", json.dumps(draft))
    lines = [json.dumps({**LONG, "external_id": f"n{number}"}) for number in range(600)]
    revised = take(desk, tmp_path / "again.jsonl", "\n".join([*lines, json.dumps({**draft, "subject": "Ü"})]))
    assert (revised.added, revised.revised) == (600, 1)
    known = take(desk, tmp_path / "third.jsonl", json.dumps({**draft, "subject": "Ü"}))
    assert known.known == 1


def test_a_stop_leaves_whole_batches_and_no_process(desk: Desk, tmp_path: Path) -> None:
    file = many(tmp_path / "drafts.jsonl", 10 * BATCH_ITEMS)
    before = children()
    seen: list[object] = []
    outcome = import_paths(desk, [file], ImportOptions(), seen.append, lambda: len(seen) >= 2)
    assert outcome.cancelled
    assert outcome.added == 2 * BATCH_ITEMS
    assert children() == before


def test_a_process_that_is_killed_is_said_and_what_came_before_is_in(desk: Desk, tmp_path: Path) -> None:
    file = many(tmp_path / "drafts.jsonl", 10 * BATCH_ITEMS)
    before = children()

    def kill(_progress: object) -> None:
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)

    outcome = import_paths(desk, [file], ImportOptions(), kill)
    assert outcome.added >= BATCH_ITEMS
    (refusal,) = outcome.errors
    assert refusal.sentence == (
        "drafts.jsonl: The process that reads it ended unexpectedly (SIGKILL, perhaps for want of memory). "
        "What came before is in; import the file again for the rest."
    )
    again = import_paths(desk, [file], ImportOptions())
    assert (again.known, again.known + again.added) == (outcome.added, 10 * BATCH_ITEMS)


def test_a_process_that_does_not_begin_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_apart, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(FileProblem, match=r"ended unexpectedly \(exit status 3\)"):
        list(ReadingApart(many(tmp_path / "a.jsonl", 1), ImportOptions(), SECRET).batches())


def test_without_a_further_process_the_program_reads_itself(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_apart, "COMMAND", (str(tmp_path / "nothing"),))
    file = many(tmp_path / "drafts.jsonl", 600)
    assert import_paths(desk, [file], ImportOptions()).added == 600


def test_who_stops_listening_ends_the_process(tmp_path: Path) -> None:
    file = many(tmp_path / "drafts.jsonl", 10 * BATCH_ITEMS)
    before = children()
    with closing(ReadingApart(file, ImportOptions(), SECRET).batches()) as batches:
        assert isinstance(next(batches), Batch)
        (reader,) = children() - before
    assert gone(reader)


_ENDED = """
import os, sys
from pathlib import Path
from outtray.intake.files import ImportOptions
from outtray.intake.reading_apart import ReadingApart
batches = ReadingApart(Path(sys.argv[1]), ImportOptions(), bytes(32)).batches()
next(batches)
(task,) = Path("/proc/self/task").iterdir()
print((task / "children").read_text().strip(), flush=True)
os.kill(os.getpid(), 9)
"""


def test_the_process_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    file = many(tmp_path / "drafts.jsonl", 10 * BATCH_ITEMS)
    killed = subprocess.run(
        [sys.executable, "-c", _ENDED, file], capture_output=True, text=True, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert gone(int(killed.stdout))


def test_ctrl_c_in_a_terminal_ends_with_the_counts(tmp_path: Path) -> None:
    file = many(tmp_path / "drafts.jsonl", 8_000)
    profile = tmp_path / "profile"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "outtray",
        "--profile",
        profile,
        "--practice",
        "import",
        file,
    ]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert within_seconds(60, lambda: _drafts(profile) > 0)
        # As a terminal does it: to every process of the foreground.
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 1, err
    assert out.endswith("0 already known, 0 refused. Stopped before the end.\n")
    assert int(out.split()[0]) % BATCH_ITEMS == 0
    assert _drafts(profile) == int(out.split()[0])


def _drafts(profile: Path) -> int:
    database = next(profile.glob("*.sqlite*"), None) or next(profile.glob("*.db"), None)
    if database is None:
        return 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM drafts").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_batch_comes_back_as_it_was_sent() -> None:
    refusal = Refusal(1, 2, "to", "not an address", b"{}", "Line")
    sent = (None, 1, 2, "to", "not an address", b"{}", "Line")
    assert received_batch([sent], 7) == Batch([refusal], 7)

"""Files larger than memory should ever be: read in a process of its own whose memory is bounded.

`OUTTRAY_MBOX_MB=1000 python -m pytest tests/intake/test_intake_large.py` makes the mbox 1 GB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.intake.files import DRAFT, mbox

ROOT = Path(__file__).resolve().parents[2]
MBOX_MEGABYTES = float(os.environ.get("OUTTRAY_MBOX_MB", "20"))
# What the program takes before it reads anything is about 60 MB; the rest must not grow with the file.
MOST_MEGABYTES = 160
_CHILD = """
import json, re, sys
from pathlib import Path
from outtray.intake.files import ImportOptions
from outtray.intake.import_files import import_paths
from tests.fakes.desks import make_desk
desk = make_desk(Path(sys.argv[1]))
outcome = import_paths(desk, [Path(sys.argv[2])], ImportOptions())
desk.close()
# Not getrusage: a process that was forked from a large one begins with that one's peak.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({**outcome.as_json(), "peak": peak}))
"""


def imported(folder: Path, file: Path) -> dict[str, int]:
    """The outcome of an import in a process of its own, with the most memory that it had, in MB."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, folder, file],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, int] = json.loads(done.stdout)
    return result


def write(path: Path, pieces: Iterator[bytes]) -> int:
    """Writes a file piece by piece; returns how many there were."""
    count = 0
    with path.open("wb") as out:
        for piece in pieces:
            out.write(piece)
            count += 1
    return count


def rows(count: int) -> Iterator[bytes]:
    yield b"external_id,to,subject,body_text,stage\n"
    for number in range(count):
        person = f"Person {number} <p{number}@example.com>"
        yield f'r{number},{person},No. {number},"Hello,\nNo. {number}.",lead\n'.encode()


def wrapped(count: int) -> Iterator[bytes]:
    yield b'{"meta": {"page": 1}, "drafts": ['
    for number in range(count):
        comma = b"," if number else b""
        yield comma + json.dumps({**DRAFT, "external_id": f"d{number}", "body_text": "Hello. " * 60}).encode()
    yield b'], "source": "nightly"}'


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_table_of_100000_rows_comes_in_with_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    assert write(file, rows(100_000)) == 100_001
    outcome = imported(tmp_path, file)
    assert (outcome["added"], outcome["refused"]) == (100_000, 0)
    assert outcome["peak"] < MOST_MEGABYTES


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_an_mbox_of_any_size_comes_in_with_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "all mail.mbox"
    count = write(file, mbox(MBOX_MEGABYTES))
    assert file.stat().st_size >= MBOX_MEGABYTES * 1_000_000
    outcome = imported(tmp_path, file)
    assert (outcome["added"], outcome["refused"]) == (count, 0)
    assert outcome["peak"] < MOST_MEGABYTES


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        (
            "long line.jsonl",
            lambda: iter([b'{"to": "', *[b"x" * 1_000_000] * 150, b'"}\n', json.dumps(DRAFT).encode()]),
        ),
        (
            "one string.json",
            lambda: iter(
                [b'[{"to": "', *[b"x" * 1_000_000] * 150, b'"}, ', json.dumps(DRAFT).encode(), b"]"]
            ),
        ),
        ("open quote.csv", lambda: iter([b'to,body\n"', *[b"x" * 1_000_000] * 110, b"\n"])),
        (
            "one message.mbox",
            lambda: iter([b"From x\nTo: a@example.com\n\n", *[b"x" * 999_999 + b"\n"] * 150]),
        ),
        ("brackets.json", lambda: iter([b"["] + [b"[" * 1_000_000] * 9)),
    ],
)
def test_one_item_that_is_too_large_costs_no_more_memory_than_it_may(
    tmp_path: Path, name: str, pieces: Callable[[], Iterator[bytes]]
) -> None:
    file = tmp_path / name
    write(file, pieces())
    outcome = imported(tmp_path, file)
    assert outcome["refused"] >= 1
    # An item of 50 MB may be held a few times over, as bytes and as text; the module `csv` takes four
    # bytes a character.
    assert outcome["peak"] < (1000 if name.endswith(".csv") else 500)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_array_within_an_object_is_read_with_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    write(file, wrapped(60_000))
    outcome = imported(tmp_path, file)
    assert (outcome["added"], outcome["refused"]) == (60_000, 0)
    assert outcome["peak"] < MOST_MEGABYTES

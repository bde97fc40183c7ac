"""Keeps a database of the newest revision for the tests of every later one: run it once a revision."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from outtray.model.draft import Attachment
from outtray.review.decide import reject
from outtray.review.undo import undo_last
from outtray.store.upgrade import NEWEST
from tests.fakes.desks import approve, make_desk, propose


def main() -> None:
    """Writes `<revision>.db.gz` beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder), account=True)
        file = Attachment("a.txt", "text/plain", b"invented")
        propose(desk, external_id="e-1", subject="Größe", attachments=[file], request="How big is it?")
        second = propose(desk, external_id="e-2", to="bo@example.org", subject="Approved")
        third = propose(desk, external_id="e-3", subject="Refused")
        reject(desk, [third], "Tone")
        approve(desk, second)
        undo_last(desk)
        desk.close()
        data = desk.profile.database.read_bytes()
    (Path(__file__).parent / f"{NEWEST}.db.gz").write_bytes(gzip.compress(data, mtime=0))


if __name__ == "__main__":
    main()

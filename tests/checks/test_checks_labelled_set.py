"""The labelled set stands as it was before the checks were written: nobody may tune it to them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).parent / "labelled"
FROZEN = {
    "clean.jsonl": "b4308ae08b77cff63024d57a9b95f7137e43df00a1f6ded75eae50c7f70535c3",
    "dangers.jsonl": "53103a6d667955e5356155a82d2957082cb75c52ce29e1ad8a230d84af4e59a9",
}


def test_the_labelled_set_is_the_one_that_was_frozen() -> None:
    for name, digest in FROZEN.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name


def test_it_holds_300_clean_messages_and_over_300_with_one_danger_each() -> None:
    clean = [json.loads(line) for line in (FOLDER / "clean.jsonl").open(encoding="utf-8")]
    dangers = [json.loads(line) for line in (FOLDER / "dangers.jsonl").open(encoding="utf-8")]
    assert len({message["body_text"] for message in clean}) == len(clean) == 300
    assert len({message["id"] for message in dangers}) == len(dangers) >= 300
    assert len({message["language"] for message in clean}) >= 20
    assert len({message["danger"] for message in dangers}) >= 50
    assert {message["carrier"] for message in dangers} <= {message["id"] for message in clean}

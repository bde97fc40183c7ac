"""What was changed in a text, as the runs of words that went out and those that came in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Words with the white space behind them, so that a text is its pieces put together again.
_PIECES = re.compile(r"\S+\s*|\s+")
# Comparing is quadratic where little is alike; beyond this, whole lines are compared.
_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: the words that went out and those that came in, either may be empty."""

    removed: str
    added: str


def edits(before: str, after: str) -> Iterator[Edit]:
    """The changes from one text to another, in the order of the text."""
    if before == after:
        return
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    # White space alone is no change that anybody could learn from.
    matcher = difflib.SequenceMatcher(
        None, [piece.strip() for piece in old], [piece.strip() for piece in new], autojunk=False
    )
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind != "equal":
            yield Edit("".join(old[old_from:old_to]).strip(), "".join(new[new_from:new_to]).strip())

"""Words that several use cases of review share."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """The number with its word: 1 draft, 2 drafts."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"

"""Numbers as they are given on the command line."""

from __future__ import annotations

import argparse

# What a database's whole number holds.
_MOST = 2**63 - 1


def number_from_1(text: str) -> int:
    """A whole number from 1 on; raises ArgumentTypeError for anything else."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 1 on")
    return number

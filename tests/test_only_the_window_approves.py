"""What the other doors are handed can't approve, whatever they take out of it."""

from __future__ import annotations

import gc
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from outtray.cli.main import parser
from outtray.review.approve import Approver
from tests.fakes.desks import make_desk

_PLAIN = (str, bytes, int, float, type(None), types.ModuleType)


def reachable(root: object) -> Iterator[Any]:
    """Everything of ours that can be reached from an object by attributes, containers and closures."""
    seen: set[int] = set()
    waiting: list[object] = [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, _PLAIN):
            continue
        seen.add(id(found))
        yield found
        # Classes and functions are code that can be imported anyway; the import contracts hold those.
        if not isinstance(found, type | types.FunctionType | types.BuiltinFunctionType):
            waiting += gc.get_referents(found)


def test_nothing_that_a_desk_holds_can_approve(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    try:
        held = list(reachable(desk))
        assert any(thing is desk.store for thing in held)
        assert not [thing for thing in held if isinstance(thing, Approver)]
        ours = [thing for thing in held if type(thing).__module__.startswith("outtray.")]
        assert not [thing for thing in ours if "approve" in " ".join(vars(type(thing)))]
    finally:
        desk.close()


def test_the_command_line_has_no_word_for_it() -> None:
    assert "approve" not in [word.strip("-") for word in parser().format_help().split() if word != "approve."]

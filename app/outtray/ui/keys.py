"""Keys as people read them, and the conflicts between commands."""

from __future__ import annotations

from collections.abc import Iterator

from outtray.ui.commands import BY_ID, COMMANDS, Command

_NAMES = {"Return": "Enter", "Esc": "Esc", "Space": "Space", "Up": "↑", "Down": "↓"}


def shown_key(command: str) -> str:
    """The command's first key as people read it ("Ctrl .", "a", "g r"); empty for none."""
    keys = BY_ID[command].keys
    return " ".join(caps(keys[0])) if keys else ""


def shown_keys(command: Command) -> list[list[str]]:
    """The keycaps of all keys of a command; two keys that people call the same stand once."""
    shown: list[list[str]] = []
    for key in command.keys:
        if caps(key) not in shown:
            shown.append(caps(key))
    return shown


def caps(key: str) -> list[str]:
    """The keycaps of a key in Qt's portable form: "G, A" has two, "Ctrl+." is one, "Ctrl ."."""
    return [_cap(part) for part in key.split(", ")]


def _cap(stroke: str) -> str:
    *modifiers, name = stroke.rsplit("+", stroke.count("+")) if stroke != "+" else [stroke]
    name = _NAMES.get(name, name)
    if not modifiers and len(name) == 1:
        name = name.lower()
    return " ".join([*modifiers, name])


def is_bare(key: str) -> bool:
    """Whether a key is one that writes a character in a text field: no Ctrl, Alt or function key in it."""
    return all(len(part.removeprefix("Shift+")) == 1 or part == "Space" for part in key.split(", "))


def conflicts() -> Iterator[tuple[str, Command, Command]]:
    """Keys that two commands claim on the same screen; a key that begins another's sequence is one too."""
    claimed: list[tuple[str, Command]] = []
    for command in COMMANDS:
        for key in command.keys:
            for other, owner in claimed:
                if _collide(key, other) and _meet(command, owner):
                    yield key, owner, command
            claimed.append((key, command))


def _collide(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}, ") or other.startswith(f"{one}, ")


def _meet(one: Command, other: Command) -> bool:
    return not one.screens or not other.screens or bool(one.screens & other.screens)

"""The rooms' own fixtures: a screen over a real desk, in a window that gives it real keys."""

from tests.ui.rooms.conftest import clock, room

__all__ = ["clock", "room"]

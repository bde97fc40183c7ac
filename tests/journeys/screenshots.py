"""Takes pictures of the real window on the practice desk, light and dark, for the documentation.

python -m tests.journeys.screenshots DIR [THEME…]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.journeys.window import Window, command, desk

THEMES = ("light", "dark")


def main(target: Path, themes: tuple[str, ...]) -> int:
    """Writes `<screen>-<theme>.png` for each screen into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="outtray-pictures-") as scratch,
        desk(Path(scratch) / "home") as surroundings,
    ):
        for theme in themes:
            profile = Path(scratch) / theme
            command(profile, "--practice", "settings", "set", "appearance.theme", theme)
            window = Window(profile, ("--practice",), surroundings)
            try:
                _walk(window, target, theme)
            finally:
                window.end()
    return 0


def _walk(window: Window, target: Path, theme: str) -> None:
    def picture(name: str) -> None:
        # What was asked for off the window's thread is on the screen a moment after the last key.
        window.wait("the window to settle", lambda: window.ask("look", "Mailboxes"))
        window.settle()
        window.picture(target / f"{name}-{theme}.png")
        print(target / f"{name}-{theme}.png", flush=True)

    window.see("Mailboxes")
    window.see("Approve")
    window.see_any("from ")
    picture("review")
    window.keys("i")
    picture("why")
    window.keys("i", "question")
    picture("keys")
    window.keys("Escape", "ctrl+k")
    window.type("go")
    picture("palette")
    window.keys("Escape", "r")
    picture("reject")
    window.keys("Escape", "e")
    window.wait("the editor", lambda: window.focused()["name"] == "Body")
    window.type("A word of mine. ")
    picture("edit")
    window.keys("ctrl+s")
    window.see("Approve")
    for key in ("x", "j", "x", "j", "x"):
        window.keys(key)
    window.keys("shift+a")
    picture("bulk")
    window.keys("Escape", "Escape")
    for screen, key in (("outbox", "o"), ("sent", "s"), ("failed", "f"), ("rules", "u"), ("audit", "a")):
        window.keys("g", key)
        picture(screen)
    window.keys("ctrl+comma")
    picture("settings")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), tuple(sys.argv[2:]) or THEMES))

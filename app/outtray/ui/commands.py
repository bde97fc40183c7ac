"""Every command of the window on one page: its name, its keys, where it lives.

The shortcuts, the menus, the `?` sheet and the palette are all made from `COMMANDS`; what a command
does is given by the window or by the screen that is shown (`Handler`). A test finds conflicts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The columns of the key sheet, and the menus."""

    MOVE = "Move"
    DECIDE = "Decide"
    LOOK = "Look"
    GO_TO = "Go to"
    PROGRAM = "Program"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person can ask for.

    `keys` are in Qt's portable form, a sequence of two parted by a comma ("G, A"); the first one is
    the one that is shown. `repeats` says whether a key that is held down acts again. `anywhere`: it
    acts in text fields and dialogs too. Commands of one key may share it only on different `screens`.
    """

    id: str
    title: str
    group: Group
    keys: tuple[str, ...] = ()
    repeats: bool = False
    anywhere: bool = False
    screens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Handler:
    """What a command does here, and why it can't be done now (None: it can)."""

    run: Callable[[], object]
    refusal: Callable[[], str | None] = lambda: None


_M, _D, _L, _G, _P = Group.MOVE, Group.DECIDE, Group.LOOK, Group.GO_TO, Group.PROGRAM

COMMANDS: tuple[Command, ...] = (
    Command("next", "Next", _M, ("J", "Down"), repeats=True),
    Command("previous", "Previous", _M, ("K", "Up"), repeats=True),
    Command("open", "Open", _M, ("Return", "O", "Enter")),
    Command("back", "Back to the list", _M, ("U", "Esc")),
    Command("readOn", "Read on", _M, ("Space",), repeats=True),
    Command("nextFinding", "Next finding", _M, ("N",), repeats=True),
    Command("previousFinding", "Previous finding", _M, ("P",), repeats=True),
    Command("nextRegion", "Next region", _M, ("F6",), anywhere=True),
    Command("previousRegion", "Previous region", _M, ("Shift+F6",), anywhere=True),
    Command("search", "Search drafts", _M, ("/", "Ctrl+F")),
    Command("approve", "Approve", _D, ("A", "Ctrl+Return", "Ctrl+Enter")),
    Command("reject", "Reject", _D, ("R",)),
    Command("edit", "Edit", _D, ("E",)),
    Command("snooze", "Snooze", _D, ("S", "H", "B")),
    Command("discard", "Discard", _D, ("#",)),
    Command("restore", "Put back into review", _D, ("Shift+R",)),
    Command("undo", "Undo", _D, ("Z", "Ctrl+Z")),
    Command("select", "Select", _D, ("X",)),
    Command("selectAll", "Select all", _D, ("Ctrl+A",)),
    Command("approveSelected", "Approve selected", _D, ("Shift+A",)),
    Command("fix", "Apply the fix of the finding", _D, ("F",)),
    Command("fixAll", "The same fix in all drafts", _D, ("Shift+F",)),
    Command("override", "Override the block", _D, ("Shift+O",)),
    Command("retry", "Retry", _D),
    Command("save", "Save", _D, ("Ctrl+S",), anywhere=True),
    Command("ruleUp", "Ask the rule earlier", _D, ("Alt+Up",), screens=frozenset({"rules"})),
    Command("ruleDown", "Ask the rule later", _D, ("Alt+Down",), screens=frozenset({"rules"})),
    Command("takeIn", "Take in new drafts", _D, (".",)),
    Command("why", "Why this draft", _L, ("I",)),
    Command("nextView", "Next view: text, HTML, hidden, source", _L, ("V",)),
    Command("changes", "What changed", _L, ("D",)),
    Command("sort", "Sort by", _L),
    Command("goReview", "Review", _G, ("G, R",)),
    Command("goSnoozed", "Snoozed", _G, ("G, Z",)),
    Command("goOutbox", "Outbox", _G, ("G, O",)),
    Command("goSent", "Sent", _G, ("G, S",)),
    Command("goFailed", "Failed", _G, ("G, F",)),
    Command("goRejected", "Rejected", _G, ("G, J",)),
    Command("goRules", "Rules", _G, ("G, U",)),
    Command("goAudit", "Audit log", _G, ("G, A",)),
    Command("settings", "Settings", _G, ("Ctrl+,",), anywhere=True),
    Command("pauseSending", "Pause sending", _P, ("Ctrl+.", "Ctrl+Shift+P"), anywhere=True),
    Command("resumeSending", "Resume sending", _P),
    Command("import", "Import…", _P, ("Ctrl+O",), anywhere=True),
    Command("newRule", "New rule", _P),
    Command("sourceReport", "Report per source", _P),
    Command("export", "Export", _P),
    Command("verify", "Verify the audit log", _P),
    Command("addAccount", "Connect Gmail…", _P),
    Command("practice", "Try it with practice mail", _P),
    Command("palette", "Commands", _P, ("Ctrl+K",), anywhere=True),
    Command("keys", "Keys", _P, ("?",)),
    Command("quit", "Quit", _P, ("Ctrl+Q",), anywhere=True),
)
BY_ID = {command.id: command for command in COMMANDS}

"""Looks at the accessibility tree for a journey; run by the system's own Python, which has pyatspi.

    /usr/bin/python3 reader.py PROCESS_ID

Reads one JSON request a line, {"do": "look" | "text" | "press" | "focused", "name": …, "role": …},
and answers each with one line: what was found, or null.
"""

import json
import sys

import pyatspi

DEEPEST = 40
MOST_CHILDREN = 400


def program(pid):
    """The program's root in the tree, None while it is not there."""
    for application in pyatspi.Registry.getDesktop(0):
        if application is not None and application.get_process_id() == pid:
            return application
    return None


def nodes(node, depth=0):
    """A node and all that is showing below it."""
    if depth > DEEPEST:
        return
    yield node
    for position in range(min(node.childCount, MOST_CHILDREN)):
        child = node.getChildAtIndex(position)
        if child is not None:
            yield from nodes(child, depth + 1)


def find(root, name, role):
    """The first showing node of this name and, where one is given, this role."""
    for node in nodes(root):
        if name is not None and (node.name or "") != name:
            continue
        if role is not None and node.getRoleName() != role:
            continue
        if node.getState().contains(pyatspi.STATE_SHOWING):
            return node
    return None


def focused(root):
    """What has the keyboard. Current items of lists count as focused to Qt wherever the keyboard is."""
    found = [node for node in nodes(root) if node.getState().contains(pyatspi.STATE_FOCUSED)]
    found.sort(key=lambda node: node.getRoleName() in {"list item", "table cell"})
    return told(found[0]) if found else None


def told(node):
    """What a journey wants to know of a node."""
    state = node.getState()
    return {
        "name": node.name or "",
        "role": node.getRoleName(),
        "description": node.description or "",
        "enabled": bool(state.contains(pyatspi.STATE_ENABLED) and state.contains(pyatspi.STATE_SENSITIVE)),
        "focused": bool(state.contains(pyatspi.STATE_FOCUSED)),
        "children": [
            child.name or ""
            for child in (node.getChildAtIndex(i) for i in range(min(node.childCount, 60)))
            if child
        ],
    }


def text_of(node):
    """The node's whole text, or its name where it has none."""
    try:
        text = node.queryText()
    except NotImplementedError:
        return node.name or ""
    return text.getText(0, text.characterCount)


def answer(pid, request):
    """The answer to one request."""
    root = program(pid)
    if root is None:
        return None
    if request["do"] == "names":
        return sorted(
            {
                node.name
                for node in nodes(root)
                if node.name and node.getState().contains(pyatspi.STATE_SHOWING)
            }
        )
    if request["do"] == "unnamed":
        return unnamed(root)
    if request["do"] == "focused":
        return focused(root)
    node = find(root, request.get("name"), request.get("role"))
    if node is None:
        return None
    if request["do"] == "press":
        node.queryAction().doAction(0)
        return True
    return text_of(node) if request["do"] == "text" else told(node)


def unnamed(root):
    """Controls that a person can work but that have no name."""
    roles = {
        "push button",
        "button",
        "toggle button",
        "check box",
        "text",
        "entry",
        "list",
        "table",
        "combo box",
        "spin button",
        "menu item",
        "page tab",
        "radio button",
    }
    return [
        node.getRoleName()
        for node in nodes(root)
        if node.getRoleName() in roles
        and not (node.name or "").strip()
        and node.getState().contains(pyatspi.STATE_SHOWING)
    ]


def main():
    """Answers until the input ends."""
    pid = int(sys.argv[1])
    for line in sys.stdin:
        try:
            found = answer(pid, json.loads(line))
        except Exception as error:  # noqa: BLE001 - the tree changes while it is read: the journey asks again
            found = None
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()

"""`outtray settings`: all settings with their values and meanings; changing one."""

from __future__ import annotations

import argparse
from typing import Any

from outtray.cli.output import confirm, say, say_json
from outtray.desk import Desk
from outtray.model.errors import Refused, UsageError
from outtray.model.events import OPERATOR
from outtray.model.settings import SETTINGS, parse_setting


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    settings = commands.add_parser("settings", help="all settings; change one")
    settings.add_argument("--json", action="store_true")
    settings.set_defaults(command=show_settings)
    actions = settings.add_subparsers(metavar="ACTION")
    change = actions.add_parser("set", help="change a setting")
    change.add_argument("name", metavar="NAME")
    change.add_argument("value", metavar="VALUE")
    change.set_defaults(command=change_setting)


def show_settings(desk: Desk, options: argparse.Namespace) -> int:
    """Prints every setting."""
    from outtray.store.settings import all_settings

    with desk.store.read() as connection:
        values = all_settings(connection)
    if options.json:
        say_json(
            {
                name: {"value": values[name], "default": setting.default, "meaning": setting.meaning}
                for name, setting in SETTINGS.items()
            }
        )
        return 0
    for name, setting in SETTINGS.items():
        say(f"{name} = {_shown(values[name])}")
        say(f"    {setting.meaning}")
    return 0


def change_setting(desk: Desk, options: argparse.Namespace) -> int:
    """Changes one setting; what loosens a safeguard is asked first."""
    from outtray.store.settings import get_setting, set_setting

    name = options.name
    new = parse_setting(name, options.value)
    setting = SETTINGS[name]
    if not setting.by_command:
        raise Refused("only_in_window", f"{name} is changed in the window only.")
    with desk.store.read() as connection:
        old = get_setting(connection, name)
    loosens = new != old and setting.loosens(old, new)
    if loosens and not confirm(
        f"{name}: {_shown(old)} becomes {_shown(new)}, which loosens a safeguard. Change it?"
    ):
        say("Nothing was changed.")
        return 1
    try:
        desk.store.write(lambda transaction: set_setting(transaction, name, new, OPERATOR))
    except ValueError as error:
        raise UsageError(str(error)) from error
    say(f"{name} = {_shown(new)}")
    return 0


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value not in ("", None, []) else "(none)"

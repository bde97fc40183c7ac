"""All settings, each declared once: name, type, default, meaning, and when a change loosens a safeguard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from outtray.model import check_settings as checks
from outtray.model.errors import UsageError
from outtray.model.operator_time import Quiet


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `parse` turns JSON or command-line text into the value and raises ValueError with
    a sentence; `loosens(old, new)` says whether the change takes a safeguard away. The value of a
    `personal` one names people and stays out of the audit log.
    """

    name: str
    default: Any
    meaning: str
    parse: Callable[[Any], Any]
    loosens: Callable[[Any, Any], bool] = lambda _old, _new: False
    by_command: bool = True
    personal: bool = False


def _whole(minimum: int, maximum: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        try:
            number = int(str(value).strip())
        except ValueError:
            raise ValueError(f"“{value}” is not a whole number.") from None
        if not minimum <= number <= maximum:
            raise ValueError(f"{number} is not between {minimum} and {maximum}.")
        return number

    return parse


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("A text is needed.")  # noqa: TRY004 - a ValueError is the contract of `parse`
    return value.strip()


def _truth(value: Any) -> bool:
    known = {
        "true": True,
        "on": True,
        "yes": True,
        "1": True,
        "false": False,
        "off": False,
        "no": False,
        "0": False,
    }
    try:
        return known[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"“{value}” is neither true nor false.") from None


def _choice(*values: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        text = str(value).strip().lower()
        if text not in values:
            raise ValueError(f"“{value}” is none of {', '.join(values)}.")
        return text

    return parse


def _quiet_hours(value: Any) -> str:
    text = str(value or "").strip()
    return "" if text.lower() == "off" else str(Quiet.parse(text))


def look_times(text: str) -> tuple[float, ...]:
    """The seconds of the setting `sending.look_again_seconds`."""
    return tuple(float(part) for part in text.split())


def _look_times(value: Any) -> str:
    parts = str(value or "").replace(",", " ").split()
    try:
        seconds = look_times(" ".join(parts))
    except ValueError:
        raise ValueError(f"“{value}” is not a list of seconds like 5 30 120.") from None
    if not seconds or list(seconds) != sorted(seconds) or not 0 <= seconds[0] <= seconds[-1] <= 3600:
        raise ValueError(f"“{value}” is not a rising list of at most 3600 seconds, like 5 30 120.")
    return " ".join(f"{one:g}" for one in seconds)


def _time_zone(value: Any) -> str:
    text = str(value or "").strip()
    if text:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"“{value}” is not the name of a time zone, such as Europe/Stockholm.") from None
    return text


def _link(value: Any) -> str:
    text = str(value or "").strip()
    if text and not re.fullmatch(r"https://[!-;=?-~]{3,800}", text):
        raise ValueError(f"“{value}” is not an https address.")
    return text


GMAIL_API = "https://gmail.googleapis.com"


def _endpoint(value: Any) -> str:
    text = str(value or "").strip().rstrip("/")
    if text in {"", GMAIL_API}:
        return ""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
        raise ValueError(f"“{value}” is neither {GMAIL_API} nor an address of this computer.")
    return text


GMAIL_API_ENVIRONMENT = "OUTTRAY_GMAIL_API"


def gmail_root(setting: str, named: str | None) -> str:
    """The root of the Gmail API, without a slash at its end: what OUTTRAY_GMAIL_API names (`named`), else
    the setting `gmail.api_endpoint`, else Google's own. Raises UsageError for any other computer.
    """
    try:
        return _endpoint(named or setting) or GMAIL_API
    except ValueError as error:
        raise UsageError(f"{GMAIL_API_ENVIRONMENT if named else 'gmail.api_endpoint'}: {error}") from error


def is_loopback(host: str) -> bool:
    """Whether a host name or address literal means this computer without asking any name server."""
    if host.lower() == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "sending.undo_seconds",
            30,
            "Seconds between an approval and the moment when the message may leave; at least 5.",
            _whole(5, 3600),
            lambda old, new: new < old,
        ),
        Setting(
            "sending.per_day",
            20,
            "Messages an account may send in a calendar day of the operator's time zone.",
            _whole(0, 100_000),
            lambda old, new: new > old,
        ),
        Setting(
            "sending.per_recipient_week",
            2,
            "Messages a recipient may get in the last 7 × 24 hours.",
            _whole(0, 1_000),
            lambda old, new: new > old,
        ),
        Setting(
            "sending.quiet_hours",
            "",
            "Hours in which nothing leaves, as 20:00-07:30 or mon-fri 20:00-07:30, sat-sun 00:00-24:00, in"
            " the operator's time zone; empty: none.",
            _quiet_hours,
            lambda old, new: bool(old) and new != old,
        ),
        Setting(
            "sending.look_again_seconds",
            "5 30 120",
            "Seconds after a call of unknown outcome at which Outtray looks what came of it, the last time at"
            " the last of them.",
            _look_times,
            lambda old, new: look_times(new)[-1] < look_times(old)[-1],
        ),
        Setting(
            "sending.list_unsubscribe",
            True,
            "Whether messages that are no replies carry List-Unsubscribe with your account's address.",
            _truth,
            lambda old, new: bool(old) and not new,
        ),
        Setting(
            "sending.unsubscribe_link",
            "",
            "Your https address where one POST is enough to unsubscribe (RFC 8058); empty: none.",
            _link,
        ),
        Setting(
            "gmail.api_endpoint",
            "",
            "Root of the Gmail API; empty: Google's own. Only an address of this computer may stand here.",
            _endpoint,
            lambda _old, new: bool(new),
        ),
        Setting(
            "rules.enabled",
            False,
            "Whether rules that are on may let mail through; switched in the window, under Rules.",
            _truth,
            lambda old, new: new and not old,
            by_command=False,
        ),
        Setting(
            "rules.sample",
            20,
            "One in so many messages that a rule would let through goes back to review; 0: none.",
            _whole(0, 1_000),
            lambda old, new: bool(old) and (not new or new > old),
        ),
        Setting("operator.name", "", "Your name, as recipients read it in From.", _text),
        Setting("operator.position", "", "Your position; fills [Your Position] in drafts.", _text),
        Setting("operator.company", "", "Your company; fills [Your Company] in drafts.", _text),
        Setting("operator.phone", "", "Your telephone number; fills [Your Phone] in drafts.", _text),
        Setting("operator.address", "", "Your postal address; fills [Your Address] in drafts.", _text),
        Setting("operator.time_zone", "", "IANA name of your time zone; empty: this computer's.", _time_zone),
        Setting(
            "checks.off",
            "",
            "Codes of the safety checks that are off, as in the findings of a draft.",
            checks.code_list,
            checks.has_gained,
        ),
        Setting(
            "checks.severities",
            "",
            "What a check weighs where it is not as built in, as phrase=block nine_digits=info.",
            checks.severity_list,
            checks.lowers,
        ),
        Setting(
            "checks.phrases",
            "",
            "Phrases you do not want to send, as guarantee => make sure; act now; empty: the built-in ones.",
            checks.phrase_list,
            lambda old, new: bool(new) and not set(old.split("; ")) <= set(new.split("; ")),
        ),
        Setting(
            "checks.denied",
            "",
            "Addresses and domains that nothing may go to.",
            checks.address_list,
            checks.has_lost,
            personal=True,
        ),
        Setting(
            "checks.allowed",
            "",
            "The only addresses and domains that anything may go to; empty: all.",
            checks.address_list,
            lambda old, new: bool(old) and (not new or checks.has_gained(old, new)),
            personal=True,
        ),
        Setting(
            "checks.countries",
            "",
            "Countries whose identity numbers are looked for, as SE PL DE; empty: all that are known.",
            checks.country_list,
            lambda old, new: bool(new) and (not old or checks.has_lost(old, new)),
        ),
        Setting(
            "checks.own_accounts",
            "",
            "Bank accounts (IBAN) of yours that may stand in a message.",
            checks.account_list,
            lambda old, new: bool(set(new.split(", ")) - set(old.split(", "))),
            personal=True,
        ),
        Setting(
            "checks.postal_address_required",
            False,
            "Whether your postal address has to stand in each message that is no reply.",
            _truth,
            lambda old, new: old and not new,
        ),
        Setting(
            "checks.override",
            "compliance content",
            "Blocks that you may override with a written reason: codes, or the groups personal, content,"
            " compliance, recipient, seen.",
            checks.code_list,
            checks.has_gained,
        ),
        Setting(
            "appearance.theme",
            "system",
            "Colours of the window: system, light or dark.",
            _choice("system", "light", "dark"),
        ),
        Setting("appearance.text_size", 100, "Size of the window's text in per cent.", _whole(90, 200)),
        Setting(
            "keys.bare_letters", True, "Whether single letters without Ctrl are keys of the window.", _truth
        ),
    )
}


def parse_setting(name: str, value: Any) -> Any:
    """The value of a setting from JSON or text; raises UsageError naming the setting and the reason."""
    if name not in SETTINGS:
        raise UsageError(f"There is no setting “{name}”. `outtray settings` lists them.")
    try:
        return SETTINGS[name].parse(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}", field=name) from error

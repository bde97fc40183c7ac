"""The operator's choices for the safety checks, between their settings' text and what the checks take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from outtray.model.check_facts import CheckChoices, Operator, Phrase
from outtray.model.findings import Severity

_CODE = re.compile(r"[a-z][a-z_]{1,62}")
_ENTRY = re.compile(r"[^\s,;<>\"()]{1,320}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ACCOUNT = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def _parts(value: Any) -> list[str]:
    return str(value or "").replace(",", " ").replace(";", " ").split()


def code_list(value: Any) -> str:
    """The codes of checks in a text, sorted; raises ValueError."""
    codes = sorted(set(_parts(value)))
    for code in codes:
        if not _CODE.fullmatch(code):
            raise ValueError(f"“{code}” is not the code of a check, such as phrase.")
    return " ".join(codes)


def severity_list(value: Any) -> str:
    """Pairs like `phrase=block`, sorted; raises ValueError."""
    pairs: dict[str, str] = {}
    for part in _parts(value):
        code, _, severity = part.partition("=")
        if not _CODE.fullmatch(code) or severity not in set(Severity):
            raise ValueError(f"“{part}” is not like phrase=block (or warn, or info).")
        pairs[code] = severity
    return " ".join(f"{code}={severity}" for code, severity in sorted(pairs.items()))


def severities_of(text: str) -> dict[str, Severity]:
    """The severities of the setting `checks.severities`."""
    return {code: Severity(value) for code, _, value in (part.partition("=") for part in text.split())}


def lowers(old: str, new: str) -> bool:
    """Whether a change of severities makes any check weigh less, or gives one a weight that it had not."""
    before, after = severities_of(old), severities_of(new)
    return any(
        severity.rank < before[code].rank if code in before else severity is not Severity.BLOCK
        for code, severity in after.items()
    ) or any(before[code] is Severity.BLOCK for code in before.keys() - after.keys())


def phrase_list(value: Any) -> str:
    """Phrases between semicolons, each with `=>` and what may stand in its place; raises ValueError."""
    phrases = []
    for part in re.split(r"[;\n]", str(value or "")):
        words, arrow, instead = (" ".join(piece.split()) for piece in part.partition("=>"))
        if not words:
            continue
        if len(words) > 200 or not any(character.isalnum() for character in words):
            raise ValueError(f"“{words[:60]}” is not a phrase.")
        phrases.append(f"{words} => {instead}" if arrow and instead else words)
    return "; ".join(dict.fromkeys(phrases))


def address_list(value: Any) -> str:
    """Addresses and domains between blanks; raises ValueError."""
    entries = sorted({entry.lstrip("@").removeprefix("*.") for entry in _parts(value)})
    for entry in entries:
        if not _ENTRY.fullmatch(entry) or "." not in entry.rpartition("@")[2]:
            raise ValueError(f"“{entry}” is neither an address nor a domain.")
    return " ".join(entries)


def country_list(value: Any) -> str:
    """Two-letter country codes; raises ValueError."""
    countries = sorted({part.upper() for part in _parts(value)})
    for country in countries:
        if not _COUNTRY.fullmatch(country):
            raise ValueError(f"“{country}” is not a country's two letters, such as SE.")
    return " ".join(countries)


def account_list(value: Any) -> str:
    """Bank accounts (IBAN) between commas; raises ValueError."""
    accounts = []
    for part in re.split(r"[,;\n]", str(value or "")):
        account = "".join(part.split()).upper()
        if not account:
            continue
        if not _ACCOUNT.fullmatch(account):
            raise ValueError(f"“{part.strip()}” is not the number of a bank account (IBAN).")
        accounts.append(account)
    return ", ".join(dict.fromkeys(accounts))


def has_lost(old: str, new: str) -> bool:
    """Whether a list lost one of its entries."""
    return bool(set(old.split()) - set(new.split()))


def has_gained(old: str, new: str) -> bool:
    """Whether a list got a new entry."""
    return bool(set(new.split()) - set(old.split()))


def choices_of(settings: Mapping[str, Any]) -> CheckChoices:
    """What the settings say, as the checks take it."""
    phrases = tuple(
        Phrase(words, instead or None)
        for words, _, instead in (
            part.partition(" => ") for part in settings["checks.phrases"].split("; ") if part
        )
    )
    countries = frozenset(settings["checks.countries"].split())
    return CheckChoices(
        off=frozenset(settings["checks.off"].split()),
        severities=severities_of(settings["checks.severities"]),
        phrases=phrases or None,
        denied=frozenset(settings["checks.denied"].split()),
        allowed=frozenset(settings["checks.allowed"].split()),
        countries=countries or None,
        own_accounts=frozenset(part for part in settings["checks.own_accounts"].split(", ") if part),
        postal_address_required=settings["checks.postal_address_required"],
    )


def operator_of(settings: Mapping[str, Any], addresses: frozenset[str]) -> Operator:
    """Who the operator is by the settings; `addresses` are those of the accounts."""
    return Operator(
        name=settings["operator.name"],
        position=settings["operator.position"],
        company=settings["operator.company"],
        phone=settings["operator.phone"],
        address=settings["operator.address"],
        addresses=addresses,
    )

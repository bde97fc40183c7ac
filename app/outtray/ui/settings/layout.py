"""Which setting stands on which page, and what people read beside it.

What lets rules act stands with the rules, not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the screen: its name, and the settings on it in order."""

    title: str
    icon: str
    settings: Sequence[str] = ()


PAGES: Sequence[Page] = (
    Page(
        "General",
        "ph.user-circle",
        (
            "operator.name",
            "operator.position",
            "operator.company",
            "operator.phone",
            "operator.address",
            "operator.time_zone",
        ),
    ),
    Page("Accounts", "ph.envelope-simple"),
    Page(
        "Sending",
        "ph.paper-plane-tilt",
        (
            "sending.undo_seconds",
            "sending.per_day",
            "sending.per_recipient_week",
            "sending.quiet_hours",
            "sending.list_unsubscribe",
            "sending.unsubscribe_link",
            "sending.look_again_seconds",
            "gmail.api_endpoint",
        ),
    ),
    Page(
        "Checks",
        "ph.shield-check",
        (
            "checks.phrases",
            "checks.denied",
            "checks.allowed",
            "checks.own_accounts",
            "checks.countries",
            "checks.postal_address_required",
            "checks.severities",
            "checks.off",
            "checks.override",
        ),
    ),
    Page("Rules", "ph.scales", ("rules.sample",)),
    Page("Appearance", "ph.palette", ("appearance.theme", "appearance.text_size")),
    Page("Keys", "ph.keyboard", ("keys.bare_letters",)),
)

TITLES: Mapping[str, str] = {
    "operator.name": "Your name",
    "operator.position": "Position",
    "operator.company": "Company",
    "operator.phone": "Telephone",
    "operator.address": "Postal address",
    "operator.time_zone": "Time zone",
    "sending.undo_seconds": "Undo window",
    "sending.per_day": "Messages a day",
    "sending.per_recipient_week": "Messages a week to one person",
    "sending.quiet_hours": "Quiet hours",
    "sending.list_unsubscribe": "Offer to unsubscribe",
    "sending.unsubscribe_link": "Unsubscribe address",
    "sending.look_again_seconds": "Looks after a call of unknown outcome",
    "gmail.api_endpoint": "Gmail's address",
    "checks.phrases": "Phrases not to send",
    "checks.denied": "Never to these",
    "checks.allowed": "Only to these",
    "checks.own_accounts": "Own bank accounts",
    "checks.countries": "Countries of identity numbers",
    "checks.postal_address_required": "A postal address in each message",
    "checks.severities": "Weights",
    "checks.off": "Checks that are off",
    "checks.override": "Blocks that may be overridden",
    "rules.sample": "One in so many comes back to you",
    "appearance.theme": "Colours",
    "appearance.text_size": "Text size",
    "keys.bare_letters": "Single letters are keys",
}
UNITS: Mapping[str, str] = {"sending.undo_seconds": " s", "appearance.text_size": " %"}
RANGES: Mapping[str, tuple[int, int]] = {
    "sending.undo_seconds": (5, 3600),
    "sending.per_day": (0, 100_000),
    "sending.per_recipient_week": (0, 1_000),
    "appearance.text_size": (90, 200),
    "rules.sample": (0, 1_000),
}
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "appearance.theme": (("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
}
EXAMPLES: Mapping[str, str] = {
    "sending.quiet_hours": "20:00-07:30",
    "operator.time_zone": "this computer's",
    "gmail.api_endpoint": "Google's own",
    "sending.unsubscribe_link": "https://",
    "checks.phrases": "guarantee => make sure; act now",
    "checks.denied": "example.org, ada@example.com",
    "checks.allowed": "all",
    "checks.countries": "all that are known",
    "checks.severities": "phrase=block",
}

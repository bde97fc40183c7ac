"""Which blocks an operator may override with a written reason, by the setting `checks.override`."""

from __future__ import annotations

from outtray.checks.check import Group
from outtray.checks.registry import CHECKS

# The words of the setting for whole groups.
GROUPS = {
    "personal": Group.PERSONAL,
    "content": Group.CONTENT,
    "compliance": Group.COMPLIANCE,
    "recipient": Group.RECIPIENT,
    "seen": Group.SEEN,
}
# What does harm that nobody can take back: only its own code opens it, never that of its group.
GUARDED = frozenset(
    {
        "api_key",
        "private_key",
        "password",
        "us_ssn",
        "national_number",
        "payment_card",
        "suppressed",
        "denied",
    }
)


def overridable(setting: str) -> frozenset[str]:
    """The codes whose blocks may be overridden."""
    words = frozenset(setting.split())
    groups = {GROUPS[word] for word in words if word in GROUPS}
    return frozenset(
        check.code
        for check in CHECKS
        if check.code in words or (check.group in groups and check.code not in GUARDED)
    )

"""The operator's time zone."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo


def operator_zone(name: str) -> tzinfo:
    """The zone of the setting `operator.time_zone` (an IANA name); this computer's where it is empty."""
    if name:
        return ZoneInfo(name)
    from tzlocal import get_localzone

    return get_localzone()

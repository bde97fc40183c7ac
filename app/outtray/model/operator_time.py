"""The operator's own time: the zone, where a calendar day begins and ends, quiet hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?(?P<from>[0-2]\d:[0-5]\d)-(?P<to>[0-2]\d:[0-5]\d)"
)
_MIDNIGHT = "24:00"


def operator_zone(name: str) -> tzinfo:
    """The operator's time zone by its IANA name; this computer's where it is empty."""
    if name:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    from tzlocal import get_localzone

    return get_localzone()


def day_bounds(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """When the calendar day of `now` begins and ends (UTC): 23 or 25 hours apart where the clocks change."""
    today = now.astimezone(zone).date()
    return _start_of(today, zone), _start_of(today + timedelta(days=1), zone)


def _start_of(day: date, zone: tzinfo) -> datetime:
    return wall_time(day, time(0), zone)


def wall_time(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant (UTC) of a time on the wall: the first of two where the clocks go back, and where they
    leave it out, the moment at which they jump over it.
    """
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # In the gap: with fold=1 the offset of after the jump counts, which names an instant before it.
    earlier = local.replace(fold=1).astimezone(UTC)
    later = local.replace(fold=0).astimezone(UTC)
    low, high = min(earlier, later), max(earlier, later)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours: for each range the weekdays on which it begins (0 is Monday), its start and its end.

    A range whose end is not after its start goes on into the next day.
    """

    ranges: tuple[tuple[frozenset[int], str, str], ...] = ()

    @staticmethod
    def parse(text: str) -> Quiet:
        """From `20:00-07:30`, or with weekdays `mon-fri 20:00-07:30, sat 00:00-24:00`; raises ValueError."""
        ranges = []
        for part in filter(None, "".join(text.lower().split()).replace("–", "-").split(",")):
            match = _RANGE.fullmatch(part)
            if match is None or match["from"] == match["to"] or not _is_time(match["from"], match["to"]):
                raise ValueError(
                    f"“{text}” is not a range like 20:00-07:30, nor like mon-fri 20:00-07:30, sat-sun"
                    " 00:00-24:00 (or off)."
                )
            ranges.append((_days(text, match["first"], match["last"]), match["from"], match["to"]))
        return Quiet(tuple(ranges))

    def __str__(self) -> str:
        """The form that `parse` takes, one way to write it."""
        return ", ".join(f"{_written(days)}{begin}-{end}" for days, begin, end in self.ranges)

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours that `now` lies in end (UTC); None where it lies in none."""
        end: datetime | None = None
        at = now
        # Ranges may touch one another, such as Friday night and all of Saturday; a week is the most.
        for _ in range(16):
            found = self._end_of(at, zone)
            if found is None:
                return end
            end = at = found
        return end

    def _end_of(self, at: datetime, zone: tzinfo) -> datetime | None:
        today = at.astimezone(zone).date()
        ends = [
            end
            for day in (today - timedelta(days=1), today)
            for days, begins, ends_at in self.ranges
            if day.weekday() in days
            for start, end in [_span(day, begins, ends_at, zone)]
            if start <= at < end
        ]
        return max(ends, default=None)


def _span(day: date, begins: str, ends: str, zone: tzinfo) -> tuple[datetime, datetime]:
    last = day if ends > begins and ends != _MIDNIGHT else day + timedelta(days=1)
    closing = time(0) if ends == _MIDNIGHT else time.fromisoformat(ends)
    return wall_time(day, time.fromisoformat(begins), zone), wall_time(last, closing, zone)


def _is_time(begins: str, ends: str) -> bool:
    return begins < _MIDNIGHT and ends <= _MIDNIGHT


def _days(text: str, first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    names = (first, last or first)
    if any(name not in _DAYS for name in names):
        raise ValueError(f"“{text}” names a day that is none of {', '.join(_DAYS)}.")
    begin, end = (_DAYS.index(name) for name in names)
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _written(days: frozenset[int]) -> str:
    if len(days) == 7:
        return ""
    first = next(day for day in sorted(days) if (day - 1) % 7 not in days)
    last = (first + len(days) - 1) % 7
    return f"{_DAYS[first]} " if first == last else f"{_DAYS[first]}-{_DAYS[last]} "

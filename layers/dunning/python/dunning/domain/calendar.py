"""Days and instants: a customer's zone, the instant of a local time, the local day of an instant.
No rule of dunning; nothing here reads a clock. Instants are whole seconds of UTC since 1970.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .regions import zone_of_region

DAY = 86_400
ONE_DAY = timedelta(days=1)
_FIRST_COMPARED = 1_577_836_800  # 2020-01-01
_LAST_COMPARED = 1_924_992_000  # 2031-01-01


class ZoneError(ValueError):
    """A time zone name that tzdata does not know."""


class Months(NamedTuple):
    """A span of calendar months; negative ones go back."""

    number: int


Duration = int | Months
"""A span as policies say it: so many days, or months."""


def later(day: date, span: Duration) -> date:
    """The day a span after another. Months clamp to the end of a shorter month, always counted
    from that day itself: 31 January and one month is 28 February. Stops at the calendar's ends."""
    if isinstance(span, int):
        try:
            return day + _days_of(span)
        except OverflowError:
            return date.min if span < 0 else date.max
    year, month = divmod(day.year * 12 + day.month - 1 + span.number, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if span.number < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def _days_of(span: int) -> timedelta:
    return timedelta(days=span)


def end_of_month(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ZoneError, which says what to write instead."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ZoneError(
            f"{name!r} is not a time zone; write an IANA name, as Europe/Berlin"
        ) from None


@cache
def zones_of_country() -> dict[str, tuple[str, ...]]:
    """IANA zones by ISO 3166 country, read from the pinned tzdata (its zone.tab)."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    return {country: tuple(names) for country, names in found.items()}


@cache
def only_zone(country: str | None, region: str | None = None) -> str | None:
    """The zone of a country whose clocks all show the same, else the one of a region that has just
    one, else None: a guess is not a zone."""
    code = (country or "").upper()
    names = zones_of_country().get(code, ())
    if names and all(_clock(name) == _clock(names[0]) for name in names[1:]):
        return names[0]
    return zone_of_region(code, region) if region else None


def same_time(one: str, other: str) -> bool:
    """Whether the clocks of two zones show the same from 2020 to 2030."""
    return one == other or _clock(one) == _clock(other)


@cache
def _clock(name: str) -> tuple[tuple[int, int], ...]:
    """What a zone's clocks show in these years: every change, as instant and offset from then on.
    Zones that differ in the past alone (Berlin and Busingen) are one to a reminder."""
    there = zone(name)

    def offset(at: int) -> int:
        shown = datetime.fromtimestamp(at, there).utcoffset()
        return int(shown.total_seconds()) if shown else 0

    changes = [(_FIRST_COMPARED, offset(_FIRST_COMPARED))]
    for start in range(_FIRST_COMPARED, _LAST_COMPARED, DAY):
        if offset(start + DAY) == changes[-1][1]:
            continue
        before, after = start, start + DAY
        while after - before > 1:
            middle = (before + after) // 2
            if offset(middle) == changes[-1][1]:
                before = middle
            else:
                after = middle
        changes.append((after, offset(after)))
    return tuple(changes)


@cache
def _offset_is_fixed(name: str) -> bool:
    return name in {"UTC", "Etc/UTC"}


def local_day(now: int, zone_name: str) -> date:
    """The calendar day in that zone at that instant."""
    if _offset_is_fixed(zone_name):
        return date.fromordinal(719_163 + now // DAY)
    return datetime.fromtimestamp(now, zone(zone_name)).date()


def instant(day: date, at: time, zone_name: str) -> int:
    """The instant of a local time on a day.

    A time that the clocks skip is moved on by the length of the gap; one that comes twice is the
    first of the two (PEP 495, fold 0).
    """
    # In a gap, fold 0 reads with the offset before it: the wall time lands just as far behind.
    return int(datetime.combine(day, at, zone(zone_name)).timestamp())


@lru_cache(maxsize=4_096)  # a run writes the same few instants into every account's keys
def iso_instant(now: int) -> str:
    """ISO 8601 with Z, whole seconds: 2026-11-22T08:00:00Z."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> int:
    """Seconds of an ISO 8601 instant; a text without an offset is refused (ValueError)."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write it in UTC, as 2026-11-22T08:00:00Z")
    return int(moment.timestamp())

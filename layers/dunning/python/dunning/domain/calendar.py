"""Days and instants: a customer's zone, the instant of a local time, the local day of an instant.
No rule of dunning; nothing here reads a clock. Instants are whole seconds of UTC since 1970.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY = 86_400


class ZoneError(ValueError):
    """A time zone name that tzdata does not know."""


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


def only_zone(country: str | None) -> str | None:
    """The zone of a country that has just one, else None: a guess is not a zone."""
    names = zones_of_country().get((country or "").upper(), ())
    return names[0] if len(names) == 1 else None


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


def iso_instant(now: int) -> str:
    """ISO 8601 with Z, whole seconds: 2026-11-22T08:00:00Z."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> int:
    """Seconds of an ISO 8601 instant; a text without an offset is refused (ValueError)."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write it in UTC, as 2026-11-22T08:00:00Z")
    return int(moment.timestamp())


def days(count: int) -> timedelta:
    """A span of whole days."""
    return timedelta(days=count)

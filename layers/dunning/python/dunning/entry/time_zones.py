"""Time-zone law as it is pinned: the package's copy, never the machine's, checked at the start.
A common Linux image is a year behind, and an hour in Vancouver is a call at a forbidden time.
"""

import zoneinfo
from datetime import datetime, timedelta

from tzdata import IANA_VERSION  # type: ignore[import-untyped]

from dunning.domain.calendar import zone

WITNESS = "America/Vancouver"
"""Keeps its summer time from 2026-11-01 on; older copies say -8."""
WITNESS_OFFSET = timedelta(hours=-7)


class TimeZonesError(RuntimeError):
    """The time-zone data that is read here is too old to decide by."""


def pin_time_zones() -> str:
    """Read zones from the pinned package alone from now on, and return its version. Raises
    TimeZonesError where that is too old."""
    if zoneinfo.TZPATH:
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()
        zone.cache_clear()
    return check_time_zones()


def check_time_zones() -> str:
    """The version of the pinned time-zone data. Raises TimeZonesError where what is read says
    that Vancouver is not seven hours behind UTC on 2026-12-01."""
    shown = datetime(2026, 12, 1, tzinfo=zoneinfo.ZoneInfo(WITNESS)).utcoffset()
    if shown != WITNESS_OFFSET:
        raise TimeZonesError(
            f"the time-zone data is out of date: {WITNESS} on 2026-12-01 is not seven hours behind"
            " UTC; set PYTHONTZPATH to nothing and install tzdata 2026.6 or newer"
        )
    return str(IANA_VERSION)

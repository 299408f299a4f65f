"""Day counts: how many interest days lie between two days, and what part of a year they are.
Interest runs from the day after `after` to `until`, that day included.
"""

from calendar import isleap
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Span(NamedTuple):
    """Interest days by a convention, and the part of a year that they are, exactly."""

    days: int
    years: Fraction


class DayCount(StrEnum):
    """The conventions. In each, a span is as long as its parts, wherever it is cut."""

    ACT_365F = "ACT/365F"
    """Calendar days over 365, in leap years too."""
    ACT_ACT = "ACT/ACT"
    """Calendar days over the days of the year that each of them lies in, 365 or 366."""
    THIRTY_360 = "30/360"
    """Months of 30 days over 360; a 31st counts as the 30th, February ends where it ends (30E)."""

    def span(self, after: date, until: date) -> Span:
        """The span from the day after `after` to `until`; nothing if that is no day at all."""
        if until <= after:
            return Span(0, Fraction(0))
        if self is DayCount.THIRTY_360:
            days = _thirty(until) - _thirty(after)
            return Span(days, Fraction(days, 360))
        days = (until - after).days
        if self is DayCount.ACT_365F:
            return Span(days, Fraction(days, 365))
        return Span(days, _years(until) - _years(after))


def _thirty(day: date) -> int:
    """Days since the year 0 in which every month has 30."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def _years(day: date) -> Fraction:
    """Years up to the end of a day."""
    passed = day.timetuple().tm_yday
    return day.year + Fraction(passed, 366 if isleap(day.year) else 365)

"""Quiet hours, Sundays and public holidays: when a channel may reach a place, in local time there.
An attempt is free only when it is free at every candidate place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dunning.domain.calendar import DAY, ONE_DAY, zone
from dunning.domain.gates import DEFER, DENY

from .attempt import SPOKEN
from .rule import Answer, Case

HORIZON_DAYS = 400
"""How far a free hour is looked for; a rule that leaves none in that time denies."""
_GAP = 3 * 3_600
"""Longer than any change of clocks."""
Closed = Callable[[datetime], bool]
"""Whether a local time is one at which nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` up to but not including `closes`, seconds of the local day, on those weekdays
    (0 is Monday), and not on public holidays of the place where `holidays` is set."""

    opens: int
    closes: int
    weekdays: frozenset[int] = frozenset(range(7))
    holidays: bool = False

    def answer(self, case: Case, at: int) -> Answer | None:
        """DEFER to the next opening that is one in every zone."""

        def closed(there: datetime) -> bool:
            return (
                not self.opens <= second_of(there) < self.closes
                or there.weekday() not in self.weekdays
                or (self.holidays and _holiday(case, there.date()))
            )

        return _deferred(case, at, closed, (self.opens,))


@dataclass(frozen=True, slots=True)
class Said:
    """Not at the hours that the person said are inconvenient."""

    def answer(self, case: Case, at: int) -> Answer | None:
        """DEFER to the end of those hours."""
        windows = case.attempt.inconvenient
        if not windows:
            return None

        def closed(there: datetime) -> bool:
            second, weekday = second_of(there), there.weekday()
            return any(w.start <= second < w.end and weekday in w.weekdays for w in windows)

        return _deferred(case, at, closed, tuple({0, *(w.end % DAY for w in windows)}))


def second_of(there: datetime) -> int:
    """Seconds of the wall clock since midnight."""
    return there.hour * 3_600 + there.minute * 60 + there.second


def next_free(
    at: int, zones: tuple[str, ...], closed: Closed, edges: tuple[int, ...]
) -> int | None:
    """The first instant from `at` on at which no zone is closed; None within the horizon.
    `edges`: the seconds of a day at which something may open, in each zone."""
    now, last = at, at + HORIZON_DAYS * DAY
    while now <= last:
        shut = next((name for name in zones if closed(_local(now, name))), None)
        if shut is None:
            return now
        opening = _opening(now, shut, closed, edges)
        if opening is None:
            return None
        now = opening
    return None


def _deferred(case: Case, at: int, closed: Closed, edges: tuple[int, ...]) -> Answer | None:
    zones = case.place.zones
    if not zones and case.attempt.channel in SPOKEN:
        return Answer(DENY)
    # A mail to somebody of whom no place is known keeps the hours of UTC: better than none.
    until = next_free(at, zones or ("UTC",), closed, edges)
    if until is None:
        return Answer(DENY)
    return Answer(DEFER, until) if until > at else None


def _opening(at: int, name: str, closed: Closed, edges: tuple[int, ...]) -> int | None:
    """The first instant after `at`, closed in that zone, at which it is not."""
    there = zone(name)
    day = _local(at, name).date()
    for ahead in range(-1, HORIZON_DAYS):
        if not date.min <= day <= date.max - timedelta(days=ahead + 2):
            return None
        begin = datetime.combine(day + ahead * ONE_DAY, datetime.min.time())
        openings = sorted(
            int((begin + timedelta(seconds=edge)).replace(tzinfo=there, fold=fold).timestamp())
            for edge in edges
            for fold in (0, 1)
        )
        for one in openings:
            if one > at and not closed(_local(one, name)):
                return _first_open(max(at, one - _GAP), one, name, closed)
    return None


def _first_open(before: int, opening: int, name: str, closed: Closed) -> int:
    """Where clocks skip the opening itself, what they skip to."""
    if closed(_local(opening - 1, name)):
        return opening
    low = before
    while opening - low > 1:
        middle = (low + opening) // 2
        if closed(_local(middle, name)):
            low = middle
        else:
            opening = middle
    return opening


def _local(at: int, name: str) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(zone(name))


def _holiday(case: Case, day: date) -> bool:
    """Whether it is a public holiday at any candidate place; of a country whose region is not
    known, whether it is one in any of its regions."""
    place, holidays = case.place, case.holidays
    for country in place.countries:
        known = [region for region in place.regions if region.startswith(f"{country}-")]
        if not known:
            if holidays.anywhere(country, day):
                return True
        elif any(holidays.holiday(region, day) for region in known):
            return True
    return False

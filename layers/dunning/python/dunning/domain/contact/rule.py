"""A rule: where it holds, from when to when, who says so, and its test. Each speaks for itself,
so the order of rules means nothing and one more can only forbid more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple, Protocol

from dunning.domain.calendar import instant, later, local_day

from .attempt import SPOKEN, TASK, Attempt
from .place import Place, in_city, place_of

UNKNOWN = "unknown"
"""Where a number rings, in a rule that means a place that is not known too."""
ANYWHERE = ("Etc/GMT-14", "Etc/GMT+12")
"""For days of a person of whom no zone is known: the first and the last place to have each."""


class PublicHolidays(Protocol):
    """Public holidays by calendar, a country (DE) or a region in it (DE-BY)."""

    def holiday(self, calendar: str, day: date) -> bool:
        """Whether it is a public holiday there."""

    def anywhere(self, country: str, day: date) -> bool:
        """Whether it is one in the country, or in any of its regions."""


class Answer(NamedTuple):
    """What a rule says: DENY, REVIEW, or DEFER until the first instant at which it would not. A
    DENY or REVIEW of which the end is known says it too, and is no DEFER for it."""

    decision: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An attempt with what was found of its place; what every test is handed."""

    attempt: Attempt
    place: Place
    classes: frozenset[str]
    """What the person counts as; empty: unknown."""
    holidays: PublicHolidays

    @property
    def day_zones(self) -> tuple[str, ...]:
        """The zones in which days are counted: a cap has to hold in each."""
        return self.place.zones or ANYWHERE


class Condition(Protocol):
    """The part of a rule that looks at the attempt. Total: no attempt raises."""

    def answer(self, case: Case, at: int) -> Answer | None:
        """What it says of an attempt at an instant; None: nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a rule speaks of. An empty set is everyone. What is unknown counts as meant, but for the
    country, for the region and city of what does not ring, and for line, place of ringing and
    source of the address, of which a rule names the unknown one where it means it too."""

    channels: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    first_party: bool | None = None
    purposes: frozenset[str] = frozenset()
    bot: bool | None = None
    lines: frozenset[str] = frozenset()
    not_lines: frozenset[str] = frozenset()
    rings_at: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    overdue_above: int | None = None

    def covers(self, case: Case) -> bool:
        """Whether the rule speaks of this attempt."""
        one = case.attempt
        return (
            one.channel != TASK
            and _among(one.channel, self.channels)
            and self._there(case)
            and (not self.classes or not case.classes or not case.classes.isdisjoint(self.classes))
            and self.first_party in (None, one.first_party, *_unless_known(one.first_party))
            and (not self.purposes or not one.purposes.isdisjoint(self.purposes))
            and self.bot in (None, one.bot)
            and (not self.lines or one.line in self.lines)
            and one.line not in self.not_lines
            and (not self.rings_at or (one.rings_at or UNKNOWN) in self.rings_at)
            and (not self.sources or one.address_source in self.sources)
            and (
                self.overdue_above is None
                or one.days_overdue is None
                or one.days_overdue > self.overdue_above
            )
        )

    def _there(self, case: Case) -> bool:
        place, rings = case.place, case.attempt.channel in SPOKEN
        if self.countries and place.countries.isdisjoint(self.countries):
            return False
        if not self.regions:
            return True
        if self.cities and place.city is not None and self._at_home(place):
            # The city is that of the address; of the number's state it says nothing.
            known = in_city(place.city, self.cities)
            told = place.region is None and bool(place.regions & self.regions)
            return known or (rings and told)
        if rings:
            return any(place.may_lie_in(region) for region in self.regions)
        # Mail goes to a person wherever the number was given out: an address says more.
        home = {place.region} if place.region else place.regions
        return not self.cities and not self.regions.isdisjoint(home)

    def _at_home(self, place: Place) -> bool:
        """Whether the address is, or may be, in one of the rule's regions."""
        if place.region is not None:
            return place.region in self.regions
        return any(region.partition("-")[0] in place.countries for region in self.regions)


def _among(word: str, words: frozenset[str]) -> bool:
    return not words or word in words


def _unless_known(said: bool | None) -> tuple[bool, ...]:
    return (True, False) if said is None else ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `policy`: ours, stricter than any law read; `verified`: its source was read."""

    id: str
    scope: Scope
    test: Condition
    source: str
    says: str
    verified: bool = True
    policy: bool = False
    start: date = date.min
    end: date | None = None

    def answer(self, case: Case, at: int) -> Answer | None:
        """What it says of an attempt at an instant, as far as it is in force and speaks of it."""
        if not self.scope.covers(case) or not self.in_force(case, at):
            return None
        said = self.test.answer(case, at)
        if said is None or said.until is None or self.end is None:
            return said
        return said._replace(until=min(said.until, self._over(case, self.end)))

    def in_force(self, case: Case, at: int) -> bool:
        """Whether it is in force on the local day of any candidate place."""
        if self.start == date.min and self.end is None:
            return True
        days = [local_day(at, zone) for zone in case.day_zones]
        return max(days) >= self.start and (self.end is None or min(days) <= self.end)

    @staticmethod
    def _over(case: Case, end: date) -> int:
        return max(instant(later(end, 1), time(0), zone) for zone in case.day_zones)


@dataclass(frozen=True, slots=True)
class AlsoConsumer:
    """A law that protects some who are no consumers as if they were: natural persons who owe or
    guarantee commercial debts up to an amount (in minor units)."""

    id: str
    regions: frozenset[str]
    classes: frozenset[str]
    natural: frozenset[str]
    """Classes that are natural persons themselves; of the others only guarantors are meant."""
    currency: str
    most: int
    start: date
    source: str

    def covers(self, attempt: Attempt, place: Place, day: date) -> bool:
        """Whether the person counts as a consumer; what is unknown is taken to be so."""
        said = attempt.customer_class
        return (
            day >= self.start
            and said in self.classes
            and (bool(place.regions) or attempt.channel in SPOKEN)
            and any(place.may_lie_in(region) for region in self.regions)
            and (said in self.natural or attempt.contact_is_guarantor is not False)
            and (
                attempt.amount is None
                or attempt.currency not in (None, self.currency)
                or attempt.amount <= self.most
            )
        )


def case_of(
    attempt: Attempt,
    also: tuple[AlsoConsumer, ...],
    holidays: PublicHolidays,
    at: int,
    consumer: str = "consumer",
) -> Case:
    """An attempt with its place, and everything that the person counts as at an instant."""
    place = place_of(attempt)
    classes = {attempt.customer_class} if attempt.customer_class else set()
    also = tuple([law for law in also if attempt.customer_class in law.classes])
    for zone in place.zones or ANYWHERE:
        if not also:
            break
        day = local_day(at, zone)
        if any(law.covers(attempt, place, day) for law in also):
            classes.add(consumer)
    return Case(attempt, place, frozenset(classes), holidays)


def first_free(candidates: list[int], at: int, free: Callable[[int], bool]) -> int | None:
    """The first of some instants after another at which something is free."""
    return next((one for one in sorted(set(candidates)) if one > at and free(one)), None)

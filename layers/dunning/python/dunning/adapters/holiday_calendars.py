"""Public holidays and weekends of countries and their regions, from the `holidays` library.
It is loaded (a quarter of a second) when a calendar is first asked, so most functions never do.
"""

from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dunning.domain.business_days import WEEKENDS, is_code
from dunning.domain.fields import nearest

if TYPE_CHECKING:
    from holidays import HolidayBase

MOST_DAYS = 200_000
"""Answers that are kept: some five hundred years of days."""

MOST_REGIONS = 60
"""A country of more is divided into towns here, not into regions."""


class HolidayCalendars:
    """The calendars of every country that the library knows."""

    def holiday(self, calendar: str, day: date) -> bool:
        return _holiday(calendar, day)

    def anywhere(self, country: str, day: date) -> bool:
        """Whether it is a public holiday in the country, or in any of its regions; not the days of
        the patrons of towns, of which Italy alone has a hundred."""
        regions = _countries().get(country, frozenset())
        if len(regions) > MOST_REGIONS:
            regions = frozenset()
        return _holiday(country, day) or any(
            _holiday(f"{country}-{region}", day) for region in regions
        )

    def weekend(self, calendar: str, day: date) -> bool:
        known = _known(calendar)
        return WEEKENDS.weekend(calendar, day) if known is None else day.weekday() in known.weekend

    def problem(self, calendar: str) -> str | None:
        if not is_code(calendar):
            return f"{calendar!r} is not a calendar; write a country as DE, or a region as DE-BY"
        country, _, region = calendar.partition("-")
        regions = _countries().get(country)
        if regions is None:
            return f"no holidays are known of {country!r}; write a country of ISO 3166, as DE"
        if not region or region in regions:
            return None
        if not regions:
            return f"{country} has no regions with holidays of their own; write {country}"
        return f"{region!r} is no region of {country}; {nearest(region, regions)}"


@lru_cache(maxsize=MOST_DAYS)
def _holiday(calendar: str, day: date) -> bool:
    known = _known(calendar)
    return known is not None and day in known


@cache
def _countries() -> dict[str, frozenset[str]]:
    """The regions of each country, by their codes."""
    from holidays import list_supported_countries

    found = list_supported_countries(include_aliases=False)
    return {code: frozenset(regions) for code, regions in found.items() if len(code) == 2}


@cache
def _known(calendar: str) -> "HolidayBase | None":
    """The holidays of a country, or of its region by code or name; None: the country is unknown."""
    country, _, region = calendar.partition("-")
    if country not in _countries():
        return None
    from holidays import country_holidays

    plain = country_holidays(country)
    code = plain.subdivisions_aliases.get(region, region)
    if code not in _countries()[country]:
        return plain
    return country_holidays(country, subdiv=code)

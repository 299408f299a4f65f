"""Where the person may be: every country, region and zone that anything known of them points to.
No rule: a rule has to hold at all of these places.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from dunning.domain.calendar import only_zone, same_time, zones_of_country
from dunning.domain.regions import zone_of_region

from .attempt import Attempt, Number
from .states import STATE_CODES, ZONES_OF_SPLIT_REGION

US = "US"
_SAINT = re.compile(r"^st ")
_NOT_A_CITY = frozenset({"ny", "new york", "us", "usa"})


@dataclass(frozen=True, slots=True)
class Place:
    """Candidates, from the number, the address and what the person said, together."""

    countries: frozenset[str]
    regions: frozenset[str]
    """As US-MA; empty: unknown."""
    region: str | None
    """That of the address: the only one that the city speaks of."""
    city: str | None
    zones: tuple[str, ...]
    certain: bool
    """Whether the zones rest on more than a country that has several."""

    def may_lie_in(self, region: str) -> bool:
        """Whether that region is a candidate; where none is known, whether a candidate zone shows
        the time of that region."""
        if self.regions:
            return region in self.regions
        country = region.partition("-")[0]
        if country not in self.countries:
            return False
        there = zones_of(country, region)
        return (
            not self.certain
            or not there
            or any(same_time(one, zone) for one in there for zone in self.zones)
        )


def place_of(attempt: Attempt) -> Place:
    """Every candidate for where the person of an attempt is."""
    return _place_of(
        attempt.number, attempt.country, attempt.region, attempt.city, attempt.time_zone
    )


@lru_cache(maxsize=4_096)
def _place_of(
    number: Number | None,
    country: str | None,
    region: str | None,
    city: str | None,
    time_zone: str | None,
) -> Place:
    countries = {country} if country else set()
    regions = {region} if region else set()
    zones: set[str] = {time_zone} if time_zone else set()
    if number:
        countries |= {number.country} if number.country else set()
        regions |= set(number.regions)
        # An area code is told one zone where its state has two (219, Gary, is said to be Eastern).
        zones |= set(number.zones).union(*(zones_of(US, region) for region in number.regions))
    address = zones_of(country, region) if country else frozenset()
    same_country = number is not None and number.country == country and number.zones
    certain = bool(zones or address)
    if country and not address and not same_country and not time_zone:
        # Somewhere in a country of several zones, and nothing says where: all of them.
        address = frozenset(zones_of_country().get(country, ()))
    zones |= address
    return Place(
        countries=frozenset(countries),
        regions=frozenset(regions),
        region=region,
        city=city,
        zones=tuple(sorted(zones)),
        certain=certain,
    )


@lru_cache(maxsize=4_096)
def zones_of(country: str, region: str | None) -> frozenset[str]:
    """The zones of a country with one time, else of its region; empty where neither is known."""
    one = only_zone(country)
    if one is not None:
        return frozenset((one,))
    if not region:
        return frozenset()
    split = ZONES_OF_SPLIT_REGION.get(region)
    if split is not None:
        return frozenset(split)
    single = zone_of_region(country, region)
    return frozenset((single,)) if single else frozenset()


def in_city(said: str, cities: frozenset[str]) -> bool:
    """Whether a city as an address writes it is one of some: also with its state behind it
    (`Brooklyn, NY`), or with another of them (`Astoria, Queens`)."""
    plain = " ".join(said.lower().replace(".", "").split())
    parts = [one for part in re.split(r"[,;/()]", plain) if (one := part.strip())]
    while len(parts) > 1 and parts[-1] in _NOT_A_CITY:
        parts.pop()  # the state, which is called as the city is
    return any(
        one in cities or one.removesuffix(" ny") in cities
        for part in parts
        for one in (part, _SAINT.sub("saint ", part))
    )


def region_code(country: str | None, region: str | None) -> str | None:
    """A region as US-MA, from MA, us-ma or Massachusetts; None where it is not recognised as one,
    which is to be taken as unknown and not as another."""
    said = " ".join((region or "").split())
    if not said:
        return None
    code = said.upper()
    head, dash, _ = code.partition("-")
    if dash and len(head) == 2 and country in (None, head):
        country, code = head, code[3:]
    if not country:
        return None
    if country == US:
        plain = said.lower().replace(".", "").replace(",", "")
        code = STATE_CODES.get(plain, code.replace(".", "").replace(" ", ""))
        code = "DC" if plain.startswith("washington d") else code
        return f"{US}-{code}" if code in STATE_CODES.values() else None
    return f"{country}-{code}" if code.isalnum() and len(code) <= 3 else None

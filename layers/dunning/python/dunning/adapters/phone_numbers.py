"""Telephone numbers by the numbering plans of libphonenumber: country, kind, and where they may be.
It is loaded (a fifth of a second) with the first number, so most functions never do.
"""

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from dunning.domain.calendar import only_zone, zones_of_country
from dunning.domain.contact.attempt import LANDLINE, MOBILE, OTHER_LINE, TOLL_FREE, VOIP, Number

NORTH_AMERICA = 1
MOST_NUMBERS = 10_000


@lru_cache(maxsize=MOST_NUMBERS)
def phone_number(text: str, country: str | None = None) -> Number | None:
    """What a number tells, as a person writes it; without its calling code, as one of that country.
    None: no number that could be dialled."""
    import phonenumbers as plan
    from phonenumbers import timezone

    try:
        found = plan.parse(text, country)
    except plan.NumberParseException:
        return None
    if not plan.is_possible_number(found):
        return None
    kinds = plan.PhoneNumberType
    line = {
        kinds.FIXED_LINE: LANDLINE,
        kinds.MOBILE: MOBILE,
        kinds.VOIP: VOIP,
        kinds.TOLL_FREE: TOLL_FREE,
        # In North America the two cannot be told apart; what is not known is said to be so.
        kinds.FIXED_LINE_OR_MOBILE: None,
        kinds.UNKNOWN: None,
    }.get(plan.number_type(found), OTHER_LINE)
    region = plan.region_code_for_number(found)
    whole = timezone.time_zones_for_number(found)
    one = only_zone(region)
    zones = (one,) if one else whole
    placed = line not in (TOLL_FREE, OTHER_LINE) and not _of_a_whole_code(found.country_code, zones)
    return Number(
        e164=plan.format_number(found, plan.PhoneNumberFormat.E164),
        country=region if region and len(region) == 2 and region.isalpha() else None,
        regions=_states(str(found.national_number)) if region == "US" and placed else (),
        zones=tuple(sorted(zone for zone in zones if zone != _UNKNOWN)) if placed else (),
        line_type=line,
    )


@lru_cache(maxsize=MOST_NUMBERS)
def e164(text: str, country: str | None = None) -> str | None:
    """A number as it is dialled from anywhere; None: no number that could be."""
    import phonenumbers as plan

    try:
        found = plan.parse(text, country)
    except plan.NumberParseException:
        return None
    if not plan.is_possible_number(found):
        return None
    return plan.format_number(found, plan.PhoneNumberFormat.E164)


_UNKNOWN = "Etc/Unknown"


def _of_a_whole_code(calling_code: int | None, zones: tuple[str, ...]) -> bool:
    """Whether the zones are those of everything behind a calling code, and of several: then the
    number itself tells nothing."""
    if len(zones) < 2:
        return False
    if calling_code == NORTH_AMERICA:
        return len(zones) > len(zones_of_country()["US"]) // 2
    return set(zones) == _zones_behind(calling_code)


@cache
def _zones_behind(calling_code: int | None) -> frozenset[str]:
    from phonenumbers.tzdata import TIMEZONE_DATA

    return frozenset(TIMEZONE_DATA.get(str(calling_code), ()))


def _states(national: str) -> tuple[str, ...]:
    state = _area_codes().get(national[:3])
    return (f"US-{state}",) if state else ()


@cache
def _area_codes() -> dict[str, str]:
    text = files("dunning.rulesets").joinpath("area_codes.toml").read_text(encoding="utf-8")
    states = tomllib.loads(text)["states"]
    return {code: state for state, codes in states.items() for code in codes.split()}

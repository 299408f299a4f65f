"""Whose clock a customer lives by: the country's where all show the same, the region's where it has
one alone; where it is not certain, nobody guesses.
"""

from datetime import UTC, datetime, timedelta

import pytest
from dunning.domain.calendar import only_zone, zone, zones_of_country
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer, zone_of
from dunning.domain.regions import ZONE_OF_REGION, zone_of_region


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("DE", "Europe/Berlin"),
        ("de", "Europe/Berlin"),
        ("GB", "Europe/London"),
        ("AR", "America/Argentina/Buenos_Aires"),
        ("ES", None),
        ("PT", None),
        ("US", None),
        ("CL", None),
        ("XX", None),
        ("", None),
        (None, None),
    ],
)
def test_zones_of_a_country_that_show_the_same_count_as_one(
    country: str | None, expected: str | None
) -> None:
    assert only_zone(country) == expected


def test_what_counts_as_one_shows_the_same_at_every_hour_of_these_years() -> None:
    several = [c for c, names in zones_of_country().items() if len(names) > 1 and only_zone(c)]
    assert "DE" in several
    for country in several:
        at = datetime(2020, 1, 1, tzinfo=UTC)
        zones = [zone(name) for name in zones_of_country()[country]]
        while at.year < 2031:
            shown = {at.astimezone(one).utcoffset() for one in zones}
            assert len(shown) == 1, (country, at)
            at += timedelta(hours=17)


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("US", "NY", "America/New_York"),
        ("us", "us-ca", "America/Los_Angeles"),
        ("US", " ca ", "America/Los_Angeles"),
        ("CA", "AB", "America/Edmonton"),
        ("AU", "AU-QLD", "Australia/Brisbane"),
        ("BR", "SP", "America/Sao_Paulo"),
        ("MX", "ROO", "America/Cancun"),
        ("US", "TX", None),
        ("US", "AZ", None),
        ("CA", "ON", None),
        ("AU", "NSW", None),
        ("BR", "AM", None),
        ("MX", "NAY", None),
        ("US", "Gotham", None),
        ("DE", "BY", "Europe/Berlin"),
    ],
)
def test_a_region_has_a_zone_where_it_has_just_one(
    country: str, region: str, expected: str | None
) -> None:
    assert only_zone(country, region) == expected


def test_every_zone_of_the_table_is_one_of_its_country() -> None:
    for (country, region), name in ZONE_OF_REGION.items():
        assert name in zones_of_country()[country], (country, region)
        assert zone_of_region(country, f"{country}-{region}") == name


def test_a_customer_s_own_zone_comes_first_then_the_region_s_then_the_creditor_s() -> None:
    creditor = Creditor("acme", time_zone="Europe/Vienna")
    here = Customer("c", country="US", region="CA")
    assert zone_of(here, creditor) == "America/Los_Angeles"
    assert zone_of(Customer("c", country="US", region="TX"), creditor) == "Europe/Vienna"
    own = Customer("c", country="US", region="CA", time_zone="America/Denver")
    assert zone_of(own, creditor) == "America/Denver"

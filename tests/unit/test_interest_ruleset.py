"""The shipped figures of interest: what they must be, when they run out, how bad data is told."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from dunning.adapters.rulesets import interest_ruleset, read_ruleset
from dunning.domain.charges.reference_rate import ChargeError, ReferenceRate, Row, RulesetError

# compliance rules, section 3: from, ECB, German base, Bank of England
TABLE = """
2022-07-01  0.00 -0.88 1.25
2023-01-01  2.50  1.62 3.50
2023-07-01  4.00  3.12 5.00
2024-01-01  4.50  3.62 5.25
2024-07-01  4.25  3.37 5.25
2025-01-01  3.15  2.27 4.75
2025-07-01  2.15  1.27 4.25
2026-01-01  2.15  1.27 3.75
2026-07-01  2.40  1.52 3.75
"""
HALF_YEARS = [
    date(year, month, day)
    for year in range(2014, 2027)
    for month, day in ((1, 1), (6, 30), (7, 1), (12, 31))
]


def rate(reference: str, day: date) -> Decimal:
    return interest_ruleset().references[reference].row(day).rate


@pytest.mark.parametrize("line", TABLE.split("\n")[1:-1])
def test_the_rates_are_those_of_the_compliance_rules(line: str) -> None:
    day, ecb, base, bank = line.split()

    found = [rate(one, date.fromisoformat(day)) for one in ("ecb_mro", "de_base", "boe_bank")]

    assert found == [Decimal(ecb), Decimal(base), Decimal(bank)]


@pytest.mark.parametrize("day", HALF_YEARS)
def test_the_german_base_rate_is_the_ecb_rate_less_088(day: date) -> None:
    assert rate("de_base", day) == rate("ecb_mro", day) - Decimal("0.88")


def test_the_austrian_base_rate_moves_by_half_a_point_or_not_at_all() -> None:
    rates = [row.rate for row in interest_ruleset().references["at_base"].rows]

    steps = [abs(b - a) for a, b in pairwise(rates) if a != b]

    assert steps
    assert min(steps) >= Decimal("0.5")


@pytest.mark.parametrize(
    ("reference", "day", "verified"),
    [
        ("de_base", date(2026, 1, 1), True),
        ("de_base", date(2026, 7, 1), False),
        ("ecb_mro", date(2026, 7, 1), False),
        ("boe_bank", date(2026, 1, 1), False),
        ("boe_bank", date(2026, 7, 1), True),
        ("at_base", date(2023, 1, 1), True),
        ("at_base", date(2023, 7, 1), False),
    ],
)
def test_what_was_not_read_at_its_source_is_marked(
    reference: str, day: date, verified: bool
) -> None:
    row = interest_ruleset().references[reference].row(day)

    assert row.verified is verified
    assert row.source


def test_every_law_names_its_source() -> None:
    for classes in interest_ruleset().regimes.values():
        assert all(terms.source for dated in classes.values() for terms in dated)


@pytest.mark.parametrize(
    ("today", "alarms"),
    [
        (date(2026, 11, 22), 0),
        (date(2026, 12, 24), 0),
        (date(2026, 12, 25), 4),
        (date(2027, 1, 2), 4),
    ],
)
def test_seven_days_before_the_new_half_year_every_table_without_it_is_named(
    today: date, alarms: int
) -> None:
    found = interest_ruleset().runs_out(today)

    assert len(found) == alarms
    assert all(one.first_missing == date(2027, 1, 1) for one in found)
    assert all(one.days_left == (date(2027, 1, 1) - today).days for one in found)


def test_a_table_that_has_the_next_half_year_does_not_run_out() -> None:
    row = Row(date(2026, 7, 1), date(2027, 6, 30), Decimal(1), "here", True)

    assert ReferenceRate("r", "a rate", (row,)).runs_out(date(2026, 12, 30)) is None


@pytest.mark.parametrize(
    ("regime", "customer_class"),
    [
        ("EU", "consumer"),
        ("UK", "consumer"),
        ("IE", "consumer"),
        ("FR", "consumer"),
        ("none", "business"),
    ],
)
def test_a_class_without_a_statute_and_no_regime_at_all_have_no_terms(
    regime: str, customer_class: str
) -> None:
    assert interest_ruleset().terms(regime, customer_class, date(2026, 5, 1)) is None


def test_a_regime_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(ChargeError, match="EU, DE, UK, IE, FR, AT, none"):
        interest_ruleset().terms("US", "business", date(2026, 5, 1))


def test_a_debt_from_before_the_law_is_told_and_not_charged_by_it() -> None:
    with pytest.raises(ChargeError, match="known from 2014-07-29 on"):
        interest_ruleset().terms("DE", "business", date(2014, 7, 28))


GOOD = """
version = "1"
[sources]
s = {verified = true, read_on = 2026-01-01, what = "here"}
[references.r]
name = "a rate"
rows = [
  {from = 2025-01-01, until = 2025-06-30, rate = 1, source = "s"},
  {from = 2025-07-01, until = 2025-12-31, rate = 2.5, source = "s"},
]
[[regimes.X]]
classes = ["business"]
from = 2025-01-01
reference = "r"
margin = 3
mode = "SEMESTER_FLOATING"
day_count = "ACT/365F"
compensation = {currency = "EUR", bands = [["0.00", "40.00"]]}
source = "s"
"""


def test_a_ruleset_is_read_with_its_exact_decimals() -> None:
    ruleset = read_ruleset(GOOD)

    assert ruleset.references["r"].row(date(2025, 7, 1)).rate == Decimal("2.5")
    terms = ruleset.terms("X", "business", date(2025, 7, 1))
    assert terms is not None
    assert terms.compensation is not None
    assert terms.compensation.of(1) == 4_000


def test_later_terms_of_a_class_follow_the_earlier_ones_from_their_day_on() -> None:
    later = GOOD[GOOD.index("[[regimes.X]]") :].replace("2025-01-01", "2025-08-01", 1)
    ruleset = read_ruleset(GOOD + later.replace("margin = 3", "margin = 4"))

    margins = [
        terms.margin if (terms := ruleset.terms("X", "business", day)) else None
        for day in (date(2025, 7, 31), date(2025, 8, 1))
    ]

    assert margins == [3, 4]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("version", "= ", "interest.toml"),
        ('version = "1"', "", "version is missing"),
        ("2025-07-01, until", "2025-08-01, until", "write 1 January or 1 July"),
        ("2025-06-30", "2025-06-29", "write a 30 June or 31 December"),
        ("2025-07-01, until", "2025-01-01, until", "after 2025-06-30 comes 2025-07-01"),
        ("rate = 2.5", 'rate = "2.5"', "row 2: rate = 2.5 is not of the kind Decimal"),
        ("rate = 2.5", "rates = 2.5", "did you mean 'rate'"),
        ('2.5, source = "s"', '2.5, source = "t"', "row 2: source: 't'"),
        ('reference = "r"', 'reference = "q"', "reference: 'q'"),
        ("SEMESTER_FLOATING", "SEMESTER_FLOTING", "did you mean 'SEMESTER_FLOATING'"),
        ("ACT/365F", "ACT/360", "day_count"),
        ('["business"]', '["busines"]', "did you mean 'business'"),
        ('["business"]', "[]", "classes is empty"),
        ('"40.00"]]', '"40.001"]]', "more decimals than EUR"),
        ('"40.00"]]', '"40.00"], ["0.00", "30.00"]]', "in the order of their amounts"),
        ("regimes.X", "regimes.none", "the name stands for no interest"),
        ("verified = true", "verified = 1", "verified"),
    ],
)
def test_a_mistake_in_the_data_is_told_by_its_place(was: str, becomes: str, said: str) -> None:
    assert was in GOOD

    with pytest.raises(RulesetError, match=said.replace("[", r"\[")):
        read_ruleset(GOOD.replace(was, becomes, 1))


def test_terms_of_one_class_out_of_order_are_refused() -> None:
    with pytest.raises(RulesetError, match="in the order of their days"):
        read_ruleset(GOOD + GOOD[GOOD.index("[[regimes.X]]") :])

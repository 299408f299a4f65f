"""Worked cases C1-C3 (interest and a fee) and F3, F5 (fees by band, and on the principal alone)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from dunning.domain.charges.claim import Claim
from dunning.domain.charges.fees import Band, Banded, Charged, Fixed, Percent, fee_at, fee_of
from dunning.domain.charges.interest import Debt, accrue
from dunning.domain.charges.regime import contract

DUE = date(2026, 1, 15)


def claimed(days: int, fee: int, rate: str) -> Claim:
    """100.00 that many days late, with a fixed fee and a contract's rate."""
    accrual = accrue(Debt(10_000, "EUR", DUE), contract(Decimal(rate)), DUE + timedelta(days=days))
    return Claim(10_000, fee_of(Fixed({"EUR": fee}), 10_000, "EUR"), accrual.interest)


def test_c1_no_fee_and_no_rate_leave_the_principal() -> None:
    claim = claimed(days=20, fee=0, rate="0")

    assert (claim.interest, claim.charges, claim.total) == (0, 0, 10_000)


def test_c2_fifteen_days_at_ten_percent_and_a_fee_of_ten() -> None:
    claim = claimed(days=15, fee=1_000, rate="10")

    assert (claim.interest, claim.charges, claim.total) == (41, 1_041, 11_041)


@pytest.mark.parametrize(
    ("rate", "interest", "charges", "total"), [("8", 44, 2_044, 12_044), ("0", 0, 2_000, 12_000)]
)
def test_c3_twenty_days_and_a_fee_of_twenty_with_and_without_a_rate(
    rate: str, interest: int, charges: int, total: int
) -> None:
    claim = claimed(days=20, fee=2_000, rate=rate)

    assert (claim.interest, claim.charges, claim.total) == (interest, charges, total)


SAP_LEVELS = {
    level: Banded({"EUR": (Band(10_000, fixed * 100), Band(100_000, Decimal(percent)))})
    for level, fixed, percent in ((1, 2, "0.3"), (2, 3, "0.4"), (3, 4, "0.5"), (4, 5, "0.6"))
}


@pytest.mark.parametrize(
    ("level", "principal", "fee"),
    [
        (3, 250_000, 1_250),
        (1, 9_999, 0),
        (1, 10_000, 200),
        (2, 10_000, 300),
        (3, 99_999, 400),
        (4, 99_999, 500),
        (1, 100_000, 300),  # 1,000.00 x 0.3 %
        (2, 100_000, 400),
        (4, 100_000, 600),
    ],
)
def test_f3_charges_by_level_and_band(level: int, principal: int, fee: int) -> None:
    assert fee_of(SAP_LEVELS[level], principal, "EUR") == fee


def test_f3_a_currency_without_bands_has_no_fee_and_none_is_converted() -> None:
    assert fee_of(SAP_LEVELS[3], 250_000, "USD") == 0


def test_f5_a_percentage_is_of_the_principal_and_not_of_the_fee_before_it() -> None:
    ladder = {1: Fixed({"EUR": 1_000}), 2: Percent(Decimal(15))}
    charged: list[Charged] = []
    totals, fees = [], 0
    for level, rule in ladder.items():
        fees += fee_at(rule, level, "EUR", 10_000, charged)
        charged.append(Charged(level, "EUR"))
        totals.append(Claim(10_000, fees).total)

    assert totals == [11_000, 12_500]


def test_a_level_charges_once_in_a_currency_and_again_in_another() -> None:
    rule = Fixed({"EUR": 500, "USD": 700})

    assert fee_at(rule, 1, "EUR", 10_000, [Charged(1, "EUR")]) == 0
    assert fee_at(rule, 1, "USD", 10_000, [Charged(1, "EUR")]) == 700
    assert fee_at(rule, 2, "EUR", 10_000, [Charged(1, "EUR")]) == 500


@pytest.mark.parametrize(
    "rule", [Fixed({"EUR": 500}), Percent(Decimal(5), {"EUR": 100}), SAP_LEVELS[1]]
)
def test_where_only_charges_remain_there_is_no_new_fee(rule: Fixed | Percent | Banded) -> None:
    assert fee_of(rule, 0, "EUR") == 0


@pytest.mark.parametrize(
    ("principal", "fee"),
    [(1_000, 250), (20_000, 400), (90_000, 1_500), (12_525, 251), (12_524, 250)],
)
def test_a_percentage_keeps_between_its_least_and_its_most(principal: int, fee: int) -> None:
    # 2 %: 20.00 -> 0.40 is less than 2.50; 200.00 -> 4.00; 900.00 -> 18.00 is more than 15.00;
    # 125.25 -> 2.505 rounds up, 125.24 -> 2.5048 does not.
    rule = Percent(Decimal(2), least={"EUR": 250}, most={"EUR": 1_500})

    assert fee_of(rule, principal, "EUR") == fee


def test_a_fee_has_the_currencys_own_decimals() -> None:
    assert fee_of(Percent(Decimal("2.5")), 1_020, "JPY") == 26  # 25.5 yen
    assert fee_of(Percent(Decimal("0.01")), 12_345, "KWD") == 1  # 12.345 dinars: 0.0012345

"""Interest by segment: regimes, day counts, part payments, rolled due days, rounding, gaps.

Expected figures were worked out by hand; each comment says how.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from dunning.adapters.rulesets import interest_ruleset
from dunning.domain.charges.claim import assess
from dunning.domain.charges.day_count import DayCount
from dunning.domain.charges.interest import Accrual, Debt, Payment, accrue, compensation
from dunning.domain.charges.reference_rate import ChargeError
from dunning.domain.charges.regime import Terms, contract

TEN = contract(Decimal(10))


def terms(regime: str, customer_class: str = "business", day: date = date(2024, 6, 29)) -> Terms:
    found = interest_ruleset().terms(regime, customer_class, day)
    assert found is not None
    return found


def told(accrual: Accrual) -> list[tuple[int, str]]:
    return [(segment.days, str(segment.rate)) for segment in accrual.segments]


@pytest.mark.parametrize(
    ("regime", "customer_class", "segments", "interest"),
    [
        # 1,000.00 due Friday 2024-06-28, paid 2024-07-31: 2 days of June and 31 of July, ECB 4.50
        # then 4.25, German base 3.62 then 3.37, Bank Rate 5.25, Austrian base 3.88 in both.
        ("EU", "business", [(2, "12.50"), (31, "12.25")], 1_109),  # 0.684932 + 10.404110
        ("DE", "public", [(2, "12.62"), (31, "12.37")], 1_120),  # 0.691507 + 10.506027
        ("DE", "consumer", [(2, "8.62"), (31, "8.37")], 758),  # 0.472329 + 7.108767
        ("UK", "sole_trader", [(33, "13.25")], 1_198),  # 11.979452
        ("IE", "business", [(33, "12.50")], 1_130),  # 11.301370
        ("FR", "business", [(2, "14.50"), (31, "14.25")], 1_290),  # 0.794521 + 12.102740
        ("FR", "public", [(33, "12.50")], 1_130),
        ("AT", "business", [(33, "13.08")], 1_183),  # 11.825753
        ("AT", "consumer", [(33, "4")], 362),  # 3.616438
    ],
)
def test_each_regime_over_a_change_of_the_half_year(
    regime: str, customer_class: str, segments: list[tuple[int, str]], interest: int
) -> None:
    debt = Debt(100_000, "GBP" if regime == "UK" else "EUR", date(2024, 6, 28))

    accrual = accrue(debt, terms(regime, customer_class), date(2024, 7, 31))

    assert told(accrual) == segments
    assert accrual.interest == interest


@pytest.mark.parametrize(
    ("due", "until", "segment"),
    [
        # The rate of 30 June 2025 (4.25) holds for interest from 31 December 2025 on,
        # that of 31 December 2025 (3.75) for interest from the next day on.
        (date(2025, 12, 30), date(2026, 1, 31), (32, "12.25")),
        (date(2025, 12, 31), date(2026, 1, 31), (31, "11.75")),
    ],
)
def test_a_british_debt_keeps_the_rate_of_its_first_day_of_interest(
    due: date, until: date, segment: tuple[int, str]
) -> None:
    accrual = accrue(Debt(100_000, "GBP", due), terms("UK"), until)

    assert told(accrual) == [segment]


def test_what_follows_a_day_of_reckoning_keeps_the_rate_of_the_first_day() -> None:
    debt = Debt(100_000, "GBP", date(2025, 12, 30))

    rest = accrue(debt, terms("UK"), date(2026, 1, 31), since=date(2026, 1, 15))

    assert [(s.first, s.days, str(s.rate)) for s in rest.segments] == [
        (date(2026, 1, 16), 16, "12.25")
    ]


def test_a_reference_rate_deep_below_zero_never_turns_interest_around() -> None:
    deep = replace(
        terms("EU"), margin=Decimal(1), reference=interest_ruleset().references["de_base"]
    )
    deeper = replace(deep, margin=Decimal("0.5"))
    debt = Debt(100_000, "EUR", date(2022, 6, 30))

    assert told(accrue(debt, deep, date(2022, 7, 31))) == [(31, "0.12")]
    assert told(accrue(debt, deeper, date(2022, 7, 31))) == [(31, "0")]


def test_a_rate_that_stays_through_a_new_half_year_is_one_segment() -> None:
    accrual = accrue(Debt(100_000, "EUR", date(2025, 12, 1)), terms("EU"), date(2026, 1, 31))

    assert told(accrual) == [(61, "10.15")]


@pytest.mark.parametrize(
    ("amount", "euro"),
    [(100_000, 4_000), (100_001, 7_000), (1_000_000, 7_000), (1_000_001, 10_000)],
)
def test_irish_compensation_rises_above_a_thousand_and_ten_thousand(amount: int, euro: int) -> None:
    debt = Debt(amount, "EUR", date(2024, 6, 28))

    assert compensation(debt, terms("IE"), date(2024, 6, 29)) == euro


def test_compensation_goes_by_what_was_unpaid_when_the_debt_became_late() -> None:
    paid_in_time = Debt(100_000, "GBP", date(2026, 4, 30), (Payment(date(2026, 4, 30), 1),))
    paid_late = Debt(100_000, "GBP", date(2026, 4, 30), (Payment(date(2026, 5, 1), 1),))
    settled = Debt(100_000, "GBP", date(2026, 4, 30), (Payment(date(2026, 4, 30), 100_000),))

    until = date(2026, 6, 30)
    assert compensation(paid_in_time, terms("UK"), until) == 4_000
    assert compensation(paid_late, terms("UK"), until) == 7_000
    assert compensation(settled, terms("UK"), until) == 0


def test_a_compensation_in_another_currency_is_told_and_not_converted() -> None:
    assessed = assess(Debt(100_000, "USD", date(2024, 6, 28)), terms("EU"), date(2024, 7, 31))

    assert assessed.claim.compensation == 0
    assert any("EUR 40.00" in note for note in assessed.accrual.notes)


def test_nothing_is_owed_on_the_due_day_and_something_on_the_next() -> None:
    debt = Debt(100_000, "EUR", date(2024, 6, 28))

    on_the_day = assess(debt, terms("EU"), date(2024, 6, 28))
    next_day = assess(debt, terms("EU"), date(2024, 6, 29))

    assert on_the_day.accrual.segments == ()
    assert on_the_day.claim.charges == 0
    # 1000 x 12.50 % / 365 = 0.342466
    assert (next_day.claim.interest, next_day.claim.compensation) == (34, 4_000)


@pytest.mark.parametrize(
    ("convention", "days", "interest"),
    [
        (DayCount.ACT_365F, 366, 3_660),
        (DayCount.ACT_ACT, 366, 3_650),
        (DayCount.THIRTY_360, 360, 3_650),
    ],
)
def test_a_leap_year_by_each_day_count(convention: DayCount, days: int, interest: int) -> None:
    # 365.00 at 10 %: 36.50 a year, 0.10 a day of 365.
    debt = Debt(36_500, "EUR", date(2023, 12, 31))

    accrual = accrue(debt, TEN, date(2024, 12, 31), day_count=convention)

    assert ([s.days for s in accrual.segments], accrual.interest) == ([days], interest)


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 28),
        (date(2026, 2, 28), date(2026, 3, 1), 3),
        (date(2026, 1, 30), date(2026, 1, 31), 0),
        (date(2026, 4, 30), date(2026, 8, 15), 105),
        (date(2024, 2, 29), date(2024, 3, 31), 31),
    ],
)
def test_months_of_30_days(after: date, until: date, days: int) -> None:
    assert DayCount.THIRTY_360.span(after, until).days == days


def test_a_part_payment_bears_interest_up_to_its_own_day() -> None:
    debt = Debt(1_000_000, "EUR", date(2026, 3, 31), (Payment(date(2026, 4, 30), 400_000),))

    assessed = assess(debt, TEN, date(2026, 5, 31))

    # 10000 x 10 % x 30/365 = 82.191781, then 6000 x 10 % x 31/365 = 50.958904
    assert [(s.first, s.last, s.base) for s in assessed.accrual.segments] == [
        (date(2026, 4, 1), date(2026, 4, 30), 1_000_000),
        (date(2026, 5, 1), date(2026, 5, 31), 600_000),
    ]
    assert assessed.claim.interest == 13_315
    assert assessed.claim.total == 613_315


def test_what_is_paid_before_the_debt_is_late_bears_nothing_and_what_is_settled_no_more() -> None:
    debt = Debt(
        1_000_000,
        "EUR",
        date(2026, 3, 31),
        (Payment(date(2026, 3, 1), 400_000), Payment(date(2026, 4, 30), 600_000)),
    )

    accrual = accrue(debt, TEN, date(2026, 12, 31))

    assert [(s.last, s.base) for s in accrual.segments] == [(date(2026, 4, 30), 600_000)]


def test_what_is_paid_on_the_first_day_of_interest_bears_that_one_day() -> None:
    debt = Debt(3_650, "EUR", date(2026, 3, 31), (Payment(date(2026, 4, 1), 2_650),))

    accrual = accrue(debt, TEN, date(2026, 4, 3))

    assert [(s.days, s.base) for s in accrual.segments] == [(1, 3_650), (2, 1_000)]


def test_two_payments_of_one_day_are_one_change() -> None:
    day = date(2026, 4, 30)
    debt = Debt(900, "EUR", date(2026, 3, 31), (Payment(day, 300), Payment(day, 200)))

    assert [s.base for s in accrue(debt, TEN, date(2026, 5, 31)).segments] == [900, 400]


def test_a_payment_after_the_day_of_reckoning_is_not_seen() -> None:
    debt = Debt(900, "EUR", date(2026, 3, 31), (Payment(date(2026, 6, 1), 900),))

    assert assess(debt, TEN, date(2026, 5, 31)).claim.principal == 900


def test_more_paid_than_owed_is_refused() -> None:
    debt = Debt(900, "EUR", date(2026, 3, 31), (Payment(date(2026, 4, 1), 901),))

    with pytest.raises(ChargeError, match="more was paid"):
        accrue(debt, TEN, date(2026, 5, 31))


def test_a_german_due_day_on_a_saturday_moves_to_monday() -> None:
    debt = Debt(100_000, "EUR", date(2026, 5, 2))

    monday = assess(debt, terms("DE"), date(2026, 5, 4))
    tuesday = assess(debt, terms("DE"), date(2026, 5, 5))

    assert monday.claim.charges == 0
    assert [(s.first, s.days) for s in tuesday.accrual.segments] == [(date(2026, 5, 5), 1)]
    assert tuesday.claim.compensation == 4_000
    assert "moved to 2026-05-04" in tuesday.accrual.notes[0]


def test_a_calendar_with_holidays_moves_a_german_due_day_further() -> None:
    debt = Debt(100_000, "EUR", date(2026, 5, 1))

    def works(day: date) -> bool:
        return day.weekday() < 5 and (day.month, day.day) != (5, 1)

    accrual = accrue(debt, terms("DE"), date(2026, 5, 10), is_business_day=works)

    assert accrual.due == date(2026, 5, 4)


def test_a_calendar_without_business_days_is_told_and_does_not_hang() -> None:
    with pytest.raises(ChargeError, match="no business day"):
        accrue(
            Debt(1, "EUR", date(2026, 5, 1)),
            terms("DE"),
            date(2026, 6, 10),
            is_business_day=lambda _: False,
        )


@pytest.mark.parametrize("regime", ["EU", "UK", "IE", "FR"])
def test_other_laws_leave_a_saturday_where_it_is(regime: str) -> None:
    accrual = accrue(Debt(100_000, "EUR", date(2026, 5, 2)), terms(regime), date(2026, 5, 3))

    assert accrual.due == date(2026, 5, 2)


def test_interest_is_rounded_once_and_not_by_segment() -> None:
    # 15.00 for one day at 10.27 % (0.422 cents) and one at 10.52 % (0.432 cents).
    accrual = accrue(Debt(1_500, "EUR", date(2026, 6, 29)), terms("DE"), date(2026, 7, 1))

    assert [s.days for s in accrual.segments] == [1, 1]
    assert accrual.interest == 1


@pytest.mark.parametrize(
    ("amount", "currency", "days", "interest"),
    [
        (1_825, "EUR", 1, 1),  # 18.25 x 10 %/365 = 0.005: half a cent goes up
        (1_824, "EUR", 1, 0),
        (3_650, "JPY", 73, 73),  # 3650 x 10 % x 73/365 = 73 yen
        (1_825, "JPY", 1, 1),  # half a yen
        (1_000_000, "KWD", 73, 20_000),  # 1000.000 x 10 % x 73/365 = 20.000 dinars
    ],
)
def test_half_a_minor_unit_goes_up_in_every_currency(
    amount: int, currency: str, days: int, interest: int
) -> None:
    due = date(2026, 3, 31)
    until = date.fromordinal(due.toordinal() + days)

    assert accrue(Debt(amount, currency, due), TEN, until).interest == interest


def test_a_half_year_without_a_row_is_an_error_that_names_it() -> None:
    debt = Debt(100_000, "EUR", date(2026, 11, 2))

    with pytest.raises(ChargeError, match="no German base rate for 2027-01-01"):
        accrue(debt, terms("DE"), date(2027, 1, 1))
    assert accrue(debt, terms("DE"), date(2026, 12, 31)).interest > 0


def test_a_rate_that_was_fixed_before_the_table_ends_goes_on_after_it() -> None:
    debt = Debt(100_000, "GBP", date(2026, 11, 2))

    assert told(accrue(debt, terms("UK"), date(2027, 3, 31))) == [(149, "11.75")]
    with pytest.raises(ChargeError, match="2027-01-01"):
        accrue(Debt(1, "GBP", date(2026, 12, 31)), terms("UK"), date(2027, 1, 1))


def test_a_debt_older_than_the_table_is_an_error_and_no_guess() -> None:
    with pytest.raises(ChargeError, match="its table begins on 2013-07-01"):
        accrue(Debt(1, "EUR", date(2013, 5, 1)), terms("EU"), date(2013, 8, 1))


@pytest.mark.parametrize("rate", ["-0.01", "100.01"])
def test_a_contract_rate_has_bounds(rate: str) -> None:
    with pytest.raises(ChargeError, match="from 0 to 100"):
        contract(Decimal(rate))

"""Laws of interest that hold for every debt, regime, day count and payment."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dunning.adapters.rulesets import interest_ruleset
from dunning.domain.charges.claim import assess
from dunning.domain.charges.day_count import DayCount
from dunning.domain.charges.fees import Percent, fee_of
from dunning.domain.charges.interest import Debt, Payment, accrue, open_on
from dunning.domain.charges.regime import Mode, Terms, contract
from hypothesis import given
from hypothesis import strategies as st

FIRST, LAST = date(2019, 5, 1), date(2026, 12, 31)
STATUTES = [
    terms[-1] for classes in interest_ruleset().regimes.values() for terms in classes.values()
]
days = st.dates(FIRST, LAST)
amounts = st.integers(0, 10**12)
conventions = st.sampled_from(DayCount)
all_terms = st.one_of(
    st.sampled_from(STATUTES),
    st.decimals(0, 100, places=4).map(contract),
)


@st.composite
def debts(draw: Callable[..., object]) -> Debt:
    """A debt with up to four payments, never more than it was."""
    amount = draw(amounts)
    left = amount
    payments = []
    for _ in range(draw(st.integers(0, 4))):
        part = draw(st.integers(0, left))
        payments.append(Payment(draw(days), part))
        left -= part
    return Debt(amount, "EUR", draw(days), tuple(payments))


@given(debts(), all_terms, st.integers(-10, 800), st.integers(0, 800), conventions)
def test_a_period_cut_at_any_day_bears_the_same_interest(
    debt: Debt, terms: Terms, before_cut: int, behind_cut: int, count: DayCount
) -> None:
    cut = min(debt.due + timedelta(days=before_cut), LAST)
    until = min(cut + timedelta(days=behind_cut), LAST)

    whole = accrue(debt, terms, until, day_count=count).exact
    before = accrue(debt, terms, cut, day_count=count).exact
    after = accrue(debt, terms, until, day_count=count, since=cut).exact

    assert whole == before + after


@given(debts(), all_terms, days, conventions, st.lists(st.integers(1, 200), max_size=6))
def test_days_that_bear_nothing_are_left_out_exactly(
    debt: Debt, terms: Terms, until: date, count: DayCount, steps: list[int]
) -> None:
    free: list[tuple[date, date]] = []
    day = debt.due - timedelta(days=20)
    for gap, length in zip(steps[::2], steps[1::2], strict=False):
        first = day + timedelta(days=gap)
        day = first + timedelta(days=length - 1)
        free.append((first, day))

    def between(first: date, last: date) -> Fraction:
        """What the days from one to another bear."""
        before = first - timedelta(days=1)
        last = min(last, until)
        return accrue(debt, terms, last, day_count=count, since=before).exact

    whole = accrue(debt, terms, until, day_count=count).exact
    left_out = sum((between(*span) for span in free), Fraction(0))

    assert accrue(debt, terms, until, day_count=count, free=free).exact == whole - left_out


@given(amounts, amounts, days, days, all_terms, conventions)
def test_interest_is_linear_in_the_amount(
    one: int, other: int, due: date, until: date, terms: Terms, count: DayCount
) -> None:
    def exact(amount: int) -> Fraction:
        return accrue(Debt(amount, "EUR", due), terms, until, day_count=count).exact

    assert exact(one) + exact(other) == exact(one + other)


@given(debts(), all_terms, days, days, conventions)
def test_interest_never_falls_as_days_pass_and_is_never_negative(
    debt: Debt, terms: Terms, one: date, other: date, count: DayCount
) -> None:
    sooner, later = sorted((one, other))

    before = accrue(debt, terms, sooner, day_count=count)
    after = accrue(debt, terms, later, day_count=count)

    assert 0 <= before.exact <= after.exact
    assert 0 <= before.interest <= after.interest


@given(debts(), all_terms, st.integers(0, 3_000))
def test_up_to_the_due_day_there_are_no_charges(debt: Debt, terms: Terms, early: int) -> None:
    assessed = assess(debt, terms, debt.due - timedelta(days=early))

    assert assessed.accrual.segments == ()
    assert assessed.claim.charges == 0


@given(debts(), all_terms, days)
def test_payments_never_raise_the_interest(debt: Debt, terms: Terms, until: date) -> None:
    unpaid = Debt(debt.amount, debt.currency, debt.due)

    assert accrue(debt, terms, until).exact <= accrue(unpaid, terms, until).exact


@given(debts(), all_terms, days)
def test_segments_follow_each_other_and_differ_in_rate_or_base(
    debt: Debt, terms: Terms, until: date
) -> None:
    accrual = accrue(debt, terms, until)

    for one, following in pairwise(accrual.segments):
        assert one.last + timedelta(days=1) == following.first
        assert (one.rate, one.base) != (following.rate, following.base)
    for segment in accrual.segments:
        assert accrual.due < segment.first <= segment.last <= until
        assert segment.base > 0


@given(debts(), all_terms, days)
def test_the_rounded_sum_is_within_half_a_minor_unit_of_the_exact_one(
    debt: Debt, terms: Terms, until: date
) -> None:
    accrual = accrue(debt, terms, until)

    assert -Fraction(1, 2) < accrual.interest - accrual.exact <= Fraction(1, 2)


@given(debts(), st.sampled_from(STATUTES), st.integers(0, 400))
def test_segments_say_the_same_as_counting_day_by_day(debt: Debt, terms: Terms, late: int) -> None:
    until = min(debt.due + timedelta(days=late), LAST)
    accrual = accrue(debt, terms, until, day_count=DayCount.ACT_365F)

    owed = Fraction(0)
    start = accrual.due + timedelta(days=1)
    day = start
    while day <= until:
        fixed = terms.mode is Mode.FIXED_AT_START
        row = terms.reference.row(start if fixed else day) if terms.reference else None
        rate = terms.margin + (row.rate if row else Decimal(0))
        # What is paid on a day still bears interest on it.
        base = open_on(debt, day - timedelta(days=1))
        owed += base * Fraction(rate) / 36_500
        day += timedelta(days=1)

    assert accrual.exact == owed


@given(
    st.integers(1, 10**9),
    st.decimals(0, 100, places=2),
    st.integers(0, 10_000),
    st.integers(10_000, 10**6),
)
def test_a_percentage_fee_lies_between_its_least_and_its_most(
    principal: int, percent: Decimal, least: int, most: int
) -> None:
    fee = fee_of(Percent(percent, {"EUR": least}, {"EUR": most}), principal, "EUR")

    assert least <= fee <= most

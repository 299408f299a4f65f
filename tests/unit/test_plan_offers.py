"""Payment plans that a policy offers: exact sums, days that hold, what a person has to see."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.account import Account, Head
from dunning.domain.calendar import Months, later
from dunning.domain.customer import Customer
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem, Reached
from dunning.domain.payment_plans import BROKEN, Instalment, PaymentPlan
from dunning.domain.plan_offers import (
    PlanOffer,
    Terms,
    days,
    needs_review,
    offered,
    outside,
    shared,
    terms,
)
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.books import Books, invoice

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        (100_000, 3, (33_333, 33_333, 33_334)),
        (10_000, 7, (1_428,) * 6 + (1_432,)),
        (10_000, 3, (3_333, 3_333, 3_334)),
        (5, 5, (1, 1, 1, 1, 1)),
    ],
)
def test_47_the_last_instalment_carries_the_rest(
    total: int, count: int, parts: tuple[int, ...]
) -> None:
    assert shared(total, count) == parts
    assert shared(total, count, rest_first=True) == (parts[-1], *parts[:-1])


@pytest.mark.parametrize(("total", "count"), [(2, 3), (0, 1), (5, 0), (5, -1)])
def test_47_there_are_no_more_instalments_than_minor_units(total: int, count: int) -> None:
    with pytest.raises(ValueError, match="parts"):
        shared(total, count)


def test_47_days_are_counted_from_the_first_one() -> None:
    found = days(date(2026, 1, 31), Months(1), 4)
    assert [str(day) for day in found] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert days(date(2026, 1, 31), 14, 2)[1] == date(2026, 2, 14)


def of_count(count: int, fee: int = 0, *, down: bool = False) -> Terms:
    listed = tuple(Instalment(later(TODAY, 30 * n), 100) for n in range(count + int(down)))
    return Terms(listed, down, fee)


@pytest.mark.parametrize(
    ("country", "class_", "asked", "why"),
    [
        ("US", "consumer", of_count(4), ""),
        ("US", "consumer", of_count(5), "reg_z_instalments"),
        ("US", "consumer", of_count(4, down=True), ""),
        ("US", None, of_count(5), "reg_z_instalments"),
        ("US", "business", of_count(12), ""),
        ("DE", "consumer", of_count(6, 500), "ccd2_fee"),
        ("DE", "consumer", of_count(6), ""),
        ("GB", "consumer", of_count(6, 500), ""),
        (None, "consumer", of_count(6, 500), "ccd2_fee"),
        ("FR", "business", of_count(6, 500), ""),
    ],
)
def test_48_and_50_who_has_to_look_before_a_plan_is_agreed(
    country: str | None, class_: str | None, asked: Terms, why: str
) -> None:
    customer = Customer("c1", country=country, customer_class=class_)
    assert needs_review(customer, "AT", asked) == why


def account(*amounts: int) -> Books:
    books = Books()
    for number, amount in enumerate(amounts, 1):
        books.record(invoice(f"SI{number}", amount))
    return books


def test_a_customer_chooses_from_as_many_instalments_as_the_policy_says() -> None:
    offer = PlanOffer(fewest=2, most=4, first_after=10, down=Decimal(20))
    found = offered((books := account(10_001)).account(), offer, books.account().open, "EUR", TODAY)
    assert [one.number for one in found.terms] == [2, 3, 4]
    two = found.terms[0]
    assert two.down
    assert two.instalments == (
        Instalment(TODAY, 2_001),
        Instalment(date(2026, 3, 11), 4_000),
        Instalment(date(2026, 4, 11), 4_000),
    )


def test_no_instalment_is_smaller_than_the_policy_wants() -> None:
    offer = PlanOffer(most=6, least={"EUR": 2_500})
    found = offered((books := account(10_000)).account(), offer, books.account().open, "EUR", TODAY)
    assert [one.number for one in found.terms] == [2, 3, 4]


BROKEN_PLAN = PaymentPlan(
    "p1", TODAY, (ItemRef("SI1", 1),), "EUR", (Instalment(TODAY, 100),), BROKEN, until=TODAY
)


@pytest.mark.parametrize(
    ("offer", "earlier", "reason"),
    [
        (None, (), "not_offered"),
        (PlanOffer(classes=("consumer",)), (), "not_for_this_customer"),
        (PlanOffer(segments=("vip",)), (), "not_for_this_customer"),
        (PlanOffer(from_level=2), (), "not_yet"),
        (PlanOffer(minimum={"EUR": 5_001}), (), "below_minimum"),
        (PlanOffer(least={"EUR": 4_000}), (), "below_minimum"),
        (PlanOffer(most_agreed=1), (BROKEN_PLAN,), "agreed_too_often"),
        (PlanOffer(most_agreed=1, within=0), (BROKEN_PLAN,), ""),
        (PlanOffer(most_agreed=2), (BROKEN_PLAN,), ""),
        (PlanOffer(minimum={"EUR": 5_000}), (), ""),
    ],
)
def test_why_no_plan_is_offered(
    offer: PlanOffer | None, earlier: tuple[PaymentPlan, ...], reason: str
) -> None:
    state = account(5_000).account()
    assert offered(state, offer, state.open, "EUR", TODAY, earlier).reason == reason


def test_plans_are_offered_from_the_level_on() -> None:
    books = account(5_000)
    books.reach({ItemRef("SI1", 1): Reached(2, TODAY, 1)})
    state = books.account()
    assert offered(state, PlanOffer(from_level=2), state.open, "EUR", TODAY).terms


OFFER = PlanOffer(fewest=2, most=4, first_after=10, down=Decimal(10), least={"EUR": 100})


@given(
    total=st.integers(1_000, 10**9),
    count=st.integers(1, 4),
    agreed=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_what_is_offered_is_within_the_offer_and_sums_to_the_total(
    total: int, count: int, agreed: date
) -> None:
    found = terms(OFFER, total, "EUR", agreed, count)
    assert found.total == total
    assert found.number == count
    assert [one.due for one in found.instalments] == sorted({o.due for o in found.instalments})
    assert outside(OFFER, found, total, "EUR", agreed) == ""
    # Sooner, and more at once, is better for both.
    first, *others = found.instalments
    sooner = Terms((first._replace(amount=first.amount + 100), *others[:-1]), down=True)
    rest = total - sooner.total
    if len(others) > 1 and rest > 100:
        kept = sooner._replace(instalments=(*sooner.instalments, Instalment(others[-1].due, rest)))
        assert outside(OFFER, kept, total, "EUR", agreed) == ""


def test_what_is_asked_for_beyond_the_offer_says_what_is() -> None:
    good = terms(OFFER, 10_000, "EUR", TODAY, 3)
    first, second, third, last = good.instalments

    def said(*instalments: Instalment, down: bool = True) -> str:
        return outside(OFFER, Terms(instalments, down), 10_000, "EUR", TODAY)

    assert said(first, second, third, last._replace(amount=1)) == "sum_differs"
    late = last._replace(due=later(last.due, 1))
    assert said(first, second, third, late) == "too_late"
    less = (first._replace(amount=900), second, third, last._replace(amount=last.amount + 100))
    assert said(*less) == "too_little_down"
    assert (
        said(
            first,
            second,
            third,
            last._replace(amount=last.amount - 50),
            Instalment(later(last.due, -1), 50),
        )
        == "instalment_too_small"
    )
    many = tuple(Instalment(later(TODAY, n), 2_000) for n in range(5))
    assert said(*many, down=False) == "too_many_instalments"
    assert said(Instalment(later(TODAY, -1), 10_000), down=False) == "in_the_past"


FILE = """
policies:
  - id: std
    plan_offer:
      instalments: {min: 3, max: 12}
      every: {weeks: 2}
      first_after: {days: 7}
      down: {percent: 12.5}
      minimum: {EUR: 100}
      least: {EUR: 20.50}
      fee: {EUR: 5}
      customers: {classes: [consumer], segments: [retail]}
      from_level: 2
      broken: {most: 1, within: {months: 6}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email]}
"""


def test_the_offer_is_read_from_the_policy_file() -> None:
    (policy,) = read_policies(FILE)
    assert policy.plan_offer == PlanOffer(
        fewest=3,
        most=12,
        every=14,
        first_after=7,
        down=Decimal("12.5"),
        minimum={"EUR": 10_000},
        least={"EUR": 2_050},
        fee={"EUR": 500},
        classes=("consumer",),
        segments=("retail",),
        from_level=2,
        most_agreed=1,
        within=Months(6),
    )


@pytest.mark.parametrize(
    ("was", "wrong", "line", "said"),
    [
        ("{min: 3, max: 12}", "{min: 13, max: 12}", 5, "fewer than the fewest"),
        ("{min: 3, max: 12}", "0", 5, "whole number"),
        ("12.5", "100", 8, "0 to 99 percent"),
        ("[consumer]", "[customer]", 12, "not one of"),
        ("{days: 7}", "{days: 400}", 7, "0 to 365 days"),
        ("EUR: 20.50", "EUR: 20.505", 10, "more decimals"),
        ("from_level", "form_level", 13, "from_level"),
    ],
)
def test_a_mistake_in_the_offer_is_told_with_its_line(
    was: str, wrong: str, line: int, said: str
) -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_policies(FILE.replace(was, wrong))
    (problem,) = refused.value.problems
    assert problem.line == line
    assert said in problem.message


def test_no_offer_is_none() -> None:
    text = FILE[: FILE.index("    plan_offer")] + FILE[FILE.index("    ladder") :]
    assert read_policies(text)[0].plan_offer is None
    bare = text.replace("    ladder", "    plan_offer: none\n    ladder")
    assert read_policies(bare)[0].plan_offer is None


@pytest.mark.parametrize(("total", "down"), [(3, 50), (7, 33), (1, 100), (100, 100)])
def test_what_is_left_of_a_few_cents_after_the_down_payment_is_offered_in_no_more_parts(
    total: int, down: int
) -> None:
    item = OpenItem(ItemRef("A", 1), "EUR", date(2026, 11, 1), total, total)
    state = Account(Head("northwind", "c-1"), Customer("c-1"), open=(item,))
    offer = PlanOffer(fewest=1, most=6, down=Decimal(down))
    found = offered(state, offer, [item], "EUR", date(2026, 11, 23))
    assert [one.total for one in found.terms] == [total] * len(found.terms)
    assert all(one.amount > 0 for terms in found.terms for one in terms.instalments)
    assert len(found.terms) == min(total - -(-total * down // 100), 6)
    assert found.reason == ("" if found.terms else "below_minimum")

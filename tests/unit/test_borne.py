"""What an item keeps for interest: after payments and returns, the debt as it stood each day."""

from datetime import date, timedelta

from dunning.domain.charges.borne import NOTHING_BORNE, Borne
from dunning.domain.charges.interest import Debt, Payment, open_on
from hypothesis import given
from hypothesis import strategies as st

DUE = date(2026, 1, 15)
AMOUNT = 10_000


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


payments = st.lists(st.tuples(st.integers(-20, 60), st.integers(1, 4_000)), max_size=5)


def paid(parts: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int, Borne]:
    """The parts that fit into the amount, what is open after them, and what the item keeps."""
    left, borne, fitting = AMOUNT, NOTHING_BORNE, []
    for offset, amount in parts:
        part = min(amount, left)
        if part:
            left -= part
            borne = borne.paid(day(offset), part, DUE)
            fitting.append((offset, part))
    return fitting, left, borne


@given(payments)
def test_the_debt_is_what_was_open_on_each_day(parts: list[tuple[int, int]]) -> None:
    fitting, left, borne = paid(parts)
    debt = borne.debt(AMOUNT, left, "EUR", DUE)

    for offset in range(70):
        by_then = sum(amount for on, amount in fitting if on <= offset)
        assert open_on(debt, day(offset)) == AMOUNT - by_then


@given(payments, st.data())
def test_what_is_undone_was_never_paid_and_what_went_back_was_paid_until_then(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    fitting, left, borne = paid(parts)
    if not fitting:
        return
    place = data.draw(st.integers(0, len(fitting) - 1))
    offset, amount = fitting[place]
    others = [one for n, one in enumerate(fitting) if n != place]
    undone = borne.unpaid(day(offset), amount).debt(AMOUNT, left + amount, "EUR", DUE)
    back = borne.paid(day(65), -amount, DUE).debt(AMOUNT, left + amount, "EUR", DUE)

    for on in range(70):
        never = AMOUNT - sum(part for when, part in others if when <= on)
        assert open_on(undone, day(on)) == never
        until = AMOUNT - sum(part for when, part in fitting if when <= on)
        assert open_on(back, day(on)) == until + (amount if on >= 65 else 0)


@given(payments, st.integers(0, AMOUNT), st.integers(0, AMOUNT))
def test_what_credit_covers_bears_nothing_and_no_day_is_below_zero(
    parts: list[tuple[int, int]], credit: int, amended: int
) -> None:
    """Also where the document was amended, so that payments and what is open do not add up."""
    _, left, borne = paid(parts)
    covered = min(credit, left)
    whole = borne.debt(AMOUNT, left, "EUR", DUE)
    debt = borne.debt(AMOUNT, left, "EUR", DUE, covered)
    odd = borne.debt(amended, min(left, amended), "EUR", DUE)

    for on in range(70):
        assert 0 <= open_on(debt, day(on)) <= open_on(whole, day(on))
        assert open_on(odd, day(on)) >= 0
    assert open_on(debt, day(69)) == left - covered
    assert open_on(odd, day(69)) == min(left, amended)


def test_payments_by_the_due_day_need_not_be_kept() -> None:
    borne = NOTHING_BORNE.paid(DUE, 4_000, DUE).paid(day(3), 1_000, DUE)

    assert borne == Borne((Payment(day(3), 1_000),))
    assert borne.debt(AMOUNT, 5_000, "EUR", DUE) == Debt(
        AMOUNT, "EUR", DUE, (Payment(DUE, 4_000), Payment(day(3), 1_000))
    )


def test_money_that_lies_elsewhere_now_is_the_newest() -> None:
    borne = Borne((Payment(day(3), 1_000), Payment(day(5), 2_000)))

    assert borne.less(2_500) == Borne((Payment(day(3), 500),))

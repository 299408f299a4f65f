"""Interest on one late debt, segment by segment, and its fixed compensation. Simple interest only.
Exact until the one rounding at the end; rates and terms are `regime`'s.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .day_count import DayCount
from .reference_rate import ChargeError, Row
from .regime import Piece, Terms
from .rounding import half_up

IsBusinessDay = Callable[[date], bool]
_ONE_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 31


class Payment(NamedTuple):
    """Minor units that counted from the end of a day on: that day still bears interest on them."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Debt:
    """One due item: minor units of a currency, the day it was due, and what was paid on it."""

    amount: int
    currency: str
    due: date
    payments: tuple[Payment, ...] = ()


class Segment(NamedTuple):
    """Days (by the day count) of one rate and one base; `interest` in exact minor units."""

    first: date
    last: date
    days: int
    rate: Decimal
    base: int
    interest: Fraction


@dataclass(frozen=True, slots=True)
class Accrual:
    """What a debt has borne: `due` as rolled, the segments, and sentences on what is unsure."""

    due: date
    segments: tuple[Segment, ...]
    notes: tuple[str, ...]

    @property
    def exact(self) -> Fraction:
        """The sum before rounding, in minor units."""
        return sum((segment.interest for segment in self.segments), Fraction(0))

    @property
    def interest(self) -> int:
        """Minor units, rounded once and half up."""
        return half_up(self.exact)


def weekdays(day: date) -> bool:
    """Monday to Friday: the business days of one who knows no holidays."""
    return day.weekday() < 5


def effective_due(debt: Debt, terms: Terms, is_business_day: IsBusinessDay = weekdays) -> date:
    """The day on which the debt was due in law: the next business day where the terms say so."""
    if not terms.rolls_due:
        return debt.due
    for days in range(_LONGEST_CLOSURE + 1):
        if is_business_day(day := debt.due + timedelta(days=days)):
            return day
    raise ChargeError(f"the calendar has no business day within a month of {debt.due}")


def accrue(
    debt: Debt,
    terms: Terms,
    until: date,
    *,
    day_count: DayCount | None = None,
    is_business_day: IsBusinessDay = weekdays,
    since: date | None = None,
    free: Iterable[tuple[date, date]] = (),
) -> Accrual:
    """The interest from the day after the due day to `until`, that day included.

    `since` is a day up to which interest was taken already: only what follows is given, at the
    rates of the whole. `free` are spans of days, in order, that bear none. Payments after `until`
    are not seen. Raises ChargeError where a rate is missing or more was paid than owed.
    """
    due = effective_due(debt, terms, is_business_day)
    start = due + _ONE_DAY
    first = start if since is None else max(start, since + _ONE_DAY)
    count = day_count or terms.day_count
    segments: list[Segment] = []
    rows: dict[Row, None] = {}
    for lower, upper, base in _without(_bases(debt, first, until), tuple(free)):
        for piece in terms.pieces(start, lower, upper):
            rows |= dict.fromkeys(piece.rows)
            segments.append(_segment(piece, base, count))
    return Accrual(due, tuple(segments), tuple(_notes(debt, terms, due, until, rows)))


def compensation(
    debt: Debt, terms: Terms, until: date, *, is_business_day: IsBusinessDay = weekdays
) -> int:
    """The fixed compensation in minor units, owed once the debt is late: by what was unpaid on the
    first day of interest. Nothing in a currency other than the law's: it is not converted."""
    if terms.compensation is None or terms.compensation.currency != debt.currency:
        return 0
    start = effective_due(debt, terms, is_business_day) + _ONE_DAY
    unpaid = open_on(debt, start - _ONE_DAY)
    return terms.compensation.of(unpaid) if until >= start and unpaid > 0 else 0


def open_on(debt: Debt, day: date) -> int:
    """What is unpaid at the end of a day. Raises ChargeError where more was paid than owed."""
    left = debt.amount - sum(payment.amount for payment in debt.payments if payment.on <= day)
    if left < 0:
        raise ChargeError("more was paid than was owed; leave out what went to other debts")
    return left


def _bases(debt: Debt, first: date, until: date) -> Iterator[tuple[date, date, int]]:
    """Runs of days, each with what was unpaid on them: a payment's own day is the last of a run."""
    changes = sorted({p.on for p in debt.payments if p.amount and first <= p.on < until})
    for last in (*changes, until):
        base = open_on(debt, first - _ONE_DAY)
        if base and first <= last:
            yield first, last, base
        first = last + _ONE_DAY
    open_on(debt, until)


def _without(
    runs: Iterable[tuple[date, date, int]], free: tuple[tuple[date, date], ...]
) -> Iterator[tuple[date, date, int]]:
    """The same runs without days that bear nothing."""
    for lower, upper, base in runs:
        first = lower
        for begin, end in free:
            if first < begin and first <= upper:
                yield first, min(upper, begin - _ONE_DAY), base
            first = max(first, end + _ONE_DAY)
        if first <= upper:
            yield first, upper, base


def _segment(piece: Piece, base: int, count: DayCount) -> Segment:
    span = count.span(piece.first - _ONE_DAY, piece.last)
    interest = base * Fraction(piece.rate) / 100 * span.years
    return Segment(piece.first, piece.last, span.days, piece.rate, base, interest)


def _notes(debt: Debt, terms: Terms, due: date, until: date, rows: Iterable[Row]) -> Iterator[str]:
    """What a person must know before they rely on the figure."""
    if due != debt.due:
        yield f"the due day {debt.due} is no business day: moved to {due}"
    if not terms.verified:
        yield f"these terms are not verified ({terms.source})"
    for row in rows:
        if not row.verified and terms.reference is not None:
            yield (
                f"{terms.reference.name} {row.rate} from {row.start} is not verified ({row.source})"
            )
    yield from terms.notes
    if any(due < payment.on <= until for payment in debt.payments):
        yield from terms.payment_notes
    fixed = terms.compensation
    if fixed is not None and fixed.currency != debt.currency and until > due:
        yield (
            f"the fixed compensation of {fixed.words} is not in the total:"
            f" there is no rate to convert it into {debt.currency}"
        )

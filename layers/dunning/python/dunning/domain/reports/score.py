"""In which order a collector should call: points for each thing that is known of a customer, and
what gave them. Weights are data; nothing is learnt and nothing is hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from dunning.domain.money import format_amount

HALF = Fraction(1, 2)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Weights:
    """Points that each thing gives at most, and from where on it gives all of them."""

    amount: int = 30
    days_late: int = 20
    share_late: int = 15
    slowness: int = 10
    broken_promises: int = 15
    level: int = 10
    full_amount: Mapping[str, int] = field(default_factory=dict)
    """By currency, minor units; else what the customer with most overdue in it owes."""
    full_days_late: int = 90
    full_slowness: int = 30
    """Average days past due of paid invoices."""
    full_broken_promises: int = 2
    least_settled: int = 3
    """With fewer paid invoices, how somebody pays is not known: half the points."""


POINTS = ("amount", "days_late", "share_late", "slowness", "broken_promises", "level")


USUAL = Weights()


class Known(NamedTuple):
    """What is known of one customer with something overdue; amounts in minor units."""

    customer: str
    overdue: Mapping[str, int]
    """By currency: what can be asked for now, less what is on account."""
    left_out: Mapping[tuple[str, str], int]
    """By reason and currency: what is overdue and is not asked for now (disputed, promised …)."""
    days_late: int
    """Of the oldest item that can be asked for, from its due day."""
    settled: int
    """Invoices that were paid within twelve months."""
    late: int
    days_to_pay: int | None
    """Average of them, from issue to payment; None: there is none."""
    days_past_due: int | None
    """Average of them, from due day to payment; negative where paid before."""
    broken_promises: int
    """Within twelve months, those kept in part included."""
    level: int
    """The highest that an overdue item has reached."""
    levels: int
    """Of its policy's ladder."""


class Scored(NamedTuple):
    """A customer with the points that each thing gave, and their sum."""

    known: Known
    points: Mapping[str, Decimal]
    score: Decimal
    sentence: str


def scored(customers: list[Known], weights: Weights) -> list[Scored]:
    """The customers in the order to call them: the highest score first; then the oldest debt, then
    by customer."""
    full = dict(weights.full_amount)
    for one in customers:
        for currency, amount in one.overdue.items():
            if currency not in weights.full_amount:
                full[currency] = max(full.get(currency, 0), amount)
    found = [_scored(one, weights, full) for one in customers]
    return sorted(found, key=lambda one: (-one.score, -one.known.days_late, one.known.customer))


def _scored(one: Known, weights: Weights, full: Mapping[str, int]) -> Scored:
    known = one.settled >= weights.least_settled
    shares = {
        "amount": max(
            (_part(amount, full[currency]) for currency, amount in one.overdue.items()),
            default=Fraction(0),
        ),
        "days_late": _part(one.days_late, weights.full_days_late),
        "share_late": Fraction(one.late, one.settled) if known and one.settled else HALF,
        "slowness": _part(one.days_past_due or 0, weights.full_slowness) if known else HALF,
        "broken_promises": _part(one.broken_promises, weights.full_broken_promises),
        "level": _part(one.level, one.levels),
    }
    points = {name: _points(shares[name] * int(getattr(weights, name))) for name in POINTS}
    score = sum(points.values(), Decimal(0))
    return Scored(one, points, score, _sentence(one, points, score, known=known))


def _part(value: int, full: int) -> Fraction:
    """How much of all the points a value gives: in proportion, from nothing to all."""
    if full <= 0:
        return Fraction(int(value > 0))
    return min(max(Fraction(value, full), Fraction(0)), Fraction(1))


def _points(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_TENTH, ROUND_HALF_UP)


def _sentence(one: Known, points: Mapping[str, Decimal], score: Decimal, *, known: bool) -> str:
    """What gave points, the most first."""
    owed = " and ".join(_amount(amount, currency) for currency, amount in one.overdue.items())
    said = {
        "amount": f"{owed} overdue",
        "days_late": f"the oldest {_many(one.days_late, 'day')} late",
        "share_late": f"{one.late} of {_many(one.settled, 'invoice')} paid late",
        "slowness": _slowness(one.days_past_due),
        "broken_promises": _many(one.broken_promises, "broken promise"),
        "level": f"level {one.level} of {one.levels}",
    }
    if not known:
        paid = _many(one.settled, "paid invoice")
        said["share_late"] = f"only {paid} to judge by"
        said["slowness"] = "how fast they pay is not known"
    order = sorted((name for name in POINTS if points[name]), key=lambda name: -points[name])
    text = f"{score} points: " + ", ".join(f"{said[name]} ({points[name]})" for name in order)
    if one.left_out:
        rest = ", ".join(
            f"{_amount(amount, currency)} ({reason.lower().replace('_', ' ')})"
            for (reason, currency), amount in sorted(one.left_out.items())
        )
        text += f"; left out: {rest}"
    return text


def _slowness(days: int | None) -> str:
    if days is None:
        return "nothing paid yet"
    if days <= 0:
        return f"paid {_many(-days, 'day')} before the due day on average"
    return f"paid {_many(days, 'day')} after the due day on average"


def _amount(amount: int, currency: str) -> str:
    return f"{format_amount(amount, currency)} {currency}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

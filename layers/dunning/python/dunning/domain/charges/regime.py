"""Regimes of late payment: for whom, from when, at what rate, with what fixed compensation.
The figures are data (a Ruleset); interest by them is `interest`'s.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dunning.domain.money import format_amount

from .day_count import DayCount
from .reference_rate import ALARM_DAYS, ChargeError, ReferenceRate, Row, RunsOut

NO_INTEREST = "none"
LARGEST_RATE = Decimal(100)


class Mode(StrEnum):
    """What a change of the reference rate does to a debt that is late already."""

    FIXED_AT_START = "FIXED_AT_START"
    """Nothing: the rate of the first interest day stays for the debt's life."""
    SEMESTER_FLOATING = "SEMESTER_FLOATING"
    """Each half-year has its own rate."""


class CompensationBand(NamedTuple):
    """A fixed compensation in minor units, for debts from `start` minor units on."""

    start: int
    amount: int


@dataclass(frozen=True, slots=True)
class Compensation:
    """The fixed compensation per late invoice, in its law's own currency."""

    currency: str
    bands: tuple[CompensationBand, ...]

    def of(self, debt: int) -> int:
        """Minor units for a debt of that currency."""
        return max(
            (b for b in self.bands if b.start <= debt), default=CompensationBand(0, 0)
        ).amount

    @property
    def words(self) -> str:
        """For a person: EUR 40.00, or GBP 40.00 to 100.00."""
        least, most = self.bands[0].amount, self.bands[-1].amount
        said = f"{self.currency} {format_amount(least, self.currency)}"
        return said if least == most else f"{said} to {format_amount(most, self.currency)}"


class Piece(NamedTuple):
    """A part of a period with one rate (percent a year), and the rows that it rests on."""

    first: date
    last: date
    rate: Decimal
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one debt. `margin` is percentage points over the reference rate, or the whole
    rate where there is no reference. `notes` are said with every result, `payment_notes` where
    payments count."""

    margin: Decimal
    reference: ReferenceRate | None = None
    mode: Mode = Mode.SEMESTER_FLOATING
    day_count: DayCount = DayCount.ACT_365F
    rolls_due: bool = False
    compensation: Compensation | None = None
    start: date = date.min
    source: str = ""
    verified: bool = True
    notes: tuple[str, ...] = ()
    payment_notes: tuple[str, ...] = ()

    def pieces(self, interest_start: date, first: date, last: date) -> Iterator[Piece]:
        """The rates from `first` to `last` of a debt whose interest started on `interest_start`;
        neighbours of one rate are one piece. Raises ChargeError where a rate is missing."""
        if first > last:
            return
        if self.reference is None:
            yield Piece(first, last, self.margin, ())
            return
        if self.mode is Mode.FIXED_AT_START:
            row = self.reference.row(interest_start)
            yield Piece(first, last, self._rate(row), (row,))
            return
        held: Piece | None = None
        for start, end, row in self.reference.pieces(first, last):
            if held is not None and held.rate == self._rate(row):
                held = Piece(held.first, end, held.rate, (*held.rows, row))
                continue
            if held is not None:
                yield held
            held = Piece(start, end, self._rate(row), (row,))
        if held is not None:
            yield held

    def _rate(self, row: Row) -> Decimal:
        # A creditor never owes interest for being paid late, however low the reference falls.
        return max(row.rate + self.margin, Decimal(0))


def contract(rate: Decimal) -> Terms:
    """The terms of a rate that a contract names: no statute's compensation, no rolled due day.
    Raises ChargeError below 0 and above 100 percent a year."""
    if not Decimal(0) <= rate <= LARGEST_RATE:
        raise ChargeError(f"a contract rate of {rate} is not from 0 to {LARGEST_RATE} percent")
    return Terms(margin=rate, source="contract")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The regimes of a version of the data, each with its terms by customer class, oldest first."""

    version: str
    references: Mapping[str, ReferenceRate]
    regimes: Mapping[str, Mapping[str, tuple[Terms, ...]]]

    def terms(self, regime: str, customer_class: str, day: date) -> Terms | None:
        """The terms of a debt that is late from that day; None where the regime gives that class
        of customer nothing to pay. Raises ChargeError for what the ruleset does not know."""
        if regime == NO_INTEREST:
            return None
        classes = self.regimes.get(regime)
        if classes is None:
            known = ", ".join([*self.regimes, NO_INTEREST])
            raise ChargeError(f"the regime {regime!r} is not known; known: {known}, or a rate")
        dated = classes.get(customer_class, ())
        if not dated:
            return None
        holding = [terms for terms in dated if terms.start <= day]
        if not holding:
            raise ChargeError(
                f"{regime}: the rules for the class {customer_class} are known from"
                f" {dated[0].start} on, and this debt is late from {day}; give a contract rate"
            )
        return holding[-1]

    def runs_out(self, today: date, ahead: int = ALARM_DAYS) -> tuple[RunsOut, ...]:
        """The tables whose next half-year is near and missing; none when all is well."""
        found = (table.runs_out(today, ahead) for table in self.references.values())
        return tuple(one for one in found if one is not None)

"""Reference rates as published for half-years, and when a table of them runs out.
No rate is written here, and none is ever guessed: a day without a row is an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

ALARM_DAYS = 7
"""How long before the first missing half-year a table counts as running out."""
_ONE_DAY = timedelta(days=1)
_STARTS, _ENDS = ((1, 1), (7, 1)), ((6, 30), (12, 31))


class ChargeError(ValueError):
    """A charge that cannot be computed; the message says what is missing and how to mend it."""


class RulesetError(ValueError):
    """A ruleset that cannot be used: what is wrong, and where."""


class Row(NamedTuple):
    """A rate in percent a year, for whole half-years. `verified`: read at its source or in a
    stored copy of an official table; else known from elsewhere, and to be told with the result."""

    start: date
    end: date
    rate: Decimal
    source: str
    verified: bool


class RunsOut(NamedTuple):
    """A table that ends: its first day without a row, and how many days away that is."""

    reference: str
    first_missing: date
    days_left: int


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """A published rate (ECB main refinancing, German base rate, …), row after row without gaps."""

    id: str
    name: str
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise RulesetError(f"{self.id} has no rows")
        before: Row | None = None
        for row in self.rows:
            if (row.start.month, row.start.day) not in _STARTS:
                raise RulesetError(
                    f"{self.id}: a row begins on {row.start}; write 1 January or 1 July"
                )
            if (row.end.month, row.end.day) not in _ENDS or row.end < row.start:
                raise RulesetError(
                    f"{self.id}: the row from {row.start} ends on {row.end}; write a 30 June or"
                    " 31 December after its start"
                )
            if before is not None and row.start != before.end + _ONE_DAY:
                raise RulesetError(
                    f"{self.id}: after {before.end} comes {before.end + _ONE_DAY}, not {row.start}"
                )
            before = row

    @property
    def first_missing(self) -> date:
        """The first day after the last row."""
        return self.rows[-1].end + _ONE_DAY

    def row(self, day: date) -> Row:
        """The row of a day. Raises ChargeError where there is none."""
        for row in self.rows:
            if row.start <= day <= row.end:
                return row
        if day >= self.first_missing:
            raise ChargeError(
                f"there is no {self.name} for {day}: its table ends on {self.rows[-1].end};"
                " add the next half-year to the ruleset"
            )
        raise ChargeError(
            f"there is no {self.name} for {day}: its table begins on {self.rows[0].start}"
        )

    def pieces(self, first: date, last: date) -> Iterator[tuple[date, date, Row]]:
        """The rows of a period, day by day without gaps. Raises ChargeError where one is missing,
        before anything is yielded for that day."""
        while first <= last:
            row = self.row(first)
            end = min(row.end, last)
            yield first, end, row
            first = end + _ONE_DAY

    def runs_out(self, today: date, ahead: int = ALARM_DAYS) -> RunsOut | None:
        """Whether the next half-year is `ahead` days away, or nearer, and has no row."""
        left = (self.first_missing - today).days
        return RunsOut(self.id, self.first_missing, left) if left <= ahead else None

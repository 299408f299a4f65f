"""Columns of days: the order of day and month found over all cells, then each cell read by it.
How one text is read stands in `days`; nothing here guesses from one cell.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from dunning.domain.fields import printable

from .cells import Ambiguous, Cell, Reading, decimal_of, is_empty, text_of
from .days import (
    FIRST_DAY,
    LAST_DAY,
    SERIALS,
    Day,
    Numeric,
    ordered,
    parsed,
    possible,
    serial_day,
    told,
    written,
)
from .mapping import DAY_FIRST, MONTH_FIRST, YEAR_FIRST

ENOUGH = 1_000
"""So many days are looked at before the order that they show is taken for the column's."""
MOST_KEPT = 50_000
_CLEAR = 4
"""One order is the column's if at least so many days show it for each that shows the other."""
_WIDE, _NARROW = 10, 3
"""Years that two-digit years span: too many to be years, and few enough to be."""
CELLS = "date cells"
_MONTHS = 12
_FEW_SWAPPED, _SWAPPED = 2, 6
"""Date cells and texts that show that they were swapped: of each kind, and of both."""
_YEARS, _LONG_AGO = (20, 27), 5
"""Two-digit numbers that are years of now, and the years that others stand before them."""


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column writes its days.

    `read` takes a cell to its day, or to None where it holds none (blank, dashes, 00.00.0000). It
    raises ValueError, a sentence, for what is no day in this style. A time and a zone behind a
    day are passed over: the day is as written. Two-digit years are 1970 to 2069.
    """

    order: str
    """day_first, month_first or year_first; "" where each day seen tells by itself."""
    words: str
    """How days are written, the commonest way first: day.month.year, date cells."""
    read: Callable[[Cell], date | None]
    assumed: str = ""
    """What was taken for granted, as a sentence; "" where the cells show it."""


@dataclass(frozen=True, slots=True)
class NoDates:
    """A column without a day. `example`: a cell that is none; "" where all are empty."""

    example: str = ""


@dataclass(slots=True)
class _Seen:
    """What a column shows."""

    shapes: Counter[str] = field(default_factory=Counter)
    separators: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    """Days by the order they show; "" those that read both ways."""
    examples: dict[str, str] = field(default_factory=dict)
    days: int = 0
    short: int = 0
    least: tuple[int, int] = (9_999, 9_999)
    most: tuple[int, int] = (0, 0)
    """Of two-digit years: the first and the last number."""
    example: str = ""
    """The first day that is written in three numbers."""
    late_cells: int = 0
    """Date cells whose day is above 12."""
    strange: str = ""
    """The first cell that is no day."""

    def add(self, cell: Cell) -> bool:
        """Whether the cell is a day."""
        try:
            found = _looked_at(cell)
        except ValueError:
            self.strange = self.strange or text_of(cell).strip()
            return False
        if found is None:
            return False
        if isinstance(found, Day):
            self.days += 1
            self.shapes[found.shape] += 1
            self.late_cells += found.shape == CELLS and found.on.day > _MONTHS
            return True
        orders = possible(found)
        if not orders:
            self.strange = self.strange or text_of(cell).strip()
            return False
        self.days += 1
        self.separators[found.separator] += 1
        self.example = self.example or text_of(cell).strip()
        order = told(orders)
        if order or found.first != found.second:
            self.orders[order] += 1
            self.examples.setdefault(order, text_of(cell).strip())
        if found.short:
            self.short += 1
            self.least = min(self.least[0], found.first), min(self.least[1], found.last)
            self.most = max(self.most[0], found.first), max(self.most[1], found.last)
        return True

    def order(self) -> str:
        """The order that the days show; "" if none does, or both do."""
        day, month = self.orders[DAY_FIRST], self.orders[MONTH_FIRST]
        if day and day >= _CLEAR * month:
            return DAY_FIRST
        if month and month >= _CLEAR * day:
            return MONTH_FIRST
        return YEAR_FIRST if set(self.orders) == {YEAR_FIRST} else ""

    def may_be_swapped(self) -> bool:
        """Whether a spreadsheet of another country may have taken all days up to the 12th for
        months, and left the others as texts."""
        texts = self.orders[DAY_FIRST]
        return (
            min(self.shapes[CELLS], texts) >= _FEW_SWAPPED
            and self.shapes[CELLS] + texts >= _SWAPPED
            and not self.late_cells
            and set(self.orders) == {DAY_FIRST}
        )

    def year_may_lead(self) -> bool:
        """Whether two-digit years look like days of a month, and days like years: 26/05/13."""
        return self.years_are_long_ago() or bool(
            self.short
            and self.short == self.separators.total()
            and self.most[1] <= 31
            and self.most[1] - self.least[1] > _WIDE
            and self.most[0] - self.least[0] < _NARROW
        )

    def years_are_long_ago(self) -> bool:
        """Whether two-digit years would be years of now if they stood first: 26/01/13."""
        return bool(
            self.short
            and self.short == self.separators.total()
            and _YEARS[0] <= self.least[0] <= self.most[0] <= _YEARS[1]
            and self.most[0] - self.least[0] < _NARROW
            and self.most[1] <= self.least[0] - _LONG_AGO
        )


class _Memo(dict[Cell, "date | None"]):
    """Texts already read: columns repeat their days. Other cells are read anew, for 1 is True."""

    __slots__ = ("order",)

    def __init__(self, order: str) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, cell: Cell) -> date | None:
        found = _looked_at(cell)
        if isinstance(found, Numeric):
            day: date | None = ordered(found, self.order, str(cell))
        else:
            day = found.on if found else None
        if isinstance(cell, str):
            if len(self) >= MOST_KEPT:
                self.clear()
            self[cell] = day
        return day


def style_of(values: Iterable[Cell], wanted: str | None = None) -> DateStyle | Ambiguous | NoDates:
    """The style of a column, or of several columns together: they are of one file.

    `wanted` (day_first, month_first, year_first) is a person's word and decides. Else a day above
    12 does; where cells show both orders, the one that four times as many show. Days with dots
    are day.month.year unless a cell shows otherwise. Values are taken one by one, and no more of
    them once 1,000 days are seen and their order is plain.
    """
    seen = _Seen()
    for value in values:
        if (
            seen.add(value)
            and not seen.days % ENOUGH
            and (wanted or seen.order() or not seen.separators)
            and not seen.year_may_lead()
        ):
            break
    if not seen.days:
        return NoDates(seen.strange)
    if wanted:
        return _style(seen, wanted)
    if seen.year_may_lead():
        if seen.years_are_long_ago():
            return _ambiguous(seen, (YEAR_FIRST, DAY_FIRST))
        return _ambiguous(seen, (DAY_FIRST, YEAR_FIRST))
    if seen.may_be_swapped():
        return _swapped(seen)
    order = seen.order()
    if order or not seen.orders:
        return _style(seen, order)
    if seen.orders[DAY_FIRST] or set(seen.separators) != {"."}:
        return _ambiguous(seen, (DAY_FIRST, MONTH_FIRST))
    said = f"days with dots, as {seen.examples['']}, were read as day.month.year"
    return _style(seen, DAY_FIRST, said)


def _style(seen: _Seen, order: str, assumed: str = "") -> DateStyle:
    shapes = seen.shapes.copy()
    for separator, count in seen.separators.items():
        shapes[written(order or DAY_FIRST, separator)] += count
    words = ", ".join(shape for shape, _ in shapes.most_common())
    return DateStyle(order, words, _Memo(order).__getitem__, assumed)


def _ambiguous(seen: _Seen, orders: tuple[str, str]) -> Ambiguous:
    """The question which of two orders a column has, with what it shows."""
    example = seen.examples.get("") or seen.example
    readings = tuple(Reading(order, _as(example, order)) for order in orders)
    day_first, month_first = seen.orders[DAY_FIRST], seen.orders[MONTH_FIRST]
    if YEAR_FIRST in orders:
        why = "its last number looks like a day, and its first like a year"
    elif day_first:
        why = (
            f"{day_first} rows show day before month (as {seen.examples[DAY_FIRST]}),"
            f" {month_first} month before day (as {seen.examples[MONTH_FIRST]})"
        )
    else:
        why = f"none of {seen.days} days has a number above 12 that would tell"
    return Ambiguous("dates", f"which day is {example}? {why}", readings, example)


def _swapped(seen: _Seen) -> Ambiguous:
    """The question whether date cells are the days that they were."""
    example = seen.examples[DAY_FIRST]
    return Ambiguous(
        "dates",
        f"did a spreadsheet swap days and months? All {seen.shapes[CELLS]} date cells have a day up"
        f" to 12, and all days written as text one above it (as {example}): so it looks where a"
        " spreadsheet of another country opened the file. If it did, export again, and do not open"
        " the file before the upload",
        (Reading(DAY_FIRST, "the date cells are right as they stand"),),
        example,
    )


def _as(example: str, order: str) -> str:
    """What the example is in an order, in words."""
    try:
        numeric = parsed(example)
        day = ordered(numeric, order, example) if isinstance(numeric, Numeric) else None
    except ValueError:
        day = None
    if day is None:
        return f"days are {written(order, ' ')}"
    return f"{example} is {day.day} {day:%B} {day.year}"


_parsed = lru_cache(ENOUGH)(parsed)


def _looked_at(cell: Cell) -> Day | Numeric | None:
    """What one cell says. Raises ValueError for what is no day."""
    if isinstance(cell, str):
        return _parsed(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        if not FIRST_DAY <= cell <= LAST_DAY:
            raise ValueError(f"{cell} is not a day from {FIRST_DAY} to {LAST_DAY}")
        return Day(cell, CELLS)
    if is_empty(cell):
        return None
    number = decimal_of(cell) if isinstance(cell, float) else cell
    if number == 0 and not isinstance(cell, bool):
        return None
    if number is None or isinstance(cell, bool):
        raise ValueError(f"{printable(cell)} is not a day; write it as 2026-11-22")
    if number > 1_000_000 and number == int(number):
        return parsed(str(int(number)))
    return Day(serial_day(float(number)), SERIALS)

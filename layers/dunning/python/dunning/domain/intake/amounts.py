"""Columns of amounts: which sign parts the decimals, found over all cells; then each cell read.
Values stay exact and unrounded; how many decimals a currency has is not checked here.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from dunning.domain.fields import printable

from .cells import Ambiguous, Cell, Reading, decimal_of, is_empty
from .figures import LONGEST, Figure, evidence, figure, grouping, value_of

ENOUGH = 1_000
"""So many amounts are looked at before the decimal sign they show is taken for the column's."""
MOST_KEPT = 20_000
MOST_SHAPES = 1_000
_CLEAR = 4
"""A decimal sign is the column's if at least so many amounts show it for each that shows the
other."""


class Amount(NamedTuple):
    """An amount as its cell states it: exact, and negative only where a minus or parentheses are.

    `side` says on which side of an account it stands ("dr" or "cr"; "" where nothing does); it
    does not change the value's sign.
    """

    value: Decimal
    currency: str = ""
    """ISO 4217, of a code or of a sign that only one currency has; "" otherwise."""
    side: str = ""
    sign: str = ""
    """A currency sign that several have ($, kr, ¥), where no code stands beside it."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a column writes its amounts.

    `read` takes a cell to its Amount, or to None where it holds none (blank, dashes). It raises
    ValueError, a sentence, for what is no amount in this style.
    """

    decimal: str
    """"." or ","; "" where each amount seen tells by itself."""
    words: str
    """By example: 1.234,56."""
    read: Callable[[Cell], Amount | None]


@dataclass(frozen=True, slots=True)
class NoAmounts:
    """A column without an amount. `example`: a cell that is none; "" where all are empty."""

    example: str = ""


@dataclass(slots=True)
class _Seen:
    """What a column shows."""

    amounts: int = 0
    decimals: Counter[str] = field(default_factory=Counter)
    """Amounts by the decimal sign they show; "?" those that read both ways."""
    groups: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    strange: str = ""
    shapes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What amounts show, and their groups, by their text with a 1 for each digit."""

    def add(self, cell: Cell) -> bool:
        """Whether the cell is an amount."""
        shape = cell.translate(_ONES) if isinstance(cell, str) else ""
        if shape in self.shapes and isinstance(cell, str) and not cell.startswith("0"):
            self._count(cell, *self.shapes[shape])
            return True
        try:
            if not isinstance(cell, str):
                found = _typed(cell)
                self.amounts += found is not None
                return found is not None
            read = figure(cell)
        except ValueError:
            self.strange = self.strange or str(cell).strip()
            return False
        if read is None:
            return False
        shown = evidence(read.digits)
        if shown is None:
            self.strange = self.strange or cell.strip()
            return False
        group = grouping(read.digits, shown)
        if cell.isascii() and cell[0] in "123456789" and len(self.shapes) < MOST_SHAPES:
            self.shapes[shape] = shown, group
        self._count(cell, shown, group)
        return True

    def _count(self, cell: str, shown: str, group: str) -> None:
        self.amounts += 1
        if shown:
            self.decimals[shown] += 1
            self.examples.setdefault(shown, cell.strip())
        self.groups[group] += 1

    def decimal(self) -> str:
        """The decimal sign that the amounts show; "" if none does, or both do."""
        point, comma = self.decimals["."], self.decimals[","]
        if point and point >= _CLEAR * comma:
            return "."
        return "," if comma and comma >= _CLEAR * point else ""


class _Way(NamedTuple):
    """How amounts of one shape are read, where each digit is a 1: 111,11 or (1.111) CHF."""

    begin: int
    end: int
    group: str
    decimal: str
    negative: bool
    rest: tuple[str, str, str]


class _Memo(dict[Cell, "Amount | None"]):
    """Texts already read, and how their shapes are: a column has few shapes, and often many
    amounts. Other cells are read anew, for 1 is True."""

    __slots__ = ("decimal", "plain", "ways")

    def __init__(self, decimal: str) -> None:
        super().__init__()
        self.decimal = decimal
        self.plain = f"-0123456789{decimal}"
        self.ways: dict[str, _Way | None] = {}

    def __missing__(self, cell: Cell) -> Amount | None:
        if not isinstance(cell, str):
            return _typed(cell)
        # Nothing but digits, a minus and the decimal sign: most amounts are written so.
        if cell and not cell.strip(self.plain) and len(cell) < LONGEST:
            try:
                value = Decimal(cell.replace(",", ".") if self.decimal == "," else cell)
            except InvalidOperation:
                found = self._by_shape(cell)
            else:
                found = _new(Amount, (value, "", "", ""))
        else:
            found = self._by_shape(cell)
        if len(self) < MOST_KEPT:
            self[cell] = found
        return found

    def _by_shape(self, cell: str) -> Amount | None:
        shape = cell.translate(_ONES)
        if shape not in self.ways:
            if len(self.ways) >= MOST_SHAPES:
                self.ways.clear()
            self.ways[shape] = _way(shape, self.decimal)
        way = self.ways[shape]
        if way is None or cell[way.begin] == "0":
            return _read(cell, self.decimal)
        digits = cell[way.begin : way.end]
        if way.group:
            digits = digits.replace(way.group, "")
        value = Decimal(digits.replace(",", ".") if way.decimal == "," else digits)
        return _new(Amount, (-value if way.negative else value, *way.rest))


_new = tuple.__new__
_ONES = str.maketrans("023456789", "111111111")


def style_of(
    values: Iterable[Cell], decimal: str | None = None
) -> NumberStyle | Ambiguous | NoAmounts:
    """The style of a column, or of several columns together: they are of one file.

    `decimal` ("," or ".") is a person's word and decides. Else an amount with two kinds of sign,
    with a sign twice, or with other than three digits behind it does; where amounts show both
    ways, the one that four times as many show. Values are taken one by one, and no more of them
    once 1,000 amounts are seen and the sign is plain.
    """
    seen = _Seen()
    for value in values:
        if seen.add(value) and not seen.amounts % ENOUGH and (decimal or seen.decimal()):
            break
    if not seen.amounts:
        return NoAmounts(seen.strange)
    found = decimal or seen.decimal()
    if not found and seen.decimals:
        return _ambiguous(seen)
    return NumberStyle(found, _words(seen, found), _Memo(found).__getitem__)


def _words(seen: _Seen, decimal: str) -> str:
    """An example of the style."""
    if not decimal:
        return "1234"
    group = next((g for g, _ in seen.groups.most_common() if g and g != decimal), "")
    if group == "lakh":
        return "1,23,456.00"
    return f"1{group}234{decimal}56"


def _ambiguous(seen: _Seen) -> Ambiguous:
    """The question which sign parts the decimals, with what the column shows."""
    example = seen.examples.get("?") or next(iter(seen.examples.values()))
    readings = tuple(Reading(decimal, _as(example, decimal)) for decimal in ".,")
    point, comma = seen.decimals["."], seen.decimals[","]
    if point or comma:
        why = (
            f"{point} amounts have decimals behind a point (as {seen.examples['.']}),"
            f" {comma} behind a comma (as {seen.examples[',']})"
        )
    else:
        why = f"none of {seen.amounts} amounts tells thousands from decimals"
    return Ambiguous("decimal", f"how much is {example}? {why}", readings, example)


def _as(example: str, decimal: str) -> str:
    """What the example is with a decimal sign, in words."""
    try:
        read = _read(example, decimal)
    except ValueError:
        read = None
    return f"{example} is {read.value:f}" if read else f"amounts are written 1234{decimal}56"


def _read(text: str, decimal: str) -> Amount | None:
    """Any text that is an amount in the style."""
    found = figure(text)
    if found is None:
        return None
    value = value_of(found.digits, decimal)
    if value is None:
        raise ValueError(_why_not(text, found, decimal))
    return Amount(-value if found.negative else value, found.currency, found.side, found.sign)


def _way(shape: str, decimal: str) -> _Way | None:
    """How texts of a shape are read; None if they are no amounts, or hold none."""
    try:
        found = figure(shape)
    except ValueError:
        return None
    if found is None or value_of(found.digits, decimal) is None:
        return None
    own = decimal or evidence(found.digits) or "."
    groups = {c for c in shape[found.begin : found.end] if not c.isdecimal() and c != own}
    if len(groups) > 1:
        return None
    rest = (found.currency, found.side, found.sign)
    return _Way(found.begin, found.end, "".join(groups), own, found.negative, rest)


def _why_not(text: str, found: Figure, decimal: str) -> str:
    if not decimal and evidence(found.digits) == "?":
        return f"{printable(text)} does not tell thousands from decimals; write it as 1234.00"
    way = f"1234{decimal}56" if decimal else "1234.56"
    return f"{printable(text)} is not an amount as the others here, which are written {way}"


def _typed(cell: Cell) -> Amount | None:
    """A cell of a workbook."""
    if is_empty(cell):
        return None
    if isinstance(cell, int) and not isinstance(cell, bool):
        return Amount(Decimal(cell))
    value = decimal_of(cell) if isinstance(cell, float) else None
    if value is None:
        raise ValueError(f"{printable(cell)} is not an amount; write it as 1234.56")
    return Amount(value)

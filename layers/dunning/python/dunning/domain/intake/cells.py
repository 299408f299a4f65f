"""Cells of a table, whatever it came from: their types, their text, and what is no value.
What a cell means (a day, an amount) is `dates`' and `amounts`'.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

Cell = str | int | float | bool | date | datetime
"""Delimited text gives `str` alone, a workbook any of them; "" is an empty cell."""

_DASHES = frozenset("-‐‑‒–—−")
_DECIMALS_KEPT = 6
_NOISE = 1e-14
"""Relative: what adding some dozens of binary fractions may leave behind."""


class Reading(NamedTuple):
    """One of the ways to read what is ambiguous: what a mapping file says for it, and in words."""

    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A column that reads in two ways, and nothing in it tells which."""

    key: str
    """The key of the mapping file that answers it: dates or decimal."""
    text: str
    """The question as a sentence, with what was seen."""
    readings: tuple[Reading, ...]
    example: str


def is_empty(cell: Cell | None) -> bool:
    """Whether the cell holds nothing: no characters, or blanks alone."""
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def is_none(text: str) -> bool:
    """Whether a text stands for no value: blank, or dashes alone (-, --, —)."""
    return _DASHES.issuperset("".join(text.split()))


def text_of(cell: Cell | None) -> str:
    """The cell as the person who sees the table would type it: 552732928.0 as 552732928, a date
    as 2026-11-22, a truth value as TRUE or FALSE. Text stays as it is."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        number = decimal_of(cell)
        return f"{number:f}" if number is not None else ""
    if isinstance(cell, datetime) and cell.hour == cell.minute == cell.second == 0:
        return cell.date().isoformat()
    return cell.isoformat(" ", "seconds") if isinstance(cell, datetime) else cell.isoformat()


def decimal_of(number: float) -> Decimal | None:
    """The number as its shortest decimal digits, without what binary arithmetic left behind:
    1234.1 is 1234.1 and 0.1 + 0.2 is 0.3. None for infinity and NaN.

    Only noise beyond six decimals is dropped; digits that someone wrote stay.
    """
    if number - number != 0:  # infinity and NaN alone
        return None
    short = round(number, _DECIMALS_KEPT)
    if short != number and abs(short - number) > _NOISE * abs(number):
        short = number
    found = Decimal(repr(short))
    whole = found.to_integral_value()
    return whole if whole == found else found

"""Amounts of a whole column at once, where all of them are written alike: digits alone, or digits
and as many decimals as the first has. Any other column is read cell by cell, by `values`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from .cells import Cell


def plain_amounts(
    column: Sequence[Cell], sign: str, most_digits: int, most_decimals: int
) -> list[Decimal] | None:
    """The amounts of cells that are all of one shape and above zero; None where one of them is not.

    `sign` parts the decimals, a point or a comma; "" where the column has none. At most
    `most_digits` stand before it, and `most_decimals` behind.
    """
    try:
        text = "\n".join(column) + "\n"  # type: ignore[arg-type]
    except TypeError:  # cells of a workbook
        return None
    first = text[: text.index("\n")]
    decimals = len(first) - first.index(sign) - 1 if sign and sign in first else 0
    if decimals > most_decimals:
        return None
    if text.count("\n") != len(column) or not _alike(sign, most_digits, decimals).fullmatch(text):
        return None
    cells = text.replace(",", ".").split("\n")[:-1] if sign == "," else column
    amounts = list(map(Decimal, cells))  # type: ignore[arg-type]
    return amounts if all(amounts) else None


@cache
def _alike(sign: str, most_digits: int, decimals: int) -> "re.Pattern[str]":
    """Lines that are each an amount with so many decimals."""
    behind = f"{re.escape(sign)}[0-9]{{{decimals}}}" if decimals else ""
    return re.compile(f"(?:[0-9]{{1,{most_digits}}}{behind}\n)++")

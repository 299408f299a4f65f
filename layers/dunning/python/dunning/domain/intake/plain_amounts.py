"""Amounts of a whole column at once, where all of them are written alike: digits alone, or digits
and as many decimals as the first has. Any other column is read cell by cell, by `values`.
"""

from collections.abc import Sequence
from decimal import Decimal

from .cells import Cell

_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")


def plain_amounts(
    column: Sequence[Cell], sign: str, most_digits: int, most_decimals: int
) -> list[Decimal] | None:
    """The amounts of cells that are all of one shape and above zero; None where one of them is not.

    `sign` parts the decimals, a point or a comma; "" where the column has none. At most
    `most_digits` stand before it, and `most_decimals` behind.
    """
    try:
        text = "\n".join(column) + "\n"  # type: ignore[arg-type]
        shape = text.encode("ascii").translate(_AS_ZEROS)
    except (TypeError, UnicodeEncodeError):  # cells of a workbook; digits of other scripts
        return None
    rows, longest = len(column), most_digits
    point = sign.encode()
    _, found, behind = shape[: shape.index(b"\n")].partition(point) if point else (b"", b"", b"")
    decimals = len(behind)
    if found:
        end = point + behind + b"\n"
        if decimals > most_decimals or not shape.count(point) == shape.count(end) == rows:
            return None
        shape = shape.replace(end, b"\n")
        longest += 1 + decimals
    # What is left of each cell are the digits before its sign: at least one, and nothing else.
    if shape.count(b"\n") != rows or shape.translate(None, b"0\n"):
        return None
    if shape.startswith(b"\n") or b"\n\n" in shape:
        return None
    if max(map(len, column)) > longest:  # type: ignore[arg-type]
        return None
    cells = text.replace(",", ".").split("\n")[:-1] if sign == "," else column
    amounts = list(map(Decimal, cells))  # type: ignore[arg-type]
    return amounts if all(amounts) else None

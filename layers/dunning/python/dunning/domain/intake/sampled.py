"""The amounts of a column's first cells, for what is decided by looking at columns side by side.
Amounts of rows are `values`'.
"""

from collections.abc import Sequence
from decimal import Decimal

from . import amounts
from .amounts import NumberStyle

_MOST = 5_000


def figures(cells: Sequence[str]) -> list[Decimal]:
    """The amounts of cells, as far as they can be read; nothing is zero."""
    style = amounts.style_of(cells)
    if not isinstance(style, NumberStyle):
        style = amounts.style_of(cells, ".")
    found = []
    for cell in cells[:_MOST]:
        try:
            read = style.read(cell) if isinstance(style, NumberStyle) else None
        except ValueError:
            read = None
        found.append(read.value if read else Decimal())
    return found


def any_amount(cells: Sequence[str]) -> bool:
    """Whether a cell among them is an amount other than zero."""
    return any(figures(cells))

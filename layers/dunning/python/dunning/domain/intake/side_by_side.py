"""Columns that say the same in the rows looked at, held to it in every row behind them: what a file
of many rows shows late refuses the row, as it would have been asked about in the first ones.
"""

from collections.abc import Sequence
from decimal import Decimal

from dunning.domain.fields import ReadingError

from .amounts import NumberStyle
from .cells import Cell, is_none, text_of
from .columns import Columns
from .words import yes_or_no


class SideBySide:
    """What is held of the rows of one file."""

    def __init__(self, columns: Columns, numbers: NumberStyle) -> None:
        self.columns, self.numbers = columns, numbers
        self.alike = tuple(columns.alike)

    def differing(self, cells: Sequence[Cell], credit: Decimal | None) -> ReadingError | None:
        """What this row shows and those looked at did not; None if nothing."""
        headings = self.columns.headings
        for one, other in self.alike:
            if self._differ(cells, one, other):
                a, b = headings[one], headings[other]
                return ReadingError(
                    "two_amounts",
                    "total",
                    f"{a} and {b} differ in this row, and were the same in those before it; say"
                    " which is to be taken in a mapping file, as"
                    f" `columns: {{{self._field(one)}: {a}}}`",
                )
        for place in self.columns.empty:
            cell = text_of(cells[place]).strip() if place < len(cells) else ""
            if cell and not is_none(cell) and cell.strip("0.,") and yes_or_no(cell) is not False:
                heading = headings[place]
                return ReadingError(
                    "new_column",
                    "",
                    f"{heading} has something in this row, and nothing in those before it; say what"
                    f" it is in a mapping file, or pass over it with `ignore: [{heading}]`",
                )
        if credit and self.columns.no_credit_seen:
            heading = headings[self.columns.at["credit"]]
            return ReadingError(
                "two_meanings",
                "credit",
                f"an amount in {heading} is a credit note or a payment, and nothing says which;"
                f" say `columns: {{credit: {heading}}}` in a mapping file for credit notes, or send"
                " payments as a file of their own",
            )
        return None

    def _field(self, place: int) -> str:
        return next((name for name, at in self.columns.at.items() if at == place), "total")

    def _differ(self, cells: Sequence[Cell], one: int, other: int) -> bool:
        a, b = (cells[place] if place < len(cells) else "" for place in (one, other))
        if a == b or not text_of(b).strip():
            return False
        try:
            x, y = self.numbers.read(a), self.numbers.read(b)
        except ValueError:
            return True
        return (x.value if x else None) != (y.value if y else None)

"""A table: rows of cells with their numbers, to be read as often as needed.
Where the cells come from is `adapters/formats`'; which column is what is `recognise`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .cells import Cell

NumberedRow = tuple[int, Sequence[Cell] | None]
UNREADABLE = "the row cannot be read: a quote is not closed, or a cell is too long"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they stand in the file.

    A row's number is the one that a spreadsheet shows beside it, from 1: blank rows count, and a
    record of delimited text counts as one row however many lines its cells hold.
    """

    rows: Callable[[], Iterator[NumberedRow]]
    """Each call starts again at row 1. A row that cannot be read is None: `why(number)` tells."""
    format: str
    """csv, xlsx, xls, xlsb, ods."""
    encoding: str = ""
    """In words: UTF-8, Windows-1252, UTF-16."""
    delimiter: str = ""
    sheet: str = ""
    hidden: bool = False
    """A sheet that the workbook does not show."""
    notes: tuple[str, ...] = ()
    """What the report should say of how the table was read."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Why rows could not be read, by number; filled while they are read, the first ones only."""

    def why(self, number: int) -> str:
        """Why a row is None, as a sentence that says how to mend it."""
        return self.reasons.get(number, UNREADABLE)

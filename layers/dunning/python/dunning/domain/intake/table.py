"""A table: rows of cells with their numbers, to be read as often as needed.
Where the cells come from is `adapters/formats`'; which column is what is `recognise`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .cells import Cell

NumberedRow = tuple[int, Sequence[Cell] | None]
UNREADABLE = "the row cannot be read: a quote is not closed, or a cell is too long"


class Unreadable(NamedTuple):
    """A row without cells."""

    why: str
    line: str
    """The line as it stands in the file, for whoever mends it."""


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
    reasons: dict[int, Unreadable] = field(default_factory=dict)
    """Rows that could not be read, by number: the latest hundred, filled as they go by."""

    def why(self, number: int) -> str:
        """Why the row that was just read is None: a sentence that says how to mend it."""
        return self.reasons[number].why if number in self.reasons else UNREADABLE

    def line(self, number: int) -> str:
        """The line of the row that was just read and is None, as it stands; "" if not known."""
        return self.reasons[number].line if number in self.reasons else ""

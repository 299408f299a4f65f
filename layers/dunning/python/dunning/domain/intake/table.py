"""A table: rows of cells with their numbers, to be read as often as needed.
Where the cells come from is `adapters/formats`'; which column is what is `recognise`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from .cells import Cell

NumberedRow = tuple[int, Sequence[Cell] | None]
UNREADABLE = "the row cannot be read: a quote is not closed, or a cell is too long"
CHUNK = 128
"""Rows that are looked at at once."""


class Unreadable(NamedTuple):
    """A row without cells."""

    why: str
    line: str
    """The line as it stands in the file, for whoever mends it."""


class Block(NamedTuple):
    """Rows of one width, column by column."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[Cell]]

    def rows(self) -> Iterator[NumberedRow]:
        """Its rows one by one."""
        return zip(self.numbers, zip(*self.columns, strict=True), strict=True)

    def of(self, part: slice) -> "Block":
        """Some of its rows."""
        return Block(self.numbers[part], [column[part] for column in self.columns])


Part = Block | Sequence[NumberedRow]


class InParts(Iterator[NumberedRow]):
    """Rows that come many at once from where they are read, one by one for whoever wants them so.
    Either way each comes once."""

    __slots__ = ("_rows", "parts")

    def __init__(self, parts: Iterator[Part]) -> None:
        self.parts = parts
        self._rows = chain.from_iterable(
            part.rows() if isinstance(part, Block) else part for part in parts
        )

    def __iter__(self) -> Iterator[NumberedRow]:
        return self._rows

    def __next__(self) -> NumberedRow:
        return next(self._rows)


def parts_of(rows: Iterator[NumberedRow]) -> Iterator[Part]:
    """The rows many at once, as they come or as they are gathered."""
    return rows.parts if isinstance(rows, InParts) else gathered(rows, CHUNK)


def gathered(rows: Iterator[NumberedRow], most: int) -> Iterator[Sequence[NumberedRow]]:
    """The rows in lists of so many."""
    return iter(lambda: list(islice(rows, most)), [])


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

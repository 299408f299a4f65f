"""A list of bad rows that comes back mended: told by the columns that it has behind the file's own,
which go before it is read, and which say how the file was read that the rows are of.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from .cells import Cell, text_of
from .currencies import code_of
from .formulas import unescaped
from .mapping import HOLDS, ORDERS, MappingFile
from .plain import MENDED, READ_AS
from .sheets import Mappings
from .table import NumberedRow, Table

ANSWERS: Final[dict[str, Callable[[str], bool]]] = {
    "dates": lambda text: text in ORDERS,
    "decimal": lambda text: text in (".", ","),
    "currency": lambda text: text == code_of(text) != "",
    "holds": lambda text: text in HOLDS,
}
"""What of `read_as` answers as a mapping file does, and what it may be."""


def as_text(**said: object) -> str:
    """How a file was read, as the cells of the column: layout=xero; dates=day_first."""
    return "; ".join(f"{key}={value}" for key, value in said.items() if value not in (None, ""))


def names_for(columns: Sequence[str], *, read_as: bool) -> tuple[str, ...]:
    """What our columns are called behind others: other than those are."""
    taken = {column.strip().lower() for column in columns}
    own = (MENDED, READ_AS) if read_as else (MENDED,)
    return tuple(plain if plain not in taken else other for plain, other in own)


@dataclass(frozen=True, slots=True)
class Returned:
    """Mended rows: those of a file, and not all of them."""

    table: Table
    """Without our columns."""
    header_row: int
    said: dict[str, str]
    """What `read_as` says by its keys; nothing where the column was deleted."""

    @property
    def as_of(self) -> date | None:
        return _day(self.said.get("as_of", ""))

    def answers(self, mappings: Mappings | None) -> Mappings:
        """What is kept for a layout, and where that is silent, how the rows were read before. Where
        the table begins, and in which bytes, is this file's own; the day is that of the rows."""

        def ask(layout: str) -> tuple[str, MappingFile] | None:
            name, kept = (mappings(layout) if mappings else None) or ("", MappingFile(layout))
            answered: dict[str, Any] = {
                key: self.said[key]
                for key, fits in ANSWERS.items()
                if getattr(kept, key) is None and fits(self.said.get(key, ""))
            }
            own = replace(kept, header_row=self.header_row, sheet=None, encoding=None)
            return name, replace(own, as_of=self.as_of or kept.as_of, **answered)

        return ask


def returned(table: Table, number: int, cells: Sequence[str]) -> Returned | None:
    """The rows of a table whose first row (its number and cells) ends with our columns."""
    kept = len(cells)
    while kept and not cells[kept - 1]:
        kept -= 1
    end, names = kept, [cell.lower() for cell in cells]
    if kept > 2 and names[kept - 1] in READ_AS and names[kept - 2] in MENDED:
        kept -= 2
    elif kept > 1 and names[kept - 1] in MENDED:
        kept -= 1
    else:
        return None
    bare = replace(table, rows=lambda: _without(table, kept, end, number))
    said = _said(table, number, end - 1) if end - kept > 1 else {}
    return Returned(bare, number, said)


def _without(table: Table, kept: int, end: int, header: int) -> Iterator[NumberedRow]:
    """Rows without our columns; a row that is too long by a delimiter stays so."""
    for number, cells in table.rows():
        if cells is None:
            yield number, None
        elif number == header:
            yield number, tuple(unescaped(text_of(cell)) for cell in cells[:kept])
        elif any(text_of(cell).strip() for cell in cells[end:]):
            yield number, cells
        else:
            yield number, cells[:kept]


def _said(table: Table, header: int, place: int) -> dict[str, str]:
    """What the rows say of how they were read. Where they differ (rows of several lists in one)
    nothing is said, but of days the earliest: none can know more than that."""
    found: dict[str, set[str]] = {}
    seen: set[Cell] = set()
    for number, cells in table.rows():
        if number <= header or cells is None or len(cells) <= place or cells[place] in seen:
            continue
        seen.add(cells[place])
        for part in unescaped(text_of(cells[place])).split(";"):
            key, _, value = part.strip().partition("=")
            if value:
                found.setdefault(key, set()).add(value)
    days = sorted(filter(_day, found.pop("as_of", ())))
    said = {key: values.pop() for key, values in found.items() if len(values) == 1}
    return {**said, "as_of": days[0]} if days else said


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""The header row of a table among title rows, blank rows and notes, and what the titles say.
Which field a heading stands for is `columns`'.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Final, NamedTuple

from . import dates
from .cells import Cell, text_of
from .currencies import code_of
from .dates import DateStyle
from .headings import is_payable, meaning_of, normal
from .layout import Layout
from .layouts import known
from .table import Table
from .two_row_headings import in_two_rows

LAST_ROW = 200
"""Rows in which a header is looked for; a table that begins later is told by `header_row`."""
MOST_COLUMNS = 2_000
LONGEST_AGE = 10_000
"""Days that something may be overdue: more is no age."""
AMOUNTS: Final = frozenset({"total", "open", "net", "debit", "line", "unit_price"})
WHO: Final = frozenset({"customer", "name", "party"})
_SINCE: Final = re.compile(
    r"\b(?:as of|as at|as on|report date|aging date|stand|stichtag|per datum|peildatum"
    r"|alla data(?: del)?|a fecha(?: de)?|fino al|jusqu'au|until|hasta|per|zum|bis|tot|to|au|al"
    r"|op)\b"
    r"[\s:]*",
    re.I,
)
_MONEY: Final = re.compile(
    r"currency|w[äa]hrung|devise|moneda|divisa|valuta|amounts? in|betr[äa]ge in|montants? en", re.I
)
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")


class Header(NamedTuple):
    """A row that names columns."""

    number: int
    cells: tuple[str, ...]
    layout: Layout | None
    score: int
    """How many fields its headings name."""
    complete: bool
    """Whether they name what every invoice has: number, customer, amount."""

    @property
    def key(self) -> str:
        """By what a mapping file names the layout: its name, or a fingerprint of the headings."""
        return self.layout.name if self.layout else fingerprint(self.cells)


def fingerprint(headings: Iterable[str]) -> str:
    """columns- and 8 hexadecimal characters of the headings, in whatever order they stand."""
    keys = sorted(key for key in map(normal, headings) if key)
    return f"columns-{hashlib.sha256(chr(31).join(keys).encode()).hexdigest()[:8]}"


def header_of(table: Table, wanted: int | None = None) -> Header | None:
    """The header row of a table: the one that is `wanted`, the first that names all that matters,
    else the one that names the most; None if no row has two cells of text."""
    best: Header | None = None
    above: Sequence[Cell] | None = None
    rows = islice(table.rows(), LAST_ROW if wanted is None else wanted)
    for number, cells in rows:
        upper, above = above, cells
        if cells is None or (wanted is not None and number != wanted):
            continue
        header = _of_two(upper, number, cells) or judged(number, cells)
        if header is None:
            continue
        if wanted is not None:
            return header
        if header.complete:
            below = next(rows, (0, None))
            return _of_two(header.cells, *below) or header
        if best is None or header.score > best.score:
            best = header
    return best


def _of_two(
    upper: Sequence[Cell] | None, number: int, lower: Sequence[Cell] | None
) -> Header | None:
    """A header in two rows, the lower of which stands at `number`; None where they are none."""
    if upper is None or lower is None:
        return None
    both = in_two_rows(upper, lower)
    header = judged(number, both) if both else None
    return header if header and header.complete and header.layout is None else None


def judged(number: int, cells: Sequence[Cell]) -> Header | None:
    """A row as a header; None if it has fewer than two texts, or more columns than any table."""
    texts = tuple(" ".join(text_of(cell).split()) for cell in cells[: MOST_COLUMNS + 1])
    if len(texts) > MOST_COLUMNS or sum(1 for t in texts if t and not t[0].isdigit()) < 2:
        return None
    layout = known([normal(text) for text in texts if text])
    fields = {meaning.field for text in texts if text and (meaning := meaning_of(text))}
    payable = any(is_payable(text) for text in texts)
    who = bool(fields & WHO) or payable
    complete = layout is not None or (who and "number" in fields and bool(fields & AMOUNTS))
    return Header(number, texts, layout, len(fields) + payable, complete)


def stated_day(titles: Iterable[str], style: DateStyle | None) -> date | None:
    """The day that the rows above a header speak of: `As of 31 December 2025`, `1-Apr to 27-Sep`.
    A day that reads in two ways is read as those of the table."""
    for title in titles:
        for found in reversed(list(_SINCE.finditer(title))):
            words = title[found.end() :].split()
            for count in range(min(len(words), 4), 0, -1):
                day = _day(" ".join(words[:count]).strip(" .,;)"), style)
                if day is not None:
                    return day
    return None


def counted_day(ages: Iterable[tuple[str, Cell]], style: DateStyle) -> date | None:
    """The day from which every row counts how long it is overdue, if all of them agree. `ages` are
    days overdue, each with its due day."""
    found: set[date] = set()
    for age, cell in ages:
        whole = age.removesuffix(".0")
        if not (whole.isascii() and whole.isdigit() and 0 < int(whole[:6]) < LONGEST_AGE):
            continue
        try:
            due = style.read(cell)
        except ValueError:
            continue
        if due is not None:
            found.add(due + timedelta(days=int(whole)))
    return found.pop() if len(found) == 1 else None


def _day(text: str, style: DateStyle | None) -> date | None:
    own = dates.style_of([text])
    if isinstance(own, dates.NoDates):
        return None
    reading = own if isinstance(own, DateStyle) else style
    try:
        return reading.read(text) if reading else None
    except ValueError:
        return None


def stated_currency(titles: Iterable[str]) -> str:
    """The currency that the rows above a header name; "" if none, or several."""
    found = {
        code
        for title in titles
        if _MONEY.search(title)
        for word in _CODE.findall(title)
        if (code := code_of(word))
    }
    return found.pop() if len(found) == 1 else ""

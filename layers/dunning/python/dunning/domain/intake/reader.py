"""Rows of a recognised table to documents: a plan compiled once per file, then row by row.
A row that says all it needs takes the short way here; any other one is looked at in `rows`.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, dropwhile, repeat
from typing import Final, cast

from dunning.domain.identity import LONGEST_ID

from .cells import Cell, text_of
from .document import PAYMENT, Document
from .layouts import PLAIN
from .merge import key_by
from .recognise import Recognised
from .row import Row
from .rows import Interpreter
from .sections import section_of
from .table import Block, Part, parts_of
from .understood import PAYMENTS
from .values import Slow, is_spoilt
from .words import IN_TOTALS, is_total

FEW = 4
"""So few rows are looked at one by one."""
FIELDS: Final = {name: place for place, name in enumerate(Document._fields)}
_SHORT_WAY: Final = frozenset(
    {
        "number", "customer", "name", "currency", "issued", "due", "total", "open", "disputed",
        "kind", "policy", "reference", "email", "phone", "language", "country", "creditor",
        "age", "terms",
    }
)  # fmt: skip
"""Columns of a table whose rows need no rule: amounts above zero, and no word that decides."""
_NUMBER, _CUSTOMER, _NAME = FIELDS["number"], FIELDS["customer"], FIELDS["name"]
_CURRENCY = FIELDS["currency"]
_APART = frozenset({"number", "customer", "currency", "total", "open"})
"""Columns that are read by a way of their own."""
_NAMED: Final = {"terms": "terms_days"}
"""Fields of a document that are not called as their columns are."""
_SPOILING = b' "#+='
"""Characters that ids have, and also what a spreadsheet made of numbers."""
_PLAIN = bytes(range(33, 127)).translate(None, _SPOILING + b"'`")
"""Characters of ids that stand as they are; an apostrophe may be there to keep a spreadsheet from
calculating."""
_new = tuple.__new__


def shown_columns(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings that a list of bad rows has: those of the file."""
    kept = list(headings)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def documents(found: Recognised) -> Iterator[Row]:
    """The rows behind the header: documents and errors. What is passed over is counted in
    `found.understood.skipped` as it goes by."""
    interpreter = Interpreter(found, len(shown_columns(found.header.cells)))
    header, title = found.header.number, ""
    for number, cells in found.table.rows():
        if number >= header:
            break
        title = " ".join(filter(None, map(text_of, cells or ()))) or title
    if section := section_of(title):
        interpreter.begin(section, title)
    rows = found.table.rows()
    if not _is_simple(found):
        below = dropwhile(lambda row: row[0] <= header, rows)
        return chain(interpreter.rows(below), interpreter.finish())
    parts = (part for one in parts_of(rows) if (part := _below(one, header)))
    short_way = _ShortWay(found, interpreter)
    return chain(chain.from_iterable(map(short_way.rows, parts)), interpreter.finish())


def _below(part: Part, header: int) -> Part:
    """The rows that stand below the header."""
    if not isinstance(part, Block):
        return part if part[0][0] > header else [row for row in part if row[0] > header]
    above = bisect(part.numbers, header)
    if above == len(part.numbers):
        return ()
    return part.of(slice(above, None)) if above else part


def _is_simple(found: Recognised) -> bool:
    layout, at = found.layout, found.columns.at
    return (
        at.keys() <= _SHORT_WAY
        and "number" in at
        and not (found.own_currency or found.groups or layout.carried or layout.open_items)
        and layout.type != PAYMENT
        and found.understood.holds != PAYMENTS
        and bool({"open", "total"} & at.keys())
    )


class _ShortWay:
    """Many rows at once, column by column: each cell by its column's memo, and the documents
    straight from them."""

    def __init__(self, found: Recognised, interpreter: Interpreter) -> None:
        self.interpreter, self.currency = interpreter, found.currency
        self.header, self.width = len(found.header.cells), interpreter.width
        self.text_alone = found.table.format == "csv"
        at, readers = found.columns.at, interpreter.readers
        self.number_at, self.read_number = at["number"], readers["number"]
        self.read_customer = readers.get("customer", self.read_number)
        self.currency_at, self.read_currency = at.get("currency", -1), readers["currency"]
        self.amounts = [(FIELDS[name], at[name]) for name in ("total", "open") if name in at]
        self.columns = [
            (FIELDS[_NAMED.get(name, name)], place, readers[name])
            for name, place in at.items()
            if _NAMED.get(name, name) in FIELDS and name not in _APART
        ]
        self.customer_at = at.get("customer", -1)
        self.must_name_currency, self.headed = found.names_currency, found.headed
        self.has_totals = found.layout is not PLAIN
        self.layout_type, self.alike = found.layout.type, found.columns.alike
        self.empty = found.columns.empty
        blank = Document(found.layout.type, "", part=found.layout.part)
        self.constant: list[Iterable[object]] = list(map(repeat, blank))

    def rows(self, part: Part) -> Iterable[Row]:
        """What some rows are, in their order."""
        if isinstance(part, Block):
            return self._of_block(part)
        numbers, rows = zip(*part, strict=True)
        try:
            columns = tuple(zip(*rows, strict=True))
        except (ValueError, TypeError):  # rows of several widths; one that cannot be read
            return self._halved(part)
        if columns:
            return self._of_block(Block(numbers, columns))
        self.interpreter.skipped["blank"] += len(part)
        return ()

    def _of_block(self, block: Block) -> Iterable[Row]:
        try:
            read = self._at_once(block)
        except (Slow, ValueError, TypeError):
            read = None
        return read if read is not None else self._halved(block)

    def _halved(self, part: Part) -> Iterable[Row]:
        """Rows that are not read at once: by halves, until the one that wants more stands with
        few."""
        rows = part.numbers if isinstance(part, Block) else part
        if len(rows) <= FEW:
            few = part.rows() if isinstance(part, Block) else part
            return list(self.interpreter.rows(few))
        middle = len(rows) // 2
        halves = slice(middle), slice(middle, None)
        if isinstance(part, Block):
            return chain.from_iterable(map(self._of_block, map(part.of, halves)))
        return chain.from_iterable(map(self.rows, map(part.__getitem__, halves)))

    def _at_once(self, block: Block) -> Iterator[Row] | None:
        """All rows of a block; None, or an exception, where one of them wants a closer look."""
        cells = block.columns
        if len(cells) != self.header or self.interpreter.lost:
            return None
        if self.interpreter.section not in ("", self.layout_type):
            return None
        if any(cells[one] != cells[other] for one, other in self.alike):
            return None
        if any(any(cells[place]) for place in self.empty):
            return None
        values = self.constant.copy()
        values[_NUMBER] = names = self._ids(cells[self.number_at], self.read_number)
        if self.has_totals and may_be_totals(names):
            return None
        if self.customer_at >= 0:
            values[_CUSTOMER] = self._ids(cells[self.customer_at], self.read_customer)
        for place, index, read in self.columns:
            column = cells[index]
            alike = place != _NAME and _alike(column)
            values[place] = repeat(read(column[0])) if alike else list(map(read, column))
        self._money(values, cells)
        who = self._who(values)
        if who is None or not all(names):
            return None
        self.interpreter.before = who
        self.interpreter.above = key_by(self.layout_type, str(names[-1]))
        documents = map(_new, repeat(Document), zip(*values, strict=False))
        return map(_new, repeat(Row), self._parts(block, documents))

    def _parts(self, block: Block, documents: Iterable[object]) -> Iterator[tuple[object, ...]]:
        """What rows are made of, in the order of a Row's fields."""
        kept = block.columns[: self.width]
        texts = kept if self.text_alone else [list(map(text_of, column)) for column in kept]
        shown = zip(*texts, strict=True)
        none = repeat(None)
        return zip(
            block.numbers, zip(shown, strict=True), none, none, repeat(0), documents, repeat(""),
            repeat(""), repeat(0), strict=False,
        )  # fmt: skip

    def _ids(self, column: Sequence[Cell], read: Callable[[Cell], object]) -> Sequence[object]:
        """Numbers of invoices or customers: as they stand where all of them are plain."""
        try:
            text = "".join(column)  # type: ignore[arg-type]
            other = text.encode("ascii").translate(None, _PLAIN)
        except (TypeError, UnicodeEncodeError):  # cells of a workbook; accents
            return list(map(read, column))
        if "TRUE" in text or "FALSE" in text or (other and _may_be_spoilt(text, other, column)):
            return list(map(read, column))
        if max(map(len, column)) > LONGEST_ID:  # type: ignore[arg-type]
            return list(map(read, column))
        return column

    def _money(self, values: list[Iterable[object]], cells: Sequence[Sequence[Cell]]) -> None:
        moneys, headed = self.interpreter.moneys, self.headed
        code = headed or self.currency
        if self.currency_at >= 0:
            column = cells[self.currency_at]
            read = self.read_currency
            if not _alike(column):
                codes = [read(cell) or code for cell in column]
                if self.must_name_currency and not all(codes):
                    raise Slow
                if headed and any(one != headed for one in codes):
                    raise Slow
                values[_CURRENCY] = codes
                for place, index in self.amounts:
                    pairs = zip(codes, cells[index], strict=True)
                    values[place] = [moneys[one].positive[cell] for one, cell in pairs]
                return
            code = read(column[0]) or code
            if (self.must_name_currency and not code) or (headed and code != headed):
                raise Slow
        values[_CURRENCY] = repeat(code)
        for place, index in self.amounts:
            values[place] = moneys[code].positive.of(cells[index])

    def _who(self, values: Sequence[Iterable[object]]) -> object | None:
        """Whose the last row is; None where a row says it of nobody."""
        customers, names = values[_CUSTOMER], values[_NAME]
        if isinstance(customers, Sequence) and all(customers):
            return cast(object, customers[-1])
        if isinstance(names, Sequence) and all(names):
            return cast(object, (isinstance(customers, Sequence) and customers[-1]) or names[-1])
        return None


def _may_be_spoilt(text: str, other: bytes, column: Sequence[Cell]) -> bool:
    """Whether an id among them wants a closer look: `other` are their characters that are not plain
    ones, `text` all of them."""
    return (
        bool(other.strip(_SPOILING))
        or is_spoilt(text)
        or "  " in text
        or '="' in text
        or any(cell != cell.strip() for cell in column if isinstance(cell, str))
    )


def may_be_totals(names: Sequence[object]) -> bool:
    """Whether a number among them may be the word of a row of totals."""
    text = "".join(cast(Sequence[str], names)).lower()
    if not any(part in text for part in IN_TOTALS):
        return False
    return any(is_total(str(name)) for name in names)


def _alike(column: Sequence[Cell]) -> bool:
    """Whether all cells are one text: lists are often sorted, and days and currencies repeat."""
    first = column[0]
    return first == column[-1] and isinstance(first, str) and column.count(first) == len(column)

"""Rows of a recognised table to documents: a plan compiled once per file, then row by row.
A row that says all it needs takes the short way here; any other one is looked at in `rows`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
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
from .table import NumberedRow
from .understood import PAYMENTS
from .values import Slow, is_spoilt
from .words import IN_TOTALS, is_total

CHUNK, FEW = 128, 4
"""Rows that are read at once; and so few that they are looked at one by one."""
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
_PLAIN = bytes(range(33, 127)).replace(b"'", b"").replace(b"`", b"")
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
    rows = iter(found.table.rows())
    title = ""
    for number, cells in rows:
        if number >= found.header.number:
            break
        title = " ".join(filter(None, map(text_of, cells or ()))) or title
    if section := section_of(title):
        interpreter.begin(section, title)
    if not _is_simple(found):
        return chain(interpreter.rows(rows), interpreter.finish())
    short_way = _ShortWay(found, interpreter)
    chunks = iter(lambda: list(islice(rows, CHUNK)), [])
    return chain(chain.from_iterable(map(short_way.rows, chunks)), interpreter.finish())


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
    straight from them. Rows among which one wants more are halved until it stands with few."""

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

    def rows(self, chunk: Sequence[NumberedRow]) -> Iterable[Row]:
        """The rows of a chunk, in their order."""
        try:
            read = self._at_once(chunk)
        except (Slow, ValueError, TypeError):
            read = None
        if read is not None:
            return read
        if len(chunk) <= FEW:
            return list(self.interpreter.rows(chunk))
        middle = len(chunk) // 2
        return chain.from_iterable(map(self.rows, (chunk[:middle], chunk[middle:])))

    def _at_once(self, chunk: Sequence[NumberedRow]) -> Iterator[Row] | None:
        """All rows of a chunk; None, or an exception, where one of them wants a closer look."""
        numbers, rows = zip(*chunk, strict=True)
        cells = tuple(zip(*rows, strict=True))  # ValueError where rows differ in width
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
        return map(_new, repeat(Row), self._parts(numbers, rows, documents))

    def _parts(
        self, numbers: Sequence[int], rows: Sequence[Sequence[Cell]], documents: Iterable[object]
    ) -> Iterator[tuple[object, ...]]:
        """What rows are made of, in the order of a Row's fields."""
        kept = rows if self.width == self.header else [row[: self.width] for row in rows]
        shown = map(tuple, kept) if self.text_alone else (tuple(map(text_of, row)) for row in kept)
        none = repeat(None)
        return zip(
            numbers, zip(shown, strict=True), none, none, repeat(0), documents, repeat(""),
            repeat(""), repeat(0), strict=False,
        )  # fmt: skip

    def _ids(self, column: Sequence[Cell], read: Callable[[Cell], object]) -> Sequence[object]:
        """Numbers of invoices or customers: as they stand where all of them are plain."""
        try:
            text = "".join(column)  # type: ignore[arg-type]
            other = text.encode("ascii").translate(None, _PLAIN)
        except (TypeError, UnicodeEncodeError):  # cells of a workbook; accents
            return list(map(read, column))
        if is_spoilt(text) or "  " in text or '="' in text or other.strip(b" "):
            return list(map(read, column))
        if max(map(len, column)) > LONGEST_ID:  # type: ignore[arg-type]
            return list(map(read, column))
        if other and any(cell != cell.strip() for cell in column):  # type: ignore[union-attr]
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
        cents = moneys[code].positive.__getitem__
        for place, index in self.amounts:
            values[place] = list(map(cents, cells[index]))

    def _who(self, values: Sequence[Iterable[object]]) -> object | None:
        """Whose the last row is; None where a row says it of nobody."""
        customers, names = values[_CUSTOMER], values[_NAME]
        if isinstance(customers, Sequence) and all(customers):
            return cast(object, customers[-1])
        if isinstance(names, Sequence) and all(names):
            return cast(object, (isinstance(customers, Sequence) and customers[-1]) or names[-1])
        return None


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

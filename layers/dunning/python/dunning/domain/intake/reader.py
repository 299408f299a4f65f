"""Rows of a recognised table to documents: a plan compiled once per file, then row by row.
A row that says all it needs takes the short way here; any other one is looked at in `rows`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from .cells import Cell, text_of
from .document import PAYMENT, Document
from .plain import MENDED
from .recognise import Recognised
from .row import Row
from .rows import Interpreter
from .understood import PAYMENTS
from .values import Slow

FIELDS: Final = {name: place for place, name in enumerate(Document._fields)}
_SHORT_WAY: Final = frozenset(
    {
        "number", "customer", "name", "currency", "issued", "due", "total", "open", "disputed",
        "kind", "policy", "reference", "email", "phone", "language", "country", "creditor",
        "age", "terms",
    }
)  # fmt: skip
"""Columns of a table whose rows need no rule: amounts above zero, and no word that decides."""
_new = tuple.__new__


def shown_columns(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings that a list of bad rows has: those of the file, without our own reason."""
    kept = list(headings)
    while kept and not kept[-1]:
        kept.pop()
    if len(kept) > 1 and kept[-1].lower() in MENDED:
        kept.pop()
    return tuple(kept)


def documents(found: Recognised) -> Iterator[Row]:
    """The rows behind the header: documents and errors. What is passed over is counted in
    `found.understood.skipped` as it goes by."""
    width = len(shown_columns(found.header.cells))
    interpreter = Interpreter(found, width)
    rows = iter(found.table.rows())
    for number, _ in rows:
        if number >= found.header.number:
            break
    if _is_simple(found):
        yield from _short(found, rows, interpreter, width)
    else:
        yield from interpreter.rows(rows)
    interpreter.finish()


def _is_simple(found: Recognised) -> bool:
    layout, at = found.layout, found.columns.at
    return (
        at.keys() <= _SHORT_WAY
        and "number" in at
        and not (found.own_currency or found.groups or layout.carried or layout.open_items)
        and layout.type != PAYMENT
        and found.understood.holds != PAYMENTS
        and ("open" in at) + ("total" in at) > 0
    )


def _short(
    found: Recognised,
    rows: Iterator[tuple[int, Sequence[Cell] | None]],
    interpreter: Interpreter,
    width: int,
) -> Iterator[Row]:
    """The short way: each cell through its column's memo, and the document straight from them."""
    at, readers, moneys = found.columns.at, interpreter.readers, interpreter.moneys
    columns: list[tuple[int, int, Callable[[Any], object]]] = [
        (FIELDS[name], place, readers[name])
        for name, place in at.items()
        if name in FIELDS and name not in ("total", "open", "number", "currency")
    ]
    amounts = [(FIELDS[name], at[name]) for name in ("total", "open") if name in at]
    number_at, currency_at = at["number"], at.get("currency", -1)
    read_number, read_currency = readers["number"], readers["currency"]
    customer, name = FIELDS["customer"], FIELDS["name"]
    number_place, currency_place = FIELDS["number"], FIELDS["currency"]
    blank: list[object] = list(Document(found.layout.type, "", part=found.layout.part))
    blank[currency_place] = found.currency
    cents, code = moneys[found.currency].positive, None
    text_alone = found.table.format == "csv"
    header = len(found.header.cells)
    values = blank
    for number, cells in rows:
        document = None
        try:
            if cells is not None and len(cells) == header:
                before, values = values, blank.copy()
                values[number_place] = read_number(cells[number_at])
                for place, index, read in columns:
                    values[place] = read(cells[index])
                if currency_at >= 0:
                    if cells[currency_at] != code:
                        code = cells[currency_at]
                        cents = moneys[read_currency(code) or found.currency].positive
                    values[currency_place] = cents.currency
                for place, index in amounts:
                    values[place] = cents[cells[index]]
                if values[number_place] and (values[customer] or values[name]):
                    document = _new(Document, values)
        except (Slow, ValueError):
            values = before
        if document is None or cells is None:
            interpreter.before = values[customer] or values[name]
            row = interpreter.row(number, cells)
            if row is not None:
                yield row
            continue
        shown = tuple(cells[:width]) if text_alone else tuple(map(text_of, cells[:width]))
        yield _new(Row, (number, (shown,), None, None, 0, document, ""))

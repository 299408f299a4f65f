"""Rows of one document put together: lines summed, due items and allocations collected, repeats
counted, contradictions flagged. Where the rows of one document wait for each other is the caller's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, cast

from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake.document import (
    CREDIT_NOTE,
    ITEM,
    LINE,
    ONCE,
    SPLIT,
    Allocation,
    Document,
    Instalment,
)
from dunning.domain.intake.row import Row
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import MOST_ITEMS

MOST_ROWS = 10_000
"""Rows that one document may have: more is no document but a column that is no number."""
FEW: Final = 10
"""Bad rows of one document that an error names."""
WORDS: Final = {
    "type": "what they are",
    "customer": "the customer",
    "name": "the customer",
    "currency": "the currency",
    "total": "the amount",
    "open": "the open amount",
    "issued": "the day of issue",
    "due": "the due day",
    "settled_on": "the day of payment",
    "disputed": "whether it is disputed",
    "kind": "the kind",
    "policy": "the policy",
    "invoice": "the invoice that they are for",
    "allocated": "what of it is for the invoice",
    "creditor": "the creditor",
}
"""What rows of one document must not contradict each other in, as an error names it. The rest
(addresses, references) is a matter of the customer, and the first row's holds."""


def key_of(row: Row) -> str | None:
    """What rows of one document have in common within a file; None: the row stands alone.

    Type and number, and the seller where the document names one: two sellers may have one number.
    """
    document = row.document
    if document is None:
        return row.key or None
    if not document.number or document.withdrawn:
        return None
    if document.seller:
        return f"{document.type}:{document.number}:{document.seller}"
    key = key_by(document.type, document.number)
    return listed_key(key) if document.listed else key


def key_by(type_: str, number: str) -> str:
    """The key of a document of that type and number in a file of one seller."""
    return f"{type_}:{number}"


def listed_key(key: str) -> str:
    """The key of a document in an open-item list beside other files."""
    return f"listed:{key}" if key else ""


def merged(rows: Sequence[Row]) -> Row:
    """The record that rows of one key stand for, at the first row's number, with all their cells.

    Rows that contradict each other are one row with the error `number_conflict`, which names two of
    them: none is taken, whatever else agrees. A row that cannot be read holds back all others: what
    is left of a document would stand for all of it, and the mended row later take its place.
    """
    first = rows[0]
    if len(rows) == 1:
        return _alone(first)
    if any(row.error is not None for row in rows):
        return _held_back(rows)
    cells = tuple(cells for row in rows for cells in row.cells)
    try:
        document, repeats = _together(rows)
    except ReadingError as error:
        return Row(first.number, cells, error=error, file=first.file)
    repeats += sum(row.repeats for row in rows)
    return Row(first.number, cells, repeats=repeats, document=document, file=first.file)


def gathered(rows: Iterable[Row]) -> Iterator[Row]:
    """All records of a file whose rows fit into memory: what stands alone as it comes, then the
    documents in the order of their first rows."""
    waiting: dict[str, list[Row]] = {}
    for row in rows:
        key = key_of(row)
        if key is None:
            yield merged((row,))
        else:
            waiting.setdefault(key, []).append(row)
    for together in waiting.values():
        yield merged(together)


def _held_back(rows: Sequence[Row]) -> Row:
    """The rows of a document of which at least one is bad, as one bad record in their order: told
    is what is wrong with the first of them, and where."""
    bad = [row for row in rows if row.error is not None]
    first, error = bad[0], cast(LedgerError, bad[0].error)
    before = rows[: rows.index(first)]
    said = str(error)
    if len(bad) > 1:
        more = ", ".join(str(row.number) for row in bad[1:FEW])
        said += f". Row{'s' if len(bad) > 2 else ''} {more}{' …' if len(bad) > FEW else ''} too"
        said += " cannot be read"
    if waiting := len(rows) - len(bad):
        others = "row of this number waits" if waiting == 1 else "rows of this number wait"
        said += f". The other {others} with it: mend it, and upload all of them together"
    return Row(
        first.number,
        tuple(cells for row in rows for cells in row.cells),
        error=ReadingError(error.code, error.field, f"row {first.number}: {said}"),
        file=first.file,
        key=first.key,
        at=sum(len(row.cells) for row in before) + first.at,
    )


def _alone(row: Row) -> Row:
    """A row that is its whole document, with the line's amount as the total where it has none."""
    document = row.document
    if document is None or document.part != LINE or document.total is not None:
        return row
    return row._replace(document=_totalled(document, document.line or Decimal()))


def _totalled(document: Document, total: Decimal) -> Document:
    """A document of lines with their sum. One that owes the customer is a credit note."""
    if total < 0:
        left = None if document.open is None else abs(document.open)
        return document._replace(type=CREDIT_NOTE, total=-total, line=-total, open=left)
    return document._replace(total=total, line=total)


def _together(rows: Sequence[Row]) -> tuple[Document, int]:
    """The document of several rows, and how many of them say nothing new."""
    first = rows[0].document
    if first is None:
        raise ReadingError("bad_row", "", "the row is empty")
    if len(rows) > MOST_ROWS:
        raise ReadingError(
            "too_many",
            "number",
            f"{len(rows)} rows have the number {printable(first.number)}; at most {MOST_ROWS} are"
            " taken as one document. Is this column its number?",
        )
    if first.part == LINE:
        return _lines(rows, first), 0
    if first.part == ITEM:
        return _items(rows, first)
    if first.part == SPLIT:
        return _splits(rows, first)
    for row in rows[1:]:
        _same(rows[0], row, WORDS)
        if first.part == ONCE and row.file == rows[0].file:
            _the_very_same(rows[0], row, first)
    return first, len(rows) - 1


def _the_very_same(one: Row, other: Row, document: Document) -> None:
    """Raises ReadingError for rows with one amount that differ in what is not read: nobody said
    whether that is a line's amount or the whole."""
    a, b = ([[cell.strip() for cell in cells] for cells in row.cells] for row in (one, other))
    if a != b:
        raise ReadingError(
            "two_meanings",
            "total",
            f"{_rows_named(one, other)} have the number {printable(document.number)} and the same"
            " amount, and differ in columns that are not read: is it the amount of a line, or of"
            " the whole invoice? Say `columns: {line: …}` or `columns: {total: …}` in a mapping"
            " file, with the heading of the amount; neither row is taken",
        )


def _same(one: Row, other: Row, words: Iterable[str], *, gaps: bool = False) -> Document:
    """The document of `other`, which says what `one` says in the named fields. With `gaps` a field
    that one of them leaves out is no contradiction. Raises ReadingError naming both rows."""
    a, b = one.document, other.document
    if a is None or b is None:
        raise ReadingError("bad_row", "", "the row is empty")
    for word in words:
        x, y = getattr(a, word), getattr(b, word)
        if x != y and not (gaps and (x in (None, "") or y in (None, ""))):
            raise ReadingError(
                "number_conflict",
                "number",
                f"{_rows_named(one, other)} have the number {printable(a.number)} and differ in"
                f" {WORDS[word]}{_both(x, y)}; neither is taken. Keep the rows that are right",
            )
    return b


def _rows_named(one: Row, other: Row) -> str:
    if one.file != other.file:
        return f"row {one.number} of {one.file} and row {other.number} of {other.file}"
    return f"rows {one.number} and {other.number}"


def _both(x: object, y: object) -> str:
    """Amounts and days may be repeated in a report; who the customer is may not."""
    if isinstance(x, Decimal | date | None) and isinstance(y, Decimal | date | None):
        return f" ({x if x is not None else 'none'} and {y if y is not None else 'none'})"
    return ""


def _lines(rows: Sequence[Row], first: Document) -> Document:
    """Rows that are lines of one document: what they all say must agree, their amounts are added
    unless the total is stated. Two equal lines are two lines."""
    whole = first
    summed = Decimal()
    for row in rows:
        document = _same(rows[0]._replace(document=whole), row, WORDS, gaps=True)
        filled = {
            word: getattr(document, word)
            for word in document._fields
            if getattr(whole, word) in (None, "", ()) and getattr(document, word)
        }
        whole = whole._replace(**filled) if filled else whole
        summed += document.line or Decimal()
    if whole.total is not None:
        return whole
    return _totalled(whole, summed)


_ITEM_WORDS = tuple(word for word in WORDS if word not in ("due", "total", "disputed"))


def _items(rows: Sequence[Row], first: Document) -> tuple[Document, int]:
    """Rows that are due items of one invoice, by due day; one that repeats another is counted."""
    items: dict[tuple[date, Decimal], Instalment] = {}
    for row in rows:
        document = _same(rows[0], row, _ITEM_WORDS)
        amount = document.total if document.total is not None else Decimal()
        item = Instalment(document.due, amount, bool(document.disputed))
        kept = items.setdefault((document.due or date.min, amount), item)
        if kept != item:
            raise ReadingError(
                "number_conflict",
                "disputed",
                f"row {row.number} repeats a due item of {printable(document.number)} and differs"
                " in disputed; keep the row that is right",
            )
    if len(items) > MOST_ITEMS:
        raise ReadingError(
            "too_many",
            "number",
            f"the invoice has {len(items)} items; at most {MOST_ITEMS} are taken",
        )
    repeats = len(rows) - len(items)
    if len(items) == 1:
        return first, repeats
    ordered = tuple(items[key] for key in sorted(items))
    return (
        first._replace(
            items=ordered,
            due=min((item.due for item in ordered if item.due), default=None)
            if all(item.due for item in ordered)
            else None,
            total=sum((item.amount for item in ordered), Decimal()),
            disputed=None if first.disputed is None else False,
        ),
        repeats,
    )


_SPLIT_WORDS = ("type", "customer", "name", "currency", "total", "settled_on", "creditor")


def _splits(rows: Sequence[Row], first: Document) -> tuple[Document, int]:
    """Rows that each say what of one payment is for which invoice; no invoice: on account."""
    found: dict[Allocation, None] = {}
    repeats = 0
    for row in rows:
        document = _same(rows[0], row, _SPLIT_WORDS)
        if not document.invoice:
            continue
        part = Allocation(document.invoice, document.allocated or document.total or Decimal())
        repeats += part in found
        found[part] = None
    allocated = sum((part.amount for part in found), Decimal())
    if first.total is not None and allocated > first.total:
        raise ReadingError(
            "allocated_too_much",
            "allocated",
            f"the parts of payment {printable(first.number)} add up to {allocated}, and it is"
            f" {first.total}; mend the parts",
        )
    parts = tuple(found)
    if not parts:
        return first._replace(invoice="", allocated=Decimal()), repeats
    if len(parts) == 1:
        return first._replace(invoice=parts[0].invoice, allocated=parts[0].amount), repeats
    return first._replace(invoice="", allocated=None, allocations=parts), repeats

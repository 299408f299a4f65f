"""The plain CSV: one type a file, columns named as the body's keys, an invoice row per item.
Rows become the same plain objects as JSON Lines; layouts that need a mapping are not known here.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from dunning.adapters.formats import jsonl
from dunning.adapters.formats.text import file_error, unescaped, why_not_text
from dunning.domain.fields import ReadingError, names, nearest
from dunning.domain.reading import COMMON, FIELDS, MOST_ITEMS
from dunning.service.ports import FileRows, Row

NESTED = names("items allocations consents")
EXTRA = {
    "invoice": names("due amount disputed"),
    "payment": names("invoice item"),
}
"""Columns that stand for what is nested in the body."""
NEEDED = {
    "customer": names("customer"),
    "invoice": names("number customer currency amount"),
    "payment": names("id customer currency amount"),
    "credit_note": names("number customer currency amount"),
    "write_off": names("id invoice amount"),
    "refund": names("id payment amount"),
    "chargeback": names("id payment"),
    "reversal": names("id of"),
    "dispute": names("id invoice"),
    "resolve": names("id dispute"),
    "hold": names("id customer kind"),
    "release": names("id hold"),
    "promise": names("id customer date amount"),
    "consent": names("id customer channel"),
    "opt_out": names("id customer channel"),
    "feedback": names("id customer channel address outcome"),
}
KNOWN = {kind: (FIELDS[kind] - NESTED) | COMMON | EXTRA.get(kind, frozenset()) for kind in NEEDED}
ANY_COLUMN = frozenset().union(*KNOWN.values())
MENDED = ("reason", "import_reason")
"""Columns that our own list of bad rows has behind the file's."""
YES = names("yes y true 1 x ja j oui si sí")
NO = names("no n false 0 nein non")
DELIMITERS = ",;\t|"

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A file's columns in their order ("" is one that is passed over), and its type if known."""

    columns: tuple[str, ...]
    kind: str
    typed: bool
    delimiter: str


def read(body: bytes) -> FileRows:
    """The records of a plain CSV; a row without a day is known on the day of the upload."""
    bad = why_not_text(body)
    if bad:
        return bad
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline="")
    delimiter = _delimiter(text.readline())
    try:
        header = next(csv.reader(_open(body), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return file_error("bad_header", "the first row cannot be read; it names the columns")
    columns = tuple(unescaped(cell).strip().lower() for cell in header)
    if columns == (*jsonl.COLUMNS, MENDED[0]):
        return FileRows(jsonl.COLUMNS, _lines(body, delimiter), dated=True)
    try:
        layout = _layout(columns, delimiter)
    except ReadingError as error:
        return FileRows(tuple(header), (Row(1, (tuple(header),), error=error),))
    kept = tuple(cell for cell, column in zip(header, layout.columns, strict=True) if column)
    return FileRows(kept, _records(body, layout))


def _open(body: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline="")


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _layout(columns: tuple[str, ...], delimiter: str) -> _Layout:
    """Which type the columns are of. Raises ReadingError naming the columns that are known."""
    kept = list(columns)
    while kept and (not kept[-1] or (kept[-1] in MENDED and "reason" in kept[:-1])):
        kept.pop()
    given = [column for column in kept if column]
    for column in given:
        if given.count(column) > 1:
            raise ReadingError(
                "bad_header", column[:40], f"the column {column[:40]!r} is there twice"
            )
        if column not in ANY_COLUMN and column not in MENDED:
            raise ReadingError(
                "unknown_column",
                column[:40],
                f"the column {column[:40]!r} is not known; {nearest(column, ANY_COLUMN)}",
            )
    if "type" in given:
        return _Layout(_padded(kept, columns, ANY_COLUMN), "", True, delimiter)
    for passed_over in (frozenset(), frozenset(MENDED)):
        own = set(given) - passed_over
        kinds = [kind for kind in NEEDED if NEEDED[kind] <= own <= KNOWN[kind]]
        if len(kinds) == 1:
            return _Layout(_padded(kept, columns, KNOWN[kinds[0]]), kinds[0], False, delimiter)
        if kinds:
            raise ReadingError(
                "no_type",
                "type",
                f"the columns fit {' and '.join(kinds)}; add a column type that says which",
            )
    wanted = "; ".join(f"{kind}: {', '.join(sorted(NEEDED[kind]))}" for kind in NEEDED)
    raise ReadingError("no_type", "type", f"the columns fit no type; needed are, for {wanted}")


def _padded(kept: list[str], columns: Cells, known: frozenset[str]) -> tuple[str, ...]:
    shown = [column if column in known else "" for column in kept]
    return (*shown, *("" for _ in columns[len(kept) :]))


def _cells(body: bytes, delimiter: str) -> Iterator[tuple[int, Cells | None]]:
    """The rows behind the header with their numbers; None for one that cannot be read."""
    reader = csv.reader(_open(body), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        if number > 1 and any(cell and not cell.isspace() for cell in cells):
            yield number, tuple(cells)


def _lines(body: bytes, delimiter: str) -> Iterator[Row]:
    """JSON Lines that came back as our own list of bad rows."""
    for number, cells in _cells(body, delimiter):
        if cells is None:
            yield _unreadable(number)
        else:
            yield jsonl.row_of(number, unescaped(cells[0]).strip())


def _unreadable(number: int) -> Row:
    said = "the row cannot be read: a quote is not closed, or a cell is too long"
    return Row(number, (), error=ReadingError("bad_row", "", said))


def _records(body: bytes, layout: _Layout) -> Iterator[Row]:
    """Records in the order of the file; the rows of one invoice together, wherever they stand."""
    scattered = _scattered(body, layout)
    waiting: dict[str, list[tuple[int, Cells, dict[str, str]]]] = {}
    run: list[tuple[int, Cells, dict[str, str]]] = []
    for number, cells in _cells(body, layout.delimiter):
        if cells is None:
            yield _unreadable(number)
            continue
        kept, values, error = _values(cells, layout)
        kind = layout.kind or values.get("type", "")
        if error is None and kind not in NEEDED:
            error = ReadingError(
                "unknown_type", "type", f"the type is not known; {nearest(kind, NEEDED)}"
            )
        if error is not None:
            yield Row(number, (kept,), error=error)
            continue
        if "reason" not in KNOWN[kind]:
            values.pop("reason", None)
        name = values.get("number", "")
        if run and (kind != "invoice" or run[0][2].get("number", "") != name):
            yield _invoice(run)
            run = []
        if kind != "invoice":
            yield Row(number, (kept,), _plain(kind, values))
        elif name in scattered:
            waiting.setdefault(name, []).append((number, kept, values))
        else:
            run.append((number, kept, values))
    if run:
        yield _invoice(run)
    for rows in waiting.values():
        yield _invoice(rows)


def _scattered(body: bytes, layout: _Layout) -> frozenset[str]:
    """Numbers of invoices whose rows do not stand together (hashes only: files are large)."""
    if layout.kind not in ("invoice", "") or "number" not in layout.columns:
        return frozenset()
    at = layout.columns.index("number")
    ended: set[int] = set()
    found: set[str] = set()
    last = None
    for _, cells in _cells(body, layout.delimiter):
        name = unescaped(cells[at]).strip() if cells and at < len(cells) else None
        if name == last:
            continue
        if last is not None:
            ended.add(hash(last))
        if name is not None and hash(name) in ended:
            found.add(name)
        last = name
    return frozenset(found)


def _values(cells: Cells, layout: _Layout) -> tuple[Cells, dict[str, str], ReadingError | None]:
    """The cells to show, the values by column, and the error of a row of another width."""
    width = len(layout.columns)
    error = None
    if len(cells) < width and any(layout.columns[len(cells) :]):
        error = ReadingError("bad_row", "", f"the row has {len(cells)} cells, the header {width}")
    if any(cell.strip() for cell in cells[width:]):
        error = ReadingError("bad_row", "", f"the row has {len(cells)} cells, the header {width}")
    pairs = [(c, cell) for c, cell in zip(layout.columns, cells, strict=False) if c]
    values = {c: v for c, cell in pairs if (v := unescaped(cell).strip())}
    return tuple(cell for _, cell in pairs), values, error


def _plain(kind: str, values: dict[str, str]) -> dict[str, object]:
    """A row of any type but invoice, as the body it stands for."""
    body: dict[str, object] = {**values, "type": kind}
    if kind == "customer" and ";" in values.get("email", ""):
        body["email"] = [one.strip() for one in values["email"].split(";") if one.strip()]
    if kind == "payment" and ("invoice" in values or "item" in values):
        part = {"invoice": body.pop("invoice", ""), "item": body.pop("item", None)}
        body["allocations"] = [{**part, "amount": values.get("amount", "")}]
    return body


def _same(amount: str) -> str:
    """An amount so written that 94, 94.0 and 94.00 are one."""
    return amount.rstrip("0").removesuffix(".") if "." in amount else amount


def _invoice(rows: list[tuple[int, Cells, dict[str, str]]]) -> Row:
    """The rows of one invoice as its body: items by due day; rows that repeat one are counted."""
    first, _, head = rows[0]
    cells = tuple(kept for _, kept, _ in rows)
    common = {k: v for k, v in head.items() if k not in EXTRA["invoice"]}
    items: dict[tuple[str, str], dict[str, object]] = {}
    for number, _, values in rows:
        if {k: v for k, v in values.items() if k not in EXTRA["invoice"]} != common:
            said = f"rows {first} and {number} have one number and differ in what is the invoice's"
            return Row(first, cells, error=ReadingError("number_conflict", "number", said))
        word = values.get("disputed", "").lower()
        if word and word not in YES and word not in NO:
            said = f"row {number}: disputed is yes or no"
            return Row(first, cells, error=ReadingError("unknown_word", "disputed", said))
        item: dict[str, object] = {"disputed": word in YES}
        item.update({k: values[k] for k in ("due", "amount") if k in values})
        key = (values.get("due", ""), _same(values.get("amount", "")))
        if items.setdefault(key, item)["disputed"] != item["disputed"]:
            said = f"row {number} repeats an item and differs in disputed"
            return Row(first, cells, error=ReadingError("number_conflict", "disputed", said))
    if len(items) > MOST_ITEMS:
        said = f"the invoice has {len(items)} items; at most {MOST_ITEMS} are taken"
        return Row(first, cells, error=ReadingError("too_many", "number", said))
    body: dict[str, object] = {**common, "type": "invoice"}
    body["items"] = [items[key] for key in sorted(items)]
    return Row(first, cells, body, repeats=len(rows) - len(items))

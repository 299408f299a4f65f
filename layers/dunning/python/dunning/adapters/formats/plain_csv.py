"""The plain CSV of other types than invoices: columns named as the body's keys, a body a row.
Rows become the same plain objects as JSON Lines; invoices are read as documents (`table`).
"""

from collections.abc import Iterator, Sequence

from dunning.adapters.formats import jsonl
from dunning.domain.fields import ReadingError, nearest
from dunning.domain.intake.cells import Cell, text_of
from dunning.domain.intake.formulas import unescaped
from dunning.domain.intake.merge import key_by, merged
from dunning.domain.intake.plain import EXTRA, KNOWN, NEEDED, PlainHeader
from dunning.domain.intake.table import Table
from dunning.domain.intake.words import yes_or_no
from dunning.domain.reading import MOST_ITEMS
from dunning.service.ports import Row

Cells = tuple[str, ...]
Waiting = list[tuple[int, Cells, dict[str, str], ReadingError | None]]


def lines(table: Table, header: int) -> Iterator[Row]:
    """JSON Lines that came back as our own list of bad rows."""
    for number, cells in _behind(table, header):
        yield (
            _unreadable(table, number)
            if cells is None
            else jsonl.row_of(number, unescaped(cells[0]).strip())
        )


def records(table: Table, layout: PlainHeader, header: int) -> Iterator[Row]:
    """Records in the order of the file; rows of one invoice together, wherever they stand."""
    scattered = _scattered(table, layout, header)
    waiting: dict[str, Waiting] = {}
    run: Waiting = []
    for number, cells in _behind(table, header):
        if cells is None:
            yield _unreadable(table, number)
            continue
        kept, values, error = _values(cells, layout)
        kind = layout.kind or values.get("type", "")
        if error is None and kind not in NEEDED:
            error = ReadingError(
                "unknown_type", "type", f"the type is not known; {nearest(kind, NEEDED)}"
            )
        name = values.get("number", "")
        if kind not in NEEDED and name:
            kind = "invoice"  # perhaps one of its rows: the others wait until that is clear
        if error is not None and not (kind == "invoice" and name):
            yield Row(number, (kept,), error=error)
            continue
        if "reason" not in KNOWN[kind]:
            values.pop("reason", None)
        if run and (kind != "invoice" or run[0][2].get("number", "") != name):
            yield _invoice(run)
            run = []
        if kind != "invoice":
            yield Row(number, (kept,), _plain(kind, values))
        elif name in scattered:
            waiting.setdefault(name, []).append((number, kept, values, error))
        else:
            run.append((number, kept, values, error))
    if run:
        yield _invoice(run)
    for rows in waiting.values():
        yield _invoice(rows)


def _behind(table: Table, header: int) -> Iterator[tuple[int, Cells | None]]:
    """The rows behind the header with their numbers; None for one that cannot be read."""
    for number, cells in table.rows():
        if number <= header:
            continue
        texts = _texts(cells)
        if texts is None or any(cell and not cell.isspace() for cell in texts):
            yield number, texts


def _texts(cells: Sequence[Cell] | None) -> Cells | None:
    return None if cells is None else tuple(map(text_of, cells))


def _unreadable(table: Table, number: int) -> Row:
    line = table.line(number)
    error = ReadingError("bad_row", "", table.why(number))
    return Row(number, ((line,),), error=error)


def _scattered(table: Table, layout: PlainHeader, header: int) -> frozenset[str]:
    """Numbers of invoices whose rows do not stand together (hashes only: files are large)."""
    if layout.kind not in ("invoice", "") or "number" not in layout.columns:
        return frozenset()
    at = layout.columns.index("number")
    ended: set[int] = set()
    found: set[str] = set()
    last = None
    for _, cells in _behind(table, header):
        name = unescaped(cells[at]).strip() if cells and at < len(cells) else None
        if name == last:
            continue
        if last is not None:
            ended.add(hash(last))
        if name is not None and hash(name) in ended:
            found.add(name)
        last = name
    return frozenset(found)


def _values(cells: Cells, layout: PlainHeader) -> tuple[Cells, dict[str, str], ReadingError | None]:
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
    if kind == "payment":
        body.pop("payer", None)
    if kind == "payment" and ("invoice" in values or "item" in values):
        part = {"invoice": body.pop("invoice", ""), "item": body.pop("item", None)}
        body["allocations"] = [{**part, "amount": values.get("amount", "")}]
    return body


def _same(amount: str) -> str:
    """An amount so written that 94, 94.0 and 94.00 are one."""
    return amount.rstrip("0").removesuffix(".") if "." in amount else amount


def _invoice(rows: Waiting) -> Row:
    """The rows of one invoice as its body: items by due day; rows that repeat one are counted.

    For invoices that say the day on which they become known (`on`), or stand among other types.
    """
    if any(error is not None for *_, error in rows):
        key = key_by("invoice", rows[0][2]["number"])
        return merged([Row(n, (kept,), error=bad, key=key) for n, kept, _, bad in rows])
    first, _, head, _ = rows[0]
    cells = tuple(kept for _, kept, _, _ in rows)
    common = {k: v for k, v in head.items() if k not in EXTRA["invoice"]}
    items: dict[tuple[str, str], dict[str, object]] = {}
    for number, _, values, _ in rows:
        if {k: v for k, v in values.items() if k not in EXTRA["invoice"]} != common:
            said = f"rows {first} and {number} have one number and differ in what is the invoice's"
            return Row(first, cells, error=ReadingError("number_conflict", "number", said))
        word = values.get("disputed", "")
        disputed = yes_or_no(word) if word else False
        if disputed is None:
            said = f"row {number}: disputed is yes or no"
            return Row(first, cells, error=ReadingError("unknown_word", "disputed", said))
        item: dict[str, object] = {"disputed": disputed}
        item.update({k: values[k] for k in ("due", "amount") if k in values})
        due = (values.get("due", ""), _same(values.get("amount", "")))
        if items.setdefault(due, item)["disputed"] != item["disputed"]:
            said = f"row {number} repeats an item and differs in disputed"
            return Row(first, cells, error=ReadingError("number_conflict", "disputed", said))
    if len(items) > MOST_ITEMS:
        said = f"the invoice has {len(items)} items; at most {MOST_ITEMS} are taken"
        return Row(first, cells, error=ReadingError("too_many", "number", said))
    body: dict[str, object] = {**common, "type": "invoice"}
    body["items"] = [items[key] for key in sorted(items)]
    return Row(first, cells, body, repeats=len(rows) - len(items))

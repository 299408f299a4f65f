"""JSON files: ledger bodies, lists of flat objects (read as a table), and what billing systems'
interfaces give as lists. JSON Lines are told apart by their first line.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice

from dunning.adapters.formats import jsonl, stripe_objects
from dunning.adapters.formats.text import Text, file_error
from dunning.domain.fields import ReadingError
from dunning.domain.intake.cells import Cell
from dunning.domain.intake.table import Table, Unreadable
from dunning.domain.intake.understood import BODIES, Understood
from dunning.service.ports import FileRows, Row, Source

LARGEST = 20 << 20
"""Bytes of a file that is read as a whole; JSON Lines have no such bound."""
MOST_COLUMNS = 500
DEEPEST = 4
LINES = (".jsonl", ".ndjson")
NO_OBJECT = "the record is not an object that can be read; mend it, or leave it out"

ReadTable = Callable[[Table], FileRows]
Object = Mapping[str, object]
Objects = Callable[[], Iterator[tuple[int, object]]]


def read(name: str, source: Source, read_table: ReadTable) -> FileRows:
    """The records of a JSON file; `read_table` is the way of tables."""
    text = jsonl.text_of(source)
    if isinstance(text, FileRows):
        return text
    if name.lower().endswith(LINES) or _has_lines(text):
        first = jsonl.first_object(text)
        if first is None or jsonl.is_body(first):
            return jsonl.bodies(text)
        return _records("jsonl", first, lambda: _line_objects(text), text, read_table)
    if source.size > LARGEST:
        return file_error(
            "too_large",
            f"the JSON has over {LARGEST >> 20} MiB; send it as JSON Lines, an object a line",
        )
    try:
        found = _list_of(jsonl.loads("".join(text.blocks()), "the file"))
    except ReadingError as error:
        return file_error(error.code, str(error))
    first = next((one for one in found if isinstance(one, dict) and one), None)
    if first is None:
        return file_error("empty_file", "the JSON holds no objects; send a list of them")
    if jsonl.is_body(first):
        understood = Understood(format="json", encoding=text.encoding, holds=BODIES)
        return FileRows(jsonl.COLUMNS, _bodies(found), dated=True, understood=understood)
    return _records("json", first, lambda: enumerate(found, 1), text, read_table)


def _records(
    form: str, first: Object, objects: Objects, text: Text, read_table: ReadTable
) -> FileRows:
    """What a billing system says, by its first object."""
    if not stripe_objects.are(first):
        if stripe_objects.are_others(first):
            return file_error("unknown_document", stripe_objects.what_they_are(first))
        return read_table(_table_of(form, text, objects))
    understood = Understood(
        format=form,
        encoding=text.encoding,
        layout="stripe_objects",
        layout_title="Stripe, objects of its interface",
    )
    found = stripe_objects.rows(objects(), understood)
    return FileRows(jsonl.COLUMNS, found, understood=understood)


def _has_lines(text: Text) -> bool:
    """Whether the first two lines that are not blank are objects each: JSON Lines of any name."""
    first = [line for _, line in islice(jsonl.lines(text), 50) if line][:2]
    if len(first) < 2 or not all(line.startswith("{") for line in first):
        return False
    try:
        return isinstance(jsonl.loads(first[0], ""), dict)
    except ReadingError:
        return False


def _list_of(found: object) -> Sequence[object]:
    """The records of a JSON value: a list, the longest list of objects inside an object (at most
    two levels down, as interfaces give it), or the object itself."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        raise ReadingError("bad_object", "", "the JSON is no list of objects; send one")
    if jsonl.is_body(found) or stripe_objects.are(found):
        return [found]
    inside = [found, *(one for one in found.values() if isinstance(one, dict))]
    lists = [
        one
        for holder in inside
        for one in holder.values()
        if isinstance(one, list) and one and isinstance(one[0], dict)
    ]
    flat = sum(not isinstance(one, list | dict) for one in found.values())
    # An invoice with its lines is one record; an envelope says little besides its list.
    if lists and flat < 4:
        return max(lists, key=len)
    if lists and isinstance(found.get("data"), list):
        return found["data"]  # type: ignore[no-any-return]
    return [found]


def _bodies(found: Sequence[object]) -> Iterator[Row]:
    for number, one in enumerate(found, 1):
        line = _as_line(one)
        if isinstance(one, dict):
            yield Row(number, ((line,),), one)
        else:
            said = 'the record is not an object; write {"on": …, "type": …}'
            yield Row(number, ((line,),), error=ReadingError("bad_object", "", said))


def _as_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _line_objects(text: Text) -> Iterator[tuple[int, object]]:
    for number, line in jsonl.lines(text):
        if line is None:
            yield number, None
        elif line:
            yield number, jsonl.row_of(number, line).body or line


def _table_of(form: str, text: Text, objects: Objects) -> Table:
    """Objects as a table: the union of their keys is its header (row 0), those of objects within
    behind the key that holds them."""
    columns: dict[str, None] = {}
    for _, one in objects():
        if isinstance(one, dict) and len(columns) < MOST_COLUMNS:
            columns.update(dict.fromkeys(islice(_flat(one), MOST_COLUMNS)))
    header = list(columns)[:MOST_COLUMNS]
    reasons: dict[int, Unreadable] = {}

    def rows() -> Iterator[tuple[int, Sequence[Cell] | None]]:
        yield 0, header
        for number, one in objects():
            if isinstance(one, dict):
                flat = _flat(one)
                yield number, [flat.get(column, "") for column in header]
            else:
                reasons.clear()  # only the row that was just read is asked for
                reasons[number] = Unreadable(NO_OBJECT, _as_line(one))
                yield number, None

    return Table(rows, form, encoding=text.encoding, reasons=reasons)


def _flat(value: Object, before: str = "", depth: int = 1) -> dict[str, Cell]:
    """Its texts, numbers and marks by key; lists of objects (lines) are left out."""
    found: dict[str, Cell] = {}
    for key, one in value.items():
        name = f"{before} {key}" if before else key
        if isinstance(one, dict):
            if depth < DEEPEST:
                found.update(_flat(one, name, depth + 1))
        elif isinstance(one, list):
            if one and not any(isinstance(part, dict | list) for part in one):
                found[name] = ", ".join(str(part) for part in one[:20])
        else:
            found[name] = _cell(one)
    return found


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        plain = float(value)
        return plain if Decimal(repr(plain)) == value else str(value)
    if isinstance(value, int) and abs(value) >= 10**15:
        return str(value)
    return value if isinstance(value, str | int | bool) else str(value)

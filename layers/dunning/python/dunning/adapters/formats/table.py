"""Tables to rows: the one door from cells, whatever they came from, to documents and bodies.
How a table is understood is the domain's; here it is decided who reads it.
"""

from collections.abc import Callable, Sequence
from datetime import date

from dunning.adapters.formats import bad_rows, bank_table, datev, jsonl, plain_csv, stripe_objects
from dunning.adapters.formats.text import file_error
from dunning.domain.fields import ReadingError
from dunning.domain.intake.cells import Cell, text_of
from dunning.domain.intake.datev import metadata_of
from dunning.domain.intake.formulas import unescaped
from dunning.domain.intake.header import header_of
from dunning.domain.intake.plain import MENDED, plain_header
from dunning.domain.intake.reader import documents, shown_columns
from dunning.domain.intake.recognise import recognise
from dunning.domain.intake.returned import Returned, returned
from dunning.domain.intake.sheets import NotRecognised
from dunning.domain.intake.table import Table
from dunning.domain.intake.understood import BODIES, Understood
from dunning.domain.ledger import LedgerError
from dunning.service.ports import FileRows, Mappings, Row

Reopen = Callable[[str], "Table | Sequence[Table] | FileRows"]
"""The same file in the encoding that a mapping file names."""


def rows(
    table: Table | Sequence[Table],
    name: str,
    on: date | None = None,
    mappings: Mappings | None = None,
    reopen: Reopen | None = None,
) -> FileRows:
    """The records of a file of tables (the sheets of a workbook). Never raises: what cannot be
    taken is a row with an error, a question among them."""
    tables = [table] if isinstance(table, Table) else list(table)
    if not tables:
        return file_error("empty_file", f"{name} has no rows; upload it with its rows")
    begun = next(((one, row) for one in tables if (row := _first_row(one)) is not None), None)
    if begun is None:
        return file_error("empty_file", f"{name} is empty; upload it with its rows")
    first, (number, cells) = begun
    if bad_rows.is_list(cells):
        return bad_rows.read(first, lambda own, file: rows(own, file, on, mappings))
    if datev.is_extf(cells):
        return datev.rows(first)
    understood = Understood(
        format=first.format, encoding=first.encoding, delimiter=first.delimiter, sheet=first.sheet
    )
    again = returned(first, number, cells)
    if tuple(cell.lower() for cell in cells) == (*jsonl.COLUMNS, MENDED[0]):
        return _lines(first, number, understood)
    if again is not None and (metadata := metadata_of(again.said)) is not None:
        return datev.rows(again.table, metadata)
    try:
        header = plain_header(cells)
    except ReadingError as error:
        return FileRows(cells, (Row(number, (cells,), error=error),), understood=understood)
    if header is not None and not header.is_documents:
        understood.holds = BODIES
        understood.layout, understood.layout_title = "plain", "plain CSV"
        understood.header_row = number
        kept = tuple(c for c, column in zip(cells, header.columns, strict=True) if column)
        return FileRows(kept, plain_csv.records(first, header, number), understood=understood)
    if again is not None:
        return _mended(again, on, mappings, name)
    of_bank = bank_table.read(first, mappings)
    if of_bank is not None:
        return of_bank
    return _documents(tables, on, mappings, reopen, name)


def _lines(table: Table, header: int, understood: Understood) -> FileRows:
    """Lines of JSON that came back: ledger bodies, or what a billing system says."""
    bodies = (row.body for row in plain_csv.lines(table, header))
    begun = next((body for body in bodies if body), None)
    if begun is not None and stripe_objects.are(begun):
        objects = (
            (row.number, row.body or row.cells[0][0]) for row in plain_csv.lines(table, header)
        )
        understood.layout = "stripe_objects"
        return FileRows(
            jsonl.COLUMNS, stripe_objects.rows(objects, understood), understood=understood
        )
    understood.holds = BODIES
    found = plain_csv.lines(table, header)
    return FileRows(jsonl.COLUMNS, found, dated=True, understood=understood)


def _mended(again: Returned, on: date | None, mappings: Mappings | None, name: str) -> FileRows:
    """Rows that came back, read as the file that they are of."""
    found = _documents([again.table], on, again.answers(mappings), None, name)
    understood, behind = found.understood, "the column that says how the rows were read"
    understood.partial = True
    if again.as_of is not None and understood.as_of == again.as_of:
        understood.as_of_from = behind
    if not understood.mapping and understood.currency_from == "the mapping file":
        understood.currency_from = behind
    return found


def in_named_encoding(
    refused: FileRows, name: str, on: date | None, mappings: Mappings | None, reopen: Reopen
) -> FileRows:
    """A file whose bytes are in no encoding that shows, in the one that its mapping file names;
    else the error, with the layout that the mapping file would be for."""
    probe = reopen("latin-1")  # every byte is a character of it: enough to read plain headings
    header = header_of(probe) if isinstance(probe, Table) else None
    if header is None:
        return refused
    answer = mappings(header.key) if mappings else None
    if answer is not None and answer[1].encoding:
        again = reopen(answer[1].encoding)
        return again if isinstance(again, FileRows) else rows(again, name, on, mappings)
    understood = Understood(layout=header.key)
    told = [
        row._replace(error=_for_layout(row.error, header.key)) if row.error else row
        for row in refused.rows
    ]
    return FileRows(refused.columns, told, understood=understood)


def _for_layout(error: LedgerError, layout: str) -> LedgerError:
    return ReadingError(error.code, error.field, f"{error}, with `layout: {layout}`")


def _documents(
    tables: Sequence[Table],
    on: date | None,
    mappings: Mappings | None,
    reopen: Reopen | None,
    name: str,
) -> FileRows:
    try:
        found = recognise(tables, on, mappings)
    except NotRecognised as error:
        return FileRows(
            shown_columns(error.columns),
            (Row(0, (), error=error.error),),
            understood=error.understood,
        )
    wanted = found.mapping.encoding
    if wanted and reopen is not None:
        again = reopen(wanted)
        return again if isinstance(again, FileRows) else rows(again, name, on, mappings)
    columns = shown_columns(found.header.cells)
    return FileRows(columns, documents(found), understood=found.understood)


def _first_row(table: Table) -> tuple[int, tuple[str, ...]] | None:
    """The first row with anything in it."""
    for number, cells in table.rows():
        texts = _texts(cells or ())
        if any(texts):
            return number, texts
    return None


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(unescaped(text_of(cell)).strip() for cell in cells)

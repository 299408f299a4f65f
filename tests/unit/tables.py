"""Short ways for tests of tables: text or cells to rows, and what was understood of them.
Nothing is asserted here.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from dunning.adapters.formats import table
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake.cells import Cell
from dunning.domain.intake.document import Document
from dunning.domain.intake.mapping import read_mapping
from dunning.domain.intake.merge import gathered
from dunning.domain.intake.table import NumberedRow, Table
from dunning.domain.intake.understood import Understood
from dunning.service.ports import FileRows, Mappings, Row

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
HEADERS, LEDGERS, IBM = SHARED / "headers", SHARED / "ar-ledgers", SHARED / "ibm-ar"
UPLOADED = date(2026, 9, 30)


class Read:
    """A file as it was read, its rows put together."""

    def __init__(self, found: FileRows) -> None:
        self.columns = found.columns
        self.rows: list[Row] = sorted(gathered(found.rows), key=lambda row: row.number)
        self.understood: Understood = found.understood

    @property
    def documents(self) -> list[Document]:
        """What is owed or paid; invoices that were voided are none of it."""
        found = (row.document for row in self.rows if row.document is not None)
        return [document for document in found if not document.withdrawn]

    @property
    def by_number(self) -> dict[str, Document]:
        return {document.number: document for document in self.documents}

    @property
    def errors(self) -> list[tuple[int, str]]:
        return [(row.number, row.error.code) for row in self.rows if row.error is not None]

    @property
    def said(self) -> str:
        """What the errors say, in one text."""
        return "\n".join(str(row.error) for row in self.rows if row.error is not None)

    @property
    def asked(self) -> list[str]:
        return [question.code for question in self.understood.questions]


def answers(text: str, name: str = "m.yaml") -> Mappings:
    """A mapping file that holds for every layout."""
    mapping = read_mapping(text)
    return lambda layout: (name, mapping) if layout and mapping.layout in ("", layout) else None


def read(body: bytes | str, name: str = "a.csv", mapping: str = "", on: date = UPLOADED) -> Read:
    """A file of some content."""
    data = body.encode() if isinstance(body, str) else body
    source = BytesSource(data)
    return Read(FilesByName().rows(name, source, on, answers(mapping) if mapping else None))


def read_path(path: Path, mapping: str = "", on: date = UPLOADED) -> Read:
    """A file on disk."""
    return read(path.read_bytes(), path.name, mapping, on)


def lines(*rows: Iterable[object], delimiter: str = ",") -> str:
    """Rows as delimited text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def sheet(rows: Sequence[Sequence[Cell]], name: str = "Sheet1", *, hidden: bool = False) -> Table:
    """A sheet of a workbook with typed cells."""

    def numbered() -> Iterator[NumberedRow]:
        yield from enumerate(rows, 1)

    return Table(numbered, "xlsx", sheet=name, hidden=hidden)


def read_sheets(*sheets: Table, mapping: str = "", on: date = UPLOADED) -> Read:
    """A workbook of some sheets."""
    return Read(table.rows(sheets, "a.xlsx", on, answers(mapping) if mapping else None))

"""DATEV's EXTF files as rows. What they mean is the domain's `intake.datev`."""

from collections.abc import Sequence

from dunning.domain.fields import ReadingError
from dunning.domain.intake.datev import POSTINGS, TITLES, Metadata, opened, records
from dunning.domain.intake.table import Table
from dunning.domain.intake.understood import BODIES, DOCUMENTS, Understood
from dunning.service.ports import FileRows, Row

MARKS = ("EXTF", "DTVF")
ASSUMED = (
    (
        "accounts with one digit more than the general ledger's are customers' from 1 to 6 and"
        " suppliers' from 7 to 9"
    ),
    (
        "what stands against an account that begins with 1 (cash, bank) is a payment, anything else"
        " an invoice or a credit note"
    ),
)


def is_extf(cells: Sequence[str]) -> bool:
    """Whether a first row is the metadata of an EXTF file."""
    return len(cells) > 3 and cells[0] in MARKS


def rows(table: Table, known: Metadata | None = None) -> FileRows:
    """Documents of a file of postings, customers of a file of master data. Of mended rows the
    metadata is `known`."""
    understood = Understood(
        format="datev", encoding=table.encoding, delimiter=table.delimiter, layout="datev"
    )
    try:
        found = opened(table, known)
    except ReadingError as error:
        return FileRows(("line",), (Row(0, (), error=error),), understood=understood)
    understood.layout, understood.layout_title = TITLES[found.metadata.category]
    understood.header_row, understood.skipped = found.header_row, found.skipped
    if found.metadata.category == POSTINGS:
        understood.holds, understood.dates, understood.numbers = DOCUMENTS, "DDMM", "1234,56"
        understood.currency = found.metadata.currency
        understood.currency_from = "the column 'WKZ Umsatz', else the file's first row"
        understood.assumed += ASSUMED
    else:
        understood.holds = BODIES
    understood.read_as = found.metadata.read_as
    return FileRows(found.headings, records(found), understood=understood)

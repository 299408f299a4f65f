"""DATEV EXTF files: a table behind a row of metadata. What its postings are is `datev` of intake."""

from collections.abc import Sequence

from dunning.adapters.formats.text import file_error
from dunning.domain.intake.table import Table
from dunning.service.ports import FileRows

MARKS = ("EXTF", "DTVF")


def is_extf(cells: Sequence[str]) -> bool:
    """Whether a first row is the metadata of an EXTF file."""
    return len(cells) > 3 and cells[0] in MARKS


def rows(table: Table) -> FileRows:
    """The receivables of a file of postings, the customers of a file of master data."""
    return file_error("not_yet", f"{table.format}: EXTF is read by the next commit")

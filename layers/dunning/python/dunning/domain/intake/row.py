"""One record of a file, as every reader yields it.
Where it comes from is the formats'; what it does to the ledger is `meaning`'s.
"""

from collections.abc import Mapping
from typing import NamedTuple

from dunning.domain.intake.document import Document
from dunning.domain.ledger import LedgerError


class Row(NamedTuple):
    """One record of a file: a plain object to read as a body, a document, or the error that stands
    for it."""

    number: int
    """The row in the file on which it begins, from 1; 0 is the file as a whole."""
    cells: tuple[tuple[str, ...], ...]
    """The rows as they came, for whoever mends them."""
    body: Mapping[str, object] | None = None
    error: LedgerError | None = None
    repeats: int = 0
    """Rows that repeat another of the same record exactly, and change nothing."""
    document: Document | None = None
    file: str = ""
    """The file inside an archive, or the attachment, that it stands in."""
    key: str = ""
    """Of a bad row the key of its document, where that can be read: the rest waits with it."""
    at: int = 0
    """Of a bad document the place among its cells of the row that is bad."""

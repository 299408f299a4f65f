"""What holds of any file whatever: it becomes rows, each a body, a document or an error, in bounded
time; and what a document means is bodies or a ReadingError. Both fuzzers and the kept cases use it.
"""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import Document
from dunning.domain.intake.meaning import Context, meant
from dunning.domain.ledger import LedgerError
from dunning.service.intake_lines import pack, unpack
from dunning.service.ports import Row

from tests.fuzz import samples

ON = date(2026, 3, 31)
CREDITOR = Creditor(creditor="acme", name="Acme", country="DE", time_zone="UTC", currency="EUR")
SECONDS = 5.0
"""For a file of at most LONGEST bytes, on a busy machine; most take milliseconds."""
LONGEST = 1 << 16
MOST_ROWS = 100_000

NAMES = ("a.csv", "a.xml", "a.pdf", "a.zip", "a.json", "a.jsonl", "a.xlsx", "a")
PLAIN, MEMBER, ATTACHED = range(3)
"""How a content is handed in: as a file, inside an archive, attached to a PDF."""


def wrapped(how: int, name: str, content: bytes) -> tuple[str, bytes]:
    """A content as the file that it is handed in as: fuzzers cannot mend check sums."""
    if how == MEMBER:
        return "a.zip", samples.packed((f"x/{name}", content), ("b.jsonl", b'{"type":"x"}'))
    if how == ATTACHED:
        return "a.pdf", samples.pdf(("factur-x.xml", content, "Alternative"))
    return name, content


def check(name: str, body: bytes) -> None:
    """Read a file to its end. Raises AssertionError, or whatever the readers should not."""
    began = time.process_time()
    file = FilesByName().rows(name, BytesSource(body), ON)
    assert all(isinstance(column, str) for column in file.columns)
    for count, row in enumerate(file.rows):
        assert count < MOST_ROWS
        _check_row(row)
        if row.document is not None:
            _check_meaning(row.document, file.understood.of(row.file))
    _ = repr(file.understood)
    spent = time.process_time() - began
    assert spent < SECONDS, f"{spent:.1f} s for {len(body)} bytes"


def _check_row(row: Row) -> None:
    said = (row.body, row.document, row.error)
    assert sum(one is not None for one in said) == 1, said
    assert isinstance(row.number, int)
    assert row.number >= 0
    assert row.repeats >= 0
    assert row.file.isprintable()
    assert all(isinstance(cell, str) for cells in row.cells for cell in cells)
    if row.error is not None:
        assert isinstance(row.error, LedgerError)
        assert row.error.code.isidentifier()
        assert str(row.error).strip()
    again = unpack(pack(row))
    assert (again.number, again.file, again.cells) == (row.number, row.file, row.cells)
    assert again.document == row.document
    # Whatever comes of it is written as UTF-8.
    repr((row.document, row.file)).encode()
    if row.document is not None:
        "".join(one for one in row.document if isinstance(one, str)).encode()
    for amount in _amounts(row.document):
        assert isinstance(amount, Decimal)
        assert amount.is_finite()


def _amounts(document: Document | None) -> Iterator[Decimal]:
    if document is not None:
        stated = (document.total, document.open, document.line, document.allocated)
        yield from (one for one in stated if one is not None)
        yield from (item.amount for item in document.items)


def _check_meaning(document: Document, understood: object) -> None:
    context = Context(CREDITOR, ON, understood)  # type: ignore[arg-type]
    try:
        for body in meant(document, context).bodies:
            assert body.on
    except ReadingError:
        pass

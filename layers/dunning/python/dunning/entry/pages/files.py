"""The files below the statement: PDFs of what the pages show, by the name in their address.
What they show is decided by use cases; how they look is the layouts'.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dunning.entry.pages import STATEMENT_PDF, ShowPages
from dunning.entry.wiring_pdf import PdfFiles
from dunning.service.portal import Opened
from dunning.service.printing_ports import Printed

Made = tuple[str, Printed]
"""What a file is called when it is kept, and what is in it."""
Make = Callable[[ShowPages, PdfFiles, Opened, int], Made | None]


def statement(here: ShowPages, pdfs: PdfFiles, opened: Opened, now: int) -> Made:
    """What is open."""
    found = here.portal.shown(opened, now)
    made = pdfs.statements.statement(
        found.creditor, found.customer, found.cases, found.today, named=False
    )
    return f"statement-{found.today}.pdf", made


FILES: Mapping[str, Make] = MappingProxyType({STATEMENT_PDF: statement})

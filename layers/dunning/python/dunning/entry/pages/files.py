"""The files below the statement: PDFs of what the pages show, by the name in their address.
What they show is decided by use cases; how they look is the layouts'.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dunning.entry.pages import STATEMENT_PDF, ShowPages
from dunning.service.printing_ports import Printed

Made = tuple[str, Printed]
"""What a file is called when it is kept, and what is in it."""


def statement(here: ShowPages, token: str, now: int) -> Made | None:
    """What is open."""
    found = here.portal.statement(token, now)
    if found is None or here.pdfs is None:
        return None
    made = here.pdfs().statements.statement(
        found.creditor, found.customer, found.cases, found.today, named=False
    )
    return f"statement-{found.today}.pdf", made


FILES: Mapping[str, Callable[[ShowPages, str, int], Made | None]] = MappingProxyType(
    {STATEMENT_PDF: statement}
)

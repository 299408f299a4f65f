"""The files below the statement: PDFs of what the pages show, by the name in their address.
What they show is decided by use cases; how they look is the layouts'.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dunning.domain.calendar import local_day
from dunning.entry.pages import PLAN_PDF, STATEMENT_PDF, ShowPages
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


def plan(here: ShowPages, pdfs: PdfFiles, opened: Opened, now: int) -> Made | None:
    """The plan that is kept, else the newest of those that broke over what is open."""
    creditor, state = opened.rulebook.creditor, opened.state
    agreed = [one for one in state.plans if one.in_force or one.over]
    if not agreed:
        return None
    newest = max(agreed, key=lambda one: (one.in_force, one.on, one.id))
    today = local_day(now, state.zone(creditor))
    made = pdfs.agreements.agreement(creditor, state, newest, today, named=False)
    return f"plan-{newest.on}.pdf", made


FILES: Mapping[str, Make] = MappingProxyType({STATEMENT_PDF: statement, PLAN_PDF: plan})

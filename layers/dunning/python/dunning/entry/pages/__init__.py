"""The pages behind links: the statement, the question about mails, and each further page by name,
in a module of its own. What a page shows is decided by use cases; this brings it together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from dunning.entry.senders import Entry
from dunning.service.portal_forms import AGAIN

if TYPE_CHECKING:
    from dunning.adapters.portal_pages import HtmlPage, PortalPages
    from dunning.entry.wiring_pdf import PdfFiles
    from dunning.service.portal import Opened, Portal
    from dunning.service.portal_forms import Forms
    from dunning.service.printing_ports import Printed

NO_CALLS = "no-calls"
STATEMENT_PDF = "statement.pdf"
SAID = frozenset({AGAIN, NO_CALLS})
"""Codes of what is told above the statement after a form (words/*.toml, `said`)."""
PAGES: Mapping[str, str] = MappingProxyType({})
"""`/portal/{token}/NAME` (GET): the module in this package that makes the page, by its function
`show(here, opened, token, now, said)`."""

Show = Callable[["ShowPages", "Opened", str, int, str], "HtmlPage"]


@dataclass(frozen=True)
class ShowPages(Entry):
    """The pages behind links."""

    portal: "Portal"
    pages: "PortalPages"
    forms: "Forms"
    pdfs: "Callable[[], PdfFiles] | None" = None
    """Made when the first PDF is asked for; None: there are none, and no page offers one."""

    def statement(self, token: str, now: int, said: str = "") -> "HtmlPage | None":
        """What is open; None for a link that opens nothing. `said`: what is told on top, which is
        left out where it is not so."""
        found = self.portal.statement(token, now)
        if found is None:
            return None
        if said not in SAID or (said == NO_CALLS and found.calls):
            said = ""
        return self.pages.statement(
            found.creditor,
            found.customer,
            found.cases,
            found.today,
            found.purpose,
            f"{token}/{NO_CALLS}" if found.calls else "",
            said=said,
            pdf=f"{token}/{STATEMENT_PDF}" if self.pdfs else "",
        )

    def file(self, token: str, name: str, now: int) -> "tuple[str, Printed] | None":
        """A PDF below the statement, and its name as a file; None for a link that opens nothing, or
        for no such file. Raises NotPrinted."""
        from dunning.entry.pages.files import FILES

        make = FILES.get(name) if self.pdfs else None
        return make(self, token, now) if make else None

    def page(self, token: str, name: str, now: int, said: str = "") -> "HtmlPage | None":
        """A further page; None for a link that opens nothing, and for no such page."""
        opened = self.portal.door.open(token, now)
        if opened is None or name not in PAGES:
            return None
        show = cast(Show, import_module(f"{__name__}.{PAGES[name]}").show)
        return show(self, opened, token, now, said)

    def question(self, token: str, now: int) -> "HtmlPage | None":
        """Whether mails are to stop; None for a link that opens nothing."""
        found = self.portal.question(token, now)
        if found is None:
            return None
        return self.pages.unsubscribe(found.creditor, found.customer, stopped=found.stopped)

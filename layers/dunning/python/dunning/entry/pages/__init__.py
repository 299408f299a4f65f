"""The pages behind links: the statement, the question about mails, and each further page by name,
in a module of its own. What a page shows is decided by use cases; this brings it together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from dunning.adapters.providers.hosted_pages import origins
from dunning.domain.paying import payable
from dunning.domain.shown_forms import about
from dunning.entry.senders import Entry
from dunning.service.paying import BACK, LEFT, NOT_BEGUN, going_on, providers_for, told
from dunning.service.portal_forms import AGAIN

if TYPE_CHECKING:
    from dunning.adapters.pay_section import PayForm
    from dunning.adapters.portal_pages import HtmlPage, PortalPages
    from dunning.service.portal import Opened, Portal, Statement
    from dunning.service.portal_forms import Forms

NO_CALLS, PAY = "no-calls", "pay"
SAID = frozenset({AGAIN, NO_CALLS, BACK, LEFT, NOT_BEGUN})
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
    provider_api: str = ""
    """Where providers' pages are in the local cloud; empty: each at its own address."""

    def statement(self, token: str, now: int, said: str = "") -> "HtmlPage | None":
        """What is open; None for a link that opens nothing. `said`: what is told on top, which is
        left out where it is not so."""
        found = self.portal.statement(token, now)
        if found is None:
            return None
        if said not in SAID or (said == NO_CALLS and found.calls):
            said = ""
        elif said in (BACK, LEFT):
            said = told(said, found.opened, self.portal.door.ledger, now)
        pay = self._pay_forms(found, token, now)
        return self.pages.statement(
            found.creditor,
            found.customer,
            found.cases,
            found.today,
            found.purpose,
            f"{token}/{NO_CALLS}" if found.calls else "",
            said=said,
            pay=pay,
            leads_to=origins(_providers(pay), self.provider_api),
        )

    def _pay_forms(self, found: "Statement", token: str, now: int) -> "list[PayForm]":
        """A form for each currency in which something may be paid here."""
        from dunning.adapters.pay_section import PayForm

        made = []
        for case in found.cases:
            providers = providers_for(found.creditor.pay_with, case.currency)
            what = payable(found.opened.state, case)
            if providers and what.choices:
                awaited = going_on(found.opened, what, providers, now)
                nonce = self.forms.nonce(found.opened, PAY, about([case.currency]), now)
                made.append(PayForm(what, providers, awaited, f"{token}/{PAY}", nonce))
        return made

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


def _providers(forms: "list[PayForm]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for form in forms for one in form.providers))

"""The pages behind links: the statement, the question about mails, and each further page by name,
in a module of its own. What a page shows is decided by use cases; this brings it together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from dunning.adapters.providers.hosted_pages import origins
from dunning.domain.links import Purpose
from dunning.domain.paying import payable
from dunning.domain.shown_forms import about
from dunning.entry.senders import Entry
from dunning.service.paying import BACK, LEFT, NOT_BEGUN, going_on, providers_for, told
from dunning.service.portal_forms import AGAIN

if TYPE_CHECKING:
    from dunning.adapters.form_pages import FormPages
    from dunning.adapters.pay_section import PayForm
    from dunning.adapters.portal_pages import HtmlPage
    from dunning.entry.pages.asked import Here, PageAsked
    from dunning.entry.wiring_pdf import PdfFiles
    from dunning.service.portal import Opened, Portal, Statement
    from dunning.service.portal_forms import Forms
    from dunning.service.ports import Ledger
    from dunning.service.printing_ports import Printed

NO_CALLS, PAY = "no-calls", "pay"
STATEMENT_PDF, PLAN_PDF = "statement.pdf", "plan.pdf"
SAID = frozenset({AGAIN, NO_CALLS, BACK, LEFT, NOT_BEGUN})
"""Codes of what is told above the statement after a form (words/*.toml, `said`)."""
STATEMENT_PAGE = "statement"
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "answer": "first_question",
        "contact": "contact",
        "dispute": "dispute",
        "history": "history",
        "paid": "paid",
        "plan": "plan",
        "promise": "promise",
        "wrong-person": "wrong_person",
    }
)
"""`/portal/{token}/NAME` (GET): the module in this package that makes the page, by its function
`show(here, asked)`."""
BY_PURPOSE: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.PLAN: "plan",
        Purpose.PAID: "paid",
        Purpose.DISPUTE: "dispute",
        Purpose.WRONG_PERSON: "wrong-person",
    }
)
"""Links that open a page of their own, and not the statement."""
MENU = ("plan", "promise", "paid", "dispute", "history", "contact", "wrong-person")
"""Pages that the statement leads to."""
UNPROVEN = frozenset({"answer", "wrong-person"})
"""Pages and forms that a link opens also where something is asked first: they show nothing."""
NO_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})

Show = Callable[["Here", "PageAsked"], "HtmlPage"]


def made(here: "Here", name: str, asked: "PageAsked") -> "HtmlPage":
    """The page of that name."""
    return cast(Show, import_module(f"{__name__}.{PAGES[name]}").show)(here, asked)


def _first(opened: "Opened", name: str | None) -> str | None:
    """The page that is shown in place of one, where something is asked first."""
    return "answer" if opened.asks and name not in UNPROVEN else name


@dataclass(frozen=True)
class ShowPages(Entry):
    """The pages behind links."""

    portal: "Portal"
    pages: "FormPages"
    forms: "Forms"
    provider_api: str = ""
    """Where providers' pages are in the local cloud; empty: each at its own address."""
    pdfs: "Callable[[], PdfFiles] | None" = None
    """Made when the first PDF is asked for; None: there are none, and no page offers one."""

    def file(self, token: str, name: str, now: int) -> "tuple[str, Printed] | None":
        """A PDF below the statement, and its name as a file; None for a link that opens nothing, or
        for no such file. Raises NotPrinted."""
        from dunning.entry.pages.files import FILES

        opened = self.portal.door.open(token, now)
        if opened is None or self.pdfs is None or name not in FILES:
            return None
        return FILES[name](self, self.pdfs(), opened, now)

    @property
    def ledger(self) -> "Ledger":
        """Where accounts are read."""
        return self.portal.door.ledger

    def statement(
        self,
        token: str,
        now: int,
        said: str = "",
        fields: Mapping[str, tuple[str, ...]] = NO_FIELDS,
    ) -> "HtmlPage | None":
        """What a link opens: its own page, or what is open; None where it opens nothing."""
        opened = self.portal.door.open(token, now, unproven=True)
        if opened is None:
            return None
        name = _first(opened, BY_PURPOSE.get(opened.link.purpose))
        if name is None:
            return self._statement(opened, now, said, f"{token}/")
        return self._further(opened, token, name, now, said, fields, f"{token}/")

    def page(
        self,
        token: str,
        name: str,
        now: int,
        said: str = "",
        fields: Mapping[str, tuple[str, ...]] = NO_FIELDS,
    ) -> "HtmlPage | None":
        """A further page; None for a link that opens nothing, and for no such page. `fields`: what
        its address asks besides."""
        opened = self.portal.door.open(token, now, unproven=True)
        if opened is None or name not in (STATEMENT_PAGE, *PAGES):
            return None
        name = _first(opened, name) or name
        if name == STATEMENT_PAGE:
            return self._statement(opened, now, said, "")
        return self._further(opened, token, name, now, said, fields, "")

    def plans(
        self, token: str, now: int, said: str, fields: Mapping[str, tuple[str, ...]]
    ) -> "HtmlPage | None":
        """The page of payment plans at an address of its own, `/plans/{token}`."""
        opened = self.portal.door.open(token, now, unproven=True)
        if opened is None:
            return None
        name = _first(opened, "plan") or "plan"
        return self._further(opened, token, name, now, said, fields, f"../portal/{token}/")

    def question(self, token: str, now: int) -> "HtmlPage | None":
        """Whether mails are to stop; None for a link that opens nothing."""
        found = self.portal.question(token, now)
        if found is None:
            return None
        return self.pages.unsubscribe(found.creditor, found.customer, stopped=found.stopped)

    def _statement(self, opened: "Opened", now: int, said: str, base: str) -> "HtmlPage":
        """What is open. `said`: what is told on top, which is left out where it is not so; `base`:
        what stands before relative addresses."""
        found = self.portal.shown(opened, now)
        if said not in SAID or (said == NO_CALLS and found.calls):
            said = ""
        elif said in (BACK, LEFT):
            said = told(said, opened, self.ledger, now)
        pay = self._pay_forms(found, now, base)
        tongue = self.pages.tongue(found.creditor, found.customer)
        return self.pages.statement(
            found.creditor,
            found.customer,
            found.cases,
            found.today,
            f"{base}{NO_CALLS}" if found.calls else "",
            said=said,
            pdf=f"{base}{STATEMENT_PDF}" if self.pdfs else "",
            menu=(
                tongue.say("menu", "heading"),
                tuple((f"{base}{name}", tongue.say("menu", name)) for name in MENU),
            ),
            pay=pay,
            leads_to=origins(_providers(pay), self.provider_api),
        )

    def _pay_forms(self, found: "Statement", now: int, base: str) -> "list[PayForm]":
        """A form for each currency in which something may be paid here."""
        from dunning.adapters.pay_section import PayForm

        made = []
        for case in found.cases:
            providers = providers_for(found.creditor.pay_with, case.currency)
            what = payable(found.opened.state, case)
            if providers and what.choices:
                awaited = going_on(found.opened, what, providers, now)
                nonce = self.forms.nonce(found.opened, PAY, about([case.currency]), now)
                made.append(PayForm(what, providers, awaited, f"{base}{PAY}", nonce))
        return made

    def _further(
        self,
        opened: "Opened",
        token: str,
        name: str,
        now: int,
        said: str,
        fields: Mapping[str, tuple[str, ...]],
        base: str,
    ) -> "HtmlPage":
        from dunning.entry.pages.asked import PageAsked

        return made(self, name, PageAsked(opened, token, now, said, fields, base=base))


def _providers(forms: "list[PayForm]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for form in forms for one in form.providers))

"""The pages of docs/paying.md: the made-up account of `portal_example`, whose creditor takes
payments. Drawn with its pictures.
"""

from dataclasses import replace
from datetime import timedelta

from dunning.adapters.form_pages import FormPages
from dunning.adapters.pay_section import PayForm
from dunning.adapters.portal_pages import HtmlPage
from dunning.adapters.providers.hosted_pages import origins
from dunning.domain.account import Account, Head
from dunning.domain.begun_payments import awaited
from dunning.domain.facts import PAYMENT_BEGUN, Dispute, Hold
from dunning.domain.owed import owed
from dunning.domain.paying import payable
from dunning.entry.pages import MENU

from tests.portal_example import NORTHWIND, OPEN, PAID, TODAY, customer

PROVIDERS = ("stripe",)


def paying(pages: FormPages, language: str = "en") -> dict[str, HtmlPage]:
    """The statement with its forms that pay, before and after one was sent, by picture."""
    fresh = Account(
        Head("northwind", "c-1042"),
        customer(language),
        open=OPEN,
        disputes=(Dispute("d-1", "NW-1071", TODAY),),
    )
    refs = tuple(item.ref for item in OPEN[:2])
    until = TODAY + timedelta(days=1)
    hold = Hold("paying-1", PAYMENT_BEGUN, TODAY, "items", until=until, items=refs)
    plain = _shown(pages, fresh)
    return {
        "pay": plain,
        "pay-choose": replace(plain, html=plain.html.replace("<details>", "<details open>")),
        "pay-begun": _shown(pages, replace(fresh, holds=(hold,)), "paying"),
    }


def _shown(pages: FormPages, state: Account, said: str = "") -> HtmlPage:
    (case,) = owed(state, TODAY, PAID)
    what = payable(state, case)
    waits = tuple((one, PROVIDERS[0], what.of(one.items)) for one in awaited(state, TODAY))
    tongue = pages.tongue(NORTHWIND, state.customer)
    return pages.statement(
        NORTHWIND,
        state.customer,
        (case,),
        TODAY,
        said=said,
        menu=(
            tongue.say("menu", "heading"),
            tuple((f"x/{name}", tongue.say("menu", name)) for name in MENU),
        ),
        pay=(PayForm(what, PROVIDERS, waits, "x/pay", "sealed"),),
        leads_to=origins(PROVIDERS),
    )

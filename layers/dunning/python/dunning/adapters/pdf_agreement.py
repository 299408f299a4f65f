"""A payment plan as a PDF: what it covers, its instalments with what has come, and what was agreed.
What a plan is and does is `domain.payment_plans`'; how a sheet looks is the layout's.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from babel.core import Locale

from dunning.domain.account import Account
from dunning.domain.creditor import Creditor
from dunning.domain.payment_plans import (
    BANK_TRANSFER_DAYS,
    BROKEN,
    CANCELLED,
    COMPLETED,
    PaymentPlan,
)
from dunning.domain.plan_mandates import LIVE
from dunning.service.printing_ports import AGREEMENT, Printed, Printer

from .figures import day, locale_of, money
from .pdf_sheet import SheetWords, bank_shown, broken, paper_of, plain, sheet
from .portal_rows import MOST_NUMBERS, bank_rows, brand_name
from .portal_words import PortalWords
from .providers.hosted_pages import NAMES

_STATES = {COMPLETED: "state_completed", BROKEN: "state_broken", CANCELLED: "state_cancelled"}
_TERMS = ("term_day", "term_quiet", "term_early", "term_missed", "term_others", "trouble")


class AgreementPdf:
    """Agreements from the words of the pages and the layouts of a folder."""

    def __init__(self, templates: Path, printer: Printer) -> None:
        self._pages = PortalWords(templates / "portal" / "words")
        self._forms = PortalWords(templates / "portal" / "forms")
        self._sheets = SheetWords(templates)
        self._printer = printer

    def agreement(
        self, creditor: Creditor, state: Account, plan: PaymentPlan, today: date, *, named: bool
    ) -> Printed:
        """A plan that was agreed, as it stands on a day. `named`: whether it bears the customer's
        name, which a page behind a link, that may have been forwarded, does not."""
        return self._printer.print(AGREEMENT, self.view(creditor, state, plan, today, named=named))

    def view(
        self, creditor: Creditor, state: Account, plan: PaymentPlan, today: date, *, named: bool
    ) -> dict[str, Any]:
        """What the layout places."""
        customer = state.customer
        language, pages = self._pages.of(customer.language or creditor.language)
        words = self._sheets.of(language)
        said, page, locale = words["agreement"], pages["page"], locale_of(customer, creditor)
        brand = plain(brand_name(creditor))

        def amount(minor: int) -> str:
            return money(minor, plan.currency, locale)

        name = plain(customer.name) if named else ""
        opening = said["opening" if name else "opening_unnamed"].format(
            creditor=brand,
            customer=name or customer.customer,
            total=amount(plan.total),
            date=day(plan.on, locale),
        )
        over = _STATES.get(plan.state, "")
        numbers = list(dict.fromkeys(ref.invoice for ref in plan.items))
        reference = ", ".join(numbers) if len(numbers) <= MOST_NUMBERS else customer.customer
        unpaid = plan.unpaid()
        bank = bank_shown(
            creditor,
            {**{key: page[key] for key in ("pay", "reference", "reference_hint")}, **words["qr"]},
            bank_rows(creditor.bank, pages["bank"]) if _pays(plan) else [],
            reference,
            minor=unpaid[0].amount if unpaid else 0,
            currency=plan.currency,
            locale=locale,
        )
        opened = {item.ref: item for item in state.open}
        covered = []
        for ref in plan.items:
            item = opened.get(ref)
            label = ref.invoice
            if ref.item > 1 or len(numbers) < len(plan.items):
                label = page["part"].format(invoice=ref.invoice, part=ref.item)
            due = [page["due_on"].format(date=day(item.due, locale))] if item else []
            owed = amount(item.open) if item else ""
            covered.append({"name": broken(plain(label)), "small": due, "amount": owed, "of": ""})
        collected = self._forms.of(language)[1]["collect"]
        debits = {one.due: collected["row"].format(date=day(one.on, locale)) for one in plan.coming}
        rows = [
            {
                "name": day(one.due, locale),
                "small": [
                    *([said["paid"].format(amount=amount(paid))] if paid else []),
                    *([debits[one.due]] if one.due in debits else []),
                ],
                "amount": amount(one.amount),
                "of": "",
            }
            for one, paid in zip(plan.instalments, plan.paid(), strict=True)
        ]
        left = plan.left if plan.in_force else 0
        return {
            **sheet(
                creditor,
                customer,
                words,
                title=said["title"].format(creditor=brand),
                day=today,
                paper=paper_of(customer.country, creditor.country),
                info=[
                    (words["sheet"]["customer"], customer.customer),
                    (said["number"], plan.id),
                    (said["agreed"], day(plan.on, locale)),
                ],
            ),
            "heading": said["heading"],
            "opening": opening,
            "state": said[over].format(date=day(plan.until or plan.on, locale)) if over else "",
            "amount": said["amount"],
            "covered": {
                "caption": said["covered"],
                "column": said["covered_column"],
                "lines": covered,
            },
            "instalments": {
                "caption": said["instalments"],
                "column": said["instalments_column"],
                "lines": rows,
            },
            "total_label": said["total"],
            "total": amount(plan.total),
            "left": f"{said['left']}: {amount(left)}" if 0 < left < plan.total else "",
            "terms_heading": said["terms"],
            "terms": [
                *(said[one].format(creditor=brand, days=BANK_TRANSFER_DAYS) for one in _TERMS),
                *_authorised(state, plan, collected, brand, locale),
            ],
            "bank": bank,
        }


def _pays(plan: PaymentPlan) -> bool:
    """Whether there is something that the customer has to pay by themselves."""
    return plan.in_force and not all(plan.collects(one) for one in plan.unpaid())


def _authorised(
    state: Account, plan: PaymentPlan, words: Mapping[str, str], brand: str, locale: Locale
) -> list[str]:
    """The authorisation by which the plan is collected, in the words of the page: its copy, with
    the days and amounts above."""
    mandate = next((one for one in state.mandates if one.plan == plan.id and not one.over), None)
    if mandate is None:
        return []
    signed = words["live" if mandate.state == LIVE else "signed"]
    provider = NAMES.get(mandate.provider, mandate.provider)
    return [
        signed.format(date=day(mandate.on, locale)),
        words["words"].format(creditor=brand, provider=provider),
    ]

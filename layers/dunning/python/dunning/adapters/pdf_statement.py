"""The statement as a PDF: what the page behind a link lists, with the creditor's letterhead.
What is owed is `domain.owed`'s; how a sheet looks is the layout's.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.owed import Owed
from dunning.service.printing_ports import STATEMENT, Printed, Printer

from .figures import day, locale_of
from .pdf_sheet import SheetWords, bank_shown, broken, paper_of, plain, sheet
from .portal_rows import bank_rows, brand_name, case_rows, reference_of
from .portal_words import PortalWords


class StatementPdf:
    """Statements from the words of the pages and the layouts of a folder."""

    def __init__(self, templates: Path, printer: Printer) -> None:
        self._pages = PortalWords(templates / "portal" / "words")
        self._sheets = SheetWords(templates)
        self._printer = printer

    def statement(
        self,
        creditor: Creditor,
        customer: Customer,
        cases: tuple[Owed, ...],
        today: date,
        *,
        named: bool,
    ) -> Printed:
        """The statement of a day. `named`: whether it bears the customer's name, which a page
        behind a link, that may have been forwarded, does not."""
        return self._printer.print(
            STATEMENT, self.view(creditor, customer, cases, today, named=named)
        )

    def view(
        self,
        creditor: Creditor,
        customer: Customer,
        cases: tuple[Owed, ...],
        today: date,
        *,
        named: bool,
    ) -> dict[str, Any]:
        """What the layout places."""
        language, words = self._pages.of(customer.language or creditor.language)
        said = self._sheets.of(language)
        page, locale = words["page"], locale_of(customer, creditor)
        brand = brand_name(creditor)
        listed = [case for case in cases if case.items or case.total]
        reference = reference_of(cases, customer)
        # One transfer has one currency: the code is of the first case that asks for something.
        asked = next((case for case in listed if case.now), None)
        payable = any(case.items for case in cases)
        bank = bank_shown(
            creditor,
            {**{name: page[name] for name in ("pay", "reference", "reference_hint")}, **said["qr"]},
            bank_rows(creditor.bank, words["bank"]) if payable else [],
            reference,
            minor=asked.now if asked else 0,
            currency=asked.currency if asked and len(listed) == 1 else "",
            locale=locale,
        )
        info = [
            (said["sheet"]["customer"], customer.customer),
            (said["sheet"]["name"], customer.name if named else ""),
            (said["sheet"]["date"], day(today, locale)),
        ]
        return {
            **sheet(
                creditor,
                customer,
                said,
                title=said["statement"]["title"].format(creditor=brand),
                day=today,
                paper=paper_of(customer.country, creditor.country),
                info=info,
            ),
            "heading": page["heading"],
            "as_of": page["as_of"].format(date=day(today, locale)),
            "nothing": page["nothing"],
            "amount": page["open"],
            "cases": [_case(case_rows(case, words, locale), page) for case in listed],
            "bank": bank,
            "wrong": {
                "heading": page["wrong"],
                "text": said["statement"]["wrong"].format(creditor=plain(brand)),
            },
        }


def _case(case: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, Any]:
    """A case of the page in the rows of the layout."""
    groups = [
        {
            "caption": group["caption"],
            "column": group["column"],
            "lines": [
                {
                    "name": broken(plain(line["name"])),
                    "small": [*map(plain, (line["due"], *line["came"], line["why_not"]))],
                    "amount": line["open"],
                    "of": line["of"],
                }
                for line in group["lines"]
            ],
        }
        for group in case["groups"]
    ]
    if case["rates"]:
        rates = [
            {"name": one["due"], "small": [], "amount": one["amount"], "of": ""}
            for one in case["rates"]
        ]
        groups.append({"caption": page["rates"], "column": page["due"], "lines": rates})
    for group in groups:
        for line in group["lines"]:
            line["small"] = [one for one in line["small"] if one]
    return {
        "now_label": case["now_label"],
        "now": case["now"],
        "notes": [one for one in (case["credit"], case["total"]) if one],
        "groups": groups,
    }

"""The customers' pages as HTML, in the customer's language: words from templates/portal, figures
and dates as their locale writes them. What a page shows is decided elsewhere.

No script, no picture and no address of anybody else: a page is one answer, and tells nobody of it.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dunning.adapters.answers_to import mailto
from dunning.adapters.figures import day, locale_of
from dunning.adapters.pay_section import PayForm, sections
from dunning.adapters.portal_rows import bank_rows, brand_name, case_rows, reference_of
from dunning.adapters.portal_words import FALLBACK, PortalWords
from dunning.adapters.portal_words import LANGUAGES as LANGUAGES
from dunning.domain.brand import NO_BRAND, Brand
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.owed import Owed

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The field that ends e-mail reminders, as RFC 8058 names it; the page's button sends the same."""
NEW_LINK = ("new-link", "ask")
"""The field that asks for a new link. Its form goes where the page came from, so that the page is
the same whatever its address was."""
Menu = tuple[str, tuple[tuple[str, str], ...]]
"""A heading, and links below it: address and words."""


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page, and the Content-Security-Policy under which it works and nothing else does."""

    html: str
    policy: str


class PortalPages:
    """Pages from the templates of a folder."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "portal"
        self._words = PortalWords(self._folder / "words")
        self._environment = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._style = (self._folder / "style.css").read_text(encoding="utf-8")

    def statement(
        self,
        creditor: Creditor,
        customer: Customer,
        cases: tuple[Owed, ...],
        today: date,
        calls: str = "",
        *,
        said: str = "",
        menu: Menu | None = None,
        pdf: str = "",
        pay: Sequence[PayForm] = (),
        leads_to: Sequence[str] = (),
    ) -> HtmlPage:
        """What is open. `calls`: where the wish for no calls is posted, `pdf`: where the same is as
        a PDF; "": it is not offered. `said`: the code of what is told on top, after a form; `menu`:
        where it leads; `pay`: the forms that begin a payment, which lead to pages at the addresses
        `leads_to`."""
        language, words = self._words.of(customer.language or creditor.language)
        locale = locale_of(customer, creditor)
        brand = brand_name(creditor)
        labels = {
            name: text.format(creditor=brand, date=day(today, locale))
            for name, text in words["page"].items()
            if isinstance(text, str) and name in _PLAIN
        }
        listed = [case for case in cases if case.items or case.total]
        shown = [case_rows(case, words, locale) for case in listed]
        reference = reference_of(cases, customer)
        return self._page(
            "statement.html.j2",
            creditor.brand,
            language=language,
            title=labels["title"],
            privacy_label=words["page"]["privacy"],
            creditor=brand,
            footer=labels["footer"],
            labels=labels,
            cases=shown,
            leads_to=leads_to,
            said=self._told(words, said, brand),
            pay=sections(pay, words, locale),
            menu=menu,
            bank=bank_rows(creditor.bank, words["bank"])
            if any(case.items for case in cases)
            else [],
            reference=reference,
            mailto=mailto(creditor, reference),
            calls={**words["calls"], "action": calls} if calls else None,
            pdf={"url": pdf, "label": words["page"]["pdf"]} if pdf else None,
        )

    def unsubscribe(self, creditor: Creditor, customer: Customer, *, stopped: bool) -> HtmlPage:
        """The question whether mails are to stop, or that they have been stopped."""
        language, words = self._words.of(customer.language or creditor.language)
        said = words["unsubscribe"]
        brand = brand_name(creditor)
        name, value = ONE_CLICK
        texts = ("done", "still", "back") if stopped else ("text", "still")
        return self._page(
            "question.html.j2",
            creditor.brand,
            language=language,
            title=said["title"].format(creditor=brand),
            privacy_label=words["page"]["privacy"],
            creditor=brand,
            footer="",
            heading=said["done_heading"] if stopped else said["heading"],
            paragraphs=[said[text].format(creditor=brand) for text in texts],
            button=None if stopped else {"name": name, "value": value, "label": said["button"]},
            mailto=mailto(creditor, "") if stopped else "",
            write=words["page"]["write"].format(creditor=brand),
        )

    def missing(self, wanted: str = FALLBACK, *, renewed: bool = True) -> HtmlPage:
        """For every link that opens nothing; `wanted` is the browser's language, for nobody knows
        whose page it would have been. `renewed`: whether it offers a new link by mail."""
        language, words = self._words.of(wanted)
        said = words["missing"]
        if not renewed:
            return self._said(language, "", said["heading"], said["text"])
        name, value = NEW_LINK
        button = {"name": name, "value": value, "label": said["button"]}
        return self._said(
            language, "", said["heading"], said["text"], said["new"], said["care"], button=button
        )

    def link_asked(self, wanted: str = FALLBACK) -> HtmlPage:
        """The answer to everybody who asks for a new link."""
        language, words = self._words.of(wanted)
        said = words["link_asked"]
        return self._said(language, "", said["heading"], said["text"], said["unless"])

    def refused(self, wanted: str = FALLBACK) -> HtmlPage:
        """For a request that no button of ours sends."""
        language, words = self._words.of(wanted)
        return self._said(language, "", words["refused"]["heading"], words["refused"]["text"])

    @staticmethod
    def _told(words: Mapping[str, Any], code: str, brand: str) -> Mapping[str, str] | None:
        """What is told on top of a page after a form."""
        found = words["said"].get(code)
        if found is None:
            return None
        return {name: text.format(creditor=brand) for name, text in found.items()}

    def _said(
        self,
        language: str,
        creditor: str,
        heading: str,
        *texts: str,
        brand: Brand = NO_BRAND,
        button: Mapping[str, str] | None = None,
    ) -> HtmlPage:
        return self._page(
            "question.html.j2",
            brand,
            language=language,
            title=heading,
            privacy_label=self._words.of(language)[1]["page"]["privacy"],
            creditor=creditor,
            footer="",
            heading=heading,
            paragraphs=texts,
            button=button,
            mailto="",
            write="",
        )

    def _page(
        self,
        template: str,
        brand: Brand = NO_BRAND,
        *,
        leads_to: Sequence[str] = (),
        **view: object,
    ) -> HtmlPage:
        # The colours were checked when the settings were read: nothing else can stand here.
        style = self._style.replace("{colour}", brand.colour)
        style = style.replace("{colour_at_night}", brand.colour_at_night)
        shown = {
            "style": Markup(style),
            "imprint": brand.imprint,
            "privacy": brand.privacy,
            **view,
        }
        html = self._environment.get_template(template).render(shown)
        return HtmlPage(html, _policy(style, leads_to))


def _policy(style: str, leads_to: Sequence[str] = ()) -> str:
    """The Content-Security-Policy under which a page of that style works, and nothing else does.
    Browsers hold a form's redirect to `form-action` as well."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            " ".join(("form-action 'self'", *leads_to)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


_PLAIN = frozenset(
    {
        *("title", "heading", "as_of", "nothing", "due", "rates", "invoice", "open", "pay"),
        *("reference", "reference_hint", "write", "wrong", "wrong_text", "footer"),
    }
)
"""Labels that stand on the page as they are."""

"""The customers' pages as HTML, in the customer's language: words from templates/portal, figures
and dates as their locale writes them. What a page shows is decided elsewhere.

No script, no picture and no address of anybody else: a page is one answer, and tells nobody of it.
"""

import base64
import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.core import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dunning.adapters.answers_to import mailto
from dunning.adapters.figures import day, locale_of, money
from dunning.adapters.pay_section import PayForm, sections
from dunning.domain.brand import NO_BRAND, Brand
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.owed import Owed, OwedItem

FALLBACK = "en"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
MOST_NUMBERS = 3
"""Invoice numbers in a payment reference; beyond that the customer's number says it shorter."""
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The field that ends e-mail reminders, as RFC 8058 names it; the page's button sends the same."""
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
        self._words: dict[str, Mapping[str, Any]] = {}
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
        pay: Sequence[PayForm] = (),
        leads_to: Sequence[str] = (),
    ) -> HtmlPage:
        """What is open. `calls`: where the wish for no calls is posted; "": it is not offered.
        `said`: the code of what is told on top, after a form; `menu`: where it leads; `pay`: the
        forms that begin a payment, which lead to pages at the addresses `leads_to`."""
        language, words = self._language(customer.language or creditor.language)
        locale = locale_of(customer, creditor)
        brand = _brand(creditor)
        labels = {
            name: text.format(creditor=brand, date=day(today, locale))
            for name, text in words["page"].items()
            if isinstance(text, str) and name in _PLAIN
        }
        shown = [_case(case, words, locale, language) for case in cases if case.items or case.total]
        reference = _reference(cases, customer)
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
            bank=_bank(creditor.bank, words["bank"]) if any(case.items for case in cases) else [],
            reference=reference,
            mailto=mailto(creditor, reference),
            calls={**words["calls"], "action": calls} if calls else None,
        )

    def unsubscribe(self, creditor: Creditor, customer: Customer, *, stopped: bool) -> HtmlPage:
        """The question whether mails are to stop, or that they have been stopped."""
        language, words = self._language(customer.language or creditor.language)
        said = words["unsubscribe"]
        brand = _brand(creditor)
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

    def missing(self, wanted: str = FALLBACK) -> HtmlPage:
        """For every link that opens nothing; `wanted` is the browser's language, for nobody knows
        whose page it would have been."""
        language, words = self._language(wanted)
        return self._said(language, "", words["missing"]["heading"], words["missing"]["text"])

    def refused(self, wanted: str = FALLBACK) -> HtmlPage:
        """For a request that no button of ours sends."""
        language, words = self._language(wanted)
        return self._said(language, "", words["refused"]["heading"], words["refused"]["text"])

    @staticmethod
    def _told(words: Mapping[str, Any], code: str, brand: str) -> Mapping[str, str] | None:
        """What is told on top of a page after a form."""
        found = words["said"].get(code)
        if found is None:
            return None
        return {name: text.format(creditor=brand) for name, text in found.items()}

    def _said(
        self, language: str, creditor: str, heading: str, text: str, brand: Brand = NO_BRAND
    ) -> HtmlPage:
        return self._page(
            "question.html.j2",
            brand,
            language=language,
            title=heading,
            privacy_label=self._words[language]["page"]["privacy"],
            creditor=creditor,
            footer="",
            heading=heading,
            paragraphs=[text],
            button=None,
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

    def _language(self, wanted: str) -> tuple[str, Mapping[str, Any]]:
        """The words of a language, else of the fallback."""
        language = wanted.replace("_", "-").partition("-")[0].lower()
        if language not in LANGUAGES:
            language = FALLBACK
        if language not in self._words:
            file = self._folder / "words" / f"{language}.toml"
            self._words[language] = tomllib.loads(file.read_text(encoding="utf-8"))
        return language, self._words[language]


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


def _case(case: Owed, words: Mapping[str, Any], locale: Locale, language: str) -> dict[str, Any]:
    page = words["page"]

    def amount(minor: int) -> str:
        return money(minor, case.currency, locale)

    groups = [
        {
            "caption": page[name],
            "column": page["charge" if name == "charges" else "invoice"],
            "lines": [_item(one, words, amount, locale) for one in items],
        }
        for name, items in (("due", case.due), ("charges", case.charges), ("coming", case.coming))
        if items
    ]
    beyond = case.total > 0 and case.total != case.now
    return {
        "now_label": page["now"] if case.now else page["nothing_now"],
        "now": amount(case.now) if case.now else "",
        "total": page["total"].format(amount=amount(case.total)) if beyond else "",
        "credit": page["credit"].format(amount=amount(case.credit)) if case.credit else "",
        "groups": groups,
        "rates": [
            {"due": page["rate_due"].format(date=day(due, locale)), "amount": amount(minor)}
            for due, minor in case.rates
        ],
    }


def _item(
    one: OwedItem, words: Mapping[str, Any], amount: Callable[[int], str], locale: Locale
) -> dict[str, Any]:
    page = words["page"]
    if one.charge is not None:
        name = words["charge"][one.charge.what].format(invoice=one.charge.parent.invoice)
        due = words["charge"]["since"].format(date=day(one.due, locale))
    else:
        name = one.ref.invoice
        if one.ref.item > 1 or one.parts > 1:
            name = page["part"].format(invoice=name, part=one.ref.item)
        late = _late(one.days_late, page, locale)
        due = f"{page['due_on'].format(date=day(one.due, locale))}, {late}"
    kinds = words["came"]
    came = [
        kinds.get(c.type, kinds["other"]).format(date=day(c.day, locale), amount=amount(c.amount))
        for c in one.came
    ]
    if one.settled and sum(c.amount for c in one.came) != one.settled:
        came = [page["settled"].format(amount=amount(one.settled))]
    return {
        "name": name,
        "due": due,
        "came": came,
        "open": amount(one.open),
        "of": page["of"].format(amount=amount(one.amount)) if one.settled else "",
        "why_not": words["why_not"][one.why_not] if one.why_not else "",
    }


def _late(days: int, page: Mapping[str, Any], locale: Locale) -> str:
    if days == 0:
        return str(page["due_today"])
    forms: Mapping[str, str] = page["late"] if days > 0 else page["due_in"]
    form = forms.get(locale.plural_form(abs(days))) or forms["other"]
    return form.format(count=abs(days))


def _brand(creditor: Creditor) -> str:
    return " ".join((creditor.name or creditor.creditor).split())


def _reference(cases: tuple[Owed, ...], customer: Customer) -> str:
    """What a transfer should say: the invoices that are to be paid now, else all that are open."""
    items = [one for case in cases for one in case.items]
    wanted = [one for one in items if one.now] or items
    numbers = dict.fromkeys(
        one.charge.parent.invoice if one.charge else one.ref.invoice for one in wanted
    )
    return ", ".join(numbers) if 0 < len(numbers) <= MOST_NUMBERS else customer.customer


def _bank(bank: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The bank details in the wording's order; what it has no word for keeps its own name."""
    known = [key for key in labels if bank.get(key)]
    others = [key for key in bank if key not in labels and bank[key]]
    return [
        {
            "label": labels.get(key) or key.replace("_", " ").capitalize(),
            "value": _grouped(bank[key]) if key == "iban" else " ".join(bank[key].split()),
        }
        for key in (*known, *others)
    ]


def _grouped(iban: str) -> str:
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))

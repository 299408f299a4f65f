"""The customers' pages with forms, as HTML: a plan, a promise, an objection, what was paid, how to
be reached, what has been. Words from templates/portal/forms; what is offered is decided elsewhere.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from babel.core import Locale
from babel.numbers import get_decimal_symbol

from dunning.adapters.answers_to import mailto
from dunning.adapters.figures import day, form, locale_of, money
from dunning.adapters.portal_pages import FALLBACK, HtmlPage, PortalPages
from dunning.adapters.portal_words import PortalWords
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.invoice import OpenItem
from dunning.domain.money import format_amount


class Option(NamedTuple):
    """One choice of a field."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: `kind` is an input's type, or textarea, select, radio, checkbox."""

    kind: str
    name: str
    label: str
    hint: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    least: str = ""
    most: str = ""
    longest: int = 0
    mode: str = ""
    complete: str = "off"
    error: str = ""
    place: str = ""
    """The id of its control, or what those of its controls begin with; the page gives it."""


@dataclass(frozen=True, slots=True)
class WebForm:
    """A form: where it goes (relative to its page), and with what."""

    action: str
    button: str
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    method: str = "post"
    quiet: bool = False
    multipart: bool = False


class Row(NamedTuple):
    """A line of a table: what it is about, notes below, and its figure."""

    name: str
    value: str
    notes: tuple[str, ...] = ()


class Table(NamedTuple):
    """Two columns, with a caption."""

    caption: str
    columns: tuple[str, str]
    rows: tuple[Row, ...]
    total: Row | None = None


class LinkTo(NamedTuple):
    """A link on a page."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a page."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    forms: tuple[WebForm, ...] = ()
    link: LinkTo | None = None


@dataclass(frozen=True, slots=True)
class FormView:
    """A page: its heading, and its sections in order."""

    heading: str
    parts: tuple[Part, ...] = ()
    paragraphs: tuple[str, ...] = ()
    said: Mapping[str, str] | None = None
    mail: bool = False
    """Whether to write to the creditor is offered below."""
    back: LinkTo | None = None
    errors: tuple[tuple[str, str], ...] = ()
    """What cannot be taken: the field's name ("": none), and the words."""
    form_action: str = "'self'"
    """Where forms of the page may go (Content-Security-Policy)."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words and figures of one customer."""

    language: str
    locale: Locale
    creditor: str
    words: Mapping[str, Any] = field(repr=False)

    def say(self, section: str, key: str, **figures: object) -> str:
        """A sentence of a section, with its figures."""
        return str(self.words[section][key]).format(creditor=self.creditor, **figures)

    def counted(self, section: str, key: str, count: int, **figures: object) -> str:
        """The form of a sentence that goes with a number."""
        text = form(self.words[section][key], count, self.language)
        return text.format(creditor=self.creditor, count=count, **figures)

    def has(self, section: str, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.words[section]

    def money(self, minor: int, currency: str) -> str:
        """An amount."""
        return money(minor, currency, self.locale)

    def plain(self, minor: int, currency: str) -> str:
        """An amount as a field holds it: figures, and the point of the language."""
        point = str(get_decimal_symbol(self.locale))
        return format_amount(minor, currency).replace(".", point)

    def day(self, value: date) -> str:
        """A day."""
        return day(value, self.locale)

    def item(self, item: OpenItem) -> str:
        """What an open item is called: its invoice, or what it charges on which."""
        if item.charge is not None:
            return self.say("items", item.charge.what, invoice=item.charge.parent.invoice)
        number, part = item.ref
        if part > 1:
            return self.say("items", "part", invoice=number, part=part)
        return self.say("items", "invoice", invoice=number)

    def version(self, section: str) -> str:
        """Which text somebody has agreed to: the language, and a digest of its sentences."""
        said = json.dumps(self.words[section], sort_keys=True, ensure_ascii=False)
        return f"{self.language}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


class FormPages(PortalPages):
    """Pages with forms, from the templates of a folder."""

    def __init__(self, templates: Path) -> None:
        super().__init__(templates)
        self._forms = PortalWords(self._folder / "forms")

    def tongue(self, creditor: Creditor, customer: Customer) -> Tongue:
        """The words of a customer's language."""
        return self._tongue(
            customer.language or creditor.language, locale_of(customer, creditor), creditor
        )

    def tongue_of(self, wanted: str) -> Tongue:
        """The words of a browser's language: nobody knows whose page it is."""
        nobody = Creditor("nobody", language=wanted or FALLBACK)
        locale = locale_of(Customer("nobody"), nobody)
        return replace(self._tongue(nobody.language, locale, nobody), creditor="")

    def page(self, view: FormView, tongue: Tongue, creditor: Creditor | None) -> HtmlPage:
        """A page, whole."""
        parts = _placed(view)
        first: dict[str, str] = {}
        for one in (f for part in parts for asked in part.forms for f in asked.fields):
            first.setdefault(one.name, _first(one))
        errors = None
        if view.errors:
            listed = [
                {"href": f"#{first[name]}" if name in first else "", "text": text}
                for name, text in view.errors
            ]
            errors = {"heading": tongue.say("common", "errors"), "listed": listed}
        brand = creditor.brand if creditor else None
        made = self._page(
            "form.html.j2",
            *((brand,) if brand else ()),
            language=tongue.language,
            title=self._title(view, tongue),
            privacy_label=tongue.say("common", "privacy"),
            creditor=tongue.creditor,
            footer=tongue.say("common", "footer") if creditor else "",
            heading=view.heading,
            paragraphs=view.paragraphs,
            parts=parts,
            said=view.said,
            errors=errors,
            mailto=mailto(creditor, "") if creditor and view.mail else "",
            write=tongue.say("common", "write"),
            back=view.back,
        )
        policy = made.policy.replace("form-action 'self'", f"form-action {view.form_action}")
        return HtmlPage(made.html, policy)

    @staticmethod
    def _title(view: FormView, tongue: Tongue) -> str:
        begins = f"{tongue.say('common', 'errors')}: " if view.errors else ""
        ends = f" – {tongue.creditor}" if tongue.creditor else ""
        return f"{begins}{view.heading}{ends}"

    def paying(self, language: str) -> Mapping[str, Any]:
        """The words of the forms that begin a payment: those of the statement."""
        found: Mapping[str, Any] = self._words.of(language)[1]["pay"]
        return found

    def _tongue(self, wanted: str, locale: Locale, creditor: Creditor) -> Tongue:
        language, said = self._forms.of(wanted)
        shown = " ".join((creditor.name or creditor.creditor).split())
        return Tongue(language, locale, shown, said)


def _placed(view: FormView) -> tuple[Part, ...]:
    """The sections, each field with what is wrong in it and with an id that no other has: two forms
    of a page may ask for the same."""
    wrong, before = dict(view.errors), Counter[str]()

    def placed(one: Field) -> Field:
        before[one.name] += 1
        again = before[one.name]
        place = one.name if again == 1 else f"{one.name}_{again}"
        return replace(one, error=wrong.get(one.name, ""), place=place)

    def filled(part: Part) -> Part:
        forms = (replace(one, fields=tuple(map(placed, one.fields))) for one in part.forms)
        return replace(part, forms=tuple(forms))

    return tuple(map(filled, view.parts))


def _first(one: Field) -> str:
    """The id of the first control of a field, which a link in the summary of errors leads to."""
    return f"{one.place}-1" if one.kind in ("radio", "checkbox") else one.place

"""What a page with a form is asked for, and what such pages share: labels of items, errors in
words, the hidden field. Which pages there are is the package's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from dunning.adapters.form_pages import FormPages, FormView, LinkTo, Option, Tongue
from dunning.adapters.portal_pages import HtmlPage
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem
from dunning.domain.shown_forms import about
from dunning.entry.pages import STATEMENT_PAGE
from dunning.service.portal_forms import AGAIN, Forms
from dunning.service.ports import Ledger
from dunning.service.visiting import Refused, Visit

if TYPE_CHECKING:
    from dunning.service.portal import Opened

NONCE = "form"
"""The hidden field with what a form was shown with."""


class Here(Protocol):
    """What pages are made with."""

    @property
    def pages(self) -> FormPages: ...

    @property
    def forms(self) -> Forms: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def provider_api(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PageAsked:
    """One page, for who has the link."""

    opened: "Opened"
    token: str
    now: int
    said: str = ""
    """The code of what is told on top, after a form."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the address asks besides; where a form was refused, what it said."""
    refused: Refused | None = None
    base: str = ""
    """What stands before relative addresses: the page of a link lies a step above the others."""

    @property
    def visit(self) -> Visit:
        """The account, on the customer's day."""
        one = self.opened
        return Visit.of(one.creditor, one.link, one.state, one.rulebook, self.now)

    def text(self, name: str) -> str:
        """The value of a field; empty where there is none."""
        return next(iter(self.fields.get(name, ())), "").strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in the making."""

    here: Here
    asked: PageAsked
    visit: Visit
    tongue: Tongue

    @classmethod
    def of(cls, here: Here, asked: PageAsked) -> "Sheet":
        """In the customer's language."""
        visit = asked.visit
        return cls(here, asked, visit, here.pages.tongue(visit.settings, visit.state.customer))

    def to(self, name: str) -> str:
        """The address of a page or a form."""
        return f"{self.asked.base}{name}"

    def nonce(self, action: str, *about_what: object) -> tuple[str, str]:
        """The hidden field of a form."""
        sealed = self.here.forms.nonce(self.asked.opened, action, about(about_what), self.asked.now)
        return NONCE, sealed

    def made(
        self,
        view: FormView,
        errors: Iterable[tuple[str, str]] = (),
    ) -> HtmlPage:
        """The page, with the way back and what was said."""
        back = view.back or LinkTo(self.to(STATEMENT_PAGE), self.tongue.say("common", "back"))
        whole = replace(
            view, back=back, said=view.said or self.said(), errors=(*view.errors, *errors)
        )
        return self.here.pages.page(whole, self.tongue, self.visit.settings)

    def said(self) -> Mapping[str, str] | None:
        """What is told on top."""
        code, say = self.asked.said, self.tongue.say
        if code == AGAIN:
            return {"heading": say("common", "again_heading"), "text": say("common", "again")}
        return None

    def error(self, labels: Mapping[str, str], **figures: object) -> list[tuple[str, str]]:
        """What was refused, in words; `labels` names the fields."""
        refused = self.asked.refused
        if refused is None:
            return []
        key = refused.code if self.tongue.has("errors", refused.code) else "changed"
        label = labels.get(refused.field, "")
        return [(refused.field, self.tongue.say("errors", key, label=label, **figures))]

    def told(self, code: str, **figures: object) -> Mapping[str, str]:
        """The sentences of something that was done."""
        words = self.tongue.words["said"][code]
        fill = {"creditor": self.tongue.creditor, **figures}
        return {name: text.format(**fill) for name, text in words.items()}

    def options(self, items: Iterable[OpenItem], chosen: Iterable[ItemRef]) -> tuple[Option, ...]:
        """Items to choose from."""
        marked = set(chosen)
        tongue = self.tongue
        found = []
        for item in items:
            open_ = tongue.say("items", "open", amount=tongue.money(item.open, item.currency))
            due = tongue.say("items", "due", date=tongue.day(item.due))
            found.append(
                Option(str(item.ref), tongue.item(item), f"{open_}, {due}", item.ref in marked)
            )
        return tuple(found)

    def names(self, refs: Iterable[ItemRef]) -> str:
        """The invoices of items, once each."""
        return ", ".join(dict.fromkeys(_number(self, ref) for ref in refs))


def _number(sheet: Sheet, ref: ItemRef) -> str:
    item = sheet.visit.state.item(ref)
    return item.charge.parent.invoice if item is not None and item.charge else ref.invoice


def refs_of(values: Iterable[str]) -> tuple[ItemRef, ...]:
    """The items that a form names; what names none is an item that nobody has."""
    found = []
    for text in values:
        number, _, item = text.rpartition("/")
        good = number and item.isascii() and item.isdigit() and len(item) < 6
        found.append(ItemRef(number, int(item)) if good else ItemRef(text or "-", 0))
    return tuple(found)


def iso(value: date) -> str:
    """A day as a date field holds it."""
    return value.isoformat()

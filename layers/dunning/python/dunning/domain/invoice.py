"""What is owed: invoices with their due items, and what a settled item keeps for its return.
No allocation (posting) and no decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .charges.borne import NOTHING_BORNE, Borne
from .identity import ItemRef

STATED_DUES, DUES_BY_TERMS, NO_DUES = "", "terms", "none"
"""Due days as the document states them, by terms of payment, or not at all."""
KINDS = ("invoice", "subscription", "fee")
CHARGE = "charge"
"""Kind of the documents that this system makes itself, of what a notice charged."""


class Reached(NamedTuple):
    """The step that a due item has reached: level, local day, and serial of the notice."""

    level: int
    day: date
    serial: int
    repeat: int = 0
    """How often the last step has been repeated."""
    more: int = 0
    """Notices that count, beyond one a level: a level passed over, or told by a call, counts none,
    a repeat counts one more."""

    @property
    def notices(self) -> int:
        """Notices that have taken the item here, without calls."""
        return self.level + self.more


class Pin(NamedTuple):
    """The policy that criteria chose for an item, and what they knew of the customer then: later
    versions of the policies do not choose again; a customer who has become another does."""

    policy: str
    segment: str | None = None
    customer_class: str | None = None


@dataclass(frozen=True, slots=True)
class DueItem:
    """One instalment as the document states it; the amount in minor units."""

    due: date
    amount: int


class ChargeOf(NamedTuple):
    """What a posted charge is, and the due item that it stands against."""

    parent: ItemRef
    since: date
    """The parent's due day: steps count from it once the charge alone is left."""
    what: str
    """fee, interest or compensation."""
    level: int
    """The level at which it was charged."""
    serial: int
    """The notice that charged it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settled item keeps on its invoice: the day it was settled and the level it had."""

    day: date
    reached: Reached | None = None
    pin: Pin | None = None
    borne: Borne = NOTHING_BORNE
    paid: date | None = None
    """Value date of the payment that settled it; None: something else did."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document. Its key never moves; `settled` holds the items that are not open (from 1)."""

    number: str
    currency: str
    kind: str
    issued: date
    items: tuple[DueItem, ...]
    policy: str | None = None
    settled: Mapping[int, Settled] = field(default_factory=dict)
    reference: str = ""
    """The payment reference that the document asks for."""
    seller: str = ""
    """Who issued it, where the document says so: a number belongs to one seller alone."""
    as_of: date | None = None
    """The day of the last word on its items: what an older one says comes too late."""
    autopay: bool | None = None
    """Whether it is collected by mandate; None: as its customer is."""
    by: str = field(default="", compare=False)
    """What brought that word (an import, a request), so that a cut one knows its own work."""
    dues: str = field(default=STATED_DUES, compare=False)
    """Where this word's due days come from. Not kept: a later word that states none leaves those
    that are known."""
    said_at: int = field(default=0, compare=False)
    """Milliseconds at which the file of that word was uploaded, for two words of one day; 0: no
    file said it."""

    def later_than(self, other: "Invoice") -> bool:
        """Whether this word is known to be the later of the two."""
        mine, its = self.as_of or date.min, other.as_of or date.min
        if mine != its:
            return mine > its
        return 0 < other.said_at < self.said_at

    charges: tuple[ChargeOf, ...] = ()
    """What each item is, where the document is one of charges."""

    @property
    def total(self) -> int:
        """Minor units of the whole document."""
        return sum(item.amount for item in self.items)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A due item with something left to pay: 0 < open <= amount, minor units."""

    ref: ItemRef
    currency: str
    due: date
    amount: int
    open: int
    kind: str = "invoice"
    policy: str | None = None
    issued: date | None = None
    reopened: date | None = None
    """Local day on which a reversal gave it back: its next step waits min_interval from here."""
    spilled: Reached | None = None
    """The level, where HEAD has no room for it (more than 50 reached items). HEAD's wins."""
    total: int = 0
    """Minor units of the whole document, where it has further items; else 0."""
    pin: Pin | None = None
    borne: Borne = NOTHING_BORNE
    """What interest on it must know."""
    charge: ChargeOf | None = None
    """What it is, where it is a charge and no item of a document of the creditor's."""
    autopay: bool | None = None
    """Whether its document says that it is collected by mandate."""

    @property
    def document_total(self) -> int:
        """Minor units of the whole document."""
        return self.total or self.amount

    def concerns(self, invoice: str) -> bool:
        """Whether it is of that document, or a charge on it."""
        parent = self.charge.parent.invoice if self.charge else None
        return invoice in (self.ref.invoice, parent)


def open_item(invoice: Invoice, number: int, amount: int, reopened: date | None = None) -> OpenItem:
    """The open item of a document's instalment `number` (from 1) with `amount` left to pay."""
    due_item = invoice.items[number - 1]
    return OpenItem(
        ref=ItemRef(invoice.number, number),
        currency=invoice.currency,
        due=due_item.due,
        amount=due_item.amount,
        open=amount,
        kind=invoice.kind,
        policy=invoice.policy,
        issued=invoice.issued,
        autopay=invoice.autopay,
        reopened=reopened,
        total=invoice.total if len(invoice.items) > 1 else 0,
        charge=invoice.charges[number - 1] if invoice.charges else None,
    )

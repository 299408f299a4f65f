"""Facts of a customer that stand beside what is open: disputes, holds, promises, waiting money.
What they mean for a decision is `decision`'s; their history is the ledger's.
"""

from dataclasses import dataclass
from datetime import date

from .approval import HandedOver, Proposal, Refusal
from .calendar import later
from .consents import Consent
from .identity import ItemRef
from .payment_plans import BANK_TRANSFER_DAYS, PaymentPlan
from .plan_mandates import PlanMandate
from .posting import PostingKey

UNKNOWN_SEND = "unknown_send"
"""Kind of the hold that stands while a person is asked whether a message left."""
UNMATCHED = "unmatched_payment"
"""Kind of the holds that stand while a payment that names nobody may be for their items."""
SAID_PAID = "said_paid"
"""Kind of the holds that stand while money is looked for that the customer says they have sent."""
PAYMENT_BEGUN = "payment_begun"
"""Kind of the holds that stand while a payment may still come that was begun with a provider."""
PROMISE_GRACE_DAYS = BANK_TRANSFER_DAYS
"""Days of bank transfer after the promised day (contracts, "Promise")."""
MOST_PROMISES = 2
"""Promises that pause an item; what is promised after that pauses it no more."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """The customer says that an invoice, or one item of it, is wrong. Open until resolved."""

    id: str
    invoice: str
    on: date
    item: int | None = None
    reason: str = ""

    def covers(self, ref: ItemRef) -> bool:
        """Whether that item is disputed."""
        return ref.invoice == self.invoice and self.item in (None, ref.item)


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop on an account, an invoice or an item, up to and including `until` (None: no end)."""

    id: str
    kind: str
    on: date
    scope: str = "account"
    invoice: str | None = None
    item: int | None = None
    until: date | None = None
    items: tuple[ItemRef, ...] = ()
    """With the scope `items`: those."""
    crisis: bool = False
    """Of a breathing space: while a mental-health crisis is treated."""
    released: date | None = None
    """The day on which it was released, where something of it lasts or is remembered."""
    amount: int = 0
    """Of a payment that was begun: minor units of all of it."""

    def covers(self, ref: ItemRef) -> bool:
        """Whether that item is held."""
        if self.scope == "items":
            return ref in self.items
        if self.scope == "account":
            return True
        if ref.invoice != self.invoice:
            return False
        return self.scope == "invoice" or self.item == ref.item


@dataclass(frozen=True, slots=True)
class Promise:
    """The customer will pay by that day. Covers the named items, else all overdue on `on`."""

    id: str
    on: date
    by: date
    amount: int
    items: tuple[ItemRef, ...] = ()
    currency: str = ""
    received: int = 0
    """Minor units posted since it was made, up to its end."""
    outcome: str = ""
    """kept, partly or broken, once that is known."""

    @property
    def last_day(self) -> date:
        """The last day on which it holds: the promised one and the days of grace."""
        return later(self.by, PROMISE_GRACE_DAYS)

    def covers(self, ref: ItemRef) -> bool:
        """Whether the promise speaks of that item."""
        return ref in self.items


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Part of a posting that is on account because its invoice is not known yet: it goes to that
    invoice when it comes on the same account, as far as something is open there."""

    posting: PostingKey
    invoice: str
    amount: int
    item: int | None = None

    @property
    def id(self) -> tuple[str, int, PostingKey]:
        """What makes it the same fact: the invoice (or item of it), and whose money it is."""
        return self.invoice, self.item or 0, self.posting


@dataclass(frozen=True, slots=True)
class Ended:
    """A fact that is over: which, what ended it, when, and how."""

    fact: (
        Dispute
        | Hold
        | Promise
        | PaymentPlan
        | PlanMandate
        | Proposal
        | Refusal
        | HandedOver
        | Consent
    )
    by: str
    on: date
    outcome: str = ""

    @property
    def kind(self) -> str:
        """What kind of fact it was."""
        return _KINDS[type(self.fact)]


_KINDS: dict[type, str] = {
    Dispute: "dispute",
    Hold: "hold",
    Promise: "promise",
    PaymentPlan: "plan",
    PlanMandate: "mandate",
    Proposal: "proposal",
    Refusal: "refusal",
    HandedOver: "handed_over",
    Consent: "consent",
}

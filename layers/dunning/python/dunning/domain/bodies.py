"""The ledger bodies of the contract as values: what a file, the API or a callback says.
Reading them from JSON or CSV is `reading`'s; what they do to an account is `ledger`'s.
"""

from dataclasses import dataclass
from datetime import date

from .agreement_bodies import Body as Body
from .agreement_bodies import MandateBody as MandateBody
from .agreement_bodies import PlanBody as PlanBody
from .agreement_bodies import PromiseBody as PromiseBody
from .creditor import Creditor
from .customer import Customer
from .identity import ItemRef
from .invoice import Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorBody(Body):
    """A creditor's settings."""

    creditor: Creditor


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBody(Body):
    """A customer as they are from now on; `addresses` still carry no hash."""

    customer: Customer
    consents: tuple["Agreed", ...] = ()
    hours: bool = False
    """Whether it says which hours are inconvenient; if not, those that are known stay."""
    known: int | None = None
    """The instant at which it was heard; None: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A consent as a customer's record tells of it; `revoked_at`: it was taken back."""

    channel: str
    text: str = ""
    source: str = ""
    at: int | None = None
    revoked_at: int | None = None
    more_calls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceBody(Body):
    """A document: a new one, or the last word on a known one (an amendment). Without items it owes
    nothing: it ends what is open of a known one, and is nothing where it is new."""

    customer: str
    invoice: Invoice
    disputed: tuple[int, ...] = ()
    """Items (from 1) that the document says are disputed."""
    undisputed: bool = False
    """It says of all others that they are not: what earlier files disputed of them is over."""
    about: Customer | None = None
    """What the document says of the customer: it fills what is not known of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part of a payment or credit note for an invoice, or for one of its items."""

    invoice: str
    item: int | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBody(Body):
    """A payment or a credit note: minor units, positive. Without a customer it is that of whoever
    has its first invoice."""

    type: str
    id: str
    customer: str
    currency: str
    amount: int
    value_date: date
    parts: tuple[Part, ...] = ()
    invoice: str | None = None
    reference: str | None = None
    on_account: bool = False
    """Whether all of it stays on account, whatever is open."""
    so_far: int = 0
    """Where a document itself tells of it: all that was paid of it up to now, of which some may
    have been told before under this id, or paid otherwise: no more is posted than is open."""
    about: Customer | None = None
    """What the document says of the customer: it fills what is not known of them."""
    matched_by: str = ""
    """Who said whose it is, by an id, where it had named nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBody(Body):
    """What an open-item list says of one document as of a day: the difference is posted."""

    as_of: date
    customer: str
    currency: str
    open: int
    """Minor units left of it: to pay, or of a credit to use."""
    invoice: Invoice | None = None
    """The invoice, with its total as items where the list says it, else what is open."""
    credit: MoneyBody | None = None
    """The credit note or payment that is on account, with its amount."""
    at: int = 0
    """Milliseconds at which the list was uploaded: which of two of a day is the later."""
    undisputed: bool = False
    """It says that the document is not disputed: what earlier files disputed of it is over."""
    about: Customer | None = None

    @property
    def document(self) -> str:
        """The number of the document that it speaks of."""
        return self.invoice.number if self.invoice else self.credit.id if self.credit else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffBody(Body):
    """Part of an invoice is given up. The amount is text: its currency is the invoice's."""

    id: str
    invoice: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveBody(Body):
    """Charges on an invoice, or on one item of it, are given up: all, or an amount (text)."""

    id: str
    invoice: str
    item: int | None = None
    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnBody(Body):
    """Money goes back: a refund (of an amount) or a chargeback (of all) of a payment."""

    type: str
    id: str
    payment: str
    amount: str | None = None
    currency: str = ""
    """What the amount is in, where whoever tells of it says so; empty: in the payment's."""
    fee: str | None = None
    """Of a chargeback: what the bank takes for it and the customer owes, in the payment's currency
    (text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalBody(Body):
    """An earlier posting was a mistake, or failed: all that stands of it is undone."""

    id: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeBody(Body):
    """The customer says that an invoice or an item is wrong."""

    id: str
    invoice: str
    item: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBody(Body):
    """A dispute is over."""

    id: str
    dispute: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldBody(Body):
    """A stop, up to and including `until`."""

    id: str
    customer: str
    kind: str
    scope: str
    invoice: str | None
    item: int | None
    until: date | None
    since: date | None = None
    """The first day that it counts for; None: the day it becomes known."""
    crisis: bool = False
    """Of a breathing space: while a mental-health crisis is treated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBody(Body):
    """A hold is over."""

    id: str
    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchBody(Body):
    """Whose an unmatched payment is, and what of it is for which invoice and item."""

    id: str
    unmatched: str
    customer: str
    allocations: tuple[tuple[str, int | None, str], ...] = ()
    """Invoice, item and amount, which is text: its currency is the payment's."""
    by: str = ""
    """Who says so, by an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactBody(Body):
    """consent or opt_out for a channel, or for one address of it; an opt_out also for every channel
    ("*"). `at`: when the person said so (None: on that day); `known`: when it was heard; `source`:
    who told of it ("": the file or system that brings it)."""

    type: str
    id: str
    customer: str
    channel: str
    address: str | None = None
    address_hash: str = ""
    text: str = ""
    source: str = ""
    at: int | None = None
    known: int | None = None
    more_calls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPersonBody(Body):
    """Somebody else is reached at an address of the customer's."""

    id: str
    customer: str
    channel: str
    address: str = ""
    address_hash: str = ""
    known: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMadeBody(Body):
    """A contact beside those of the machine: the customer called, or a person called them."""

    id: str
    customer: str
    channel: str
    at: int
    inbound: bool
    address: str | None = None
    """The number that rang, or was called from."""
    connected: bool | None = None
    conversation: bool | None = None
    """Whether they spoke; None: not known, which counts as if they had."""
    currency: str = ""
    """The case that it was about; empty: not known, which counts for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackBody(Body):
    """What became of a message. Provider events know its notice and attempt; people do not."""

    id: str
    customer: str
    channel: str
    address_hash: str = ""
    address: str | None = None
    outcome: str
    serial: int | None = None
    attempt: int | None = None
    known: int | None = None
    """The instant at which it was heard; None: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalBody(Body):
    """A person's answer to a proposal: approved, changed or rejected. What is to be otherwise is
    said with `changed`; `until` is the last day on which what is refused stays refused."""

    id: str
    proposal: str
    outcome: str
    by: str
    reason: str = ""
    drop: tuple[ItemRef, ...] = ()
    channel: str | None = None
    tone: str | None = None
    charges: bool = True
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverBody(Body):
    """A person or an agency pursues items from now on. Without items: all overdue on `on`."""

    id: str
    customer: str
    to: str
    items: tuple[ItemRef, ...] = ()
    scope: str = "items"
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBackBody(Body):
    """What was handed over comes back (one hand-over, or without an id all of the customer's)."""

    id: str
    customer: str
    hand_over: str | None = None
    by: str = ""


AccountBody = (
    CustomerBody
    | InvoiceBody
    | MoneyBody
    | StatementBody
    | WriteOffBody
    | WaiveBody
    | ReturnBody
    | ReversalBody
    | DisputeBody
    | ResolveBody
    | HoldBody
    | ReleaseBody
    | PromiseBody
    | PlanBody
    | MandateBody
    | MatchBody
    | ContactBody
    | WrongPersonBody
    | ContactMadeBody
    | FeedbackBody
    | ApprovalBody
    | HandOverBody
    | HandBackBody
)

HEARD = (CustomerBody, ContactBody, WrongPersonBody, FeedbackBody)
"""Bodies of which it counts when they were heard."""

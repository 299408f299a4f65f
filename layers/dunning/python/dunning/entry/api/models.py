"""Bodies of the API as Pydantic models: shapes alone, from which the OpenAPI document is made.
Field by field the ledger bodies of the contract; what they mean is the ledger's reader's.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=2_000)]
Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._:-]*$")]
Amount = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$",
        description="Text with at most the decimals of the currency (ISO 4217): 94.00",
        examples=["94.00"],
    ),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Country = Annotated[str, Field(pattern=r"^[A-Za-z]{2}$", examples=["DE"])]
_CLOCK = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
Channel = Literal["email", "voice", "sms", "letter"]


class Said(BaseModel):
    """What every body may have: the day on which it becomes known (today)."""

    model_config = ConfigDict(extra="forbid")
    on: date | None = None


class Address(BaseModel):
    """A postal address."""

    model_config = ConfigDict(extra="forbid")
    lines: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=10)
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=100)] | None = None
    region: Annotated[str, Field(max_length=100)] | None = None
    country: Country | None = None


class Hours(BaseModel):
    """Hours of a customer's own days at which they want no message: of some weekdays, or of all."""

    model_config = ConfigDict(extra="forbid")
    from_: Annotated[str, Field(pattern=_CLOCK)] | None = Field(default=None, alias="from")
    until: Annotated[str, Field(pattern=_CLOCK)] | None = None
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None = None


class Customer(Said):
    """A customer, as they are from now on."""

    name: Annotated[str, Field(max_length=200)] | None = None
    class_: Literal["consumer", "sole_trader", "business", "public"] | None = Field(
        default=None, alias="class"
    )
    segment: Annotated[str, Field(max_length=64)] | None = None
    country: Country | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    city: Annotated[str, Field(max_length=100)] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    language: Annotated[str, Field(max_length=16)] | None = None
    email: list[Annotated[str, Field(max_length=254)]] | str | None = None
    phone: list[Annotated[str, Field(max_length=64)]] | str | None = None
    address: Address | str | None = None
    policy: Code | None = None
    autopay: bool | None = None
    inconvenient: list[Hours] | None = Field(
        default=None, description="Left out: the hours that are known stay; []: none are."
    )


class DueItem(BaseModel):
    """One instalment of an invoice."""

    model_config = ConfigDict(extra="forbid")
    due: date | None = None
    amount: Amount


class Invoice(Said):
    """An invoice, as it stands: sent again with other items it is an amendment."""

    customer: Id
    currency: Currency
    kind: Literal["invoice", "subscription", "fee"] = "invoice"
    issued: date | None = None
    items: list[DueItem] = Field(min_length=1, max_length=1_000)
    policy: Code | None = None
    reference: Annotated[str, Field(max_length=200)] | None = None
    autopay: bool | None = None


class NumberedInvoice(Invoice):
    """One of a batch."""

    number: Id


class InvoiceBatch(BaseModel):
    """Up to 500 invoices."""

    model_config = ConfigDict(extra="forbid")
    invoices: list[NumberedInvoice] = Field(min_length=1, max_length=500)


class Part(BaseModel):
    """Part of an amount, for an invoice or one item of it."""

    model_config = ConfigDict(extra="forbid")
    invoice: Id
    item: Annotated[int, Field(ge=1, le=1_000)] | None = None
    amount: Amount


class Payment(Said):
    """Money that came. Without allocations it settles what is due first."""

    type: Literal["payment"]
    id: Id | None = None
    customer: Id | None = None
    currency: Currency
    amount: Amount
    value_date: date | None = None
    allocations: list[Part] | None = Field(default=None, max_length=1_000)
    reference: Annotated[str, Field(max_length=200)] | None = None


class CreditNote(Said):
    """A credit note. With an invoice it reduces that one."""

    type: Literal["credit_note"]
    number: Id
    customer: Id
    currency: Currency
    amount: Amount
    invoice: Id | None = None
    items: list[Part] | None = Field(default=None, max_length=1_000)


class WriteOff(Said):
    """Part of an invoice is given up."""

    type: Literal["write_off"]
    id: Id | None = None
    invoice: Id
    amount: Amount


class Waive(Said):
    """Charges on an invoice are given up."""

    type: Literal["waive"]
    id: Id | None = None
    invoice: Id
    item: Annotated[int, Field(ge=1, le=1_000)] | None = None
    amount: Amount | None = None


class Refund(Said):
    """Money of a payment goes back to the customer."""

    type: Literal["refund"]
    id: Id | None = None
    payment: Id
    amount: Amount


class Chargeback(Said):
    """A payment is taken back by the customer's bank."""

    type: Literal["chargeback"]
    id: Id | None = None
    payment: Id
    fee: Amount | None = None


class Reversal(Said):
    """A posting was a mistake, or failed."""

    type: Literal["reversal"]
    id: Id | None = None
    of: Id


Posting = Annotated[
    Payment | CreditNote | WriteOff | Waive | Refund | Chargeback | Reversal,
    Field(discriminator="type"),
]


class Dispute(Said):
    """The customer says that an invoice, or an item of it, is wrong."""

    id: Id | None = None
    invoice: Id
    item: Annotated[int, Field(ge=1, le=1_000)] | None = None
    reason: Text = ""


class Resolve(Said):
    """A dispute is over."""

    id: Id | None = None
    outcome: Annotated[str, Field(min_length=1, max_length=100)]


class Hold(Said):
    """A stop, up to and including `until`."""

    id: Id | None = None
    customer: Id
    kind: Annotated[str, Field(min_length=1, max_length=64)]
    scope: Literal["account", "invoice", "item"] = "account"
    invoice: Id | None = None
    item: Annotated[int, Field(ge=1, le=1_000)] | None = None
    until: date | None = None


class Release(Said):
    """A hold is over."""

    id: Id | None = None


class Ref(BaseModel):
    """An invoice, or one item of it."""

    model_config = ConfigDict(extra="forbid")
    invoice: Id
    item: Annotated[int, Field(ge=1, le=1_000)] | None = None


class Promise(Said):
    """The customer will pay by that date."""

    id: Id | None = None
    customer: Id
    date: date
    amount: Amount
    items: list[Ref] | None = Field(default=None, max_length=1_000)


class Instalment(BaseModel):
    """One part of a payment plan."""

    model_config = ConfigDict(extra="forbid")
    due: date
    amount: Amount


class Plan(Said):
    """A word on a payment plan: its terms and state, or its new state alone."""

    id: Id | None = None
    customer: Id
    state: Literal["proposed", "active", "completed", "broken", "cancelled"]
    items: list[Ref] | None = Field(default=None, max_length=200)
    down: Amount | None = None
    instalments: list[Instalment] | None = Field(default=None, max_length=120)
    by: Id | None = None
    reason: Code | None = None


class Mandate(Said):
    """A word on a customer's mandate to collect a plan: signed (with `plan`, `provider`,
    `signed_at` and its words, or their SHA-256), live, stopped or ended."""

    id: Id | None = None
    customer: Id
    state: Literal["signed", "live", "stopped", "ended"] = "signed"
    plan: Id | None = None
    provider: Literal["gocardless"] | None = None
    reference: Id | None = Field(default=None, description="The provider's id of it.")
    signed_at: datetime | None = None
    text: Annotated[str, Field(min_length=1, max_length=5_000)] | None = Field(
        default=None, description="The very words; their SHA-256 alone is kept."
    )
    text_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    language: Annotated[str, Field(max_length=16)] | None = None
    copy_given: date | None = Field(
        default=None, description="When the customer was given a copy, with days and amounts."
    )
    reason: Code | None = None


class Consent(Said):
    """What a customer agreed to, in these words."""

    id: Id | None = None
    customer: Id
    channel: Channel
    address: Annotated[str, Field(max_length=254)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    at: datetime | None = Field(default=None, description="When they said so; else the day `on`.")
    more_calls: bool | None = None


class OptOut(Said):
    """What a customer wants no more of. It holds from the moment of the answer."""

    id: Id | None = None
    customer: Id
    channel: Literal["email", "voice", "sms", "letter", "all"]
    address: Annotated[str, Field(max_length=254)] | None = None
    text: Text | None = None
    at: datetime | None = Field(
        default=None, description="When they said so, where it was earlier."
    )


class Match(Said):
    """Whose a payment is that named nobody, and who says so."""

    customer: Id
    by: Annotated[
        str, Field(min_length=1, max_length=100, description="Who says so, by an id, not by a name")
    ]
    allocations: list[Part] | None = Field(default=None, max_length=1_000)


class Outcome(BaseModel):
    """What became of a body: accepted, or unchanged since it was known."""

    outcome: Literal["accepted", "unchanged"]


class ItemOutcome(BaseModel):
    """What became of one of a batch; refused with a code, the field and how to mend it."""

    number: str
    outcome: Literal["accepted", "unchanged", "refused"]
    code: str | None = None
    field: str | None = None
    detail: str | None = None


class BatchOutcome(BaseModel):
    """One result an invoice, in their order."""

    results: list[ItemOutcome]

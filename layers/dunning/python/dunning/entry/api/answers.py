"""Answers of the API as Pydantic models: shapes alone, from which the OpenAPI document is made.
What they say is `service.shown`'s; a field that is not known is null, never left out.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = str | None
Day = date | None
Money = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]+(\.[0-9]+)?$",
        description="Text with exactly the decimals of the currency",
        examples=["94.00"],
    ),
]


class Shown(BaseModel):
    """Anything that is answered."""

    model_config = ConfigDict(extra="forbid")


class Listed(Shown):
    """A page. It may hold fewer than `limit`, even none, and not be the last."""

    next: Text = Field(
        description="`cursor` of the next page, of this very list alone; null: this was the last."
    )


class CreditorShown(Shown):
    """A creditor that the caller is granted."""

    creditor: str
    name: Text
    country: Text
    time_zone: str
    language: str
    currency: Text
    rights: list[Literal["read", "write", "settings"]]
    policies: int = Field(description="The version that holds; 0: there is none yet.")


class Creditors(Listed):
    """Creditors by id."""

    creditors: list[CreditorShown]


class HoursShown(Shown):
    """Hours at which a customer wants no message."""

    from_: str = Field(alias="from")
    until: str
    days: list[str]


class AddressShown(Shown):
    """A postal address, as it is printed."""

    lines: list[str]


class CustomerShown(Shown):
    """A customer, by the names of the body that brings one."""

    customer: str
    name: Text
    class_: Text = Field(alias="class")
    segment: Text
    country: Text
    region: Text
    city: Text
    time_zone: Text
    language: Text
    email: list[str]
    phone: list[str]
    address: AddressShown | None
    policy: Text
    autopay: bool
    inconvenient: list[HoursShown]
    as_of: Day


class Customers(Listed):
    """Customers, in the order of the book."""

    customers: list[CustomerShown]


class ItemShown(Shown):
    """One instalment of an invoice, counted from 1."""

    item: int
    due: date
    amount: Money
    open: Money
    settled_on: Day


class InvoiceShown(Shown):
    """An invoice, and what is open of it."""

    number: str
    customer: str
    currency: str
    kind: str = Field(description="invoice, subscription, fee, or charge (posted by a notice)")
    issued: date
    policy: Text
    reference: Text
    autopay: bool | None
    state: Literal["open", "settled"]
    total: Money
    open: Money
    items: list[ItemShown]


class Invoices(Listed):
    """Invoices, account by account."""

    invoices: list[InvoiceShown]


class RefShown(Shown):
    """One item of an invoice."""

    invoice: str
    item: int


class PartShown(RefShown):
    """An amount on one item: positive settles, negative gives back."""

    amount: Money


class PostingShown(Shown):
    """A posting as it was applied; the amount as the customer sees it, negative for a refund."""

    id: str
    source: str
    type: str
    customer: str
    on: date
    value_date: date
    currency: str
    amount: Money
    allocations: list[PartShown]
    on_account: Money
    returned: Money
    undoes: Text
    reference: Text
    applied: bool = Field(description="false while a large one is being applied in parts")


class Postings(Listed):
    """Postings, account by account."""

    postings: list[PostingShown]


class FactShown(Shown):
    """What every fact has."""

    id: str
    customer: str
    on: date
    ended_on: Day
    ended_by: Text


class DisputeShown(FactShown):
    """A dispute; `outcome` is how it was resolved."""

    invoice: str
    item: int | None
    reason: Text
    outcome: Text


class Disputes(Listed):
    """Disputes, account by account."""

    disputes: list[DisputeShown]


class HoldShown(FactShown):
    """A hold, up to and including `until`."""

    kind: str
    scope: str
    invoice: Text
    item: int | None
    items: list[RefShown]
    until: Day
    released_on: Day


class Holds(Listed):
    """Holds, account by account."""

    holds: list[HoldShown]


class PromiseShown(FactShown):
    """A promise: open, kept, partly or broken by today."""

    holds_until: date
    currency: Text
    amount: Money
    received: Money
    items: list[RefShown]
    outcome: str
    date: date


class Promises(Listed):
    """Promises, account by account."""

    promises: list[PromiseShown]


class InstalmentShown(Shown):
    """One part of a plan, and what came of it."""

    due: date
    amount: Money
    paid: Money


class PlanShown(FactShown):
    """A payment plan as it stands today."""

    state: str
    currency: str
    items: list[RefShown]
    total: Money
    received: Money
    down: bool
    instalments: list[InstalmentShown]
    good_until: Day
    by: Text


class Plans(Listed):
    """Payment plans, account by account."""

    plans: list[PlanShown]


class CaseItem(Shown):
    """One open item of a case."""

    invoice: str
    item: int
    due: date
    amount: Money
    open: Money
    level: int
    policy: Text
    charge: bool


class CaseShown(Shown):
    """What is owed in one currency."""

    currency: str
    open: Money
    overdue: Money
    credit: Money
    items: list[CaseItem]


class PlannedShown(Shown):
    """What happens next, and why then; or why nothing does. `tells`: what the customer is told
    then beside the ladder, as `instalment_due/2/pl-7`; the reason is the ladder's all the same."""

    at: Text
    channel: Text
    reason: str
    detail: str
    tells: Text


class AccountShown(Shown):
    """A customer's cases; `revision` grows with every change."""

    creditor: str
    customer: str
    currencies: list[CaseShown]
    plan: PlannedShown
    revision: int


class Accounts(Listed):
    """Who owes what, account by account."""

    cases: list[AccountShown]


class GuessShown(Shown):
    """Whose a payment may be: by a number in its text, or by an amount that is open."""

    customer: str
    because: Literal["text", "amount"]
    invoices: list[str]


class UnmatchedShown(Shown):
    """A payment that named nobody; its customer once that is known."""

    payment: str
    on: date
    value_date: date
    currency: str
    amount: Money
    from_: Text = Field(alias="from", description="Who paid, as a person may be told")
    state: Literal["open", "matched"]
    customer: Text
    held_until: Day = Field(description="Until then items wait that it may be for.")
    perhaps: list[GuessShown] = Field(description="The likelier first")
    customers_with_that_amount: int | None = Field(
        description="Where they are too many to be named"
    )


class UnmatchedList(Listed):
    """Payments that name nobody, in the order of their keys."""

    unmatched: list[UnmatchedShown]


class Records(Shown):
    """Lines of `dunning why`."""

    records: list[dict[str, Any]]

"""A document as a file states it, whatever the format: the one record that every reader yields.
Nothing is added here, no terms and no rule; what it does to the ledger is `meaning`'s.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

INVOICE, CREDIT_NOTE, PAYMENT = "invoice", "credit_note", "payment"
WHOLE, LINE, ITEM, SPLIT = "", "line", "item", "split"
"""What one row of a file holds of its document: all of it, a line of an invoice, one due item of
it, or the part of a payment that is for one invoice."""
ONCE = "once"
"""All of it, as far as anybody can tell: a further row of its number is the very same row, or it
would be a line."""


class Instalment(NamedTuple):
    """One due item, where a document states several."""

    due: date | None
    amount: Decimal
    disputed: bool = False


class Allocation(NamedTuple):
    """What of a payment is for one invoice."""

    invoice: str
    amount: Decimal


class Document(NamedTuple):
    """An invoice, credit note or payment. Amounts are as stated, in `currency`'s major unit, and
    exact; a credit note and a payment have positive amounts, `type` says which way they go. An
    invoice that states negative amounts keeps both: `meaning` makes a credit of it.
    """

    type: str
    number: str
    """Of the invoice or credit note; of a payment its id ("" where the file has none)."""
    customer: str = ""
    """The customer's id in the file's own system; "" where it has none: then the name is the id."""
    name: str = ""
    currency: str = ""
    """ISO 4217; "" where neither the file nor a mapping says."""
    issued: date | None = None
    """Of a payment the day on which the bank booked it."""
    due: date | None = None
    """From a field for due days only, never worked out from terms in words."""
    total: Decimal | None = None
    """With tax. Of a payment its amount."""
    open: Decimal | None = None
    """What is left to pay by the document's own word (payable, open balance); None: it has none."""
    line: Decimal | None = None
    """This row's part (with tax), where the file has one row per line of the document."""
    items: tuple[Instalment, ...] = ()
    """Instalments, where there are several; else `due` and `total` say it all."""
    settled_on: date | None = None
    """The day on which it was paid in full; of a payment the day on which the money counts (value
    date)."""
    disputed: bool | None = None
    """None: the file does not speak of disputes."""
    kind: str = ""
    """invoice, subscription or fee; "" is invoice."""
    policy: str = ""
    invoice: str = ""
    """Of a credit note (or negative invoice) the one invoice it corrects, of a payment the one it
    is for; "" where it names none or several."""
    allocated: Decimal | None = None
    """Of a payment: what of it is for `invoice`; None: all."""
    reference: str = ""
    """Payment reference."""
    type_code: str = ""
    """UNTDID 1001 (380, 381, 384, 389 …), where the document has one."""
    seller: str = ""
    email: str = ""
    """Of an electronic invoice that of the buyer's contact (BT-58)."""
    phone: str = ""
    language: str = ""
    country: str = ""
    address: tuple[str, ...] = ()
    preceding: tuple[str, ...] = ()
    """Every invoice that it refers to as an earlier one (BT-25), whatever its type; of a payment
    those that its fields name, where they name several."""
    account: str = ""
    """Of a payment the payer's bank account (IBAN or other), to find the customer by."""
    notes: tuple[str, ...] = ()
    """What the reader wants said in the report of this document (a word it passed over)."""
    creditor: str = ""
    """Whose document the row says it is; "" where the file does not say."""
    allocations: tuple[Allocation, ...] = ()
    """Of a payment for several invoices: what is for which; `invoice` and `allocated` are then
    empty. What the allocations leave of `total` stays on account."""
    part: str = WHOLE
    """WHOLE, or what the row holds of its document: rows of one number are then put together."""
    of_bank: bool = False
    """Whether a bank tells of this payment: its name is then the payer's, who is no customer yet.
    Whose it is follows from its numbers (`payer`)."""
    terms_days: int | None = None
    withdrawn: bool = False
    """It was cancelled where it was made: nothing is owed of it, whoever knows it."""
    """Days from the day of issue, by the simple terms that a table's column has in words; None:
    it has none. They are applied where the document states no due day."""
    listed: bool = False
    """It is a row of an open-item list beside other files: what these say of the same document is
    no contradiction, and comes first."""
    endpoint: str = ""
    """The buyer's electronic address (BT-49) with its scheme: EM:ap@example.com. One for mail is
    written to where the contact has none."""


def withdrawn(number: object, customer: object, name: object, currency: object) -> Document | None:
    """What a voided invoice says, if it names itself and its customer: nothing is owed of it."""
    if not number or not (customer or name):
        return None
    return Document(
        type=INVOICE,
        number=str(number),
        customer=str(customer or ""),
        name=str(name or ""),
        currency=str(currency or ""),
        total=Decimal(),
        withdrawn=True,
    )

"""What an open-item list says by what it leaves out: of invoices and credits that are here and not
in it, nothing is open any more. Whether that is posted, or only told, is the caller's.
"""

from collections.abc import Collection, Iterable
from datetime import date

from dunning.domain.account import Account
from dunning.domain.bodies import MoneyBody, StatementBody
from dunning.domain.invoice import KINDS, Invoice
from dunning.domain.money import format_amount
from dunning.domain.posting import CREDIT_NOTES, PAYMENT, Posting

CREDIT_NOTE = "credit_note"
_UNNUMBERED = "payment:"
"""How ids of payments begin that have none of their own."""


def absent(state: Account, present: Collection[str], on: date, as_of: date) -> list[StatementBody]:
    """What an open-item list says by leaving out an account's open invoices: nothing is open of
    them. `present` are the numbers that it names."""
    # A charge is no document of the accounting system: that no list of it has one says nothing.
    currencies = {item.ref.invoice: item.currency for item in state.open if item.charge is None}
    return [
        nothing_open(state.head.customer, number, currency, on, as_of)
        for number, currency in sorted(currencies.items())
        if number not in present
    ]


def absent_credits(
    state: Account,
    postings: Iterable[Posting],
    present: Collection[str],
    on: date,
    as_of: date,
    *,
    lists_credits: bool,
) -> list[tuple[StatementBody, int, bool]]:
    """The credit notes and payments of an account with something on account that a list leaves
    out: what it says of each, the minor units on account, and whether it can be taken at its word.

    It can where it lists credits at all, or where an earlier list told of this one: a list of
    invoices alone says nothing of a bank's payment that waits to be matched. Money that waits for
    its own invoice, or that counts from the list's day on, no list can know of.
    """
    waiting = {fact.posting for fact in state.awaiting}
    unnumbered = "" in present  # a payment in the list without a number may be any such one here
    found = []
    for posting in postings:
        left = posting.standing()[1]
        kind = CREDIT_NOTE if posting.key.source == CREDIT_NOTES else PAYMENT
        if left <= 0 or posting.type != kind or posting.key in waiting:
            continue
        if posting.value_date >= as_of or posting.key.id in present:
            continue
        if unnumbered and posting.key.id.startswith(_UNNUMBERED):
            continue
        credit = used_up(state.head.customer, kind, posting.key.id, posting.currency, on, as_of)
        found.append((credit, left, lists_credits or of_a_list(posting)))
    return sorted(found, key=lambda one: one[0].document)


def nothing_open(
    customer: str, number: str, currency: str, on: date, as_of: date, at: int = 0
) -> StatementBody:
    """Nothing is open of an invoice."""
    invoice = Invoice(number, currency, KINDS[0], as_of, ())
    return StatementBody(
        on=on, as_of=as_of, customer=customer, currency=currency, open=0, invoice=invoice, at=at
    )


def used_up(
    customer: str, kind: str, id_: str, currency: str, on: date, as_of: date, at: int = 0
) -> StatementBody:
    """Nothing is left of a credit note or payment on account."""
    credit = MoneyBody(
        on=on,
        type=kind,
        id=id_,
        customer=customer,
        currency=currency,
        amount=0,
        value_date=as_of,
        on_account=True,
    )
    return StatementBody(
        on=on, as_of=as_of, customer=customer, currency=currency, open=0, credit=credit, at=at
    )


def of_a_list(posting: Posting) -> bool:
    """Whether an open-item list brought a credit: it then has the amount for its reference."""
    return posting.reference == format_amount(posting.amount, posting.currency)

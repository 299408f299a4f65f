"""Whose account a bank payment goes to: that of the invoices its text names, else of the customer
who is called exactly as the payer; nobody's otherwise. Numbers in a text are `domain.intake.payer`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.account import Account
from dunning.domain.fields import ReadingError
from dunning.domain.identity import LONGEST_ID, IdentityError, external_id
from dunning.domain.intake.document import PAYMENT, Allocation, Document
from dunning.domain.intake.payer import MEND, Candidate, candidates, told, unknown_payer
from dunning.domain.money import MoneyError, format_amount, parse_amount
from dunning.domain.posting import LEDGER, PostingKey
from dunning.service.ports import Ledger


class _Named(NamedTuple):
    """An account, and those of its invoices that a text names, in its order."""

    account: str
    state: Account
    numbers: tuple[str, ...]
    sure: bool

    def oldest_first(self) -> list[str]:
        """The numbers by the first open due day of each; what is settled stands last."""
        dues: dict[str, date] = {}
        for item in self.state.open:
            number = item.ref.invoice
            dues[number] = min(item.due, dues.get(number, item.due))
        return sorted(self.numbers, key=lambda number: dues.get(number, date.max))

    def open_of(self, number: str) -> int:
        """Minor units that are left to pay of an invoice."""
        return sum(item.open for item in self.state.open if item.ref.invoice == number)


@dataclass(frozen=True, slots=True)
class Payers:
    """Accounts of bank payments, by the ledger. Reads alone; nothing is guessed."""

    ledger: Ledger

    def of(self, creditor: str, payment: Document) -> Document:
        """The payment with its customer and what of it is for which invoice; any other document as
        it is. One whose id is known stays where it is, whatever its text would say today.

        Raises ReadingError: unknown_payer, several_payers (invoices of several customers) or
        currency_mismatch; the payment is then for a person.
        """
        if payment.type != PAYMENT or not payment.of_bank or payment.customer.strip():
            return payment
        known = self._known(creditor, payment)
        if known is not None:
            return known
        named = self._named(creditor, payment)
        if len(named) > 1:
            raise ReadingError(
                "several_payers",
                "customer",
                f"{told(payment)}: its text names invoices of {len(named)} customers, so it cannot"
                f" be told whose it is; {MEND}",
            )
        if named:
            return self._allocated(creditor, payment, named[0])
        customer = self._called(creditor, payment.name)
        if not customer:
            raise unknown_payer(payment)
        return payment._replace(customer=customer)

    def _known(self, creditor: str, payment: Document) -> Document | None:
        """The payment on the account on which its id stands already."""
        try:
            key = PostingKey(LEDGER, external_id(payment.number))
        except IdentityError:
            return None
        account = self.ledger.account_of_posting(creditor, key)
        head = self.ledger.head(creditor, account) if account is not None else None
        if head is None:
            return None
        return payment._replace(customer=head.customer, invoice="", allocations=())

    def _named(self, creditor: str, payment: Document) -> list[_Named]:
        """The accounts whose invoices a payment names. A bare number may be anything: it counts
        where the payer's name fits the account, or the amount what is open."""
        owners: dict[str, list[Candidate]] = {}
        for one in candidates(payment.reference, (payment.invoice, *payment.preceding)):
            account = self.ledger.account_of_invoice(creditor, one.number)
            if account is not None:
                owners.setdefault(account, []).append(one)
        found = []
        for account, ones in owners.items():
            state = self.ledger.read(creditor, account)
            if state is None:
                continue
            sure = tuple(one.number for one in ones if one.sure)
            named = _Named(account, state, sure or tuple(one.number for one in ones), bool(sure))
            if named.sure or _fits(payment, named):
                found.append(named)
        return found

    def _allocated(self, creditor: str, payment: Document, named: _Named) -> Document:
        """The payment for the invoices that it names: all of it for a single one, of several what
        is open of each, the oldest first as far as it goes. What is more stays on account, for no
        invoice that it does not name; where the amounts do not add up the report says so."""
        currencies = dict[str, str]()
        for number in named.numbers:
            invoice = self.ledger.invoice(creditor, named.account, number)
            if invoice is not None:
                currencies[number] = invoice.currency
        _same_currency(payment, currencies)
        found = payment._replace(customer=named.state.head.customer, invoice="", allocations=())
        if len(named.numbers) == 1:
            return found._replace(invoice=named.numbers[0])
        amount = _minor(payment)
        if amount is None or amount <= 0:
            return found  # `meant` refuses it
        left = {number: named.open_of(number) for number in named.oldest_first()}
        parts, rest = list[Allocation](), amount
        for number, open_ in left.items():
            if part := min(open_, rest):
                money = Decimal(format_amount(part, payment.currency))
                parts.append(Allocation(number, money))
                rest -= part
        if amount != sum(left.values()):
            found = found._replace(notes=(*found.notes, _not_the_sum(payment, left, rest)))
        if not parts:
            return found._replace(allocated=Decimal())
        return found._replace(allocations=tuple(parts))

    def _called(self, creditor: str, name: str) -> str:
        """The customer whose id is that very name; "" if there is none."""
        try:
            customer = external_id(" ".join(name.split())[:LONGEST_ID])
        except IdentityError:
            return ""
        head = self.ledger.head(creditor, self.ledger.account_key(creditor, customer))
        return head.customer if head is not None else ""


def _not_the_sum(payment: Document, left: Mapping[str, int], rest: int) -> str:
    """What the report says of a payment that is not what is open of the invoices that it names."""
    currency = payment.currency
    summed = format_amount(sum(left.values()), currency)
    said = (
        f"{told(payment)}: {summed} {currency} is open of the {len(left)} invoices that its text"
        " names; the oldest of them were paid first"
    )
    return f"{said}, {format_amount(rest, currency)} {currency} stays on account" if rest else said


def _fits(payment: Document, named: _Named) -> bool:
    """Whether more than a number fits: what is open of these invoices, or the payer's name."""
    known = named.state.head.customer, named.state.customer.name
    if payment.name.strip() and _folded(payment.name) in map(_folded, known):
        return True
    left = [named.open_of(number) for number in named.numbers]
    return _minor(payment) in {*filter(None, left), sum(left) or None}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _minor(payment: Document) -> int | None:
    """The amount in minor units; None where it is none of its currency, which `meant` refuses."""
    try:
        stated = format(payment.total or Decimal(), "f")
        return parse_amount(stated, payment.currency, signed=True) or None
    except MoneyError:
        return None


def _same_currency(payment: Document, currencies: Mapping[str, str]) -> None:
    for number, currency in currencies.items():
        if currency != payment.currency:
            raise ReadingError(
                "currency_mismatch",
                "currency",
                f"{told(payment)}: its text names invoice {number}, which is in {currency}; say in"
                " the row of errors.csv whose payment it is (customer) and leave the invoice empty,"
                " or enter what the bank made of it",
            )

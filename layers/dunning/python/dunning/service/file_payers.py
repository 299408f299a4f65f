"""Whose the payments of a bank statement are by the file alone that they stand in: for the offline
commands, which have no ledger to ask before all of it is read. `payers` asks the ledger.
"""

from collections.abc import Iterable
from itertools import chain

from dunning.domain.bodies import AccountBody, CreditorBody, InvoiceBody
from dunning.domain.intake.document import PAYMENT, Document
from dunning.domain.intake.payer import candidates, unknown_payer

UNKNOWN_PAYER = "unknown_payer"


class FilePayers:
    """Customers by what a payment may name: their invoices' numbers, and what they are called."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._owners: dict[str, set[tuple[str, str]]] = {}
        self._called: set[str] = set()
        for one in documents:
            customer = " ".join((one.customer or one.name).split())
            if customer and not one.of_bank:
                self._called.add(customer)
                if one.type != PAYMENT:
                    self._own(one.number.strip(), customer, one.currency)

    def know(self, bodies: Iterable[AccountBody | CreditorBody]) -> None:
        """Take in invoices that the file has as ledger bodies."""
        for body in bodies:
            if isinstance(body, InvoiceBody):
                self._called.add(body.customer)
                self._own(body.invoice.number, body.customer, body.invoice.currency)

    def of(self, payment: Document) -> Document:
        """The payment with its customer, and the invoice where it names just one; any other
        document as it is. Raises ReadingError (unknown_payer), also where several customers, or an
        invoice in another currency, may be meant."""
        if payment.type != PAYMENT or not payment.of_bank or payment.customer.strip():
            return payment
        named = candidates(payment.reference, (payment.invoice, *payment.preceding))
        numbers = [one.number for one in named if one.sure and one.number in self._owners]
        owners = set(chain.from_iterable(self._owners[number] for number in numbers))
        customers = {customer for customer, _ in owners}
        if len(customers) > 1:
            raise unknown_payer(payment, "its text names invoices of several customers")
        if any(currency != payment.currency for _, currency in owners):
            raise unknown_payer(payment, "its text names an invoice in another currency")
        if customers:
            invoice = numbers[0] if len(set(numbers)) == 1 else ""
            return payment._replace(customer=customers.pop(), invoice=invoice, preceding=())
        name = " ".join(payment.name.split())
        if name and name in self._called:
            return payment._replace(customer=name)
        raise unknown_payer(payment)

    def _own(self, number: str, customer: str, currency: str) -> None:
        if number:
            self._owners.setdefault(number, set()).add((customer, currency))

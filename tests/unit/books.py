"""A creditor's books in memory, for tests of the ledger: bodies in, and the sums that must hold.

A ledger that can be cut off after any write stands here too.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySender,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    PlainRenderer,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import Account
from dunning.domain.bodies import (
    AccountBody,
    InvoiceBody,
    MoneyBody,
    Part,
    ReturnBody,
    ReversalBody,
    StatementBody,
    WriteOffBody,
)
from dunning.domain.calendar import parse_instant
from dunning.domain.change import Change
from dunning.domain.creditor import Creditor
from dunning.domain.gates import DefaultGates
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem, Reached
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.domain.posting import Posting
from dunning.service.accounts import Accounts
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.session import Session
from dunning.service.settlement import Settlement

CREDITOR, CUSTOMER = "acme", "c4"
ON = date(2026, 3, 1)
NOW = parse_instant("2026-03-01T12:00:00Z")
POLICY = Policy("std", (Step(1, after_due=10), Step(2, after_due=30)))
RULEBOOK = Rulebook(Creditor(CREDITOR), (POLICY,), 1)


class CutError(Exception):
    """The process ends here."""


class CuttingLedger(MemoryLedger):
    """Ends the process before a write, once `left` writes have been made; None: never."""

    left: int | None = None

    def write(self, creditor: str, account: str, change: Change) -> None:
        if self.left is not None:
            if self.left == 0:
                raise CutError
            self.left -= 1
        super().write(creditor, account, change)


class Books:
    """One creditor's accounts, by default one customer's."""

    def __init__(self, ledger: MemoryLedger | None = None, rulebook: Rulebook = RULEBOOK) -> None:
        self.ledger = ledger or MemoryLedger()
        self.rulebook = rulebook
        self.accounts = Accounts(self.ledger, DefaultGates())
        self.bodies = RecordBody(self.accounts, MemorySuppressions(), plain_hash)

    def record(self, body: AccountBody, now: int = NOW) -> str:
        """Record one body."""
        return self.bodies.record(CREDITOR, body, self.rulebook, now)

    def session(self, customer: str = CUSTOMER, origin: str = "", now: int = NOW) -> Session:
        """A row of bodies of one customer."""
        return self.bodies.session(
            CREDITOR, self.key(customer), customer, self.rulebook, now, origin
        )

    def key(self, customer: str = CUSTOMER) -> str:
        """The key of a customer's account."""
        return self.ledger.account_key(CREDITOR, customer)

    def account(self, customer: str = CUSTOMER) -> Account:
        """A customer's account as it is."""
        account = self.ledger.read(CREDITOR, self.key(customer))
        assert account is not None
        return account

    def open(self, customer: str = CUSTOMER) -> dict[str, int]:
        """Open minor units by item."""
        return {str(item.ref): item.open for item in self.account(customer).open}

    def credit(self, currency: str = "EUR", customer: str = CUSTOMER) -> int:
        """Credit on account."""
        return self.account(customer).head.credit.get(currency, 0)

    def levels(self, customer: str = CUSTOMER) -> dict[str, Reached]:
        """The levels of open items, wherever they are kept."""
        account = self.account(customer)
        found = {str(item.ref): account.level_of(item) for item in account.open}
        return {ref: reached for ref, reached in found.items() if reached}

    def reach(self, levels: dict[ItemRef, Reached], customer: str = CUSTOMER) -> None:
        """Give open items levels, as notices would have."""
        head = self.account(customer).head
        after = replace(head, rev=head.rev + 1, reached={**head.reached, **levels})
        self.ledger.write(CREDITOR, self.key(customer), Change(after, head.rev))

    def resume(self, customer: str = CUSTOMER) -> None:
        """Go on with a large fact, as the agenda does."""
        self.accounts.resume(CREDITOR, self.key(customer), self.rulebook, NOW)

    def postings(self, customer: str = CUSTOMER) -> list[Posting]:
        """All postings of a customer."""
        return list(self.ledger._postings.get(self.key(customer), {}).values())

    def invoices(self, customer: str = CUSTOMER) -> list[Invoice]:
        """All documents of a customer."""
        return list(self.ledger.invoices(CREDITOR, self.key(customer)))

    def whole(self, customer: str = CUSTOMER) -> dict[str, Any]:
        """All that a reader can find of an account, but for revisions and instants."""
        account = self.account(customer)
        items = {item.ref: replace(item, spilled=None) for item in account.open}
        return {
            "open": items,
            "levels": self.levels(customer),
            "credit": dict(account.head.credit),
            "invoices": {i.number: _plain(i) for i in self.invoices(customer)},
            "postings": {p.key: p for p in self.postings(customer)},
            "held": account.head.applying,
            "awaiting": account.awaiting,
            "behaviour": account.head.behaviour,
        }


def _plain(invoice: Invoice) -> tuple[Invoice, dict[int, Any]]:
    return replace(invoice, settled={}), dict(invoice.settled)


def sender_of(books: Books, sent: MemorySender) -> Reminders:
    """A sender of mail over the same books."""
    settings = MemorySettings()
    settings.put_creditor(CREDITOR, RULEBOOK.creditor)
    settings.put_policies(CREDITOR, RULEBOOK.policies, "x")
    return Reminders(
        "email",
        books.accounts,
        Settlement(books.accounts, Counters()),
        settings,
        MemorySuppressions(),
        PlainRenderer(),
        {"email": sent},
        NoLimit(),
        MemoryChannels(),
        Serial(),
        Counters(),
    )


def sums_hold(books: Books, customer: str = CUSTOMER) -> None:
    """Nothing is negative; what documents say less what is open is what stands allocated; credit
    is what stands on account; open items and settled ones are the documents' items."""
    account = books.account(customer)
    assert account.head.applying is None
    invoices, postings = books.invoices(customer), books.postings(customer)
    first = [posting for posting in postings if posting.undoes is None]
    currencies = {i.currency for i in invoices} | {p.currency for p in postings}
    for item in account.open:
        assert 0 < item.open <= item.amount, item
    for currency in currencies:
        documents = sum(i.total for i in invoices if i.currency == currency)
        still_open = sum(item.open for item in account.open if item.currency == currency)
        mine = [posting.standing() for posting in first if posting.currency == currency]
        allocated = sum(a.amount for allocations, _ in mine for a in allocations)
        on_account = sum(amount for _, amount in mine)
        assert documents - still_open == allocated, currency
        assert account.head.credit.get(currency, 0) == on_account, currency
    assert all(amount > 0 for amount in account.head.credit.values())
    stated = {ItemRef(i.number, n) for i in invoices for n in range(1, len(i.items) + 1)}
    settled = {ItemRef(i.number, n) for i in invoices for n in i.settled}
    open_now = {item.ref for item in account.open}
    assert open_now | settled == stated
    assert not open_now & settled
    assert set(account.head.reached) <= open_now


def invoice(
    number: str,
    *amounts: int,
    currency: str = "EUR",
    due: date = date(2026, 1, 15),
    customer: str = CUSTOMER,
    on: date = date(2026, 1, 1),
    **more: Any,
) -> InvoiceBody:
    """A document with one item for each amount, due a day after each other."""
    items = tuple(
        DueItem(date.fromordinal(due.toordinal() + n), amount) for n, amount in enumerate(amounts)
    )
    seller = more.pop("seller", "")
    document = Invoice(
        number, currency, "invoice", date(2026, 1, 1), items, as_of=on, seller=seller
    )
    return InvoiceBody(on=on, customer=customer, invoice=document, **more)


def statement(
    number: str,
    left: int,
    *amounts: int,
    as_of: date = ON,
    on: date = ON,
    currency: str = "EUR",
    customer: str = CUSTOMER,
) -> StatementBody:
    """What a statement says is open of an invoice (whose total is what is open, if not given)."""
    due = date(2026, 1, 15)
    items = tuple(DueItem(due, amount) for amount in amounts or (left,) if amount)
    return StatementBody(
        on=on,
        as_of=as_of,
        customer=customer,
        currency=currency,
        open=left,
        invoice=Invoice(number, currency, "invoice", date(2026, 1, 1), items),
    )


def payment(
    id_: str,
    amount: int,
    *parts: tuple[str, int | None, int],
    currency: str = "EUR",
    customer: str = CUSTOMER,
    on: date = ON,
) -> MoneyBody:
    """A payment, allocated to (invoice, item, amount) or left to the ledger."""
    return MoneyBody(
        on=on,
        type="payment",
        id=id_,
        customer=customer,
        currency=currency,
        amount=amount,
        value_date=on,
        parts=tuple(Part(invoice=number, item=item, amount=part) for number, item, part in parts),
    )


def credit_note(
    number: str, amount: int, of: str | None = None, *, currency: str = "EUR"
) -> MoneyBody:
    """A credit note, with or without the invoice that it is about."""
    return MoneyBody(
        on=ON,
        type="credit_note",
        id=number,
        customer=CUSTOMER,
        currency=currency,
        amount=amount,
        value_date=ON,
        invoice=of,
    )


def write_off(id_: str, number: str, amount: str) -> WriteOffBody:
    """Part of an invoice is given up."""
    return WriteOffBody(on=ON, id=id_, invoice=number, amount=amount)


def refund(id_: str, of: str, amount: str | None) -> ReturnBody:
    """Money of a payment goes back."""
    return ReturnBody(on=ON, type="refund", id=id_, payment=of, amount=amount)


def chargeback(id_: str, of: str) -> ReturnBody:
    """The customer's bank takes a payment back."""
    return ReturnBody(on=ON, type="chargeback", id=id_, payment=of)


def reversal(id_: str, of: str) -> ReversalBody:
    """A posting was a mistake."""
    return ReversalBody(on=ON, id=id_, of=of)


def without_reopened(items: tuple[OpenItem, ...]) -> dict[ItemRef, OpenItem]:
    """Open items but for the day on which a reversal gave them back."""
    return {item.ref: replace(item, reopened=None, spilled=None) for item in items}

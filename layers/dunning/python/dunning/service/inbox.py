"""The inbox of payments that name nobody: each with whose it may be, and why; a person says whose
it is by a `match`. Reads alone: by text for each payment, by amount in one walk through the book.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dunning.domain.account import Account
from dunning.domain.unmatched import Unmatched
from dunning.service.matching import UnmatchedPayments
from dunning.service.ports import Ledger

BY_TEXT, BY_AMOUNT = "text", "amount"
MOST_BY_AMOUNT = 5
"""Customers of whom exactly that much is open, beyond which the amount tells nothing."""


class Guess(NamedTuple):
    """Whose a payment may be. By its text: a number in it is that of an invoice or of the customer;
    by its amount: so much is open, of these invoices."""

    customer: str
    because: str
    invoices: tuple[str, ...] = ()


class Waiting(NamedTuple):
    """A payment that waits for a person, and whose it may be, the likelier first."""

    payment: Unmatched
    guesses: tuple[Guess, ...] = ()
    alike: int = 0
    """Customers of whom exactly that much is open, where they are too many to be named."""


def amounts_of(account: Account, currency: str, today: date) -> dict[int, tuple[str, ...]]:
    """Minor units that would settle something of an account, each with the invoices: an item, an
    invoice, all that is due, all that is open. Of one amount the fewest invoices."""
    mine = sorted(
        (item for item in account.open if item.currency == currency),
        key=lambda item: (item.due, item.ref),
    )
    of_invoice: dict[str, int] = {}
    for item in mine:
        of_invoice[item.ref.invoice] = of_invoice.get(item.ref.invoice, 0) + item.open
    due = [item for item in mine if item.due <= today]
    found: dict[int, tuple[str, ...]] = {}
    for item in mine:
        found.setdefault(item.open, (item.ref.invoice,))
    for invoice, amount in of_invoice.items():
        found.setdefault(amount, (invoice,))
    for some in (due, mine):
        if some:
            invoices = tuple(dict.fromkeys(item.ref.invoice for item in some))
            found.setdefault(sum(item.open for item in some), invoices)
    return found


@dataclass(frozen=True, slots=True)
class Inbox:
    """Payments that wait, over the ledger that they may be for."""

    ledger: Ledger
    payments: UnmatchedPayments
    threads: int = 1
    """Accounts that are read side by side, where the whole book is."""

    def waiting(self, creditor: str, today: date, *, by_amount: bool = False) -> list[Waiting]:
        """The payments of which nobody knows yet whose they are, by day. `by_amount`: whose open
        amounts fit is looked for as well, in the whole book."""
        open_ = [one for one in self.payments.all(creditor) if not one.customer]
        open_.sort(key=lambda one: (one.value_date, one.id))
        return self.guessed(creditor, open_, today, by_amount=by_amount)

    def guessed(
        self, creditor: str, payments: Iterable[Unmatched], today: date, *, by_amount: bool = False
    ) -> list[Waiting]:
        """Some of them, in their order, each with whose it may be. Of one whose owner is known
        nothing is guessed by its amount."""
        wanted = list(payments)
        open_ = [one for one in wanted if not one.customer]
        fits = self._fits(creditor, open_, today) if by_amount and open_ else {}
        found = []
        for payment in wanted:
            guesses = [Guess(customer, BY_TEXT) for customer in payment.suggested]
            fitting = fits.get((payment.currency, payment.amount), [])
            fitting = [] if payment.customer else fitting
            known = {guess.customer: place for place, guess in enumerate(guesses)}
            others = []
            for guess in fitting:
                if guess.customer in known:
                    place = known[guess.customer]
                    guesses[place] = guesses[place]._replace(invoices=guess.invoices)
                else:
                    others.append(guess)
            # Both say the same of one customer: that is the likeliest of all.
            guesses.sort(key=lambda guess: not guess.invoices)
            told = len(others) <= MOST_BY_AMOUNT
            found.append(
                Waiting(payment, (*guesses, *(others if told else ())), 0 if told else len(others))
            )
        return found

    def _fits(
        self, creditor: str, payments: Iterable[Unmatched], today: date
    ) -> Mapping[tuple[str, int], list[Guess]]:
        wanted = {(one.currency, one.amount) for one in payments}
        found: dict[tuple[str, int], list[Guess]] = {}
        for state in self._accounts(creditor):
            for currency in {item.currency for item in state.open}:
                for amount, invoices in amounts_of(state, currency, today).items():
                    if (currency, amount) in wanted:
                        guess = Guess(state.head.customer, BY_AMOUNT, invoices)
                        found.setdefault((currency, amount), []).append(guess)
        return found

    def _accounts(self, creditor: str) -> Iterator[Account]:
        def read(key: str) -> Account | None:
            return self.ledger.read(creditor, key)

        keys = self.ledger.book(creditor)
        if self.threads == 1:
            yield from filter(None, map(read, keys))
            return
        with ThreadPoolExecutor(self.threads) as pool:
            yield from filter(None, pool.map(read, keys))

"""The inbox of payments that name nobody, a page at a time, and one of them; and what must still
stand when somebody says whose it is. Whose it may be is `inbox`'s, what a match does `matching`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dunning.domain.calendar import later
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.unmatched import WAITING_DAYS, Unmatched
from dunning.service.expected import Expected, tag_of
from dunning.service.inbox import Inbox, Waiting
from dunning.service.listing_ports import Place, Ranges
from dunning.service.lists import MOST_LOOKED_AT, Page
from dunning.service.shown import Output

OPEN, MATCHED = "open", "matched"
STATES = (OPEN, MATCHED)
MOST_ACCOUNTS = 1_000
"""Accounts of a book that is looked through for fitting amounts while somebody waits."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class InboxPages:
    """The use case over one cell."""

    inbox: Inbox
    ranges: Ranges

    def page(
        self,
        creditor: str,
        today: date,
        state: str,
        place: Place,
        most: int,
        *,
        by_amount: bool = False,
    ) -> Page:
        """Payments in the order of their keys: those that wait, or those whose owner is known by
        now. `by_amount`: whose open amounts fit is looked for in the whole book; raises
        LedgerError where that is too large for it."""
        if by_amount:
            self._bounded(creditor)
        found: list[Unmatched] = []
        after = place.within[0] if place.within else ""
        ends: Place | None = None
        for count, one in enumerate(self._behind(creditor, after), 1):
            if (MATCHED if one.customer else OPEN) == state:
                found.append(one)
            if len(found) >= most or count >= MOST_LOOKED_AT:
                ends = Place("", (one.id,))
                break
        guessed = self.inbox.guessed(creditor, found, today, by_amount=by_amount)
        return Page([unmatched_shown(one) for one in guessed], ends)

    def one(self, creditor: str, payment: str, today: date) -> Output | None:
        """One payment, with whose it may be by its text; None: none of that id was kept."""
        kept = self.inbox.payments.get(creditor, payment)
        if kept is None:
            return None
        (found,) = self.inbox.guessed(creditor, [kept], today)
        return unmatched_shown(found)

    def expect(
        self, creditor: str, payment: str, customer: str, expected: Expected, today: date
    ) -> bool:
        """Whether a payment of that id was kept. Raises Stale where it is not what was read any
        more; that it is this customer's was said before, and is no change."""
        shown = self.one(creditor, payment, today)
        if shown is not None and shown["customer"] != customer:
            expected.check(tag_of(shown))
        return shown is not None

    def _behind(self, creditor: str, after: str) -> Iterator[Unmatched]:
        while True:
            found = self.inbox.payments.behind(creditor, after, _AT_ONCE)
            yield from found
            if len(found) < _AT_ONCE:
                return
            after = found[-1].id

    def _bounded(self, creditor: str) -> None:
        if len(self.ranges.accounts(creditor, "", MOST_ACCOUNTS + 1)) > MOST_ACCOUNTS:
            raise LedgerError(
                "book_too_large",
                "by_amount",
                f"by_amount: the book has more than {MOST_ACCOUNTS} customers, too many to look"
                " through while somebody waits: dunning unmatched --by-amount",
            )


def unmatched_shown(one: Waiting) -> Output:
    """A payment that names nobody, and whose it may be."""
    payment = one.payment
    waits = not payment.customer and bool(payment.suggested)
    return {
        "payment": payment.id,
        "on": payment.on.isoformat(),
        "value_date": payment.value_date.isoformat(),
        "currency": payment.currency,
        "amount": format_amount(payment.amount, payment.currency),
        "from": payment.said or None,
        "state": MATCHED if payment.customer else OPEN,
        "customer": payment.customer or None,
        "held_until": later(payment.on, WAITING_DAYS).isoformat() if waits else None,
        "perhaps": [
            {
                "customer": guess.customer,
                "because": guess.because,
                "invoices": list(guess.invoices),
            }
            for guess in one.guesses
        ],
        "customers_with_that_amount": one.alike or None,
    }

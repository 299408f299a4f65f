"""Whose a payment may be that names nobody for sure: customers whose invoices, or whose own number,
stand in its text. Reads alone; a name proves little, and nobody is guessed by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dunning.domain.identity import IdentityError, external_id
from dunning.domain.intake.payer import MOST, candidates
from dunning.domain.unmatched import Suggestion
from dunning.service.ports import Ledger

MOST_SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Suggestions by the ledger."""

    ledger: Ledger

    def of(self, creditor: str, text: str, stated: Iterable[str] = ()) -> tuple[Suggestion, ...]:
        """Customers in the order in which the text points at them: by an invoice's number, sure or
        not, then by a customer's."""
        found: dict[str, list[str]] = {}
        for one in candidates(text, tuple(stated)):
            account = self.ledger.account_of_invoice(creditor, one.number)
            if account is not None:
                found.setdefault(account, []).append(one.number)
        for word in _numbers(text):
            account = self.ledger.account_key(creditor, word)
            if account not in found and self.ledger.head(creditor, account) is not None:
                found[account] = []
        suggestions = []
        for account, invoices in list(found.items())[:MOST_SUGGESTED]:
            head = self.ledger.head(creditor, account)
            if head is not None:
                suggestions.append(Suggestion(head.customer, tuple(invoices)))
        return tuple(suggestions)


def _numbers(text: str) -> list[str]:
    """Words with a digit, as they are written: a customer's number is looked up by the letter."""
    found = []
    for word in text.replace(",", " ").replace(";", " ").split():
        number = word.strip(".:#()")
        try:
            if any(c.isdigit() for c in number) and len(number) > 1:
                found.append(external_id(number))
        except IdentityError:
            continue
    return list(dict.fromkeys(found))[:MOST]

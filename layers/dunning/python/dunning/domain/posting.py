"""Postings: what changes the amounts of due items, with its allocation and what stays on account.
No storage; which items a posting falls on is `ledger`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from .identity import ItemRef

LEDGER = "ledger"
"""Source of the ids that a creditor gives in ledger bodies."""
CREDIT_NOTES = "credit_note"
"""Source of credit note numbers: documents, numbered apart from the ids of payments."""
PROPOSALS = "proposal"
"""Source of the ids of proposals, which the system gives."""
PAYMENT = "payment"
STATEMENT = "statement"
"""Type of a posting that makes the ledger say what an open-item list says."""
WAIVER = "waiver"
"""Type of a posting that gives up charges."""
REVERSAL = "reversal"
"""Type of a posting that undoes one which was a mistake, or failed: it counts as never made."""


class PostingKey(NamedTuple):
    """What makes a posting the same posting: where its id comes from, and the id."""

    source: str
    id: str


class Allocation(NamedTuple):
    """Minor units of one posting on one due item: positive settles, negative gives back."""

    ref: ItemRef
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting as it was applied. sum(allocations) + on_account == amount, always.

    `amount` is signed from the customer's side: a payment is positive, its refund, chargeback or
    reversal negative.
    """

    key: PostingKey
    type: str
    on: date
    value_date: date
    currency: str
    amount: int
    allocations: tuple[Allocation, ...] = ()
    on_account: int = 0
    undoes: PostingKey | None = None
    """The posting that this one takes back, wholly or in part."""
    returned: tuple[Allocation, ...] = ()
    """What later postings (refund, chargeback, reversal) have taken back of the allocations."""
    returned_on_account: int = 0
    applied: bool = True
    """False while a large posting is being applied in parts."""
    in_plan: bool = False
    """Whether it counted for a payment plan: what takes it back may bring that plan back."""
    reference: str = ""
    """The reference of a payment; of what a statement or document told, the amount that it said
    was open, or paid up to then."""

    def __post_init__(self) -> None:
        if sum(a.amount for a in self.allocations) + self.on_account != self.amount:
            raise ValueError(f"posting {self.key.id}: its parts do not sum to its amount")

    @property
    def pays(self) -> bool:
        """Whether it is a payment: other postings settle things too, and nobody paid."""
        return self.type == PAYMENT

    def standing(self) -> tuple[tuple[Allocation, ...], int]:
        """What still stands of it: allocations, and the amount on account."""
        back: dict[ItemRef, int] = {}
        for ref, amount in self.returned:
            back[ref] = back.get(ref, 0) + amount
        left = []
        for ref, amount in self.allocations:
            gone = min(back.get(ref, 0), amount) if amount > 0 else max(back.get(ref, 0), amount)
            back[ref] = back.get(ref, 0) - gone
            if amount != gone:
                left.append(Allocation(ref, amount - gone))
        return tuple(left), self.on_account - self.returned_on_account

    def moved(self, moves: Iterable[Allocation]) -> "Posting":
        """This posting with more (or, negative, less) of it on those items, from (or to) what it
        has on account. Its amount, and what was taken back of it, stay as they are."""
        parts = {ref: 0 for ref, _ in self.allocations}
        for ref, amount in (*self.allocations, *moves):
            parts[ref] = parts.get(ref, 0) + amount
        allocations = tuple(Allocation(ref, amount) for ref, amount in parts.items() if amount)
        on_account = self.amount - sum(parts.values())
        return replace(self, allocations=allocations, on_account=on_account)

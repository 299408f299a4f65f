"""What lists need of the outside: an account's documents, postings and ended facts a page at a
time, so that the cost of a page does not grow with what there is.
"""

from typing import NamedTuple, Protocol

from dunning.domain.customer import Customer
from dunning.domain.facts import Ended
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey


class Place(NamedTuple):
    """Where a page ended: the account, and its last row there."""

    account: str = ""
    within: tuple[str, ...] = ()


class Ranges(Protocol):
    """Parts of ranges, in the order of their keys, creditor first. `after` is the last one seen;
    fewer than `most` are the rest."""

    def accounts(self, creditor: str, after: str, most: int) -> list[str]:
        """Keys of a creditor's accounts, behind one ("": from the first). An index: a new account
        may be missing for a moment."""

    def customer(self, creditor: str, account: str) -> Customer | None:
        """The customer of an account, consistently, without anything that is owed."""

    def invoices(self, creditor: str, account: str, after: str, most: int) -> list[Invoice]:
        """Documents, behind a number ("": from the first)."""

    def postings(
        self, creditor: str, account: str, after: PostingKey | None, most: int
    ) -> list[Posting]: ...

    def ended(self, creditor: str, account: str, kind: str, after: str, most: int) -> list[Ended]:
        """Facts of one kind that are over, behind an id ("": from the first)."""

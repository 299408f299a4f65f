"""A payment that is to be begun with a provider: what for, how much, and where to come back to.
Amounts follow from what is open now; what the provider makes of it is its adapter's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .account import Account
from .identity import ItemRef
from .ledger import LedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """One payment of one customer, in one currency. `amount` is the sum of its items."""

    creditor: str
    customer: str
    currency: str
    items: tuple[tuple[ItemRef, int], ...]
    """What it is for: minor units of each open item."""
    title: str
    """What the customer reads on the provider's page, in their language."""
    language: str
    back: str
    """Address of the page that the customer comes back to, having paid or not."""
    key: str
    """The same key begins the same payment: asked again, the provider answers with the same one."""
    left: str = ""
    """Where they come back to without having paid; empty: to the same page."""
    email: str | None = None

    @property
    def amount(self) -> int:
        """Minor units of all items."""
        return sum(part for _, part in self.items)


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that the provider awaits: its id there, and the page where the customer pays."""

    id: str
    url: str


class NotBegun(Exception):
    """The provider did not take the request. `code` is stable: unavailable (ask again later),
    misconfigured (a key or account to mend), refused (such a payment is not possible there)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


def chosen(
    account: Account, currency: str, refs: Iterable[ItemRef] = (), amount: int | None = None
) -> tuple[tuple[ItemRef, int], ...]:
    """What a payment is for: these open items, else all that is open in the currency and was not
    handed over, oldest first; with an amount, as many of them as it reaches, the last in part.
    Raises LedgerError where nothing or one of them is not open, or the amount is more."""
    wanted = tuple(dict.fromkeys(refs))
    mine = {item.ref: item for item in account.open if item.currency == currency}
    unknown = [ref for ref in wanted if ref not in mine]
    if unknown:
        raise LedgerError("unknown_item", "items", f"{unknown[0]} is not open on this customer")
    oldest = sorted(mine.values(), key=lambda item: (item.due, item.ref))
    ours = [
        item for item in oldest if not any(over.covers(item.ref) for over in account.handed_over)
    ]
    items = [mine[ref] for ref in wanted] or ours
    left = sum(item.open for item in items)
    if not left:
        raise LedgerError("nothing_open", "items", f"nothing is open in {currency}")
    rest = left if amount is None else amount
    if not 0 < rest <= left:
        raise LedgerError("more_than_open", "amount", "pay at most what is open of these items")
    found = []
    for item in items:
        part = min(rest, item.open)
        rest -= part
        if part:
            found.append((item.ref, part))
    return tuple(found)

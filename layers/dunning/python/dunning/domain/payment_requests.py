"""A payment that is to be begun with a provider: what for, how much, and where to come back to.
Amounts follow from what is open now; what the provider makes of it is its adapter's.
"""

from dataclasses import dataclass
from datetime import date

from .identity import ItemRef


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRequest:
    """A mandate that a customer is to set up on the provider's page, to have one plan collected."""

    creditor: str
    customer: str
    plan: str
    mandate: str
    """The ledger's id of it, which is its key as well: the same is the same mandate."""
    currency: str
    title: str
    """What the customer reads on the provider's page, in their language."""
    language: str
    back: str
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitsRequest:
    """Debits by a mandate, for one plan."""

    creditor: str
    customer: str
    plan: str
    mandate: str
    """The ledger's id of the mandate: the same one is the same debits."""
    reference: str
    """The provider's id of it."""
    currency: str
    debits: tuple[tuple[date, int], ...]
    """Days, and minor units."""
    title: str
    """What the customer reads of it, in their language."""


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

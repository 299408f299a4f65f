"""A payment that is to be begun with a provider: what for, how much, and where to come back to.
Amounts follow from what is open now; what the provider makes of it is its adapter's.
"""

from dataclasses import dataclass

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

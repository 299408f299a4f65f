"""Who owes: name, language, place and addresses of a customer, and the zone of their days.
No contact rules (gates) and no hashing (a port's work; the hash stands here beside the address).
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from .calendar import only_zone
from .contact.attempt import Inconvenient
from .creditor import Creditor


@dataclass(frozen=True, slots=True)
class Address:
    """One address on one channel: the value as given and the keyed hash of its normal form."""

    channel: str
    value: str
    hash: str


class HashOf(Protocol):
    """The keyed hash of an address's normal form; a number without its calling code is one of that
    country."""

    def __call__(self, channel: str, address: str, country: str | None = None, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Customer:
    """A creditor's customer, as the customer body gives it."""

    customer: str
    name: str = ""
    customer_class: str | None = None
    segment: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    time_zone: str | None = None
    language: str | None = None
    policy: str | None = None
    addresses: tuple[Address, ...] = ()
    postal: tuple[str, ...] = ()
    """Lines of the postal address, ready to print."""
    autopay: bool = False
    """Whether what they owe is collected by mandate; an invoice may say otherwise."""
    inconvenient: tuple[Inconvenient, ...] = ()
    """Hours of their own days at which they said not to be contacted."""
    postcode: str = ""
    """Of the postal address, where it was told apart."""
    as_of: date | None = None
    """The day on which this was known: what an older body says comes too late."""

    def on(self, channel: str) -> tuple[Address, ...]:
        """The addresses of one channel, in the order given."""
        return tuple(a for a in self.addresses if a.channel == channel)


def zone_of(customer: Customer, creditor: Creditor) -> str:
    """The zone of a customer's days: their own, else the only one of their country or of their
    region in it, else the creditor's (contracts, "Run")."""
    return customer.time_zone or only_zone(customer.country, customer.region) or creditor.time_zone

"""Where each channel reaches a customer: a text goes to the numbers that are called, and a task
to a person of ours, who needs no address. Pure; which of these may be used is `bars`'.
"""

from .account import VOICE
from .calling import SMS
from .contact.attempt import LETTER as LETTER
from .customer import Address, Customer

TASK = "task"
PERSON = Address(TASK, "", "person")
"""Whoever works through the creditor's lines: no address, and the same for every customer."""


def addresses(customer: Customer, channel: str) -> tuple[Address, ...]:
    """The addresses of a channel, in the order given. A number's hash is the same whether it is
    called or written to (adapters/address_hash)."""
    if channel == TASK:
        return (PERSON,)
    if channel == SMS:
        given = customer.on(SMS)
        known = {one.hash for one in given}
        numbers = (one for one in customer.on(VOICE) if one.hash not in known)
        return (*given, *(Address(SMS, one.value, one.hash) for one in numbers))
    return customer.on(channel)

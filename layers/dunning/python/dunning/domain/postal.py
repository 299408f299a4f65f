"""Whom a letter reaches: a customer's address as the channel of letters has it, where there is
enough of one to be delivered. How it is printed is the letter's; its hash is the hashing port's.
"""

from collections.abc import Mapping, Sequence

from .contact.attempt import LETTER
from .customer import Address

FEWEST_LINES = 2
"""A street (or box) and a place: one line, or a country alone, finds nobody."""


def letter_address(
    name: str, postal: Sequence[str], given: object = None, country: str | None = None
) -> tuple[Address, ...]:
    """The address of letters: the name and the lines, one below the other. `given`: how the address
    was written; of an object the street must be there, and a place. None: no letter gets there."""
    lines = [line for line in postal if line.upper() != (country or "").upper()]
    street = not isinstance(given, Mapping) or bool(given.get("lines"))
    place = not isinstance(given, Mapping) or bool(given.get("city") or given.get("postcode"))
    if len(lines) < FEWEST_LINES or not (street and place):
        return ()
    return (Address(LETTER, "\n".join((name, *postal) if name else postal), ""),)

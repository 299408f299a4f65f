"""Who said what came over a link in a message: the customer, as far as their address tells. What
brings a fact is kept with its id, and its record says so: by a hash, never by a name.
"""

import re

LINK = "link:"
"""Begins what brings a fact that a customer entered on a page; the address's hash follows."""
PREFIX = "portal-"
"""Begins the ids of such facts: a person is told of them, for nobody of the creditor was there."""

_FACT = re.compile(r"(portal-[0-9a-f]{24})-[0-9]{1,3}\Z")


def form_of(id_: str) -> str:
    """The id of the form that a fact follows from; empty: no form of ours makes such an id, however
    it begins."""
    found = _FACT.match(id_)
    return found[1] if found else ""


def brought_by(recipient: str) -> str:
    """What brings a fact: the link that was sent to an address (by its hash; "": on paper)."""
    return f"{LINK}{recipient or 'paper'}"


def told(detail: str, by: str) -> str:
    """What a record says besides, with who said it where that was a customer on a page."""
    if not by.startswith(LINK):
        return detail
    who = f"by the customer, with the link that was sent to {by.removeprefix(LINK)}"
    return f"{detail}; {who}" if detail else who

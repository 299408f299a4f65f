"""How often a customer's objection on their page holds an item back: what was looked into and not
found right is looked into again, and reminders wait for it twice.
"""

from collections.abc import Iterable

from .facts import Dispute, Ended
from .identity import ItemRef
from .said_by_link import form_of

MOST_HOLDS = 2
"""Objections of the customer's to one item that hold it back, of those that were not accepted. What
is objected to after that is a line for a person, and holds nothing."""
ACCEPTED_WORDS = frozenset({"accepted", "upheld", "valid", "credited", "corrected", "granted"})
"""A person's words for an objection that was right."""


def accepted(outcome: str) -> bool:
    """Whether a person's word says that an objection was right."""
    return outcome.strip().casefold() in ACCEPTED_WORDS


def holds_again(ended: Iterable[Ended], ref: ItemRef) -> bool:
    """Whether one more objection holds the item back. `ended`: the account's facts, as far as they
    are over."""
    before = sum(
        isinstance(one.fact, Dispute)
        and bool(form_of(one.fact.id))
        and one.fact.covers(ref)
        and not accepted(one.outcome)
        for one in ended
    )
    return before < MOST_HOLDS

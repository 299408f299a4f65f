"""The customer's word that something has been paid: never a posting, a hold of some days while the
money is looked for, and a line for a person. How often it holds is counted here.
"""

from collections.abc import Iterable
from datetime import date

from .calendar import later
from .facts import SAID_PAID, Hold
from .identity import ItemRef

WAITING_DAYS = 7
"""Days for which reminders wait: a transfer across borders, and a weekend."""
MOST_HOLDS = 2
"""Times that such a word holds an item back within..."""
WITHIN_DAYS = 90
"""... so many days. What is said after that is a line for a person, and holds nothing."""
LONGEST_AGO = 400
"""Days that a payment may lie back: what is older is for a person to sort out."""


def until(today: date) -> date:
    """The last day of such a hold."""
    return later(today, WAITING_DAYS)


def holds_again(known: Iterable[Hold], refs: Iterable[ItemRef], today: date) -> bool:
    """Whether the word holds back what it is about: not the third time. `known`: the account's
    holds, those that are over among them."""
    since = later(today, -WITHIN_DAYS)
    mine = [hold for hold in known if hold.kind == SAID_PAID and hold.on >= since]
    return all(sum(hold.covers(ref) for hold in mine) < MOST_HOLDS for ref in refs)

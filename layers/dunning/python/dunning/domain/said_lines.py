"""Lines for people about what customers said on their pages: one for each form, gone when nothing
of what it said stands any more.
"""

from .account import Account
from .facts import SAID_PAID, Dispute, Hold
from .ledger import Entry
from .said_by_link import PREFIX

OBJECTION, PAID = "objection", "said_paid"
"""Kinds of these lines."""
OVER = "_over"


def line_id(kind: str, form: str) -> str:
    """The id of the line of a form."""
    return f"{kind}-{form}"


def settled(entry: Entry, account: Account, fact: Dispute | Hold) -> None:
    """Its line needs nobody any more, if this was the last that stood of what the form said."""
    kind = OBJECTION if isinstance(fact, Dispute) else PAID
    form = fact.id.rpartition("-")[0]
    if not form.startswith(PREFIX) or (isinstance(fact, Hold) and fact.kind != SAID_PAID):
        return
    standing: tuple[Dispute | Hold, ...] = (*account.disputes, *account.holds)
    if not any(one.id.startswith(f"{form}-") for one in standing if one.id != fact.id):
        entry.asks.append((kind + OVER, line_id(kind, form), "settled"))

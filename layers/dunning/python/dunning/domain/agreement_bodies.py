"""The bodies of what a customer agrees to (promises, plans, their mandates), and what every
body has. All others are in `bodies`, which has these as well.
"""

from dataclasses import dataclass
from datetime import date

from .identity import ItemRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What every body has: the day it becomes known."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBody(Body):
    """A promise to pay. Without items: all that is overdue on `on`."""

    id: str
    customer: str
    by: date
    amount: str
    items: tuple[ItemRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBody(Body):
    """A word on a payment plan: its terms and state, or (without terms) its new state alone."""

    id: str
    customer: str
    state: str
    items: tuple[tuple[str, int | None], ...] = ()
    """Invoice and item; None: all of the invoice that is open."""
    down: str | None = None
    instalments: tuple[tuple[date, str], ...] = ()
    """Due day and amount, by day; amounts are text, for their currency is the items'."""
    by: str = ""
    """Whose word it is: an id."""
    reason: str = ""
    """Why: a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateBody(Body):
    """A word on a customer's mandate to collect a plan: signed (its words as a hash), live at the
    provider, stopped by the customer or ended; or that one debit of it failed."""

    id: str
    customer: str
    state: str
    plan: str = ""
    provider: str = ""
    reference: str = ""
    signed_at: int | None = None
    text_hash: str = ""
    language: str = ""
    source: str = ""
    copy_given: date | None = None
    earliest: date | None = None
    reason: str = ""
    """Why it ended: a code."""
    payment: str = ""
    charged: date | None = None
    """Of a debit that failed: the provider's id of it, and its day."""

"""History: one record per fact, attempt, lapse, settlement and change of plan, in a gapless row.
Ids, codes, amounts and hashes; never a name, an address or free text.
"""

from dataclasses import dataclass

from .account import Plan, Said
from .behaviour import Standing
from .charges.notice import Charge

FACT = "FACT"
ATTEMPT = "ATTEMPT"
SETTLED = "SETTLED"
REPLANNED = "REPLANNED"
PARKED = "PARKED"
PAYMENT_PLAN = "PAYMENT_PLAN"
PROMISE = "PROMISE"
"""How a promise to pay ended: a record of its own beside what told of it."""
REDRIVEN = "REDRIVEN"
PROPOSED = "PROPOSED"
EXPIRED = "EXPIRED"
HANDED_OVER = "HANDED_OVER"
EXPORTED = "EXPORTED"
LINKS_REVOKED = "LINKS_REVOKED"

AMENDED = "amended"
"""Code of the fact that a known invoice got other items; its detail says the totals."""

SENT = "SENT"
RELEASED = "RELEASED"
REJECTED = "REJECTED"
UNKNOWN = "UNKNOWN"
NOT_SENT = "NOT_SENT"
PRESUMED_SENT = "PRESUMED_SENT"
ASKED = "ASKED"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt was: the figures that were said, to whom (hash) and under which rules."""

    serial: int
    attempt: int
    channel: str
    currency: str
    address_hash: str
    said: tuple[Said, ...]
    policy: str
    version: int
    ruleset: str = ""
    template: str = ""
    message_id: str = ""
    charges: tuple[Charge, ...] = ()
    """What the notice charged, each with how it was computed."""
    tone: str = ""
    standing: Standing | None = None
    """What the tone followed from, where the step asks how the customer has paid."""
    variant: str = ""
    """What it was in an experiment (`experiments.Assigned`); empty: in none, or known to a claim
    alone that nobody ended."""
    tells: str = ""
    """What it told beside the ladder (`told.Tells`); empty: it reminded."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of an account's history. `ended` is the plan that this write ended."""

    seq: int
    at: int
    kind: str
    code: str
    """Type of the fact, outcome of the attempt, or reason of the new plan."""
    ended: Plan
    id: str = ""
    """The fact's id, or the serial of the notice that was settled."""
    attempt: Attempt | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A line for a person: what to look at and why; `id` is unique within the creditor."""

    id: str
    at: int
    kind: str
    customer: str
    detail: str = ""

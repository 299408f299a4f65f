"""What a person is asked before a notice goes, what was refused, and what was handed over.
Facts alone: when a proposal is made, holds or is stale is `proposing`'s, handing over `handing`'s.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .identity import ItemRef

APPROVED, CHANGED, REJECTED = "approved", "changed", "rejected"
EXPIRED, STALE, SENT, SETTLED, DROPPED = "expired", "stale", "sent", "settled", "dropped"
ANSWERS = (APPROVED, CHANGED, REJECTED)
PERSON, AGENCY = "person", "agency"
RECEIVERS = (PERSON, AGENCY)
"""To whom a case goes after the ladder: a task for a person, or an export for an agency."""
ITEMS, ACCOUNT = "items", "account"
SCOPES = (ITEMS, ACCOUNT)
"""What is handed over: the items of the case, or all that the customer owes and will owe."""


class Pinned(NamedTuple):
    """A line of a proposal: what it asks for, minor units, and what is charged on it."""

    ref: ItemRef
    open: int
    level: int = 0
    """The level that it takes; 0: it is listed beside, and takes no step."""
    repeat: int = 0
    fee: int = 0
    interest: int = 0


class Step(NamedTuple):
    """One item's step: the level, and which repeat of it."""

    ref: ItemRef
    level: int
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice that waits for a person's word. It stands until it is sent, or ended with a why."""

    id: str
    on: date
    until: date
    """The last day on which it may be answered; with an answer, on which it may go."""
    currency: str
    policy: str
    version: int
    channel: str
    tone: str
    lines: tuple[Pinned, ...]
    total: int
    """Minor units that the notice asks for: what is open, and fees. Interest runs on by itself."""
    answer: str = ""
    """approved or changed; empty: nobody has answered yet."""
    by: str = ""
    """The role or the id of whoever answered."""
    reason: str = ""
    dropped: tuple[ItemRef, ...] = ()
    """Items that the answer took out of the notice."""
    free: bool = False
    """Whether the answer took the charges out of it."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that it takes."""
        return tuple(Step(one.ref, one.level, one.repeat) for one in self.lines if one.level)

    @property
    def level(self) -> int:
        """The highest level that it tells of."""
        return max(one.level for one in self.lines)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Steps that nobody allowed: by a person's no, or for want of an answer. They wait to the end
    of `until` (None: until released); the items are listed with others at what they have reached.
    Its id is that of the proposal."""

    id: str
    on: date
    policy: str
    steps: tuple[Step, ...]
    why: str
    """rejected, expired, or dropped."""
    until: date | None = None
    by: str = ""
    reason: str = ""

    def covers(self, policy: str, step: Step) -> bool:
        """Whether that step of a policy's ladder is refused."""
        return policy == self.policy and step in self.steps


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Items that a person or an agency pursues from now on: no machine asks for them. Handed back,
    it stays while one of them is open, for the next hand-over counts from that day."""

    id: str
    on: date
    to: str
    items: tuple[ItemRef, ...]
    scope: str = ITEMS
    back: date | None = None
    """The day on which it was handed back."""
    exported: bool = True
    """False while the file for the agency is still to be written."""
    by: str = ""
    """The policy, or the role or id of whoever did it."""

    def covers(self, ref: ItemRef) -> bool:
        """Whether that item is out of hand."""
        return self.back is None and (self.scope == ACCOUNT or ref in self.items)

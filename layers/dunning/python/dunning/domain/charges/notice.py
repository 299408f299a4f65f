"""What a step may charge, and what a notice has charged: values and words alone.
How much that is: `fees`, `interest`; for which notice and item: `domain.charging`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.identity import ItemRef

from .fees import FeeRule

POST, ANNOUNCE, WAIVE = "post", "announce", "waive"
MODES = (POST, ANNOUNCE, WAIVE)
"""post: owed from the notice on; announce: shown and asked for, not owed; waive: only recorded."""
MISSING = "missing"
"""Mode of interest that could not be computed: nothing is charged, and the basis says why."""
FEE, INTEREST, COMPENSATION = "fee", "interest", "compensation"
NOTICE, ITEM = "notice", "item"


@dataclass(frozen=True, slots=True)
class FeeOf:
    """A fee of a step: once per level for the notice, or for each item that takes the step."""

    rule: FeeRule
    mode: str = POST
    per: str = NOTICE


@dataclass(frozen=True, slots=True)
class InterestOf:
    """Interest of a step: at a contract's rate (percent a year), or by a statute (None: the one
    that the parties' countries give), with the fixed compensation that the statute gives."""

    rate: Decimal | None = None
    regime: str | None = None
    mode: str = POST
    compensation: str = POST


class Charge(NamedTuple):
    """One charge of a notice, in minor units of its currency."""

    what: str
    mode: str
    amount: int
    ref: ItemRef
    """The due item that it was computed on; per notice: the oldest that takes its step."""
    level: int
    basis: str = ""
    """How it was computed, in codes: a percentage and its base, or the segments of interest."""

    @property
    def counts(self) -> bool:
        """Whether the notice asks for it."""
        return self.mode in (POST, ANNOUNCE)

"""A customer's authorisation to have one payment plan collected, as a fact of the ledger, and what
is to be done about it at its provider. Pure values; what a word does to it is `mandate_entries`',
what a write does to it `mandate_upkeep`'s. Whether a debit may be made is `mandates`'.
"""

from dataclasses import dataclass
from datetime import date

from .mandates import Debit, Mandate

SIGNED, LIVE, OVER = "signed", "live", "over"
"""Signed, but its bank account is not known to the provider yet; there, and good for debits; no
debit is made by it any more."""
STOPPED, ENDED, PLAN_OVER, PAID_OTHERWISE, REFUSED = (
    "stopped", "ended", "plan_over", "paid_otherwise", "refused",
)  # fmt: skip
"""Why it is over: the customer said so; the bank or the provider did; its plan is paid, broken or
cancelled; something of the plan came another way, so that its debits would be too much; the
provider did not take the debits. Beside these: why a debit may not be made (`mandates`)."""
CREATE, CANCEL = "create", "cancel"
"""What is to be done at the provider: its debits be asked for; whatever was asked for be undone."""
COLLECT = "collect"
"""The channel of the agenda under which accounts stand for whom something is to be done there."""
PORTAL, API, PERSON = "portal", "api", "person"
SOURCES = (PORTAL, API, PERSON)
"""Who tells of it: the customer's page, a billing system (or its file), a person."""


@dataclass(frozen=True, slots=True)
class PlanMandate:
    """An authorisation to collect one plan. At most one that is not over stands for a plan."""

    id: str
    on: date
    """The day of its last word."""
    plan: str
    provider: str
    signed_at: int | None
    """Seconds of UTC."""
    text_hash: str
    """Of the very words that were signed (`mandates.hash_of_words`)."""
    language: str = ""
    source: str = ""
    reference: str = ""
    """The provider's id of it, once it is there."""
    copy_given: date | None = None
    earliest: date | None = None
    """The first day on which the provider can debit by it."""
    state: str = SIGNED
    why: str = ""
    """Why it is over."""
    debits: tuple[Debit, ...] = ()
    """What the provider is asked for: kept before it is asked, so that whoever goes on after a cut
    asks for the same under the same key."""
    schedule: str = ""
    """The provider's id of these debits, once it has answered."""
    undone: bool = False
    """Whether the provider has undone what was asked for."""
    due: int | None = None
    """Since when something is to be done at the provider (`errand`); None: nothing is."""

    @property
    def over(self) -> bool:
        """Whether no debit is made by it any more."""
        return self.state == OVER

    @property
    def ours(self) -> bool:
        """Whether it was set up from here for this plan alone, and so ends with it at the provider
        as well. One that a billing system tells of may serve other things."""
        return self.source == PORTAL

    @property
    def errand(self) -> str:
        """What is to be done at the provider: CREATE, CANCEL, or nothing."""
        if self.over:
            begun = bool(self.debits) or (self.ours and bool(self.reference))
            return CANCEL if begun and not self.undone else ""
        return CREATE if self.state == LIVE and not self.schedule else ""

    @property
    def authority(self) -> Mandate:
        """As the rules about debits see it."""
        return Mandate(
            self.provider,
            self.reference,
            self.signed_at,
            self.text_hash,
            self.copy_given,
            ended=self.over and self.why == ENDED,
            stopped_all=self.over and self.why != ENDED,
        )

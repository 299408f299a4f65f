"""Holds: attorney, cease, bankruptcy, breathing space, dispute, objection, restriction and others;
what each does to contact, and until when. To interest and fees: `domain.legal_holds`.
"""

from dataclasses import dataclass
from datetime import time

from dunning.domain.calendar import instant, later, local_day
from dunning.domain.gates import DENY

from .attempt import MARKETING, TERMINATION, Attempt, Hold
from .rule import Answer, Case


@dataclass(frozen=True, slots=True)
class Held:
    """While a hold of one of these kinds lasts. `but_one`: one notice of termination may go out
    (15 USC 1692c(c)); `in_window`: of disputes, only one that came within the validation period;
    `others`: of any kind but these."""

    kinds: frozenset[str]
    decision: str = DENY
    but_one: bool = False
    in_window: bool = False
    others: bool = False

    def answer(self, case: Case, at: int) -> Answer | None:
        """The rule's decision until the last such hold is over; marketing is always denied."""
        ends: list[int | None] = []
        for hold in case.attempt.holds or ():
            if (hold.kind in self.kinds) == self.others or not lasts(hold, case, at):
                continue
            if self.in_window and hold.in_window is False:
                continue
            if self.but_one and _only_termination(case.attempt, hold):
                continue
            ends.append(over(hold, case))
        if not ends:
            return None
        known = [end for end in ends if end is not None]
        marketing = MARKETING in case.attempt.purposes
        return Answer(
            DENY if marketing else self.decision, max(known) if len(known) == len(ends) else None
        )


def lasts(hold: Hold, case: Case, at: int) -> bool:
    """Whether a hold stands at an instant: a day counts until it is over everywhere."""
    if hold.at is not None and hold.at > at:
        return False
    if hold.ends is not None and at >= hold.ends:
        return False
    return hold.until is None or any(local_day(at, zone) <= hold.until for zone in case.day_zones)


def over(hold: Hold, case: Case) -> int | None:
    """The first instant at which a hold no longer stands; None: it has no end."""
    ends = [] if hold.ends is None else [hold.ends]
    if hold.until is not None:
        ends.append(max(instant(later(hold.until, 1), time(0), zone) for zone in case.day_zones))
    return min(ends, default=None)


def _only_termination(attempt: Attempt, hold: Hold) -> bool:
    """Whether this is the one notice that may still go out."""
    if attempt.purpose != TERMINATION or attempt.content.promotional:
        return False
    if attempt.history is None:
        return False
    return not any(
        one.purpose == TERMINATION and (hold.at is None or one.at >= hold.at)
        for one in attempt.history
    )

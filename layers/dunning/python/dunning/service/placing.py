"""A send and its place under the caps: reserved before the claim, taken behind it. A send that no
such cap speaks of asks for nothing, and costs nothing.
"""

from contextlib import suppress
from dataclasses import dataclass

from dunning.domain import bars, fence, history
from dunning.domain.account import Account, Claim, Plan
from dunning.domain.attempts import asked_again
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Accounts
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Placing:
    """Places for one sender's messages."""

    reservations: Reservations | None
    accounts: Accounts
    settlement: Settlement

    def reserve(
        self, account: str, state: Account, send: Send, token: str, rulebook: Rulebook, now: int
    ) -> bool:
        """Whether nothing stands in the way: no place is needed, or one is reserved. If there is
        none left, HEAD learns until when, and plans."""
        if not send.person_wide:
            return True
        if self.reservations is None:
            raise LookupError("no reservations are wired to this sender")
        asked = asked_again(state, rulebook, send)
        tried = (send.serial, send.attempt)
        reviewed = bool(send.proposal)
        full = self.reservations.reserve(account, asked, tried, token, now, reviewed=reviewed)
        if full is None:
            return True
        head = bars.with_full(state.head, full, now)
        self.accounts.replan(state.head.creditor, account, state, rulebook, now, head=head)
        return False

    def give_back(self, send: Send, token: str, now: int) -> None:
        """Without the claim its place is nobody's. If that cannot be said, its lease ends it."""
        if self.reservations is not None and send.person_wide:
            with suppress(Exception):
                self.reservations.give_back(send.channel, send.address.hash, token, now)

    def take(
        self, creditor: str, account: str, claim: Claim, plan: Plan, rulebook: Rulebook, now: int
    ) -> bool:
        """Whether the message may leave: no place was needed, or ours is ours for good. Where no
        answer comes, the claim is given back before the error goes on."""
        if self.reservations is None or not claim.placed:
            return True
        try:
            return self.reservations.take(claim, now)
        except Exception:
            with suppress(Exception):
                record = fence.attempt_record(
                    claim, plan, history.RELEASED, now, detail="place_unanswered"
                )
                self.settlement.release(creditor, account, claim, record, rulebook, now)
            raise

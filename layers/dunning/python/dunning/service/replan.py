"""A creditor's whole book planned anew, after its policies or settings changed.
Safe to be stopped anywhere and run again: an account whose plan stands is read and left alone.
"""

from dataclasses import dataclass

from dunning.domain.decision import plan
from dunning.domain.policy import Rulebook
from dunning.service.accounts import TRIES, Accounts, Contended


@dataclass(frozen=True, slots=True)
class Replan:
    """Plans by the rulebook of today. Levels already reached stay."""

    accounts: Accounts

    def book(self, creditor: str, rulebook: Rulebook, now: int) -> int:
        """Plan every account of a creditor; returns how many plans differed and were written."""
        written = 0
        for account in self.accounts.ledger.book(creditor):
            written += self.account(creditor, account, rulebook, now)
        return written

    def account(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> bool:
        """Plan one account; False if its plan stands. Raises Contended.

        Whoever moved HEAD meanwhile may have planned by the old rulebook: so it is read again,
        until the plan that stands is the plan that holds."""
        for attempt in range(TRIES):
            state = self.accounts.ledger.read(creditor, account)
            if state is None or state.head.applying or state.head.claim:
                # The claim's end, and the posting's last part, plan by themselves.
                return False
            fresh = plan(state, rulebook, now, self.accounts.gates)
            if fresh.says_the_same(state.head.plan):
                return False
            if self.accounts.replan(creditor, account, state, rulebook, now):
                return True
            self.accounts.pause(attempt)
        raise Contended(account)

"""A creditor's whole book planned anew, after its policies or settings changed.
Safe to be stopped anywhere and run again: an account planned with the newest is left alone.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from dunning.domain.account import Account
from dunning.domain.change import Change
from dunning.domain.decision import plan
from dunning.domain.ledger import LARGEST_WRITE
from dunning.domain.policy import Rulebook
from dunning.domain.upkeep import stale_pins
from dunning.service.accounts import TRIES, Accounts, Contended
from dunning.service.ports import Moved


@dataclass(frozen=True, slots=True)
class Replan:
    """Plans by the rulebook of today. Levels already reached stay."""

    accounts: Accounts

    def book(self, creditor: str, rulebook: Rulebook, now: int) -> int:
        """Plan every account of a creditor; returns how many plans differed and were written.
        Again from the start if a newer rulebook came meanwhile, until none has."""
        written = 0
        while True:
            for account in self.accounts.ledger.book(creditor):
                written += self.account(creditor, account, rulebook, now)
            newest = self._newest(creditor)
            if newest is None or newest.edition <= rulebook.edition:
                return written
            rulebook = newest

    def account(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> bool:
        """Plan one account; False if its plan stands. Raises Contended.

        Every account is left with the edition it was planned with, also one whose plan stands, or
        whose claim or large posting will plan at its end: nobody with older settings plans it
        after this."""
        for attempt in range(TRIES):
            state = self.accounts.ledger.read(creditor, account)
            if state is None:
                return False
            rulebook = self.accounts.newest(creditor, rulebook, state.head)
            if self._stands(state, rulebook, now):
                if self._stamp(creditor, account, state, rulebook):
                    return False
            elif self.accounts.replan(creditor, account, state, rulebook, now):
                self._pin(creditor, account, rulebook)
                return True
            self.accounts.pause(attempt)
        raise Contended(account)

    def _pin(self, creditor: str, account: str, rulebook: Rulebook) -> None:
        """Pin the items for which the replan had no room, part by part. No plan depends on it: what
        criteria chose now is what is written down."""
        while True:
            state = self.accounts.ledger.read(creditor, account)
            stale = stale_pins(state, rulebook) if state else []
            if state is None or not stale or state.head.edition != rulebook.edition:
                return
            head = replace(state.head, rev=state.head.rev + 1)
            put = tuple(stale[:LARGEST_WRITE])
            with suppress(Moved):
                self.accounts.ledger.write(creditor, account, Change(head, state.head.rev, put=put))

    def _stands(self, state: Account, rulebook: Rulebook, now: int) -> bool:
        if state.head.applying or state.head.claim:
            return True
        if stale_pins(state, rulebook):
            return False
        return plan(state, rulebook, now, self.accounts.gates).says_the_same(state.head.plan)

    def _stamp(self, creditor: str, account: str, state: Account, rulebook: Rulebook) -> bool:
        """Write the edition alone. False if HEAD moved."""
        head = state.head
        if head.edition == rulebook.edition:
            return True
        stamped = replace(head, rev=head.rev + 1, edition=rulebook.edition)
        try:
            self.accounts.ledger.write(creditor, account, Change(stamped, head.rev))
        except Moved:
            return False
        return True

    def _newest(self, creditor: str) -> Rulebook | None:
        if self.accounts.settings is None:
            return None
        self.accounts.settings.refresh()
        return self.accounts.settings.rulebook(creditor)

"""What a customer decides behind the link that ends mails: no more reminders by e-mail. It is a
withdrawal like any other, and works at once; the case itself goes on by what is left.

There is no way back on this page. Who holds an old mail (or was forwarded one) may stop messages,
and never start them: a consent is given to the creditor, who records it.
"""

from dataclasses import dataclass, replace

from dunning.domain import history
from dunning.domain.account import EMAIL
from dunning.domain.consents import MAIL_LINK
from dunning.domain.links import MOST_REVOKED, Purpose
from dunning.service.accounts import Accounts
from dunning.service.portal import Found, LinkDoor, Question
from dunning.service.ports import Metrics
from dunning.service.record_body import ACCEPTED
from dunning.service.withdrawing import Withdrawal, Withdrawing


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Decisions of customers, into the ledger."""

    door: LinkDoor
    withdrawing: Withdrawing
    metrics: Metrics

    def no_mails(self, token: str, now: int) -> Question | None:
        """No more reminders by e-mail to the address that the link was sent to; None for a link
        that opens nothing. Doing it again changes nothing."""
        found = self.door.find(token, (Purpose.UNSUBSCRIBE,), now, unproven=True)
        if found is None:
            return None
        return self._take_back(found, Withdrawal(MAIL_LINK, EMAIL, found.link.recipient), now)

    def _take_back(self, found: Found, said: Withdrawal, now: int) -> Question:
        done = self.withdrawing.withdraw(found.creditor, found.link.account, said, now)
        if done.outcome == ACCEPTED:
            self.metrics.count("OptedOut")
        return Question(found.rulebook.creditor, self.door.live(found).customer, stopped=True)


@dataclass(frozen=True, slots=True)
class RevokeLinks:
    """All links that an account's messages have carried open nothing from now on."""

    accounts: Accounts

    def revoke(self, creditor: str, account: str, now: int) -> bool:
        """False where there is no such account, or others kept writing to it."""
        settings = self.accounts.settings
        state = self.accounts.ledger.read(creditor, account)
        rulebook = settings.rulebook(creditor) if settings else None
        if state is None or rulebook is None or state.head.epoch >= MOST_REVOKED:
            return False
        return self.accounts.replan(
            creditor,
            account,
            state,
            rulebook,
            now,
            head=replace(state.head, epoch=state.head.epoch + 1),
            kind=history.LINKS_REVOKED,
            code="PERSON",
        )

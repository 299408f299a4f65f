"""What a customer decides on a page behind a link: no more reminders by e-mail, no more calls. Each
is an opt_out body like any other, recorded at once; the case itself goes on by what is left.

There is no way back on these pages. Who holds an old mail (or was forwarded one) may stop messages,
and never start them: a consent is given to the creditor, who records it.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dunning.domain import history
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.bodies import ContactBody
from dunning.domain.links import MOST_REVOKED, STATEMENT, Purpose
from dunning.service.accounts import Accounts
from dunning.service.portal import Found, LinkDoor, Question, is_stopped
from dunning.service.ports import Metrics
from dunning.service.record_body import RecordBody


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Decisions of customers, into the ledger."""

    door: LinkDoor
    bodies: RecordBody
    metrics: Metrics

    def no_mails(self, token: str, now: int) -> Question | None:
        """No more reminders by e-mail to the address that the link was sent to; None for a link
        that opens nothing. Doing it again changes nothing."""
        return self._stop(self.door.find(token, (Purpose.UNSUBSCRIBE,), now), EMAIL, now)

    def no_calls(self, token: str, now: int) -> Question | None:
        """No more calls, whatever the number; None for a link that opens nothing."""
        return self._stop(self.door.find(token, STATEMENT, now), VOICE, now)

    def _stop(self, found: Found | None, channel: str, now: int) -> Question | None:
        if found is None:
            return None
        recipient = found.link.recipient if channel == EMAIL else ""
        if not is_stopped(found.head, channel, recipient or "*"):
            body = ContactBody(
                on=datetime.fromtimestamp(now, UTC).date(),
                type="opt_out",
                id=_id(found, channel, recipient),
                customer=found.head.customer,
                channel=channel,
                address=None,
                address_hash=recipient,
            )
            self.bodies.record(found.creditor, body, found.rulebook, now)
            self.metrics.count("OptedOut")
        state = self.door.ledger.live(found.creditor, found.link.account, found.head)
        return Question(found.rulebook.creditor, state.customer, stopped=True)


def _id(found: Found, channel: str, recipient: str) -> str:
    """The id of the fact. Two requests at once, and one repeated because its answer was lost, are
    the same; a later one, after the creditor has recorded a consent, is another."""
    parts = (found.link.account, channel, recipient, str(found.head.seq))
    return f"{channel}-opt-out-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}"


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

"""What a provider tells of an attempt: it left, arrived, bounced, was complained of, was refused.
An event of another attempt never touches the claim; an event that comes twice changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from dunning.domain import fence, history
from dunning.domain.account import VOICE, Claim, Head
from dunning.domain.bodies import FeedbackBody
from dunning.domain.outcomes import FACTS, PROOF_OF_SENDING
from dunning.service.ports import Feedback, Ledger, Settings
from dunning.service.record_body import RecordBody
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

CAUGHT_UP = 3
"""Seconds after which a glance at HEAD shows the claim under which a message left: such reads are
a second behind at most, as a rule. If one is not, the claim lapses and is settled by its rule."""


@dataclass(frozen=True, slots=True)
class RecordFeedback:
    """Events into the fence first (they may settle a claim), then into the ledger as facts."""

    ledger: Ledger
    settings: Settings
    bodies: RecordBody
    settlement: Settlement
    reservations: Reservations | None = None
    """Where what became of a call is told, for the caps of others."""

    def record(self, creditor: str, feedback: Feedback, now: int) -> str:
        """What came of it: confirmed, released, fact, unchanged or gone."""
        if self._is_idle(creditor, feedback, now):
            return "unchanged"
        head = self.ledger.head(creditor, feedback.account)
        rulebook = self.settings.rulebook(creditor)
        if head is None or rulebook is None:
            return "gone"
        done = "unchanged"
        claim = _claim_of(head, feedback)
        if claim and feedback.outcome in PROOF_OF_SENDING:
            record = fence.attempt_record(
                claim, head.plan, history.SENT, now, message_id=feedback.message_id
            )
            self.settlement.confirm(creditor, feedback.account, claim, record, rulebook, now)
            done = "confirmed"
        if feedback.outcome not in FACTS:
            return done
        if self.reservations is not None and feedback.channel == VOICE:
            self.reservations.heard(
                feedback.account,
                feedback.channel,
                feedback.address_hash,
                (feedback.serial, feedback.attempt),
                feedback.outcome,
                now,
            )
        body = FeedbackBody(
            on=datetime.fromtimestamp(now, UTC).date(),
            id=feedback.id,
            customer=head.customer,
            channel=feedback.channel,
            address_hash=feedback.address_hash,
            outcome=feedback.outcome,
            serial=feedback.serial,
            attempt=feedback.attempt,
        )
        recorded = self.bodies.record(creditor, body, rulebook, now)
        return "fact" if recorded == "accepted" else done

    def _is_idle(self, creditor: str, feedback: Feedback, now: int) -> bool:
        """Whether the event only proves a sending that its sender has confirmed by itself. So it is
        with nearly every mail, and a glance tells it. All else is decided on a consistent read."""
        if feedback.outcome in FACTS or feedback.sent_at is None:
            return False
        if now - feedback.sent_at < CAUGHT_UP:
            return False
        seen = self.ledger.glance(creditor, feedback.account)
        return seen is not None and _claim_of(seen, feedback) is None


def _claim_of(head: Head, feedback: Feedback) -> Claim | None:
    """The claim that stands, if it is of the attempt that the event is about."""
    claim = head.claim
    if claim and (claim.serial, claim.attempt) == (feedback.serial, feedback.attempt):
        return claim
    return None

"""What a provider tells of an attempt: it left, arrived, bounced, was complained of, was refused.
An event of another attempt never touches the claim; an event that comes twice changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from dunning.domain import fence, history
from dunning.domain.bodies import FeedbackBody
from dunning.domain.outcomes import FACTS, PROOF_OF_SENDING
from dunning.service.ports import Feedback, Ledger, Settings
from dunning.service.record_body import RecordBody
from dunning.service.settlement import Settlement


@dataclass(frozen=True, slots=True)
class RecordFeedback:
    """Events into the fence first (they may settle a claim), then into the ledger as facts."""

    ledger: Ledger
    settings: Settings
    bodies: RecordBody
    settlement: Settlement

    def record(self, creditor: str, feedback: Feedback, now: int) -> str:
        """What came of it: confirmed, released, fact, unchanged or gone."""
        head = self.ledger.head(creditor, feedback.account)
        rulebook = self.settings.rulebook(creditor)
        if head is None or rulebook is None:
            return "gone"
        done = "unchanged"
        claim = head.claim
        ours = claim and (claim.serial, claim.attempt) == (feedback.serial, feedback.attempt)
        if claim and ours and feedback.outcome in PROOF_OF_SENDING:
            record = fence.attempt_record(
                claim, head.plan, history.SENT, now, message_id=feedback.message_id
            )
            self.settlement.confirm(creditor, feedback.account, claim, record, rulebook, now)
            done = "confirmed"
        if feedback.outcome not in FACTS:
            return done
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

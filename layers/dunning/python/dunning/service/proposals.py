"""The notices of a creditor that wait for a person's answer, as people and pages read them.
Answers are ledger bodies (`record_body`); nothing is decided or written here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dunning.domain.approval import Pinned, Proposal
from dunning.domain.follow_up import APPROVAL_TASK
from dunning.domain.money import format_amount
from dunning.service.ports import Ledger

Output = dict[str, object]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Proposals by the lines for people that tell of them."""

    ledger: Ledger

    def waiting(self, creditor: str) -> Iterator[Output]:
        """Each proposal that nobody has answered, the oldest first."""
        told = (task for task in self.ledger.tasks(creditor) if task.kind == APPROVAL_TASK)
        for customer in dict.fromkeys(task.customer for task in told):
            account = self.ledger.account_key(creditor, customer)
            state = self.ledger.read(creditor, account)
            for proposal in state.proposals if state else ():
                if not proposal.answer:
                    yield _said(creditor, customer, proposal)


def _said(creditor: str, customer: str, proposal: Proposal) -> Output:
    return {
        "creditor": creditor,
        "customer": customer,
        "proposal": proposal.id,
        "on": proposal.on.isoformat(),
        "until": proposal.until.isoformat(),
        "policy": proposal.policy,
        "policy_version": proposal.version,
        "level": proposal.level,
        "channel": proposal.channel,
        "tone": proposal.tone,
        "currency": proposal.currency,
        "total": format_amount(proposal.total, proposal.currency),
        "items": [_line(one, proposal.currency) for one in proposal.lines if one.level],
        "listed": [str(one.ref) for one in proposal.lines if not one.level],
    }


def _line(one: Pinned, currency: str) -> Output:
    return {
        "invoice": one.ref.invoice,
        "item": one.ref.item,
        "level": one.level,
        "repeat": one.repeat,
        "open": format_amount(one.open, currency),
        "fee": format_amount(one.fee, currency),
        "interest": format_amount(one.interest, currency),
    }

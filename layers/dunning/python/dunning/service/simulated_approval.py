"""What a simulation does for people: approvals are taken as given that day (contracts, "Simulate").
What is handed over is shown as lines; whether and when is the decision's.
"""

from collections.abc import Iterator
from datetime import date

from dunning.domain.account import Account
from dunning.domain.approval import APPROVED, HandedOver
from dunning.domain.bodies import ApprovalBody
from dunning.service.simulated_lines import Output, item_line

BY = "simulate"


def approvals(state: Account, day: date) -> Iterator[ApprovalBody]:
    """A yes to each proposal that waits."""
    for proposal in state.proposals:
        if not proposal.answer:
            yield ApprovalBody(
                on=day,
                id=f"{BY}-{proposal.id}",
                proposal=proposal.id,
                outcome=APPROVED,
                by=BY,
            )


def handed_over_lines(
    creditor: str, state: Account, fact: HandedOver, day: date
) -> Iterator[Output]:
    """A line for each item that was handed over on a day."""
    for ref in fact.items:
        item = state.item(ref)
        if item is None:
            continue
        yield {
            **item_line(creditor, state, item, day),
            "handed_over": fact.to,
            "hand_over": fact.id,
        }

"""What a simulation does for people: approvals are taken as given that day (contracts, "Simulate").
What is handed over is shown as lines; whether and when is the decision's.
"""

from collections.abc import Iterator
from datetime import date

from dunning.domain.account import Account
from dunning.domain.approval import APPROVED, HandedOver
from dunning.domain.bodies import ApprovalBody
from dunning.domain.money import format_amount

Output = dict[str, object]
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
        reached = state.level_of(item)
        yield {
            "run": day.isoformat(),
            "creditor": creditor,
            "customer": state.head.customer,
            "currency": item.currency,
            "invoice": ref.invoice,
            "item": ref.item,
            "due": item.due.isoformat(),
            "level": reached.level if reached else 0,
            "open": format_amount(item.open, item.currency),
            "handed_over": fact.to,
            "hand_over": fact.id,
        }

"""A promise on the customer's page: what may be promised, and the promise. What it holds back is
`domain.holding`'s.
"""

from dataclasses import dataclass
from datetime import date

from dunning.domain.bodies import PromiseBody
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.promises import Promisable, promisable
from dunning.service.plan_agreements import due_and_free
from dunning.service.visiting import Refused, Saying, Visit


def may_promise(visit: Visit) -> tuple[Promisable, ...]:
    """What may be promised, by currency: what is due, and neither disputed nor held."""
    state, rulebook = visit.state, visit.rulebook
    found = []
    for currency, items in sorted(due_and_free(state, visit.today).items()):
        policies = [rulebook.policy_for(item, state.customer) for item in items]
        within = [policy.promise_within for policy in policies if policy is not None]
        found.append(promisable(state, items, currency, within, visit.today))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PromisePayment:
    """A customer promises to pay, by a day."""

    saying: Saying

    def promise(
        self, visit: Visit, id_: str, currency: str, amount: int | None, by: date | None
    ) -> Promisable:
        """`amount` in minor units. Raises Refused: nothing may be promised, no such day, or an
        amount that is none or more than is due."""
        offer = next((one for one in may_promise(visit) if one.currency == currency), None)
        if offer is None or offer.reason:
            raise Refused("", offer.reason if offer else "nothing_open")
        if by is None or not visit.today <= by <= offer.last:
            raise Refused("date", "bad_day")
        if amount is None or not 0 < amount <= offer.amount:
            raise Refused("amount", "bad_amount")
        body = PromiseBody(
            on=visit.today,
            id=id_,
            customer=visit.customer,
            by=by,
            amount=format_amount(amount, currency),
            items=offer.items,
        )
        try:
            self.saying.record(visit, body)
        except LedgerError as error:
            raise Refused("", "changed") from error
        return offer

"""The customer's word that they have paid."""

from typing import TYPE_CHECKING

from dunning.domain.typed import typed_amount, typed_day
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.asked import refs_of
from dunning.entry.pages.paid import PAID, PAID_AGAIN
from dunning.service.portal_disputes import SayingPaid
from dunning.service.portal_forms import Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """A hold of some days, and a line for a person; never a posting."""
    visit = asked_of(asked).visit
    refs = refs_of(asked.fields.get("items", ()))
    currencies = [item.currency for item in visit.state.open if item.ref in refs]
    amount = typed_amount(asked.text("amount"), currencies[0]) if currencies else None
    day, reference = typed_day(asked.text("date")), asked.text("reference")
    id_ = asked.shown.filled((*sorted(set(refs)), amount, day, reference))
    waits = SayingPaid(saying(here)).paid(visit, id_, refs, amount, day, reference)
    return Next(PAID if waits else PAID_AGAIN, "paid")

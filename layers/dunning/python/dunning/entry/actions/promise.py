"""A promise to pay by a day."""

from typing import TYPE_CHECKING

from dunning.domain.typed import typed_amount, typed_day
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.promise import PROMISED
from dunning.service.portal_forms import Asked, Next
from dunning.service.portal_promises import PromisePayment, may_promise

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """It holds reminders back from now on."""
    visit = asked_of(asked).visit
    if any(one.id == asked.shown.id for one in visit.state.promises):
        return Next(PROMISED, "promise")
    currency = asked.text("currency")
    known = any(one.currency == currency for one in may_promise(visit))
    amount = typed_amount(asked.text("amount"), currency) if known else None
    day = typed_day(asked.text("date"))
    PromisePayment(saying(here)).promise(visit, asked.shown.id, currency, amount, day)
    return Next(PROMISED, "promise")

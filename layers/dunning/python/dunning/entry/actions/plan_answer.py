"""The customer's answer to a plan that the creditor proposes: yes, no, or other terms."""

from typing import TYPE_CHECKING

from dunning.domain.shown_forms import about
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.plan import AGREED, ASKED_FOR, DECLINED
from dunning.service.plan_agreements import PlanAgreements
from dunning.service.portal_forms import AGAIN, Asked, Next
from dunning.service.portal_plans import AgreePlans, plan_seen
from dunning.service.visiting import Refused

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts

ACCEPT, DECLINE, COUNTER = "accept", "decline", "counter"


def act(here: "ActionParts", asked: Asked) -> Next:
    """What the form has shown is what is answered, and nothing else."""
    visit = asked_of(asked).visit
    agree = AgreePlans(PlanAgreements(here.bodies.accounts, here.bodies), saying(here))
    id_, answer = asked.text("plan"), asked.text("answer")
    plan = next((one for one in visit.state.plans if one.id == id_), None)
    if plan is not None and plan.in_force and answer == ACCEPT:
        return Next(AGREED, "plan")
    if plan is None or about((plan.id, plan_seen(plan))) != asked.shown.digest:
        return Next(AGAIN, "plan")
    if answer == COUNTER:
        count = asked.text("count")
        if not (count.isascii() and count.isdigit() and len(count) < 4):
            raise Refused("count", "bad_count")
        agree.counter(visit, id_, int(count), None)
        return Next(ASKED_FOR, "plan")
    if answer not in (ACCEPT, DECLINE):
        return Next(AGAIN, "plan")
    words = here.pages.tongue(visit.settings, visit.state.customer).version("plan")
    agree.answer(visit, id_, plan_seen(plan), words, accepts=answer == ACCEPT)
    return Next(AGREED if answer == ACCEPT else DECLINED, "plan")

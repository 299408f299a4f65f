"""A plan that a customer chooses, or asks for: what the page has shown, to the day and the cent."""

from typing import TYPE_CHECKING

from dunning.domain.shown_forms import about
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.plan import AGREED, ASKED_FOR, chosen_of
from dunning.service.plan_agreements import AGREED as IS_AGREED
from dunning.service.plan_agreements import PlanAgreements
from dunning.service.portal_forms import AGAIN, Asked, Next
from dunning.service.portal_plans import AgreePlans

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """Agreed at once, or with a person; what would be something else by now is shown again."""
    page = asked_of(asked)
    visit = page.visit
    agree = AgreePlans(PlanAgreements(here.bodies.accounts, here.bodies), saying(here))
    known = next((plan for plan in visit.state.plans if plan.id == asked.shown.id), None)
    if known is not None:
        return Next(AGREED if known.in_force else ASKED_FOR, "plan")
    chosen = chosen_of(agree.page(visit), page)
    if about((chosen.seen,)) != asked.shown.digest:
        return Next(AGAIN, "plan")
    words = here.pages.tongue(visit.settings, visit.state.customer).version("plan")
    answer = agree.choose(visit, asked.shown.id, chosen, words)
    return Next(AGREED if answer.outcome == IS_AGREED else ASKED_FOR, "plan")

"""A customer has a plan collected: signed by the click on the words shown, then on to the page of
the provider, or back with a word."""

from typing import TYPE_CHECKING

from dunning.adapters.pay_section import title
from dunning.domain.payment_requests import NotBegun
from dunning.domain.plan_mandates import LIVE
from dunning.domain.shown_forms import about
from dunning.entry.actions.pay import coming_back
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.observability import logger
from dunning.entry.pages.collect_parts import COLLECTING, LEFT, NOT_BEGUN, mandate_of, words_of
from dunning.service.authorising import Signed
from dunning.service.portal_forms import AGAIN, Asked, Next
from dunning.service.provider_ports import NotConfigured

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """What the form has shown is what is signed, and nothing else."""
    visit = asked_of(asked).visit
    settings, customer = visit.settings, visit.state.customer
    id_ = asked.text("plan")
    plan = next((one for one in visit.state.plans if one.id == id_ and one.in_force), None)
    tongue = here.pages.tongue(settings, customer)
    words = words_of(tongue, visit, plan) if plan else None
    if plan is None or words is None or about((plan.id, words.hash)) != asked.shown.digest:
        return Next(AGAIN, "plan")
    standing = mandate_of(visit, plan)
    if standing is not None and standing.state == LIVE:
        return Next(COLLECTING, "plan")
    back = f"{here.portal_url}/portal/{here.sealed(coming_back(asked.link, asked.now))}/plan?said="
    signed = Signed(
        mandate=standing.id if standing else asked.shown.id,
        text_hash=words.hash,
        language=tongue.language,
        title=title(settings, customer, tuple((ref, 0) for ref in plan.items)),
        back=back + COLLECTING,
        left=back + LEFT,
    )
    try:
        return Next(url=here.authorising.sign(visit, plan, signed, saying(here)))
    except (NotBegun, NotConfigured) as error:
        code = error.code if isinstance(error, NotBegun) else "not_configured"
        logger().error(
            "payment not begun",
            extra={"creditor": visit.creditor, "provider": settings.collect_plans, "code": code},
        )
        return Next(NOT_BEGUN, "plan")

"""What a write does to mandates: a debit that came is not waited for any more; a mandate is over
once its debits would be more than is left of its plan, or the plan is over. Pure.

Sum of the debits that are still to come <= what is left of the plan: else none may be made.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .account import Account
from .business_days import Calendars
from .change import Change, apply
from .creditor import Creditor
from .facts import Ended
from .mandates import last_day_to_stop
from .payment_plans import Coming, PaymentPlan
from .plan_mandates import OVER, PAID_OTHERWISE, PLAN_OVER, PlanMandate
from .posting import Posting
from .provider_events import payment_id


def with_mandates(
    state: Account, change: Change, creditor: Creditor, calendars: Calendars, now: int, today: date
) -> tuple[Change, Account]:
    """A change with that in it, and the account as it leaves it."""
    after = apply(state, change)
    fresh = [f for f in change.put if isinstance(f, Posting) and f.key in change.seen]
    for mandate in after.mandates:
        before = next((one for one in after.plans if one.id == mandate.plan), None)
        plan = _without_came(before, mandate, fresh) if before else None
        kept = _judged(mandate, plan, posting=after.head.applying is not None)
        if plan is not None and kept.over:
            still = _cannot_be_stopped(plan, creditor, calendars, today) if plan.in_force else ()
            plan = replace(plan, coming=still)
        if plan is not None and plan != before:
            change = _with(change, plan)
        due = None if not kept.errand else kept.due if kept.due is not None else now
        kept = replace(kept, due=due)
        if kept.over and not kept.errand:
            change = _ended(state, change, kept, today)
        elif kept != mandate:
            change = _with(change, kept)
    return change, apply(state, change)


def _judged(mandate: PlanMandate, plan: PaymentPlan | None, *, posting: bool) -> PlanMandate:
    if mandate.over:
        return mandate
    if plan is None or not plan.in_force:
        return replace(mandate, state=OVER, why=PLAN_OVER)
    too_much = sum(one.amount for one in plan.coming) > plan.left
    if too_much and not posting:
        return replace(mandate, state=OVER, why=PAID_OTHERWISE)
    return mandate


def _without_came(plan: PaymentPlan, mandate: PlanMandate, fresh: Iterable[Posting]) -> PaymentPlan:
    """The plan without the debits that these postings are: the provider's, for this very plan."""
    begins = payment_id(mandate.provider, "")
    for posting in fresh:
        mine = posting.key.id.startswith(begins) and posting.reference == plan.id
        if not mine or not plan.coming:
            continue
        same = [one for one in plan.coming if one.amount == posting.amount]
        came = min(same or plan.coming, key=lambda one: one.on)
        plan = replace(plan, coming=tuple(one for one in plan.coming if one != came))
    return plan


def _cannot_be_stopped(
    plan: PaymentPlan, creditor: Creditor, calendars: Calendars, today: date
) -> tuple[Coming, ...]:
    """The debits that may come all the same, the bank having them by now: they are waited for, so
    that nobody is asked for what is on its way. Whatever becomes of one, an event tells."""
    return tuple(
        one for one in plan.coming if last_day_to_stop(one.on, creditor, calendars) < today
    )


def _with(change: Change, fact: PaymentPlan | PlanMandate) -> Change:
    kept = tuple(f for f in change.put if not (type(f) is type(fact) and f.id == fact.id))
    return replace(change, put=(*kept, fact))


def _ended(state: Account, change: Change, mandate: PlanMandate, today: date) -> Change:
    kept = tuple(f for f in change.put if not (isinstance(f, PlanMandate) and f.id == mandate.id))
    gone = tuple(one for one in state.mandates if one.id == mandate.id)
    put = (*kept, Ended(mandate, mandate.id, today, mandate.why))
    return replace(change, put=put, delete=(*change.delete, *gone))

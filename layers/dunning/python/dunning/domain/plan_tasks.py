"""Lines for people about payment plans: one that a customer asks for waits for an answer.
Pure, from the state before and after the fact.
"""

from dataclasses import replace

from .account import Account
from .change import Change
from .history import Task
from .money import format_amount
from .payment_plans import CUSTOMER, PROPOSED, PaymentPlan

PLAN_TASK = "plan_asked_for"
OVER = "_over"


def with_plan_tasks(state: Account, change: Change, after: Account, now: int) -> Change:
    """A change with the lines about plans that it makes a person look at, or needs nobody for any
    more."""
    before, waits = _asked(state), _asked(after)
    tasks = [
        Task(_id(plan), now, PLAN_TASK, after.head.customer, _said(plan))
        for plan in waits.values()
        if before.get(plan.id) != plan
    ]
    tasks += [
        Task(_id(plan), now, PLAN_TASK + OVER, after.head.customer)
        for plan in before.values()
        if plan.id not in waits
    ]
    return replace(change, tasks=(*change.tasks, *tasks)) if tasks else change


def _asked(account: Account) -> dict[str, PaymentPlan]:
    return {
        plan.id: plan for plan in account.plans if plan.state == PROPOSED and plan.by == CUSTOMER
    }


def _id(plan: PaymentPlan) -> str:
    return f"plan-{plan.id}"


def _said(plan: PaymentPlan) -> str:
    total = format_amount(plan.total, plan.currency)
    return f"{total} {plan.currency} in {len(plan.instalments)}, last {plan.instalments[-1].due}"

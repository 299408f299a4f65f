"""The line for a person when the contact rules leave an account no way to be reminded: once, when
its plan comes to say so, and again that it is over. Pure; what is denied is the gates'.
"""

from . import reasons
from .account import Plan
from .change import Change
from .history import Task
from .replaced import replace

KIND = "contact_denied"
OVER = f"{KIND}_over"
STUCK = frozenset({reasons.CHANNEL_DENIED, reasons.CONTACT_REVIEW})


def with_plan(before: Plan, change: Change, fresh: Plan, edition: int) -> Change:
    """A change with the plan of the state that it leaves, and with what a person is told of it.
    `before`: the plan that stood."""
    head = replace(change.head, plan=fresh, edition=edition)
    tasks = change.tasks
    now, was = _stuck(fresh), _stuck(before)
    if now != was:
        kind = KIND if now else OVER
        detail = fresh.detail if now else fresh.reason
        line = Task(f"{KIND}-{head.customer}", fresh.since, kind, head.customer, detail)
        tasks = (*tasks, line)
    return replace(change, head=head, tasks=tasks)


def _stuck(plan: Plan) -> tuple[str, str] | None:
    return (plan.reason, plan.detail) if plan.at is None and plan.reason in STUCK else None

"""What a message is about, by the name of its wording, and which one a step of a ladder takes.
Names alone: the words lie in templates/{email,voice}/wording, one file a language.
"""

from . import telling_kinds
from .experiments import Assigned
from .policy import Policy
from .telling_kinds import HAND_OVER as HAND_OVER
from .telling_kinds import INSTALMENT_DUE as INSTALMENT_DUE
from .telling_kinds import INSTALMENT_MISSED as INSTALMENT_MISSED
from .telling_kinds import NEW_LINK as NEW_LINK
from .telling_kinds import PLAN_AGREED as PLAN_AGREED
from .telling_kinds import PLAN_OFFER as PLAN_OFFER
from .telling_kinds import PROMISE_BROKEN as PROMISE_BROKEN
from .telling_kinds import PROMISE_REMINDER as PROMISE_REMINDER
from .telling_kinds import THANKS as THANKS

BEFORE_DUE, FIRST, SECOND, LAST = "before_due", "first", "second", "last"

DEMANDS = (BEFORE_DUE, FIRST, SECOND, LAST)
"""What a step of a ladder may say."""
WORDINGS = (*DEMANDS, *telling_kinds.KINDS, NEW_LINK)
"""What a mail says."""
TEXTED = (*DEMANDS, *telling_kinds.KINDS)
"""What a text says: a link that was asked for comes by mail alone."""
SPOKEN = (FIRST, SECOND, LAST, *telling_kinds.SPOKEN)
"""Where a call makes sense."""


def wording_of(policy: Policy | None, level: int, variant: str = "") -> str:
    """The wording of a ladder's step: the one that it names, else by its place. Before the due day
    is `before_due`; of those after it the first is `first`, the highest `last`, all between them
    `second`. The only one of a ladder is a first. `variant`: what the notice is in an experiment of
    the step (`Assigned`), which may have a wording of its own."""
    step = policy.step(level) if policy else None
    if policy is None or step is None:
        return FIRST if level <= 1 else SECOND
    if step.experiment is not None and (mine := Assigned.of(variant)):
        told = step.experiment.control if mine.stopped else mine.variant
        step = step.varied(step.experiment.variant(told))
    if step.wording:
        return step.wording
    if step.early:
        return BEFORE_DUE
    overdue = [one.level for one in policy.ladder if not one.early]
    if level == overdue[0]:
        return FIRST
    return LAST if level == overdue[-1] else SECOND

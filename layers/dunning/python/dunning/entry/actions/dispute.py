"""An objection to items."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.asked import refs_of
from dunning.entry.pages.dispute import OBJECTED, OBJECTED_AGAIN
from dunning.service.portal_disputes import Objecting
from dunning.service.portal_forms import Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """What is objected to waits from now on, unless it has waited often enough."""
    refs = refs_of(asked.fields.get("items", ()))
    reason, text = asked.text("reason"), asked.text("text")
    id_ = asked.shown.filled((*sorted(set(refs)), reason, text))
    waits = Objecting(saying(here)).object(asked_of(asked).visit, id_, refs, reason, text)
    return Next(OBJECTED if len(waits) == len(set(refs)) else OBJECTED_AGAIN, "dispute")

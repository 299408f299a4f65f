"""A message that was for somebody else."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of, saying
from dunning.service.portal_contact import WrongPerson
from dunning.service.portal_forms import Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """The address is used no more; the link shows nothing from now on."""
    WrongPerson(saying(here)).not_me(asked_of(asked).visit, asked.shown.id)
    return Next("thanks", "wrong-person")

"""How a customer wants to be reached."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.contact import SAVED
from dunning.service.portal_contact import Preferring
from dunning.service.portal_forms import Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """Language and hours."""
    Preferring(saying(here), here.withdrawing).prefer(
        asked_of(asked).visit, asked.text("language"), asked.text("from"), asked.text("until")
    )
    return Next(SAVED, "contact")

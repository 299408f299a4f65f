"""Nothing more on one channel."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.contact import STOPPED
from dunning.service.portal_contact import Preferring
from dunning.service.portal_forms import Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """A withdrawal, at once."""
    preferring = Preferring(saying(here), here.withdrawing)
    if preferring.stop(asked_of(asked).visit, asked.text("channel")):
        here.metrics.count("OptedOut")
    return Next(STOPPED, "contact")

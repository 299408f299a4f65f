"""What actions of forms share: the visit behind a form, and how its words get into the ledger."""

from typing import TYPE_CHECKING

from dunning.entry.pages.asked import PageAsked
from dunning.service.portal_forms import Asked
from dunning.service.visiting import Saying

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def asked_of(asked: Asked) -> PageAsked:
    """A form as its page is asked for."""
    return PageAsked(asked.opened, asked.token, asked.now, fields=asked.fields)


def saying(here: "ActionParts") -> Saying:
    """Into the ledger."""
    return Saying(here.bodies)

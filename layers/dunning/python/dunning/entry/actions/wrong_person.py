"""A message that was for somebody else."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.wrong_person import done
from dunning.service.portal_contact import WrongPerson
from dunning.service.portal_forms import Asked

if TYPE_CHECKING:
    from dunning.adapters.form_pages import HtmlPage
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> "HtmlPage":
    """The address is used no more; the link shows nothing from now on, so this is its last page."""
    visit = asked_of(asked).visit
    WrongPerson(saying(here)).not_me(visit, asked.shown.id)
    return done(here.pages, visit)

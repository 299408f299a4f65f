"""A customer has nothing of a plan collected any more: in the ledger, and at the provider."""

from contextlib import suppress
from typing import TYPE_CHECKING

from dunning.domain.shown_forms import about
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.collect_parts import STOPPED
from dunning.service.accounts import Contended
from dunning.service.authorising import Authorising
from dunning.service.collecting import NotCollected
from dunning.service.portal_forms import AGAIN, Asked, Next

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """Where the provider does not answer, the next run of collect_plans tells it."""
    visit = asked_of(asked).visit
    mandate = asked.text("mandate")
    if about((mandate,)) != asked.shown.digest:
        return Next(AGAIN, "plan")
    Authorising.stop(visit, mandate, saying(here))
    with suppress(NotCollected, Contended):
        here.collecting.attend(visit.creditor, visit.account, visit.rulebook, visit.now)
    return Next(STOPPED, "plan")

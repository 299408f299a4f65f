"""The answer to what is asked before an amount is shown."""

from typing import TYPE_CHECKING

from dunning.entry.actions.saying import asked_of
from dunning.entry.pages.first_question import ANSWER, locked
from dunning.service.portal_forms import Asked, Next
from dunning.service.second_factor import AskingFirst, Locked
from dunning.service.visiting import Refused

if TYPE_CHECKING:
    from dunning.adapters.form_pages import HtmlPage
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> "Next | HtmlPage":
    """On to the page that the link is for, by a link that lasts a day or two."""
    try:
        token = AskingFirst(here.tries, here.sealed).answer(
            asked.opened, asked.text(ANSWER), asked.now
        )
    except Locked:
        here.metrics.count("LinkLocked")
        return locked(here.pages, asked_of(asked).visit)
    if token is None:
        raise Refused(ANSWER, "wrong_answer")
    return Next(url=f"../{token}")

"""No more calls, whatever the number."""

from typing import TYPE_CHECKING

from dunning.domain.account import VOICE
from dunning.domain.consents import PORTAL
from dunning.service.portal_forms import Asked, Next
from dunning.service.record_body import ACCEPTED
from dunning.service.withdrawing import Withdrawal

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """It holds from now on."""
    said = Withdrawal(PORTAL, VOICE)
    done = here.withdrawing.withdraw(asked.creditor, asked.account, said, asked.now)
    if done.outcome == ACCEPTED:
        here.metrics.count("OptedOut")
    return Next("no-calls")

"""Pay what was chosen: on to the page of a payment provider, or back with a word."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dunning.adapters.pay_section import title
from dunning.domain.calendar import later
from dunning.domain.links import Link
from dunning.domain.payment_requests import NotBegun
from dunning.entry.actions import statement_page
from dunning.entry.observability import logger
from dunning.service.paying import BACK, LEFT, NOT_BEGUN, Way, Wish
from dunning.service.portal_forms import Asked, Next
from dunning.service.provider_ports import NotConfigured

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts

WEEK = 7
"""Days. A page of GoCardless' is open for as many, one of Stripe's for one."""


def coming_back(link: Link, now: int) -> Link:
    """The link that a provider is told, and keeps: the customer's own, for as long as somebody may
    still be on its page. The same all week (UTC), so that it is the same payment after midnight."""
    today = datetime.fromtimestamp(now, UTC).date()
    return link._replace(until=min(link.until, later(today, 2 * WEEK - 1 - today.weekday())))


def act(here: "ActionParts", asked: Asked) -> Next:
    """The same form leads to the same payment, however often it is sent."""
    opened = asked.opened
    creditor, customer = opened.rulebook.creditor, opened.state.customer
    chosen = tuple(dict.fromkeys(asked.fields.get("item", ())))
    wish = Wish(asked.text("currency"), chosen, asked.text("by"))
    token = here.sealed(coming_back(asked.link, asked.now))
    back = f"{here.portal_url}/portal/{token}{statement_page(opened)}?said="
    way = Way(
        title=lambda parts: title(creditor, customer, parts),
        language=customer.language or creditor.language,
        back=back + BACK,
        left=back + LEFT,
    )
    try:
        return Next(url=here.paying.begin(opened, wish, way, asked.now))
    except (NotBegun, NotConfigured) as error:
        code = error.code if isinstance(error, NotBegun) else "not_configured"
        logger().error(
            "payment not begun",
            extra={"creditor": opened.creditor, "provider": wish.provider, "code": code},
        )
        return Next(NOT_BEGUN)

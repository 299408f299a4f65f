"""Pay what was chosen: on to the page of a payment provider, or back with a word."""

from typing import TYPE_CHECKING

from dunning.adapters.pay_section import title
from dunning.domain.payment_requests import NotBegun
from dunning.entry.actions import statement_page
from dunning.entry.observability import logger
from dunning.service.paying import BACK, LEFT, NOT_BEGUN, Way, Wish
from dunning.service.portal_forms import Asked, Next
from dunning.service.provider_ports import NotConfigured

if TYPE_CHECKING:
    from dunning.entry.wiring_actions import ActionParts


def act(here: "ActionParts", asked: Asked) -> Next:
    """The same form leads to the same payment, however often it is sent."""
    opened = asked.opened
    creditor, customer = opened.rulebook.creditor, opened.state.customer
    chosen = tuple(dict.fromkeys(asked.fields.get("item", ())))
    wish = Wish(asked.text("currency"), chosen, asked.text("by"))
    back = f"{here.portal_url}/portal/{asked.token}{statement_page(opened)}?said="
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

"""The parts behind the links of messages, beside those of `wiring`."""

from functools import cached_property
from typing import TYPE_CHECKING

from dunning.entry.observability import metrics
from dunning.entry.wiring import Wiring

if TYPE_CHECKING:
    from dunning.adapters.portal_pages import PortalPages
    from dunning.service.opting_out import OptOuts
    from dunning.service.portal import LinkDoor, Portal


class PageWiring(Wiring):
    """One cell's parts, the pages among them."""

    @cached_property
    def door(self) -> "LinkDoor":
        from dunning.adapters.dynamodb.keys import creditor_of
        from dunning.service.portal import LinkDoor

        return LinkDoor(self.ledger, self.rulebooks, self.link_tokens.opened, creditor_of)

    @cached_property
    def portal(self) -> "Portal":
        from dunning.service.portal import Portal

        return Portal(self.door)

    @cached_property
    def opt_outs(self) -> "OptOuts":
        from dunning.service.opting_out import OptOuts
        from dunning.service.withdrawing import Withdrawing

        return OptOuts(self.door, Withdrawing(self.bodies, self.rulebooks), metrics())

    @cached_property
    def pages(self) -> "PortalPages":
        from dunning.adapters.portal_pages import PortalPages

        return PortalPages(self.settings.templates_path)

"""The parts behind the HTTP API, beside those of `wiring`."""

from functools import cached_property
from typing import TYPE_CHECKING

from dunning.entry.threads import READING_THREADS
from dunning.entry.wiring import Wiring

if TYPE_CHECKING:
    from dunning.entry.api.desk import Desk
    from dunning.entry.api.door import CellDoor
    from dunning.entry.api.figures import Figures
    from dunning.service.contact_check import ContactCheck
    from dunning.service.inbox_pages import InboxPages
    from dunning.service.listing_ports import Ranges


class ApiWiring(Wiring):
    """One cell's parts, the API's among them."""

    @cached_property
    def door(self) -> "CellDoor":
        from dunning.adapters.cursors import SealedCursors
        from dunning.adapters.dynamodb.ranges import DynamoRanges
        from dunning.adapters.dynamodb.requests import DynamoRequests
        from dunning.entry.api.door import CellDoor
        from dunning.entry.wiring_outbound import OutboundWiring
        from dunning.service.account_check import AccountCheck
        from dunning.service.api_bodies import ApiBodies
        from dunning.service.cases import Cases
        from dunning.service.lists import Lists
        from dunning.service.why import Why

        ranges = DynamoRanges(self.connection)
        return CellDoor(
            refresh=self.rulebooks.refresh,
            clock=self.clock,
            settings=self.rulebooks,
            bodies=ApiBodies(self.bodies),
            cases=Cases(self.ledger),
            stories=Why(self.ledger, self.gates, self.rulebooks),
            accounts=AccountCheck(
                self.ledger, self.gates, self.suppressions, self.reservations.persons
            ),
            attempts=self._contact_check,
            lists=Lists(self.ledger, ranges),
            cursors=SealedCursors(self.address_key),
            requests=DynamoRequests(),
            inbox=self._inbox(ranges),
            make_desk=lambda: self.desk,
            make_figures=lambda: self.figures,
            make_replays=lambda: OutboundWiring(self).replays,
        )

    @cached_property
    def desk(self) -> "Desk":
        from dunning.adapters import contact_rulesets
        from dunning.adapters.own_wording_trial import OwnWordingFiles
        from dunning.entry.api.desk import Desk
        from dunning.service.publishing import Publishing

        templates = self.settings.templates_path
        files = OwnWordingFiles(templates)
        publishing = Publishing(
            self.rulebooks, lambda: self.blobs, lambda: files, lambda: contact_rulesets
        )
        return Desk(publishing, files, templates)

    @cached_property
    def figures(self) -> "Figures":
        from dunning.adapters.dynamodb.ranges import DynamoRanges
        from dunning.entry.api.figures import Figures
        from dunning.entry.bootstrap import stopwatch

        ranges = DynamoRanges(self.connection)
        return Figures(self.ledger, ranges, self.rulebooks, READING_THREADS, stopwatch)

    def _inbox(self, ranges: "Ranges") -> "InboxPages":
        from dunning.service.inbox import Inbox
        from dunning.service.inbox_pages import InboxPages

        payments = self.bodies.unmatched
        assert payments is not None  # a cell keeps them
        return InboxPages(Inbox(self.ledger, payments, READING_THREADS), ranges)

    def _contact_check(self) -> "ContactCheck":
        from dunning.adapters.contact_rulesets import STANDARD, ruleset_of
        from dunning.adapters.phone_numbers import phone_number
        from dunning.service.contact_check import ContactCheck

        rules = ruleset_of(STANDARD)
        return ContactCheck(rules, phone_number, self._time_zones, self.clock.now)

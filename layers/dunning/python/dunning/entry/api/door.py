"""The use cases behind the routes, over one cell, and the instant that a request is answered at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dunning.adapters.cursors import SealedCursors
from dunning.domain.calendar import local_day
from dunning.domain.policy import Rulebook
from dunning.service.account_check import AccountCheck
from dunning.service.api_bodies import ApiBodies, Result
from dunning.service.cases import Cases
from dunning.service.contact_check import ContactCheck
from dunning.service.expected import UNSAID, Expected
from dunning.service.inbox_pages import InboxPages
from dunning.service.lists import Lists, Page, Place
from dunning.service.ports import Clock, Settings
from dunning.service.request_ports import Requests
from dunning.service.shown import customer_shown, invoice_shown
from dunning.service.why import Why

from .access import READ, SETTINGS, WRITE, Grant, NotGranted

if TYPE_CHECKING:
    from dunning.service.outbound_replay import ReplayEvents

    from .desk import Desk
    from .figures import Figures

Said = Mapping[str, Any]
FACTS = {"disputes": "dispute", "holds": "hold", "promises": "promise", "plans": "plan"}


@dataclass(frozen=True)
class CellDoor:
    """One cell's use cases. Each request begins with the settings as they are now."""

    refresh: Callable[[], None]
    clock: Clock
    settings: Settings
    bodies: ApiBodies
    cases: Cases
    stories: Why
    accounts: AccountCheck
    attempts: Callable[[], ContactCheck]
    lists: Lists
    cursors: SealedCursors
    requests: Requests
    inbox: InboxPages
    make_desk: "Callable[[], Desk]"
    make_figures: "Callable[[], Figures]"
    make_replays: "Callable[[], ReplayEvents]"

    def record(
        self,
        creditor: str,
        type_: str,
        raw: Said,
        key: str,
        expected: Expected = UNSAID,
    ) -> Result:
        """One body. Raises NotGranted where there is no such creditor, and Stale."""
        rulebook = self.rulebook(creditor)
        return self.bodies.record(creditor, type_, raw, rulebook, self.clock.now(), key, expected)

    def batch(self, creditor: str, type_: str, raws: Sequence[Said]) -> list[Result]:
        """Each of several, in their order, by the settings of one moment. Raises NotGranted."""
        rulebook = self.rulebook(creditor)
        return self.bodies.batch(creditor, type_, raws, rulebook, self.clock.now())

    def creditors(self, granted: frozenset[Grant]) -> list[Said]:
        """The creditors among those granted that there are, and what of each is granted."""
        self.refresh()
        found: list[Said] = []
        for creditor in sorted({grant.creditor for grant in granted}):
            book = self.settings.rulebook(creditor)
            if book is None:
                continue
            mine = {grant.right for grant in granted if grant.creditor == creditor}
            found.append(
                {
                    "creditor": creditor,
                    "name": book.creditor.name or None,
                    "country": book.creditor.country,
                    "time_zone": book.creditor.time_zone,
                    "language": book.creditor.language,
                    "currency": book.creditor.currency,
                    "rights": [READ, *(one for one in (WRITE, SETTINGS) if one in mine)],
                    "policies": book.version,
                }
            )
        return found

    def listed(self, creditor: str, what: str, place: Place, most: int, **asked: str) -> Page:
        """A page of what there are many of. Raises NotGranted."""
        book, now = self.rulebook(creditor), self.clock.now()
        customer, state = asked.get("customer"), asked.get("state")
        match what:
            case "customers":
                return self.lists.customers(creditor, place, most)
            case "cases":
                return self.lists.cases(book, now, place, most)
            case "invoices":
                return self.lists.invoices(creditor, customer, state, place, most)
            case "postings":
                return self.lists.postings(creditor, customer, place, most)
            case _:
                return self.lists.facts(FACTS[what], book, now, customer, state, place, most)

    def customer(self, creditor: str, customer: str) -> Said | None:
        """A customer as they are known; None: nobody is known by that id."""
        self.rulebook(creditor)
        ledger = self.lists.ledger
        found = self.lists.ranges.customer(creditor, ledger.account_key(creditor, customer))
        return customer_shown(found) if found else None

    def invoice(self, creditor: str, number: str) -> Said | None:
        """An invoice, and what is open of it; None: no such number is known."""
        self.rulebook(creditor)
        ledger = self.lists.ledger
        account = ledger.account_of_invoice(creditor, number)
        state = ledger.read(creditor, account) if account else None
        if account is None or state is None:
            return None
        found = ledger.invoice(creditor, account, number)
        return invoice_shown(state, found) if found else None

    def case(self, creditor: str, customer: str) -> Said | None:
        """What a customer owes and what is planned, with its revision; None: nobody is known."""
        found = self.cases(creditor, customer, self.rulebook(creditor), self.clock.now())
        return found[0] if found else None

    def why(
        self, creditor: str, customer: str, invoice: str | None, on: date | None
    ) -> list[Said] | None:
        """The story of an account, or of one day; None: nobody is known by that id."""
        rulebook = self.rulebook(creditor)
        if on is not None:
            told = list(self.stories.on_day(creditor, customer, on, rulebook, invoice))
        else:
            told = list(self.stories.timeline(creditor, customer, invoice))
        return list(told) or None

    def contact_check(self, creditor: str, raw: Said) -> Said | None:
        """Whether somebody may be contacted: the customer of that id (`{"customer": …}`), or who
        an attempt describes. Raises ReadingError for what is neither."""
        rulebook = self.rulebook(creditor)
        if set(raw) <= {"customer", "currency"} and raw.get("customer"):
            currency = raw.get("currency")
            customer, of = str(raw["customer"]), str(currency) if currency else None
            return self.accounts(creditor, customer, rulebook, self.clock.now(), of)
        return self.attempts()(raw)

    def unmatched_page(
        self, creditor: str, place: Place, most: int, state: str, by_amount: bool
    ) -> Page:
        """A page of the payments that name nobody. Raises LedgerError for a book that is too large
        to be looked through by amount."""
        today = self._today(creditor)
        return self.inbox.page(creditor, today, state, place, most, by_amount=by_amount)

    def unmatched(self, creditor: str, payment: str) -> Said | None:
        """One of them, with whose it may be; None: none of that id was kept."""
        return self.inbox.one(creditor, payment, self._today(creditor))

    def match(
        self, creditor: str, payment: str, raw: Said, key: str, expected: Expected = UNSAID
    ) -> Result | None:
        """Somebody says whose it is. None: none of that id was kept. Raises Stale."""
        rulebook, customer = self.rulebook(creditor), str(raw["customer"])
        if not self.inbox.expect(creditor, payment, customer, expected, self._today(creditor)):
            return None
        said = {"id": f"match:{payment}"[:100], **raw, "unmatched": payment}
        return self.bodies.record(creditor, "match", said, rulebook, self.clock.now(), key)

    def _today(self, creditor: str) -> date:
        zone = self.rulebook(creditor).creditor.time_zone
        return local_day(self.clock.now(), zone)

    def now(self) -> int:
        """The instant of the request."""
        return self.clock.now()

    def desk(self) -> "Desk":
        """Policies and own words; made with the first request that needs them."""
        return self.make_desk()

    def figures(self) -> "Figures":
        """Reports and simulations; made with the first request that needs them."""
        return self.make_figures()

    def replays(self) -> "ReplayEvents":
        """Events told again; made with the first request that asks for some."""
        return self.make_replays()

    def cursor(self, creditor: str, question: str, place: Place) -> str:
        """A place as it travels."""
        return self.cursors.sealed(creditor, question, place)

    def place(self, creditor: str, question: str, cursor: str) -> Place | None:
        """The place behind a cursor of that very creditor and question."""
        return self.cursors.opened(creditor, question, cursor)

    def rulebook(self, creditor: str) -> Rulebook:
        """The creditor's settings, read anew. Raises NotGranted where there is no such creditor."""
        self.refresh()
        found = self.settings.rulebook(creditor)
        if found is None:
            raise NotGranted
        return found

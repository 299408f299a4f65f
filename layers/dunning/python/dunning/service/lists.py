"""Lists of what the ledger knows, a page at a time: of one customer, or of a creditor's whole book,
account by account. A page ends where its rows, or what it may look at, are used up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.facts import Dispute, Ended, Hold, Promise
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.policy import Rulebook
from dunning.domain.posting import PostingKey
from dunning.service.cases import Cases
from dunning.service.listing_ports import Place as Place
from dunning.service.listing_ports import Ranges
from dunning.service.ports import Ledger
from dunning.service.shown import (
    OPEN,
    SETTLED,
    Output,
    customer_shown,
    dispute_shown,
    hold_shown,
    invoice_shown,
    plan_shown,
    posting_shown,
    promise_shown,
)

MOST_ROWS, USUAL_ROWS = 100, 50
MOST_ACCOUNTS = 100
"""Accounts that one page looks at: one to three reads each, and two where there is little."""
MOST_LOOKED_AT = 2_000
"""Due items, postings and facts that one page looks at, those among them that it leaves out."""
LIVE, PAST = "live", "past"
INVOICE_STATES = (OPEN, SETTLED)
FACT_STATES = (LIVE, PAST)
_AFTER_ALL = ("",)
"""Place in an account of which nothing is left."""


class Page(NamedTuple):
    """Rows in the order of their keys, and where the next page begins; None: this was the last."""

    rows: list[Output]
    next: Place | None


class Seen(NamedTuple):
    """What was looked at: its place, what it counts for, and its row where it is wanted."""

    within: tuple[str, ...]
    weight: int
    row: Output | None


Reader = Callable[[str, tuple[str, ...]], Iterable[Seen]]
Shown = Callable[[str, Any, Ended | None, date], Output]
Live = Callable[[Account], Sequence[Any]]
_FACTS: dict[str, tuple[Live, Shown]] = {
    "dispute": (lambda state: state.disputes, dispute_shown),
    "hold": (lambda state: state.holds, hold_shown),
    "promise": (lambda state: state.promises, promise_shown),
    "plan": (lambda state: state.plans, plan_shown),
}
"""Where live facts of a kind stand, and how they are shown."""
Fact = Dispute | Hold | Promise | PaymentPlan


@dataclass(frozen=True, slots=True)
class Lists:
    """The use case over one cell. `customer` None: the whole book."""

    ledger: Ledger
    ranges: Ranges

    def customers(self, creditor: str, place: Place, most: int) -> Page:
        """Customers by their bodies' names: a read each."""

        def read(account: str, _: tuple[str, ...]) -> Iterator[Seen]:
            found = self.ranges.customer(creditor, account)
            yield Seen(_AFTER_ALL, 1, customer_shown(found) if found else None)

        return self._page(creditor, None, place, most, read)

    def cases(self, book: Rulebook, now: int, place: Place, most: int) -> Page:
        """Accounts on which something is open, or money stands: two reads each."""
        creditor, cases = book.creditor.creditor, Cases(self.ledger)

        def read(account: str, _: tuple[str, ...]) -> Iterator[Seen]:
            state = self.ledger.read(creditor, account)
            if state is not None:
                told = cases.told(state, book, now)
                yield Seen(_AFTER_ALL, 1 + len(state.open), told if told["currencies"] else None)

        return self._page(creditor, None, place, most, read)

    def invoices(
        self, creditor: str, customer: str | None, state: str | None, place: Place, most: int
    ) -> Page:
        """Documents, charges among them; open or settled ones, or all. Three reads an account, and
        one for each that is open where only those are wanted."""

        def read(account: str, within: tuple[str, ...]) -> Iterator[Seen]:
            known = self.ledger.read(creditor, account)
            after = within[0] if within else ""
            if known is None:
                return
            found = (
                self._open(creditor, account, known, after)
                if state == OPEN
                else _paged(
                    lambda last: self.ranges.invoices(
                        creditor, account, last.number if last else after, most
                    ),
                    most,
                )
            )
            for one in found:
                shown = invoice_shown(known, one)
                wanted = state in (None, shown["state"])
                yield Seen((one.number,), len(one.items), shown if wanted else None)

        return self._page(creditor, customer, place, most, read)

    def _open(self, creditor: str, account: str, state: Account, after: str) -> Iterator[Any]:
        numbers = sorted({item.ref.invoice for item in state.open})
        for number in numbers:
            found = self.ledger.invoice(creditor, account, number) if number > after else None
            if found is not None:
                yield found

    def postings(self, creditor: str, customer: str | None, place: Place, most: int) -> Page:
        """Postings: two reads an account."""

        def read(account: str, within: tuple[str, ...]) -> Iterator[Seen]:
            head = self.ledger.head(creditor, account)
            if head is None:
                return
            after = PostingKey(*within) if within else None
            found = _paged(
                lambda last: self.ranges.postings(
                    creditor, account, last.key if last else after, most
                ),
                most,
            )
            for one in found:
                weight = 1 + len(one.allocations)
                yield Seen(tuple(one.key), weight, posting_shown(head.customer, one))

        return self._page(creditor, customer, place, most, read)

    def facts(
        self,
        kind: str,
        book: Rulebook,
        now: int,
        customer: str | None,
        state: str | None,
        place: Place,
        most: int,
    ) -> Page:
        """Facts of a kind (dispute, hold, promise, plan): those that stand, then those that are
        over. Three reads an account."""
        creditor = book.creditor.creditor
        live, shown = _FACTS[kind]

        def read(account: str, within: tuple[str, ...]) -> Iterator[Seen]:
            known = self.ledger.read(creditor, account)
            if known is None:
                return
            who, today = known.head.customer, local_day(now, known.zone(book.creditor))
            phase, after = (within[0], within[1]) if within else (LIVE, "")
            standing = sorted(live(known), key=lambda fact: str(fact.id))
            if phase == LIVE and state != PAST:
                for fact in standing:
                    if fact.id > after:
                        yield Seen((LIVE, fact.id), 1, shown(who, fact, None, today))
            if state == LIVE:
                return
            start = after if phase == PAST else ""
            over = _paged(
                lambda last: self.ranges.ended(
                    creditor, account, kind, last.fact.id if last else start, most
                ),
                most,
            )
            here = {fact.id for fact in standing}
            for one in over:
                if one.fact.id not in here:
                    yield Seen((PAST, one.fact.id), 1, shown(who, one.fact, one, today))

        return self._page(creditor, customer, place, most, read)

    def _page(
        self, creditor: str, customer: str | None, place: Place, most: int, read: Reader
    ) -> Page:
        rows: list[Output] = []
        weight = 0
        for count, account in enumerate(self._accounts(creditor, customer, place), 1):
            within = place.within if account == place.account else ()
            for seen in read(account, within):
                weight += seen.weight
                if seen.row is not None:
                    rows.append(seen.row)
                if len(rows) >= most or weight >= MOST_LOOKED_AT:
                    return Page(rows, Place(account, seen.within))
            if count >= MOST_ACCOUNTS:
                return Page(rows, Place(account, _AFTER_ALL))
        return Page(rows, None)

    def _accounts(self, creditor: str, customer: str | None, place: Place) -> Iterator[str]:
        """Accounts from a place on."""
        if customer is not None:
            if place.within != _AFTER_ALL:
                yield self.ledger.account_key(creditor, customer)
            return
        if place.account and place.within != _AFTER_ALL:
            yield place.account
        after = place.account
        while True:
            found = self.ranges.accounts(creditor, after, MOST_ACCOUNTS)
            yield from found
            if len(found) < MOST_ACCOUNTS:
                return
            after = found[-1]


def _paged(read: Callable[[Any], list[Any]], most: int) -> Iterator[Any]:
    """All of a range, page by page, as far as it is asked for. `read` is handed the last one."""
    last = None
    while True:
        found = read(last)
        yield from found
        if len(found) < most:
            return
        last = found[-1]

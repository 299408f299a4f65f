"""What a link in a message shows: the statement of its account, or the question whether mails are
to stop. Reads alone; what a customer decides there is `opting_out`'s.

Every link that opens nothing ends in the same way and after the same work, whatever is wrong with
it: forged, expired, revoked, of another purpose, or sent to an address that is no more theirs.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from dunning.domain.account import EMAIL, VOICE, Account, Head
from dunning.domain.calendar import local_day
from dunning.domain.consents import ALL, taken_back, taken_back_whole
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.links import STATEMENT, Link, Purpose
from dunning.domain.owed import Owed, owed
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting
from dunning.service.ports import Ledger, Settings

NOBODY = "0#0"
"""Key of an account that nobody has (a creditor's id has two characters): what is read in place of
one, so that a link that opens nothing takes as long as any other. Its creditor's settings are read
for every such link: then nobody's policies are parsed for one link and not for another."""
MOST_POSTINGS = 1_000
"""Postings that are looked through for what came of an item. Of a longer history the sums are
shown, and no single payment."""

TokenOpener = Callable[[str], Link | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """What the page behind a link says, ready for words."""

    creditor: Creditor
    customer: Customer
    cases: tuple[Owed, ...]
    today: date
    purpose: Purpose
    calls: bool
    """Whether the customer has a telephone that is called: then they can ask for it to stop."""
    opened: "Opened"
    """The account that it is of, for the forms on the page."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether reminders by e-mail are to stop, or have been stopped already."""

    creditor: Creditor
    customer: Customer
    stopped: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The account behind a link that holds."""

    creditor: str
    link: Link
    head: Head
    rulebook: Rulebook

    @property
    def asks(self) -> bool:
        """Whether something is asked of who has the link, before an amount is shown."""
        return bool(self.rulebook.creditor.second_factor) and not self.link.proven


@dataclass(frozen=True, slots=True)
class Opened:
    """The account behind a link that holds, as it stands, for who may see it."""

    creditor: str
    link: Link
    rulebook: Rulebook
    state: Account
    asks: bool = False
    """Whether the creditor asks for something before an amount is shown, and it was not said."""


class _Held(NamedTuple):
    link: Link
    head: Head


@dataclass(frozen=True, slots=True)
class LinkDoor:
    """From a token to its account, or to nothing."""

    ledger: Ledger
    settings: Settings
    opened: TokenOpener
    creditor_of: Callable[[str], str]

    def find(
        self, token: str, purposes: Collection[Purpose], now: int, *, unproven: bool = False
    ) -> Found | None:
        """The account of a token that holds now for one of the purposes. Where the creditor asks
        for something besides that only the customer knows, a link alone finds nothing, but for
        what shows nothing either (`unproven`)."""
        held = self._held(token, purposes, now)
        return self._found(held, unproven=unproven)

    def _held(self, token: str, purposes: Collection[Purpose], now: int) -> "_Held | None":
        """The link of a token that holds now, and HEAD of its account. One HEAD is read, whatever
        the token is."""
        link = self.opened(token)
        on = datetime.fromtimestamp(now, UTC).date()
        wanted = link is not None and link.purpose in purposes and on <= link.until
        account = link.account if link is not None and wanted else NOBODY
        head = self.ledger.head(self.creditor_of(account), account)
        if link is None or not wanted or head is None or not link.holds(on, head.epoch):
            return None
        return _Held(link, head)

    def _found(self, held: "_Held | None", *, unproven: bool) -> Found | None:
        """The same with its creditor's settings. Some settings are read, whatever the link is."""
        creditor = self.creditor_of(held.link.account if held else NOBODY)
        rulebook = self.settings.rulebook(creditor)
        if held is None or rulebook is None:
            return None
        found = Found(creditor, held.link, held.head, rulebook)
        return found if unproven or not found.asks else None

    def open(self, token: str, now: int, *, unproven: bool = False) -> Opened | None:
        """The account of a token that shows a statement now, to an address that is still the
        customer's; None for one that opens nothing. Every page and every form begins here.
        `unproven`: also where something is asked first (`Opened.asks`): the caller sees to it.

        Whatever is wrong with a link, this reads a HEAD, a live range and a creditor's settings,
        each once and in that order."""
        held = self._held(token, STATEMENT, now)
        account = held.link.account if held else NOBODY
        creditor = self.creditor_of(account)
        state = self.ledger.live(creditor, account, held.head if held else Head(creditor, ""))
        theirs = held if held and still_theirs(state, held.link) else None
        found = self._found(theirs, unproven=unproven)
        if found is None:
            return None
        return Opened(found.creditor, found.link, found.rulebook, state, found.asks)

    def live(self, found: Found) -> Account:
        """The account that was found, as it stands."""
        return self.ledger.live(found.creditor, found.link.account, found.head)


@dataclass(frozen=True, slots=True)
class Portal:
    """The pages that only show."""

    door: LinkDoor

    def statement(self, token: str, now: int) -> Statement | None:
        """The statement behind a link; None for one that opens nothing."""
        opened = self.door.open(token, now)
        return self.shown(opened, now) if opened else None

    def shown(self, opened: Opened, now: int) -> Statement:
        """The statement of an account whose link was opened."""
        state, creditor = opened.state, opened.rulebook.creditor
        today = local_day(now, state.zone(creditor))
        postings: tuple[Posting, ...] = ()
        if any(item.open < item.amount for item in state.open):
            ledger = self.door.ledger
            read = tuple(
                islice(ledger.postings(opened.creditor, opened.link.account), MOST_POSTINGS + 1)
            )
            postings = read if len(read) <= MOST_POSTINGS else ()
        return Statement(
            creditor,
            state.customer,
            owed(state, today, postings),
            today,
            opened.link.purpose,
            calls=called(state),
            opened=opened,
        )

    def question(self, token: str, now: int) -> Question | None:
        """What the page of an opt-out link asks; None for a link that opens nothing."""
        found = self.door.find(token, (Purpose.UNSUBSCRIBE,), now, unproven=True)
        state = self.door.live(found) if found else None
        if found is None or state is None:
            return None
        stopped = is_stopped(state, EMAIL, found.link.recipient or ALL)
        return Question(found.rulebook.creditor, state.customer, stopped)


def called(state: Account) -> bool:
    """Whether the customer has a telephone, and has not asked not to be called."""
    return bool(state.customer.on(VOICE)) and not is_stopped(state, VOICE, ALL)


def is_stopped(state: Account, channel: str, address_hash: str) -> bool:
    """Whether whoever gets messages on a channel at that address ("*": at any) has stopped them."""
    return taken_back_whole(state.consents, channel, address_hash) is not None


def still_theirs(state: Account, link: Link) -> bool:
    """Whether the address that a link was sent to is still the customer's: who got a mail that was
    meant for somebody else sees nothing more once the address is mended, or once they have said
    that it is theirs and not the customer's."""
    if not link.recipient:
        return True
    word = taken_back(state.consents, EMAIL, link.recipient)
    known = any(address.hash == link.recipient for address in state.customer.on(EMAIL))
    return known and not (word is not None and word.wrong)

"""A new link by mail, for who has an old one. It goes to an address of the customer's that the
ledger knows, and to no other: to ask is all that the old link still permits.

Nobody waits for this: the page that asks answers before anything is looked at, and says the same to
everybody. So neither the answer nor its time tells what a token is worth.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from dunning.domain import bars
from dunning.domain.account import EMAIL, Account
from dunning.domain.calendar import iso_instant
from dunning.domain.due import Due, View
from dunning.domain.history import Task
from dunning.domain.ledger import Entry
from dunning.domain.links import Link
from dunning.domain.new_links import LinkAsked, counted, counts, renewable
from dunning.domain.policy import Rulebook
from dunning.domain.said_by_link import brought_by
from dunning.domain.telling_outlook import telling_outlooks
from dunning.service.accounts import Accounts
from dunning.service.portal import LinkDoor, still_theirs
from dunning.service.ports import AgendaEntry, Metrics, Outbox

NO_LINK, TOO_OFTEN = "no_link", "too_often"
NOT_THEIRS, ASKED, UNANSWERED = "not_theirs", "asked", "unanswered"
"""What came of a request, for the log."""
ASKED_FOR = "new_link_request"
"""The fact in the history, and the kind of the line for a person where no mail may go."""


class LinkRequests(Protocol):
    """Where requests wait."""

    def put(self, token: str) -> None:
        """Keep that a new link was asked for with a token, whatever that is."""


@dataclass(frozen=True, slots=True)
class Renewals:
    """Requests for new links, into the ledger; the sender of mails answers them."""

    door: LinkDoor
    accounts: Accounts
    outbox: Outbox
    metrics: Metrics

    def renew(self, token: str, now: int) -> str:
        """Keep that a new link was asked for with that one, and hand its account to the sender of
        mails; what came of it. Safe to do again. Raises Contended where others kept writing."""
        link = self.door.opened(token)
        if link is None or not renewable(link, datetime.fromtimestamp(now, UTC).date()):
            return NO_LINK
        creditor, ledger = self.door.creditor_of(link.account), self.accounts.ledger
        head = ledger.head(creditor, link.account)
        rulebook = self.door.settings.rulebook(creditor) if head else None
        if head is None or rulebook is None:
            return NO_LINK
        asking = _Asking(link, now)
        entry = self.accounts.change(
            creditor, link.account, head.customer, rulebook, now, asking.edit,
            by=brought_by(link.recipient),
        )  # fmt: skip
        if entry is not None:
            self.metrics.count("NewLinkAsked")
        answer = self._answer(creditor, link.account, rulebook, now)
        if answer is not None and answer.at is not None and answer.at <= now:
            at = iso_instant(answer.at)
            self.outbox.put(creditor, [AgendaEntry(f"{at}#{link.account}", link.account)])
        if entry is None:
            return asking.refused
        if answer is None or answer.at is None:
            why = f"{answer.reason} {answer.detail}" if answer else ""
            line = f"{ASKED_FOR}-{head.customer}"
            ledger.put_task(creditor, Task(line, now, ASKED_FOR, head.customer, why.strip()))
            return UNANSWERED
        return ASKED

    def _answer(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> Due | None:
        """When what was asked for last is answered, as the account stands."""
        state = self.accounts.ledger.read(creditor, account)
        if state is None or not state.asked:
            return None
        newest = self.accounts.newest(creditor, rulebook, state.head)
        view = View.of(state, newest, now, self.accounts.gates)
        mine = {one.tells for one in state.asked}
        return next((one.due for one in telling_outlooks(view) if one.tells in mine), None)


@dataclass(slots=True)
class _Asking:
    """One request, put to the account as each try of the write has read it."""

    link: Link
    now: int
    refused: str = NO_LINK

    def edit(self, state: Account) -> Entry | None:
        """What it writes; None, and `refused` says why: nothing."""
        if not state.head.rev:
            self.refused = NO_LINK
            return None
        to = self._address(state)
        if not to:
            self.refused = NOT_THEIRS
            return None
        before: LinkAsked | None = next(iter(state.asked), None)
        if not counts(before, self.now):
            self.refused = TOO_OFTEN
            return None
        entry = Entry.begin(state, ASKED_FOR, "")
        entry.put.append(counted(before, to, self.now))
        return entry

    def _address(self, state: Account) -> str:
        """Where it is answered: the address that the old link was sent to, while it is the
        customer's; for a link on paper the first that may be used. By its hash; "": nowhere."""
        if not still_theirs(state, self.link):
            return ""
        usable = bars.usable(state, EMAIL, state.head.serial + 1)
        return self.link.recipient or next((one.hash for one in usable), "")

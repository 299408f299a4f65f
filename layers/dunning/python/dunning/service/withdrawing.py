"""Taking back what was agreed to: one use case for the link in a mail, the customer's page, a call,
a list of numbers to leave alone, and a person at the command line. It works from its own second on.
Bodies of files and of the API come to the same entry of the ledger by themselves.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple

from dunning.domain.bodies import ContactBody
from dunning.domain.calendar import iso_instant, local_day
from dunning.domain.consents import ALL, taken_back_whole
from dunning.domain.contact.consent import revocation_limit
from dunning.domain.customer import zone_of
from dunning.service.ports import Settings
from dunning.service.record_body import ACCEPTED, UNCHANGED, RecordBody

GONE = "gone"
"""The account or its creditor is not known."""


class Withdrawal(NamedTuple):
    """What is taken back: one address (by hash), a channel, or everything. `source` is one of
    `consents.SOURCES`; `text` what the person said, where somebody wrote it down."""

    source: str
    channel: str = ALL
    address_hash: str = ""
    text: str = ""
    at: int | None = None
    """When the person said so, where that was earlier than now."""


class Withdrawn(NamedTuple):
    """What came of it: "accepted", "unchanged" (it was so already) or "gone"; since when it holds,
    and the day by which the law would have had it done (47 CFR 64.1200(a)(10))."""

    outcome: str
    at: int | None = None
    limit: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """The use case. Asked twice, it changes nothing the second time."""

    bodies: RecordBody
    settings: Settings

    def withdraw(self, creditor: str, account: str, said: Withdrawal, now: int) -> Withdrawn:
        """Take back, on the account of that key. Raises Contended where others keep writing to the
        account: ask again."""
        state = self.bodies.accounts.ledger.read(creditor, account)
        rulebook = self.settings.rulebook(creditor)
        if state is None or rulebook is None:
            return Withdrawn(GONE)
        hashed = said.address_hash or ALL
        at = now if said.at is None else min(said.at, now)
        customer = state.customer
        day = local_day(at, zone_of(customer, rulebook.creditor))
        country = customer.country or rulebook.creditor.country or ""
        limit = revocation_limit(day, country, rulebook.calendars)
        stands = taken_back_whole(state.consents, said.channel, hashed)
        if stands is not None:
            return Withdrawn(UNCHANGED, stands, limit)
        body = ContactBody(
            on=datetime.fromtimestamp(at, UTC).date(),
            type="opt_out",
            id=_id(account, state.head.seq, said),
            customer=state.head.customer,
            channel=said.channel,
            address_hash=said.address_hash,
            text=said.text,
            source=said.source,
            at=said.at,
        )
        outcome = self.bodies.record(creditor, body, rulebook, now)
        return Withdrawn(outcome, at, limit if outcome == ACCEPTED else None)


def iso_or_none(at: int | None) -> str | None:
    """An instant as people read it."""
    return None if at is None else iso_instant(at)


def _id(account: str, seq: int, said: Withdrawal) -> str:
    """An id of its own for each time that something changes by it."""
    words = "\n".join((account, str(seq), said.channel, said.address_hash, str(said.at)))
    return f"withdrawal-{sha256(words.encode()).hexdigest()[:24]}"

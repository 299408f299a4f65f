"""What goes on the list of addresses that may not be used, and what comes off it again, by what an
account hears. The list knows hashes alone, and outlives every customer's record.
"""

from collections.abc import Iterable
from typing import NamedTuple

from dunning.domain.account import VOICE
from dunning.domain.bodies import FeedbackBody
from dunning.domain.consents import ALL, OPT_OUT, WRONG_PERSON, Consent
from dunning.domain.customer import Customer
from dunning.domain.outcomes import HARD
from dunning.service.ports import AddressHash, OptOutList, Suppressions


class SuppressionList(NamedTuple):
    """The list of the cell and its creditors. Everything here may be done twice."""

    suppressions: Suppressions
    numbers: OptOutList | None = None
    """The telephone provider's list; None: nobody is called from here."""

    def told(self, creditor: str, body: FeedbackBody, hash_of: AddressHash, now: int) -> None:
        """A provider's hard bounce or complaint bars the address for the whole cell, before the
        fact is written: if we stop in between, the event comes again and both are done."""
        hashed = body.address_hash
        if not hashed and body.address:
            hashed = hash_of(body.channel, body.address)
        # Only a provider's event knows its notice; a creditor's own word bars its account alone.
        if hashed and body.serial is not None and body.outcome in HARD:
            self.suppressions.add(creditor, body.channel, hashed, body.outcome, now)

    def barred(
        self,
        creditor: str,
        customer: Customer,
        facts: Iterable[object],
        standing: Iterable[Consent] = (),
    ) -> None:
        """What is taken back bars its addresses for the creditor, on every account: before the fact
        is written, for the same reason. Of an address that was agreed to again since (`standing`),
        an old word that comes late says nothing."""
        known = tuple(standing)
        for fact in facts:
            if isinstance(fact, Consent) and fact.takes and fact.revoked_at is not None:
                reason = WRONG_PERSON if fact.wrong else OPT_OUT
                for channel, hashed in _addresses(customer, fact):
                    if any(c.covers(channel, hashed) and c.lifts(fact, hashed) for c in known):
                        continue
                    self.suppressions.add_for(creditor, channel, hashed, reason, fact.revoked_at)
                if self.numbers is not None:
                    for number in _numbers(customer, fact):
                        self.numbers.put(number, customer.country)

    def lifted(self, creditor: str, customer: Customer, facts: Iterable[object]) -> None:
        """What is agreed to comes off the creditor's list, once the fact is written; that an
        address is somebody else's, only by a consent that names it."""
        for fact in facts:
            if isinstance(fact, Consent) and fact.gives and fact.at is not None:
                named = fact.address_hash != ALL
                reasons = frozenset((OPT_OUT, WRONG_PERSON) if named else (OPT_OUT,))
                for channel, hashed in _addresses(customer, fact):
                    self.suppressions.lift_for(creditor, channel, hashed, reasons, fact.at)
                if self.numbers is not None:
                    for number in _numbers(customer, fact):
                        self.numbers.remove(number, customer.country)


def _addresses(customer: Customer, fact: Consent) -> list[tuple[str, str]]:
    """The addresses that a consent or withdrawal speaks of, each with its channel."""
    if fact.address_hash != ALL:
        return [(fact.channel, fact.address_hash)]
    return [
        (one.channel, one.hash)
        for one in customer.addresses
        if one.hash and fact.covers(one.channel, one.hash)
    ]


def _numbers(customer: Customer, fact: Consent) -> list[str]:
    """The numbers to call that a consent or withdrawal speaks of: those of the customer's record,
    for a list of hashes is nothing to a provider."""
    return [one.value for one in customer.on(VOICE) if one.hash and fact.covers(VOICE, one.hash)]

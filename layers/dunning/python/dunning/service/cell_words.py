"""What a body about one account says to the whole cell: addresses that nobody may use any more, and
contacts that count for every creditor. Told before the fact is written: whoever stops in between
hears the body again, and both are done.
"""

from dataclasses import dataclass

from dunning.domain.bodies import ContactMadeBody, FeedbackBody
from dunning.domain.outcomes import HARD
from dunning.service.ports import AddressHash, Suppressions
from dunning.service.reservations import Reservations


@dataclass(frozen=True, slots=True)
class CellWords:
    """Words for the cell. Without reservations no contact is told to others."""

    suppressions: Suppressions
    hash_of: AddressHash
    reservations: Reservations | None = None

    def tell(
        self, creditor: str, account: str, body: FeedbackBody | ContactMadeBody, now: int
    ) -> None:
        """Say what there is to say; the same again changes nothing."""
        if isinstance(body, ContactMadeBody):
            if self.reservations is not None and body.address:
                hashed = self.hash_of(body.channel, body.address)
                self.reservations.told(account, body, hashed, now)
            return
        hashed = body.address_hash
        if not hashed and body.address:
            hashed = self.hash_of(body.channel, body.address)
        # Only a provider's event knows its notice; a creditor's own word bars its account alone.
        if hashed and body.serial is not None and body.outcome in HARD:
            self.suppressions.add(creditor, body.channel, hashed, body.outcome, now)

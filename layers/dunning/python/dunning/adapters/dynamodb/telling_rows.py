"""What was told beside the ladder, and payments that wait for thanks, as their items, and back.
Nothing is read or written here.
"""

from datetime import date

from dunning.domain.posting import PostingKey
from dunning.domain.told import Received, Tells, Told

from . import codec, keys
from .models import FactRow

TOLD, RECEIVED = "told", "received"
KINDS = (TOLD, RECEIVED)


def telling_row(account: str, fact: Told | Received) -> FactRow:
    """The item of a fact of tellings."""
    if isinstance(fact, Told):
        return FactRow(
            account,
            keys.told(fact.id),
            kind=TOLD,
            id=str(fact.tells),
            on=fact.day.isoformat(),
            channel=fact.channel,
            address_hash=fact.address_hash or None,
            state=fact.outcome,
            of=codec.join(fact.serial, fact.attempt),
        )
    return FactRow(
        account,
        keys.received(fact.id),
        kind=RECEIVED,
        id=fact.policy,
        on=fact.on.isoformat(),
        currency=fact.currency,
        amount=fact.amount,
        items=codec.pack_allocations(fact.settled) or None,
        of=codec.join(fact.seq, *fact.key),
    )


def telling_of(row: FactRow) -> Told | Received:
    """The fact behind an item."""
    on = date.fromisoformat(row.on)
    if row.kind == TOLD:
        serial, attempt = codec.split(row.of or "|")
        return Told(
            Tells.of(row.id),
            on,
            int(serial),
            int(attempt),
            row.channel or "",
            row.address_hash or "",
            row.state or "",
        )
    seq, source, id_ = codec.split(row.of or "||")
    return Received(
        PostingKey(source, id_),
        on,
        int(seq),
        row.currency or "",
        int(row.amount or 0),
        codec.unpack_allocations(row.items or ()),
        row.id,
    )

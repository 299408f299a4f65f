"""What was told beside the ladder, payments that wait for thanks, and requests for a new link, as
their items, and back.
Nothing is read or written here.
"""

from datetime import UTC, date, datetime

from dunning.domain.account import EMAIL
from dunning.domain.new_links import LinkAsked
from dunning.domain.posting import PostingKey
from dunning.domain.told import Received, Tells, Told

from . import codec, keys
from .models import FactRow

TOLD, RECEIVED, LINK_ASKED = "told", "received", "link_asked"
KINDS = (TOLD, RECEIVED, LINK_ASKED)


def telling_row(account: str, fact: Told | Received | LinkAsked) -> FactRow:
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
    if isinstance(fact, LinkAsked):
        return FactRow(
            account,
            keys.link_asked(fact.id),
            kind=LINK_ASKED,
            id=fact.id,
            on=datetime.fromtimestamp(fact.newest, UTC).date().isoformat(),
            channel=EMAIL,
            address_hash=fact.address_hash,
            of=codec.join(*fact.at),
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


def telling_of(row: FactRow) -> Told | Received | LinkAsked:
    """The fact behind an item."""
    if row.kind == LINK_ASKED:
        at = tuple(int(one) for one in codec.split(row.of or ""))
        return LinkAsked(at, row.address_hash or "")
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

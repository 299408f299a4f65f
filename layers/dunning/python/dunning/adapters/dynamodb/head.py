"""HEAD as its item and back, with its keys in the two indexes.
The packing of its parts is `codec`'s; conditions and writes are `writes`'.
"""

from dataclasses import replace

from dunning.domain.account import Claim, Head

from . import codec, keys
from .behaviour_codec import pack_behaviour, unpack_behaviour
from .charge_codec import pack_charges, unpack_charges
from .contact_codec import pack_contact, pack_full, unpack_contact, unpack_full
from .models import HeadRow


def head_row(account: str, head: Head) -> HeadRow:
    """HEAD's item. It stands in the agenda only while its plan has an instant and a channel."""
    bpk, bsk = keys.book(head.creditor, account)
    row = HeadRow(
        account,
        keys.HEAD,
        bpk=bpk,
        bsk=bsk,
        rev=head.rev,
        seq=head.seq,
        serial=head.serial,
        shard=head.shard,
        plan=codec.pack_plan(head.plan),
        edition=head.edition or None,
        reached=codec.pack_reached(head.reached) or None,
        credit=[codec.join(c, amount) for c, amount in sorted(head.credit.items())] or None,
        last=[codec.pack_last(n) for n in head.last] or None,
        recent=[pack_contact(c) for c in head.recent] or None,
        unusable=[codec.pack_unusable(u) for u in head.unusable] or None,
        full=[pack_full(f) for f in head.full] or None,
        parked=head.parked,
    )
    if head.customer != keys.customer_key_of(account):
        row.customer = head.customer
    if head.plan.at is not None and head.plan.channel is not None:
        row.apk = keys.agenda(head.creditor, head.plan.channel, head.shard)
        row.ask = keys.agenda_entry(head.plan.at, account)
    if head.claim is not None:
        row.token, row.claim, row.said, row.charges = claim_parts(head, head.claim)
    if head.tries is not None:
        row.tries = codec.pack_tries(head.tries)
    if head.applying is not None:
        row.applying = codec.pack_applying(head.applying)
    if head.posted or head.stated:
        row.newest = codec.pack_newest(head.posted, head.stated, head.stated_at)
    if head.behaviour:
        row.behaviour = pack_behaviour(head.behaviour)
    row.epoch = head.epoch or None
    return row


def claim_parts(head: Head, claim: Claim) -> tuple[bytes, str, list[str] | None, list[str] | None]:
    """A claim as HEAD keeps it: token, the claim itself, what it says, and what it charges."""
    return (
        codec.pack_token(claim.token),
        codec.pack_claim(claim),
        codec.pack_said(claim.said, head.reached, claim.tells) or None,
        pack_charges(claim.charges) or None,
    )


def head_of(row: HeadRow) -> Head:
    """The HEAD behind an item."""
    reached = codec.unpack_reached(row.reached or ())
    claim = None
    if row.token is not None:
        said = codec.unpack_said(row.said or (), reached)
        claim = codec.unpack_claim(row.claim or "", row.token, said)
        if tells := codec.unpack_tells(row.said or ()):
            claim = replace(claim, tells=tells)
        if row.charges:
            claim = replace(claim, charges=unpack_charges(row.charges))
    credit = {}
    for text in row.credit or ():
        currency, amount = codec.split(text)
        credit[currency] = int(amount)
    posted, stated, stated_at = codec.unpack_newest(row.newest or "")
    return Head(
        creditor=keys.creditor_of(row.pk),
        customer=row.customer if row.customer is not None else keys.customer_key_of(row.pk),
        rev=int(row.rev),
        seq=int(row.seq),
        serial=int(row.serial),
        shard=int(row.shard),
        plan=codec.unpack_plan(row.plan),
        edition=int(row.edition or 0),
        claim=claim,
        reached=reached,
        credit=credit,
        last=tuple(map(codec.unpack_last, row.last or ())),
        recent=tuple(map(unpack_contact, row.recent or ())),
        unusable=tuple(map(codec.unpack_unusable, row.unusable or ())),
        full=tuple(map(unpack_full, row.full or ())),
        tries=codec.unpack_tries(row.tries) if row.tries is not None else None,
        applying=codec.unpack_applying(row.applying) if row.applying is not None else None,
        parked=row.parked,
        posted=posted,
        stated=stated,
        stated_at=stated_at,
        behaviour=unpack_behaviour(row.behaviour or b""),
        epoch=int(row.epoch or 0),
    )

"""Proposals, refusals and hand-overs as their items, and back.
Nothing is read or written here.
"""

from datetime import date

from dunning.domain.approval import HandedOver, Pinned, Proposal, Refusal, Step
from dunning.domain.identity import ItemRef

from . import codec, keys
from .models import FactRow

KINDS = ("proposal", "refusal", "handed_over")


def approval_row(account: str, fact: Proposal | Refusal | HandedOver) -> FactRow:
    """The item of a fact of approval or escalation."""
    match fact:
        case Proposal():
            return _proposal_row(account, fact)
        case Refusal():
            return FactRow(
                account,
                keys.refusal(fact.id),
                kind="refusal",
                id=fact.id,
                on=fact.on.isoformat(),
                until=fact.until.isoformat() if fact.until else None,
                said=[_step(*step) for step in fact.steps],
                of=codec.join(fact.policy, fact.why),
                by=fact.by or None,
                reason=fact.reason or None,
            )
    return FactRow(
        account,
        keys.handed_over(fact.id),
        kind="handed_over",
        id=fact.id,
        on=fact.on.isoformat(),
        scope=fact.scope,
        items=codec.pack_refs(fact.items) or None,
        until=fact.back.isoformat() if fact.back else None,
        of=codec.join(fact.to, "" if fact.exported else "to export"),
        by=fact.by or None,
    )


def approval_of(row: FactRow) -> Proposal | Refusal | HandedOver:
    """The fact behind an item."""
    on = date.fromisoformat(row.on)
    until = date.fromisoformat(row.until) if row.until else None
    if row.kind == "proposal":
        return _proposal_of(row, on, until or on)
    if row.kind == "refusal":
        policy, why = codec.split(row.of or "|")
        return Refusal(
            row.id,
            on,
            policy,
            tuple(Step(*_unpacked(text)) for text in row.said or ()),
            why,
            until,
            row.by or "",
            row.reason or "",
        )
    to, waits = codec.split(row.of or "|")
    items = codec.unpack_refs(row.items or ())
    return HandedOver(row.id, on, to, items, row.scope or "", until, not waits, row.by or "")


def _proposal_row(account: str, fact: Proposal) -> FactRow:
    return FactRow(
        account,
        keys.proposal(fact.id),
        kind="proposal",
        id=fact.id,
        on=fact.on.isoformat(),
        until=fact.until.isoformat(),
        currency=fact.currency,
        amount=fact.total,
        of=codec.join(fact.policy, fact.version, fact.channel, fact.tone),
        said=[_pinned(one) for one in fact.lines],
        answer=codec.join(fact.answer, "free" if fact.free else "") if fact.answer else None,
        by=fact.by or None,
        reason=fact.reason or None,
        items=codec.pack_refs(fact.dropped) or None,
    )


def _proposal_of(row: FactRow, on: date, until: date) -> Proposal:
    policy, version, channel, tone = codec.split(row.of or "|||")
    answer, free = codec.split(row.answer) if row.answer else ("", "")
    return Proposal(
        id=row.id,
        on=on,
        until=until,
        currency=row.currency or "",
        policy=policy,
        version=int(version),
        channel=channel,
        tone=tone,
        lines=tuple(map(_line, row.said or ())),
        total=int(row.amount or 0),
        answer=answer,
        by=row.by or "",
        reason=row.reason or "",
        dropped=codec.unpack_refs(row.items or ()),
        free=bool(free),
    )


def _step(ref: ItemRef, level: int, repeat: int) -> str:
    return codec.join(level, repeat or "", ref.item, ref.invoice)


def _unpacked(text: str) -> tuple[ItemRef, int, int]:
    level, repeat, item, invoice = codec.split(text)
    return ItemRef(invoice, int(item)), int(level), int(repeat or 0)


def _pinned(one: Pinned) -> str:
    figures = (one.open, one.fee or "", one.interest or "")
    return codec.join(one.level or "", one.repeat or "", *figures, one.ref.item, one.ref.invoice)


def _line(text: str) -> Pinned:
    level, repeat, amount, fee, interest, item, invoice = codec.split(text)
    ref = ItemRef(invoice, int(item))
    figures = (int(amount), int(level or 0), int(repeat or 0), int(fee or 0), int(interest or 0))
    return Pinned(ref, *figures)

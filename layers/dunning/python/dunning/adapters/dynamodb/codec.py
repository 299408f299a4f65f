"""Packing: what stands in HEAD as one short text each, and what other records keep the same way.
Pure text and numbers; no keys, no models, and no word of what the values mean.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import date

from dunning.domain.account import (
    CLAIMED,
    EMAIL,
    VOICE,
    Applying,
    Claim,
    LastNotice,
    Plan,
    Said,
    Tries,
    Unusable,
)
from dunning.domain.charges.borne import NOTHING_BORNE
from dunning.domain.contact.attempt import LETTER
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Pin, Reached, Settled
from dunning.domain.posting import Allocation

from .behaviour_codec import pack_tone, unpack_tone
from .charge_codec import pack_borne, pack_levels, unpack_borne, unpack_levels
from .fields import SEPARATOR as SEPARATOR
from .fields import join as join
from .fields import packed_day, unpacked_day
from .fields import split as split
from .under_codec import pack_under, unpack_under

NO_PIN = "-"
"""Behind what interest knows of a settled item that is pinned to no policy."""
_SHORT = {EMAIL: "e", VOICE: "v", LETTER: "l"}
_CHANNELS = {short: channel for channel, short in _SHORT.items()}
_PLACED = "p"
"""Behind the lease of a claim for which a place of the person's was reserved."""
_HASH = re.compile(r"[0-9a-f]{16}\Z")


def _number(text: str) -> int | None:
    return int(text) if text else None


def pack_hash(text: str) -> str:
    """An address hash (16 hexadecimal characters) in 12; anything else as it is."""
    if _HASH.match(text):
        return "~" + base64.urlsafe_b64encode(bytes.fromhex(text)).decode().rstrip("=")
    return "~~" + text if text.startswith("~") else text


def unpack_hash(text: str) -> str:
    """The hash behind `pack_hash`."""
    if text.startswith("~~"):
        return text[2:]
    if text.startswith("~"):
        return base64.urlsafe_b64decode(text[1:] + "=").hex()
    return text


def short_channel(channel: str) -> str:
    """A channel in one letter: it stands in HEAD a dozen times."""
    return _SHORT.get(channel, channel)


def channel_of(text: str) -> str:
    """The channel behind `short_channel`."""
    return _CHANNELS.get(text, text)


def pack_token(token: str) -> bytes:
    """A claim's token: 16 hexadecimal characters in 8 bytes."""
    return bytes.fromhex(token)


def pack_plan(plan: Plan) -> str:
    """A plan; `at` and `channel` may be missing."""
    at = "" if plan.at is None else plan.at
    return join(at, short_channel(plan.channel or ""), plan.reason, plan.detail, plan.since or "")


def unpack_plan(text: str) -> Plan:
    """The plan behind `pack_plan`."""
    at, channel, reason, detail, since = split(text)
    return Plan(_number(at), channel_of(channel) or None, reason, detail, int(since or 0))


def _step(reached: Reached) -> str:
    """A level with what is rarely there: repeats of its step, and notices beyond one a level."""
    rare = f"{reached.repeat}:{reached.more}" if reached.repeat or reached.more else ""
    return f"{reached.level}:{rare}" if rare else str(reached.level)


def _reached(step: str, day: str, serial: str) -> Reached:
    level, *rare = step.split(":")
    repeat, more = map(int, rare) if rare else (0, 0)
    return Reached(int(level), unpacked_day(day), int(serial), repeat, more)


def pack_level(reached: Reached) -> str:
    """A reached step, apart from its item."""
    return join(_step(reached), packed_day(reached.day), reached.serial)


def unpack_level(text: str) -> Reached:
    """The step behind `pack_level`."""
    return _reached(*split(text))


def in_order(reached: Mapping[ItemRef, Reached]) -> list[ItemRef]:
    """The order in which HEAD keeps reached items: what a claim says counts by it, so it must
    follow from the items alone."""
    return sorted(reached)


def pack_reached(reached: Mapping[ItemRef, Reached]) -> list[str]:
    """One text per reached item: level, day, serial of the notice, item, invoice."""
    return [
        join(_step(reached[ref]), packed_day(reached[ref].day), reached[ref].serial, *reversed(ref))
        for ref in in_order(reached)
    ]


def unpack_reached(texts: Iterable[str]) -> dict[ItemRef, Reached]:
    """The items behind `pack_reached`."""
    found = {}
    for text in texts:
        step, day, serial, item, invoice = split(text)
        found[ItemRef(invoice, int(item))] = _reached(step, day, serial)
    return found


def pack_said(said: Iterable[Said], reached: Mapping[ItemRef, Reached]) -> list[str]:
    """What was said, one text per item: by index where the item stands in `reached`."""
    index = {ref: number for number, ref in enumerate(in_order(reached))}
    texts = []
    for line in said:
        level = f"{line.level}:{line.repeat}" if line.repeat else line.level
        figures = (level, line.open, line.fee or "", line.interest or "")
        number = index.get(line.ref)
        if number is None:
            texts.append(join("", *figures, line.ref.item, line.ref.invoice))
        else:
            texts.append(join(number, *figures))
    return texts


def unpack_said(texts: Iterable[str], reached: Mapping[ItemRef, Reached]) -> tuple[Said, ...]:
    """The lines behind `pack_said`, over the same reached items."""
    order = in_order(reached)
    lines = []
    for text in texts:
        number, step, amount, fee, interest, *named = split(text)
        ref = order[int(number)] if number else ItemRef(named[1], int(named[0]))
        level, _, repeat = step.partition(":")
        figures = (int(level), int(amount), int(fee or 0), int(interest or 0), int(repeat or 0))
        lines.append(Said(ref, *figures))
    return tuple(lines)


def pack_claim(claim: Claim) -> str:
    """A claim but for its token and what it says, which stand beside it."""
    return join(
        claim.serial,
        claim.attempt,
        claim.seq,
        claim.at,
        f"{claim.lease_until - claim.at}{_PLACED * claim.placed}",
        short_channel(claim.channel),
        claim.currency,
        pack_hash(claim.address_hash),
        claim.policy,
        claim.version,
        pack_under(claim.ruleset),
        "" if claim.state == CLAIMED else claim.state,
        *pack_tone(claim.tone, claim.standing),
    )


def unpack_claim(text: str, token: bytes, said: tuple[Said, ...]) -> Claim:
    """The claim behind `pack_claim`."""
    fields = split(text)
    serial, attempt, seq, at, lease, channel, currency, hashed, policy, version, rules, state = (
        fields[:12]
    )
    tone, standing = unpack_tone(fields[12:])
    return Claim(
        serial=int(serial),
        attempt=int(attempt),
        seq=int(seq),
        token=token.hex(),
        at=int(at),
        lease_until=int(at) + int(lease.removesuffix(_PLACED)),
        channel=channel_of(channel),
        currency=currency,
        address_hash=unpack_hash(hashed),
        said=said,
        policy=policy,
        version=int(version),
        ruleset=unpack_under(rules),
        state=state or CLAIMED,
        tone=tone,
        standing=standing,
        placed=lease.endswith(_PLACED),
    )


def pack_last(notice: LastNotice) -> str:
    """The last notice of a case; what has its usual value at the end is left out."""
    counted = "" if notice.counted is None else str(packed_day(notice.counted))
    rest = [
        notice.level or "",
        notice.notices or "",
        ("e" if notice.early else "") + counted,
        pack_levels(notice.charged),
    ]
    while rest and not rest[-1]:
        rest.pop()
    return join(
        notice.currency,
        notice.policy,
        notice.serial,
        notice.seq,
        short_channel(notice.channel),
        notice.attempt,
        notice.outcome,
        packed_day(notice.day),
        pack_hash(notice.address_hash),
        *rest,
    )


def unpack_last(text: str) -> LastNotice:
    """The notice behind `pack_last`."""
    currency, policy, serial, seq, channel, attempt, outcome, day, hashed, *rest = split(text)
    level, notices, told, charged = (*rest, "", "", "", "")[:4]
    return LastNotice(
        currency,
        policy,
        int(serial),
        int(seq),
        channel_of(channel),
        int(attempt),
        outcome,
        unpacked_day(day),
        unpack_hash(hashed),
        level=int(level or 0),
        early=told.startswith("e"),
        counted=unpacked_day(told.lstrip("e")) if told.lstrip("e") else None,
        notices=int(notices or 0),
        charged=unpack_levels(charged),
    )


def pack_unusable(bar: Unusable) -> str:
    """An address that may not be used."""
    return join(short_channel(bar.channel), pack_hash(bar.address_hash), bar.reason)


def unpack_unusable(text: str) -> Unusable:
    """The address behind `pack_unusable`."""
    channel, hashed, reason = split(text)
    return Unusable(channel_of(channel), unpack_hash(hashed), reason)


def pack_tries(tries: Tries) -> str:
    """How often an attempt did not leave."""
    return join(*tries)


def unpack_tries(text: str) -> Tries:
    """The tries behind `pack_tries`."""
    serial, attempt, count, not_before, why = split(text)
    return Tries(int(serial), int(attempt), int(count), int(not_before), why)


def pack_applying(applying: Applying) -> str:
    """A large fact on its way in."""
    return join(*applying)


def unpack_applying(text: str) -> Applying:
    """The fact behind `pack_applying`."""
    kind, source, id_, done, total = split(text)
    return Applying(kind, source, id_, int(done), int(total))


def pack_newest(posted: date | None, stated: date | None, at: int) -> str:
    """The newest day of money, that of a statement, and when that was uploaded."""
    days = ["" if day is None else packed_day(day) for day in (posted, stated)]
    return join(*days, *([at] if at else []))


def unpack_newest(text: str) -> tuple[date | None, date | None, int]:
    """What is behind `pack_newest`; nothing for no text."""
    posted, stated, at, *_ = (*split(text), "", "", "")
    days = [unpacked_day(one) if one else None for one in (posted, stated)]
    return days[0], days[1], int(at or 0)


def pack_settled(settled: Settled) -> str:
    """What a settled item keeps: its day and, in days from it, that of the payment; the level it
    had, the policy it is pinned to, and what interest knows of it; what is not there at the end is
    left out."""
    reached, pin = settled.reached, settled.pin
    day = str(packed_day(settled.day))
    if settled.paid is not None:
        day += f":{(settled.paid - settled.day).days}"
    level: tuple[str | int, ...] = ()
    if reached:
        level = (_step(reached), packed_day(reached.day), reached.serial)
    rest = [] if pin is None else [pack_pin(pin)]
    if any(settled.borne):
        rest = [*(rest or [""]), pack_borne(settled.borne), *([] if rest else [NO_PIN])]
    if rest:
        level = level or ("", "", "")
    return join(day, *level, *rest)


def unpack_settled(text: str) -> Settled:
    """What stands behind `pack_settled`."""
    days, *rest = split(text)
    number, _, paid_after = days.partition(":")
    day = unpacked_day(number)
    reached = _reached(*rest[:3]) if rest and rest[0] else None
    pinned = 3 < len(rest) < 6
    return Settled(
        day,
        reached,
        unpack_pin(rest[3]) if pinned else None,
        unpack_borne(rest[4]) if len(rest) > 4 else NOTHING_BORNE,
        date.fromordinal(day.toordinal() + int(paid_after)) if paid_after else None,
    )


def pack_pin(pin: Pin) -> str:
    """The policy an item is pinned to, and what was known of its customer."""
    known = ["" if one is None else f"={one}" for one in (pin.segment, pin.customer_class)]
    return join(pin.policy, *(known if any(known) else ()))


def unpack_pin(text: str) -> Pin:
    """The pin behind `pack_pin`."""
    policy, *known = split(text)
    segment, customer_class = (one[1:] if one else None for one in known or ("", ""))
    return Pin(policy, segment, customer_class)


def pack_allocations(allocations: Iterable[Allocation]) -> list[str]:
    """One text per allocation: minor units, item, invoice."""
    return [join(a.amount, a.ref.item, a.ref.invoice) for a in allocations]


def unpack_allocations(texts: Iterable[str]) -> tuple[Allocation, ...]:
    """The allocations behind `pack_allocations`."""
    return tuple(
        Allocation(ItemRef(invoice, int(item)), int(amount))
        for amount, item, invoice in map(split, texts)
    )


def pack_refs(refs: Iterable[ItemRef]) -> list[str]:
    """One text per reference to an item."""
    return [join(ref.item, ref.invoice) for ref in refs]


def unpack_refs(texts: Iterable[str]) -> tuple[ItemRef, ...]:
    """The references behind `pack_refs`."""
    return tuple(ItemRef(invoice, int(item)) for item, invoice in map(split, texts))

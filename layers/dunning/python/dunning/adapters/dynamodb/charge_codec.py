"""Packing of charges: what a charge is, what interest knows of an item, and what a notice charged.
Pure text and numbers, beside `codec`.
"""

from collections.abc import Iterable

from dunning.domain.charges.borne import Borne
from dunning.domain.charges.interest import Payment
from dunning.domain.charges.notice import Charge
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf

from .fields import join, packed_day, split, unpacked_day


def pack_borne(borne: Borne) -> str:
    """Day up to which interest was posted, whether compensation was, and each part payment."""
    until = "" if borne.until is None else packed_day(borne.until)
    parts = (f"{packed_day(one.on)}:{one.amount}" for one in borne.payments)
    return join(until, "c" if borne.compensated else "", *parts)


def unpack_borne(text: str) -> Borne:
    """What stands behind `pack_borne`."""
    until, compensated, *parts = split(text)
    pairs = (part.split(":") for part in parts)
    payments = tuple(Payment(unpacked_day(on), int(amount)) for on, amount in pairs)
    return Borne(payments, unpacked_day(until) if until else None, bool(compensated))


def pack_charge_of(charge: ChargeOf) -> str:
    """What a posted charge is."""
    since = packed_day(charge.since)
    return join(charge.what, charge.level, charge.serial, since, *reversed(charge.parent))


def unpack_charge_of(text: str) -> ChargeOf:
    """The charge behind `pack_charge_of`."""
    what, level, serial, since, item, invoice = split(text)
    parent = ItemRef(invoice, int(item))
    return ChargeOf(parent, unpacked_day(since), what, int(level), int(serial))


def pack_charges(charges: Iterable[Charge]) -> list[str]:
    """What a notice charged, one text each."""
    return [
        join(one.what, one.mode, one.amount, one.level, one.basis, *reversed(one.ref))
        for one in charges
    ]


def unpack_charges(texts: Iterable[str]) -> tuple[Charge, ...]:
    """The charges behind `pack_charges`."""
    found = []
    for text in texts:
        what, mode, amount, level, basis, item, invoice = split(text)
        found.append(
            Charge(what, mode, int(amount), ItemRef(invoice, int(item)), int(level), basis)
        )
    return tuple(found)


def pack_levels(charged: Iterable[tuple[int, int]]) -> str:
    """Levels whose charges were taken, each with the serial of the notice."""
    return ",".join(f"{level}:{serial}" for level, serial in charged)


def unpack_levels(text: str) -> tuple[tuple[int, int], ...]:
    """The levels behind `pack_levels`."""
    pairs = (part.split(":") for part in text.split(",") if part)
    return tuple((int(level), int(serial)) for level, serial in pairs)

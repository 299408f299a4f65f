"""Dunning fees: fixed, by band, or a percentage with least and most; once per level and currency.
Minor units in, minor units out; a fee is never a base for another fee or for interest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .rounding import half_up


class Charged(NamedTuple):
    """A fee that was taken: at which level, in which currency."""

    level: int
    currency: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same fee whatever is owed, by currency. A currency that is not named has no fee."""

    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Percent:
    """A part of the principal, in percent, not below `least` and not above `most`."""

    percent: Decimal
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


class Band(NamedTuple):
    """For principals from `start` minor units on: a fixed fee, or a percentage of all of it."""

    start: int
    fee: int | Decimal
    """Minor units as int; percent as Decimal."""


@dataclass(frozen=True, slots=True)
class Banded:
    """Bands by currency. Below the lowest there is no fee."""

    bands: Mapping[str, tuple[Band, ...]]


FeeRule = Fixed | Percent | Banded


def currencies(rule: FeeRule) -> tuple[str, ...]:
    """The currencies that a rule names an amount in."""
    if isinstance(rule, Fixed):
        return tuple(rule.amounts)
    if isinstance(rule, Percent):
        return tuple(dict.fromkeys((*rule.least, *rule.most)))
    return tuple(rule.bands)


def fee_of(rule: FeeRule, principal: int, currency: str) -> int:
    """The fee on a principal (open items without earlier charges). Nothing owed, no fee."""
    if principal <= 0:
        return 0
    if isinstance(rule, Fixed):
        return rule.amounts.get(currency, 0)
    if isinstance(rule, Percent):
        part = max(_part(rule.percent, principal), rule.least.get(currency, 0))
        return min(part, rule.most.get(currency, part))
    reached = [band for band in rule.bands.get(currency, ()) if band.start <= principal]
    if not reached:
        return 0
    fee = max(reached, key=lambda band: band.start).fee
    return _part(fee, principal) if isinstance(fee, Decimal) else fee


def fee_at(
    rule: FeeRule, level: int, currency: str, principal: int, charged: Collection[Charged]
) -> int:
    """The fee of a level: as `fee_of`, and nothing where it was taken in that currency before."""
    return 0 if Charged(level, currency) in charged else fee_of(rule, principal, currency)


def _part(percent: Decimal, principal: int) -> int:
    return half_up(principal * Fraction(percent) / 100)

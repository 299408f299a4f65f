"""How a charge says how it was computed: a short text in codes that is kept with it, and back.
In a person's words: the renderer's for a customer, `why`'s for the creditor.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.money import format_amount, parse_amount

from .fees import Banded, FeeRule, Fixed, Percent, fee_of
from .interest import Segment

_SEGMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d) (\d+(?:\.\d+)?)% of (\d+(?:\.\d+)?)\Z"
)


class Stretch(NamedTuple):
    """Days at one rate on one base (minor units), first and last included."""

    first: date
    last: date
    rate: Decimal
    base: int


def interest_basis(segments: Iterable[Segment], currency: str) -> str:
    """The segments of interest, as `2026-05-01..2026-06-30 10.27% of 10000.00; …`."""
    return "; ".join(
        f"{one.first}..{one.last} {plain(one.rate)}% of {format_amount(one.base, currency)}"
        for one in segments
    )


def stretches(basis: str, currency: str) -> tuple[Stretch, ...]:
    """The stretches behind `interest_basis`; what has another form has none."""
    found = []
    for part in basis.split("; "):
        match = _SEGMENT.match(part)
        if match is None:
            return ()
        first, last, rate, base = match.groups()
        found.append(
            Stretch(
                date.fromisoformat(first),
                date.fromisoformat(last),
                Decimal(rate),
                parse_amount(base, currency),
            )
        )
    return tuple(found)


def fee_basis(rule: FeeRule, base: int, currency: str) -> str:
    """How a fee came about; a fixed one says nothing."""
    if isinstance(rule, Fixed):
        return ""
    of = format_amount(base, currency)
    if isinstance(rule, Percent):
        bare, bound = fee_of(Percent(rule.percent), base, currency), ""
        if bare < rule.least.get(currency, 0):
            bound = ", at least"
        elif bare > rule.most.get(currency, bare):
            bound = ", at most"
        return f"{plain(rule.percent)}% of {of}{bound}"
    return _band_basis(rule, base, of, currency)


def _band_basis(rule: Banded, base: int, of: str, currency: str) -> str:
    reached = [band for band in rule.bands.get(currency, ()) if band.start <= base]
    if not reached:
        return ""
    band = max(reached, key=lambda one: one.start)
    rate = f"{plain(band.fee)}% of " if isinstance(band.fee, Decimal) else "on "
    return f"from {format_amount(band.start, currency)}: {rate}{of}"


def plain(number: Decimal) -> str:
    """A percentage without trailing zeros."""
    return f"{number.normalize():f}"

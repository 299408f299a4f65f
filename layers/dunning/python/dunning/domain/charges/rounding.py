"""The one rounding of a charge: half up, to whole minor units, at the very end.
Everything before it is exact: a 365th has no finite decimal, so parts of interest are fractions.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def half_up(minor: Fraction) -> int:
    """Whole minor units of an exact amount: 2.5 is 3."""
    return floor(minor + HALF)


def shown(minor: Fraction, digits: int, places: int = 6) -> str:
    """An unrounded amount for a person: units of the currency (which has `digits` decimals) to
    `places` decimals. For reading only; nothing is computed from it."""
    whole = half_up(minor * 10 ** (places - digits))
    places_wide = Context(prec=60, rounding=ROUND_HALF_UP)
    return str(Decimal(whole).scaleb(-places, places_wide))

"""Quotients as reports print them: one decimal, rounded half up once, and none where there is
nothing to divide by.
"""

from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


def ratio(part: int, whole: int) -> Decimal | None:
    """part / whole to one decimal; None where `whole` is nothing, or less."""
    if whole <= 0:
        return None
    return (Decimal(part) / Decimal(whole)).quantize(_TENTH, ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """part / whole x 100 to one decimal; None where `whole` is nothing, or less."""
    return ratio(part * 100, whole)

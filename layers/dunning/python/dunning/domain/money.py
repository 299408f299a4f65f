"""Money as integer minor units: reading, writing and ISO 4217 exponents.
No rounding of charges (that is a rule of charges) and no locale formatting (that is rendering).
"""

from decimal import Decimal, InvalidOperation
from functools import cache

from iso4217 import Currency


class MoneyError(ValueError):
    """An amount or currency that cannot be taken; the message says how to mend it."""


@cache
def exponent(currency: str) -> int:
    """Decimals of a currency by ISO 4217: EUR 2, JPY 0, KWD 3. Raises MoneyError if unknown."""
    try:
        digits = Currency(currency).exponent
    except ValueError:
        raise MoneyError(
            f"{currency!r} is not a currency of ISO 4217; write its three-letter code, as EUR"
        ) from None
    if digits is None:
        raise MoneyError(f"{currency} has no minor unit and cannot be owed")
    return int(digits)


def parse_amount(text: str | int | Decimal, currency: str, *, signed: bool = False) -> int:
    """Minor units of "94", "68.8" or "94.00"; at most the currency's decimals.

    Raises MoneyError for anything else (signs unless `signed`, separators, exponents, NaN).
    A float is refused: its digits are not the document's digits.
    """
    if isinstance(text, bool | float):
        raise MoneyError(f'{text!r} is not an amount; write it as text, as "94.00"')
    raw = str(text).strip()
    digits = exponent(currency)
    body = raw[1:] if signed and raw[:1] == "-" else raw
    whole, point, fraction = body.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (
        point and not (fraction.isascii() and fraction.isdigit())
    ):
        raise MoneyError(f"{raw!r} is not an amount; write digits with a point, as 94.00")
    if len(fraction.rstrip("0")) > digits:
        raise MoneyError(f"{raw} has more decimals than {currency} has ({digits})")
    if len(whole) > 15:
        raise MoneyError(f"{raw} is larger than any amount that is taken (15 digits)")
    try:
        minor = int(Decimal(body).scaleb(digits))
    except InvalidOperation:
        raise MoneyError(f"{raw!r} is not an amount; write digits with a point") from None
    return -minor if body is not raw else minor


def format_amount(minor: int, currency: str) -> str:
    """Exactly the currency's decimals, a point, no separators: 9400 EUR -> "94.00"."""
    digits = exponent(currency)
    sign, value = ("-", -minor) if minor < 0 else ("", minor)
    if digits == 0:
        return f"{sign}{value}"
    whole, fraction = divmod(value, 10**digits)
    return f"{sign}{whole}.{fraction:0{digits}d}"

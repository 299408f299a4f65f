"""Amounts as providers count them: in minor units, which are ISO 4217's but for a few currencies.
From theirs to ours and back; nothing is rounded."""

from collections.abc import Mapping
from types import MappingProxyType

from dunning.domain.money import exponent
from dunning.domain.provider_events import Unreadable

STRIPE: Mapping[str, int] = MappingProxyType({"ISK": 2, "UGX": 2, "MGA": 0})
"""Decimals of Stripe's amounts where they are not ISO 4217's (its page on supported currencies:
ISK and UGX are written with two decimals that are zero, MGA without any)."""
ADYEN: Mapping[str, int] = MappingProxyType({"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2})
"""The same of Adyen (its page on currency codes and minor units)."""


def ours(amount: object, currency: object, theirs: Mapping[str, int]) -> tuple[int, str]:
    """Minor units by ISO 4217 of a provider's amount, and the currency's code. Raises Unreadable
    for what is no amount, and for fractions that the currency does not have."""
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise Unreadable(f"{amount!r} is no amount of minor units")
    code = str(currency).upper()
    shift = exponent(code) - theirs.get(code, exponent(code))
    if shift >= 0:
        return amount * 10**shift, code
    whole, rest = divmod(amount, 10**-shift)
    if rest:
        raise Unreadable(f"{amount} {code} has a fraction that the currency does not have")
    return whole, code


def of_theirs(amount: int, currency: str, theirs: Mapping[str, int]) -> int:
    """A provider's minor units of an amount of ours. Raises Unreadable where they are too coarse
    for it: such an amount cannot be asked for there."""
    shift = theirs.get(currency, exponent(currency)) - exponent(currency)
    if shift >= 0:
        return amount * 10**shift
    whole, rest = divmod(amount, 10**-shift)
    if rest:
        raise Unreadable(f"{amount} minor units of {currency} cannot be asked for there")
    return whole

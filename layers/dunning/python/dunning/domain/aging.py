"""Aging: what is open by how long it has been due, per currency.
Counted from the due day itself, never from a rolled one; credit on account is not set against it.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .invoice import OpenItem

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "90+")


class Aged(NamedTuple):
    """One bucket: how many due items of documents, and their open amount in minor units; what is
    open of charges that notices have posted stands beside that, for no accounting system has it."""

    currency: str
    bucket: str
    items: int
    open: int
    charges: int = 0


def bucket_of(due: date, as_of: date) -> str:
    """The bucket of a due day: due today is not due yet."""
    late = (as_of - due).days
    if late <= 0:
        return "not_due"
    if late <= 30:
        return "1-30"
    if late <= 60:
        return "31-60"
    return "61-90" if late <= 90 else "90+"


def aging(items: Iterable[OpenItem], as_of: date) -> list[Aged]:
    """Every bucket of every currency that has something open, empty ones too."""
    counts: dict[tuple[str, str], tuple[int, int, int]] = {}
    currencies = set()
    for item in items:
        key = (item.currency, bucket_of(item.due, as_of))
        count, amount, charges = counts.get(key, (0, 0, 0))
        if item.charge is None:
            counts[key] = (count + 1, amount + item.open, charges)
        else:
            counts[key] = (count, amount, charges + item.open)
        currencies.add(item.currency)
    return [
        Aged(currency, bucket, *counts.get((currency, bucket), (0, 0, 0)))
        for currency in sorted(currencies)
        for bucket in BUCKETS
    ]

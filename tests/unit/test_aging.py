"""Aging: buckets by days since the due day, per currency."""

from datetime import date, timedelta

import pytest
from dunning.domain.aging import BUCKETS, Aged, aging, bucket_of
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem

AS_OF = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-10, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"),
        (60, "31-60"), (61, "61-90"), (90, "61-90"), (91, "90+"), (2000, "90+"),
    ],
)  # fmt: skip
def test_the_bucket_of_a_due_day(late: int, bucket: str) -> None:
    assert bucket_of(AS_OF - timedelta(days=late), AS_OF) == bucket


def test_every_bucket_of_a_currency_is_told_even_when_nothing_is_in_it() -> None:
    def item(number: str, currency: str, late: int) -> OpenItem:
        due = AS_OF - timedelta(days=late)
        return OpenItem(ItemRef(number, 1), currency, due, amount=500, open=300)

    rows = aging([item("A", "EUR", 5), item("B", "EUR", 6), item("C", "USD", 0)], AS_OF)

    assert [(row.currency, row.bucket) for row in rows] == [
        (currency, bucket) for currency in ("EUR", "USD") for bucket in BUCKETS
    ]
    assert rows[1] == Aged("EUR", "1-30", 2, 600)
    assert rows[0] == Aged("EUR", "not_due", 0, 0)


def test_nothing_open_is_no_row() -> None:
    assert aging([], AS_OF) == []

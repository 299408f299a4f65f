"""The port UnmatchedPayments: the first word of an id stands, and whose it was is added later."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.dynamodb.unmatched import DynamoUnmatched
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.domain.unmatched import Unmatched
from dunning.service.matching import UnmatchedPayments

from .building import CREDITOR, DAY, ODD_IDS


@pytest.fixture
def payments(adapter: str, request: pytest.FixtureRequest) -> UnmatchedPayments:
    if adapter == "memory":
        return MemoryUnmatched()
    request.getfixturevalue("database")
    return DynamoUnmatched()


def payment(id_: str = "p1") -> Unmatched:
    """A payment with all that one may have."""
    said = "100.00 EUR of 2026-11-20 from A… L…, account …2051"
    return Unmatched(id_, DAY, date(2026, 11, 20), "EUR", 10_000, said, ("c | 1", "c2"))


def test_what_is_not_kept_is_nothing(payments: UnmatchedPayments) -> None:
    assert payments.get(CREDITOR, "p1") is None
    assert list(payments.all(CREDITOR)) == []
    assert not payments.any(CREDITOR)
    payments.matched(CREDITOR, "p1", "c1")
    assert payments.get(CREDITOR, "p1") is None, "nothing is made by saying whose it was"


@pytest.mark.parametrize("odd", ODD_IDS)
def test_a_payment_is_found_by_any_id_as_it_was_kept(payments: UnmatchedPayments, odd: str) -> None:
    assert payments.put(CREDITOR, payment(odd)) == payment(odd)
    assert payments.get(CREDITOR, odd) == payment(odd)
    assert payments.get("other", odd) is None


def test_the_first_word_stands_and_is_returned(payments: UnmatchedPayments) -> None:
    payments.put(CREDITOR, payment())
    other = replace(payment(), amount=1, suggested=())
    assert payments.put(CREDITOR, other) == payment()
    assert payments.get(CREDITOR, "p1") == payment()


def test_whose_it_was_is_remembered_and_nothing_else_of_it_changes(
    payments: UnmatchedPayments,
) -> None:
    payments.put(CREDITOR, payment())
    payments.put(CREDITOR, Unmatched("p2", DAY, DAY, "JPY", 5))
    payments.matched(CREDITOR, "p1", "c2")
    mine = replace(payment(), customer="c2")
    assert payments.any(CREDITOR)
    assert not payments.any("other")
    assert payments.get(CREDITOR, "p1") == mine
    assert payments.put(CREDITOR, payment()) == mine
    assert list(payments.all(CREDITOR)) == [mine, Unmatched("p2", DAY, DAY, "JPY", 5)]


def test_they_are_read_a_part_at_a_time_in_one_order(payments: UnmatchedPayments) -> None:
    ids = [*ODD_IDS, "p1", "p2", "p3"]
    for id_ in ids:
        payments.put(CREDITOR, payment(id_))
    payments.put("other", payment("theirs"))
    whole = [one.id for one in payments.all(CREDITOR)]
    assert sorted(whole) == sorted(ids)
    read: list[str] = []
    while found := payments.behind(CREDITOR, read[-1] if read else "", 2):
        assert len(found) <= 2
        read += [one.id for one in found]
    assert read == whole
    assert payments.behind("nobody", "", 2) == []

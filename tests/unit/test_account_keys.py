"""Whose partition is whose: no customer's id is the name of another partition of its creditor."""

import pytest
from dunning.adapters.dynamodb import keys
from dunning.domain.posting import PostingKey
from hypothesis import given
from hypothesis import strategies as st

OWN = {
    one("acme").partition("#")[2]: one("acme")
    for one in (keys.tasks, keys.imports, keys.unmatched, keys.endpoints)
}


@pytest.mark.parametrize("name", sorted(OWN))
def test_a_customer_called_as_a_partition_of_the_creditor_s_has_another(name: str) -> None:
    account = keys.account("acme", name)
    assert account not in OWN.values()
    assert keys.creditor_of(account) == "acme"
    assert account == keys.account("acme", name)
    assert len({keys.account("acme", one) for one in OWN}) == len(OWN)


@given(st.text(min_size=1, max_size=4), st.text(min_size=1, max_size=4))
def test_no_account_is_any_other_partition(customer: str, id_: str) -> None:
    others = {*OWN.values(), keys.lookup("acme", id_), keys.book_partition("acme", 1), "acme"}
    others.add(keys.seen("acme", PostingKey("ledger", id_)))
    assert keys.account("acme", customer) not in others


def test_other_ids_stand_in_keys_as_they_are() -> None:
    assert keys.account("acme", "t") == "acme#t"
    assert keys.account("acme", "c-1042") == "acme#c-1042"

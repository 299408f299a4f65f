"""The port Requests: the first request of a key stands, whichever way it came, and what the ledger
was told with a key is known by it.
"""

from dataclasses import replace
from typing import NamedTuple

import pytest
from dunning.adapters.dynamodb.requests import DynamoRequests
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.requests import MemoryRequests
from dunning.domain.account import Head
from dunning.domain.change import Change
from dunning.domain.posting import PostingKey
from dunning.service.ports import Known, Ledger
from dunning.service.request_ports import KEYS, Kept, Requests

from .building import CREDITOR, ODD_IDS


class Cell(NamedTuple):
    ledger: Ledger
    requests: Requests


@pytest.fixture
def cell(adapter: str, ledger: Ledger) -> Cell:
    if adapter == "memory":
        assert isinstance(ledger, MemoryLedger)
        return Cell(ledger, MemoryRequests(ledger))
    return Cell(ledger, DynamoRequests())


@pytest.mark.parametrize("odd", ODD_IDS)
def test_the_first_request_of_a_key_stands_with_its_answer(cell: Cell, odd: str) -> None:
    assert cell.requests.request(CREDITOR, odd) is None
    cell.requests.keep(CREDITOR, odd, Kept("api:one", '{"version":2}'))
    cell.requests.keep(CREDITOR, odd, Kept("api:two", "{}"))
    assert cell.requests.request(CREDITOR, odd) == Kept("api:one", '{"version":2}')
    assert cell.requests.request("other", odd) is None


def test_what_told_the_ledger_something_is_known_by_its_key_and_the_other_way_round(
    cell: Cell,
) -> None:
    told, asked = PostingKey(KEYS, "k-1"), PostingKey(KEYS, "k-2")
    account = cell.ledger.account_key(CREDITOR, "c1")
    change = Change(Head(CREDITOR, "c1", rev=1), 0, seen=(told,), kind="hold", by="api:one")
    cell.ledger.write(CREDITOR, account, change)
    assert cell.requests.request(CREDITOR, "k-1") == Kept("api:one")
    cell.requests.keep(CREDITOR, "k-1", Kept("api:two", "{}"))
    assert cell.requests.request(CREDITOR, "k-1") == Kept("api:one")

    cell.requests.keep(CREDITOR, "k-2", Kept("api:two", "{}"))
    owner = cell.ledger.owner_of_posting(CREDITOR, asked)
    assert owner is not None
    assert owner.by == "api:two"
    head = replace(change.head, rev=2)
    with pytest.raises(Known):
        cell.ledger.write(CREDITOR, account, replace(change, head=head, base=1, seen=(asked,)))

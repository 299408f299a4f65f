"""The port Tries: so many times and no more, however many come at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.tries import DynamoTries
from dunning.adapters.memory.tries import MemoryTries
from dunning.service.second_factor import Tries

from tests.contract.conftest import Database

from .building import NOON

KEY = "guess-0123"


@pytest.fixture
def tries(adapter: str, request: pytest.FixtureRequest) -> Tries:
    if adapter == "memory":
        return MemoryTries()
    request.getfixturevalue("database")
    return DynamoTries()


def test_so_many_are_taken_and_no_more(tries: Tries) -> None:
    assert [tries.take(KEY, 3, NOON) for _ in range(5)] == [True, True, True, False, False]
    assert tries.take("guess-other", 3, NOON)


def test_what_is_forgotten_counts_from_nothing(tries: Tries) -> None:
    for _ in range(4):
        tries.take(KEY, 3, NOON)
    tries.forget(KEY)
    tries.forget("never heard of")
    assert tries.take(KEY, 3, NOON)


def test_of_twelve_at_once_no_more_get_through(tries: Tries) -> None:
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: tries.take(KEY, 5, NOON), range(12)))
    assert sum(taken) == 5


def test_a_counter_names_nobody_and_goes_by_itself(database: Database) -> None:
    DynamoTries().take(KEY, 3, NOON)
    assert database.item(keys.tries(KEY), keys.ONLY) == {
        "pk": {"S": f"TRY#{KEY}"},
        "sk": {"S": keys.ONLY},
        "n": {"N": "1"},
        "ttl": {"N": str(NOON)},
    }

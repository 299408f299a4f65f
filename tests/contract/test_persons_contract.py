"""The port Persons: a person's places stand on the revision that was read, and of twenty workers
who race for the last place one gets it.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.persons import KEPT, DynamoPersons
from dunning.adapters.memory.persons import MemoryPersons
from dunning.domain import outcomes, places
from dunning.domain.account import Account, Head
from dunning.domain.calendar import DAY
from dunning.domain.contacted import OF_CALLS
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import ALLOW, DEFER, ContactAttempt, Verdict
from dunning.domain.places import Person, Place, person_of
from dunning.service.person_ports import Persons
from dunning.service.reservations import Reservations

from tests.contract.conftest import Database

from .building import CREDITOR, NOON, TOKEN

HASH = "00112233445566aa"
PERSON = person_of("voice", HASH)
WORKERS = 20
PLACE = Place(TOKEN, NOON, "voice", "0a" * 8, 7, 2, "EUR")
WHOLE = (
    PLACE._replace(until=NOON + 900),
    PLACE._replace(token="t|1", channel="sms", currency="", outcome="", attempt=0),
    PLACE._replace(token="t2", serial=0, outcome=outcomes.CONVERSATION, inbound=True),
    *(PLACE._replace(token=f"w{n}", outcome=w) for n, w in enumerate(sorted(outcomes.FACTS))),
)


@pytest.fixture
def persons(adapter: str, request: pytest.FixtureRequest) -> Persons:
    if adapter == "memory":
        return MemoryPersons()
    request.getfixturevalue("database")
    return DynamoPersons()


def test_who_is_not_known_has_no_place(persons: Persons) -> None:
    assert persons.read(PERSON) == Person()


def test_places_are_read_as_they_were_put(persons: Persons) -> None:
    told = [one for one in WHOLE if not one.outcome or one.outcome in OF_CALLS]
    first = Person(1, tuple(told), NOON)
    assert persons.put(PERSON, first)
    assert persons.read(PERSON) == first
    empty = Person(2, (), NOON + 1)
    assert persons.put(PERSON, empty)
    assert persons.read(PERSON) == empty
    assert persons.read(person_of("email", HASH)) == Person()


def test_a_write_stands_on_the_revision_before(persons: Persons) -> None:
    first = Person(1, (PLACE,), NOON)
    assert not persons.put(PERSON, Person(2, (PLACE,), NOON)), "nobody has written the first"
    assert persons.put(PERSON, first)
    other = Person(1, (PLACE._replace(token="other"),), NOON)
    assert not persons.put(PERSON, other)
    assert persons.read(PERSON) == first


def test_a_write_whose_answer_was_lost_finds_itself(persons: Persons) -> None:
    first = Person(1, (PLACE,), NOON)
    assert persons.put(PERSON, first)
    assert persons.put(PERSON, first)
    assert persons.put(PERSON, Person(2, (), NOON))
    assert not persons.put(PERSON, first), "somebody has written since"


class OneADay:
    """One contact a day and person, and nothing else."""

    ruleset = "one-a-day"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        if attempt.others:
            return Verdict(DEFER, now + DAY, ("one_a_day",))
        return Verdict(ALLOW, person_wide=True)


def test_twenty_workers_of_as_many_creditors_race_for_one_place_and_one_gets_it(
    persons: Persons,
) -> None:
    begin = threading.Barrier(WORKERS)

    def reserve(worker: int) -> bool:
        name = f"creditor-{worker}"
        address = Address("voice", "+4930123456", HASH)
        state = Account(Head(name, "c1"), Customer("c1", addresses=(address,)))
        asked = ContactAttempt(state, Creditor(name), "voice", address, "EUR", 100)
        begin.wait()
        token = f"{worker:016x}"
        full = Reservations(persons, OneADay()).reserve(f"{name}#c1", asked, (1, 1), token, NOON)
        return full is None

    with ThreadPoolExecutor(WORKERS) as pool:
        won = list(pool.map(reserve, range(WORKERS)))
    assert won.count(True) == 1
    (place,) = persons.read(PERSON).places
    assert place.token == f"{won.index(True):016x}"


def test_the_table_forgets_a_person_once_no_cap_counts_anything_of_it(database: Database) -> None:
    assert DynamoPersons().put(PERSON, Person(1, (PLACE,), NOON))
    item = database.item(keys.person(PERSON), keys.ONLY)
    assert item["ttl"] == {"N": str(NOON + KEPT)}
    assert KEPT > places.RECENT


def test_an_item_shows_no_account_no_creditor_and_no_address(database: Database) -> None:
    account = f"{CREDITOR}#C1"
    owner = places.owner_of(PERSON, account)
    assert DynamoPersons().put(PERSON, Person(1, (PLACE._replace(owner=owner),), NOON))
    item = str(database.item(keys.person(PERSON), keys.ONLY))
    assert CREDITOR not in item
    assert "C1" not in item
    assert places.owner_of(person_of("voice", "ff" * 8), account) not in item

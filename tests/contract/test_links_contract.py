"""What a link that opens nothing costs of the table: the same requests in the same order, whatever
is wrong with it. That is what its time class is made of; a stopwatch would judge the machine.
"""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.cell import DynamoSettings
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.domain.account import Head
from dunning.domain.calendar import parse_instant
from dunning.domain.change import Change
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.links import Link, Purpose
from dunning.domain.new_links import LinkAsked
from dunning.domain.policy_file import read_policies
from dunning.service.portal import NOBODY, LinkDoor, Opened
from dunning.service.ports import Ledger

from .building import CREDITOR, NOON, first, head, invoice, next_head
from .conftest import Database

NOW = parse_instant("2026-11-23T12:00:00Z")
HERS, ELSE = "00112233445566aa", "f" * 16
POLICIES = """policies:
  - id: std
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""
GOOD = Link(f"{CREDITOR}#C1", Purpose.VIEW, HERS, date(2027, 1, 1), epoch=1)
LINKS: dict[str, Link | None] = {
    "no token of ours": None,
    "expired": GOOD._replace(until=date(2026, 11, 22)),
    "revoked": GOOD._replace(epoch=0),
    "of another purpose": GOOD._replace(purpose=Purpose.UNSUBSCRIBE),
    "another customer's, whom nobody knows": GOOD._replace(account=f"{CREDITOR}#C9"),
    "another creditor's, whom nobody knows": GOOD._replace(account="southwind#C1"),
    "sent to somebody else": GOOD._replace(recipient=ELSE),
}


@pytest.fixture
def real(database: Database) -> DynamoLedger:
    """A customer with an address and two invoices, whose links were revoked once."""
    ledger = DynamoLedger(database.connection)
    settings = DynamoSettings(database.connection, read_policies)
    settings.put_creditor(CREDITOR, Creditor(CREDITOR))
    settings.put_policies(CREDITOR, read_policies(POLICIES), POLICIES)
    account = ledger.account_key(CREDITOR, "C1")
    ledger.write(CREDITOR, account, first(replace(head(), epoch=1), invoice(items=2)))
    return ledger


def door(database: Database, ledger: Ledger, link: Link | None) -> LinkDoor:
    """As a function has it that has just started: no settings are remembered."""
    settings = DynamoSettings(database.connection, read_policies)
    return LinkDoor(ledger, settings, lambda token: link, keys.creditor_of)


Asked = tuple[str, bool, str, str]


def requests(database: Database, here: LinkDoor) -> tuple[list[Asked], list[str], Opened | None]:
    """What was asked: operation, consistency, and which kind of key; whose partitions that were;
    and what the link opened."""
    with database.requests() as seen:
        opened = here.open("x", NOW)
    found, whose = [], []
    for name, request, _ in seen:
        values = request.get("Key") or request["ExpressionAttributeValues"]
        pk = next(iter(values.values()))["S"]
        sk = [one["S"] for one in list(values.values())[1:]]
        kind = "account" if "#" in pk else "creditor"
        found.append((name, request["ConsistentRead"], kind, "".join(sk)))
        whose.append(pk)
    return found, whose, opened


def test_whatever_is_wrong_with_a_link_the_table_is_asked_the_same_in_the_same_order(
    database: Database, real: DynamoLedger
) -> None:
    seen: dict[str, list[Asked]] = {}
    for why, link in LINKS.items():
        seen[why], whose, opened = requests(database, door(database, real, link))
        assert opened is None, why
        # Settings of a creditor are read and parsed for nobody: that would take its time.
        assert whose[-1] == keys.creditor_of(NOBODY), why
    first_of_all = next(iter(seen.values()))
    assert [(name, kind) for name, _, kind, _ in first_of_all] == [
        ("GetItem", "account"),
        ("Query", "account"),
        ("GetItem", "creditor"),
    ]
    assert {why: asked for why, asked in seen.items() if asked != first_of_all} == {}


def test_a_good_link_opens_and_asks_for_no_less(database: Database, real: DynamoLedger) -> None:
    asked, whose, opened = requests(database, door(database, real, GOOD))
    assert opened is not None
    assert opened.state.customer.customer == "C1"
    assert [name for name, *_ in asked][:3] == ["GetItem", "Query", "GetItem"]
    assert set(whose) == {GOOD.account, CREDITOR}


def test_the_live_range_of_nobody_is_nothing(ledger: Ledger) -> None:
    state = ledger.live("0", NOBODY, Head("0", ""))
    assert (state.head, state.open, state.customer) == (Head("0", ""), (), Customer(""))
    assert ledger.head("0", NOBODY) is None


def test_requests_for_a_new_link_are_read_as_they_were_written_and_go(ledger: Ledger) -> None:
    account = ledger.account_key(CREDITOR, "C1")
    ledger.write(CREDITOR, account, first(head()))
    stands = ledger.head(CREDITOR, account)
    assert stands is not None
    for asked in (LinkAsked((NOON,), HERS), LinkAsked((NOON, NOON + 3_600), ELSE)):
        ledger.write(CREDITOR, account, Change(next_head(stands), stands.rev, put=(asked,)))
        state = ledger.read(CREDITOR, account)
        assert state is not None
        assert state.asked == (asked,), "an account has one"
        stands = state.head
    ledger.write(CREDITOR, account, Change(next_head(stands), stands.rev, delete=(asked,)))
    state = ledger.read(CREDITOR, account)
    assert state is not None
    assert state.asked == ()

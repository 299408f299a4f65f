"""The port Ledger, its agenda: what is due, oldest first over all shards, page by page."""

from dataclasses import replace
from itertools import islice

import pytest
from dunning.domain.account import Plan
from dunning.domain.change import Change
from dunning.domain.creditor import DEFAULT_SHARDS
from dunning.service.ports import Ledger

from .building import CREDITOR, NOON, claimed, customer, head, next_head

ACCOUNTS = 24


def due(ledger: Ledger, until: int = NOON, after: str = "", channel: str = "email") -> list[str]:
    entries = ledger.agenda(CREDITOR, channel, DEFAULT_SHARDS, until, after)
    return [entry.account for entry in entries]


def put(ledger: Ledger, name: str, at: int | None, channel: str | None = "email") -> str:
    account = ledger.account_key(CREDITOR, name)
    change = Change(head(name, at=at, channel=channel), 0, put=(customer(name),))
    ledger.write(CREDITOR, account, change)
    return account


def planned(ledger: Ledger, account: str, plan: Plan) -> None:
    before = ledger.head(CREDITOR, account)
    assert before is not None
    ledger.write(CREDITOR, account, Change(next_head(before, plan=plan), before.rev))


def test_what_is_due_comes_oldest_first_over_all_shards(ledger: Ledger) -> None:
    accounts = [put(ledger, f"C{n}", NOON - 60 * ((n * 7) % ACCOUNTS)) for n in range(ACCOUNTS)]
    heads = [ledger.head(CREDITOR, account) for account in accounts]
    assert len({h.shard for h in heads if h}) == DEFAULT_SHARDS
    entries = list(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON))
    assert [entry.key for entry in entries] == sorted(entry.key for entry in entries)
    assert sorted(entry.account for entry in entries) == sorted(accounts)
    by_account = dict(zip(accounts, range(ACCOUNTS), strict=True))
    ages = [(by_account[entry.account] * 7) % ACCOUNTS for entry in entries]
    assert ages == sorted(ages, reverse=True)


def test_the_last_second_belongs_to_the_range_and_the_next_does_not(ledger: Ledger) -> None:
    now, later = put(ledger, "now", NOON), put(ledger, "later", NOON + 1)
    put(ledger, "next year", NOON + 365 * 86_400)
    assert due(ledger, NOON - 1) == []
    assert due(ledger, NOON) == [now]
    assert due(ledger, NOON + 1) == [now, later]


def test_the_agenda_goes_on_after_any_of_its_keys(ledger: Ledger) -> None:
    for number in range(ACCOUNTS):
        put(ledger, f"C{number}", NOON - (number % 3))
    everything = list(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON))
    for number, entry in enumerate(everything):
        rest = list(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON, entry.key))
        assert rest == everything[number + 1 :]
    assert due(ledger, NOON - 3, everything[-1].key) == []


def test_whoever_stops_early_has_read_in_order_all_the_same(ledger: Ledger) -> None:
    for number in range(ACCOUNTS):
        put(ledger, f"C{number}", NOON - number)
    entries = ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON)
    assert list(islice(entries, 5)) == list(
        islice(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON), 5)
    )


def test_channels_and_creditors_have_agendas_of_their_own(ledger: Ledger) -> None:
    mail, call = put(ledger, "mail", NOON), put(ledger, "call", NOON, "voice")
    assert due(ledger) == [mail]
    assert due(ledger, channel="voice") == [call]
    assert list(ledger.agenda("other", "email", DEFAULT_SHARDS, NOON)) == []


@pytest.mark.parametrize(
    "plan", [Plan(None, None, "NOTHING_OPEN"), Plan(None, "email", "X"), Plan(NOON, None, "Y")]
)
def test_a_plan_without_instant_or_channel_is_on_no_agenda(ledger: Ledger, plan: Plan) -> None:
    account = put(ledger, "C1", NOON)
    planned(ledger, account, plan)
    assert due(ledger) == []
    found = ledger.head(CREDITOR, account)
    assert found is not None
    assert found.plan == plan


def test_a_new_plan_moves_the_account_and_leaves_no_entry_behind(ledger: Ledger) -> None:
    account = put(ledger, "C1", NOON - 100)
    planned(ledger, account, Plan(NOON + 50, "email", "LATER"))
    assert due(ledger) == []
    assert due(ledger, NOON + 50) == [account]
    planned(ledger, account, Plan(NOON + 60, "voice", "CALL"))
    assert due(ledger, NOON + 99) == []
    assert due(ledger, NOON + 99, channel="voice") == [account]


def test_a_claim_leaves_the_account_where_it_stands_on_the_agenda(ledger: Ledger) -> None:
    account = put(ledger, "C1", NOON)
    before = list(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON))
    stands = ledger.head(CREDITOR, account)
    assert stands is not None
    taken = replace(claimed(stands), plan=Plan(None, None, "WRONG"))
    ledger.claim(CREDITOR, account, taken, stands.rev)
    assert list(ledger.agenda(CREDITOR, "email", DEFAULT_SHARDS, NOON)) == before


def test_an_account_keeps_the_shard_it_was_given(ledger: Ledger) -> None:
    account = put(ledger, "C1", NOON)
    stands = ledger.head(CREDITOR, account)
    assert stands is not None
    reached = list(ledger.agenda(CREDITOR, "email", stands.shard + 1, NOON))
    assert [entry.account for entry in reached] == [account]
    assert list(ledger.agenda(CREDITOR, "email", stands.shard, NOON)) == []

"""How far a replan came, and which rules a creditor's edition counts: fake and real."""

from dataclasses import replace
from typing import Any

import pytest
from dunning.adapters.dynamodb.cell import DynamoSettings
from dunning.adapters.dynamodb.replans import DynamoReplannings
from dunning.adapters.memory.cell import MemorySettings
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.domain.creditor import Creditor
from dunning.domain.policy import Policy, Step
from dunning.service.replan_ports import Replanning, Replannings

BEGUN = Replanning(edition=3, accounts=250, began=1_772_352_000, touched=1_772_352_000)
POLICIES = (Policy("std", (Step(1, after_due=10),)),)


@pytest.fixture
def replannings(adapter: str, request: pytest.FixtureRequest) -> Replannings:
    if adapter == "memory":
        return MemoryReplannings()
    request.getfixturevalue("database")
    return DynamoReplannings()


def test_a_creditor_that_was_never_replanned_has_no_note(replannings: Replannings) -> None:
    assert replannings.find("acme") is None


def test_a_note_is_read_as_it_was_written_and_only_the_next_one_follows(
    replannings: Replannings,
) -> None:
    assert replannings.save("acme", BEGUN)
    assert replannings.find("acme") == BEGUN
    second = replace(BEGUN, rev=2, after="c-0100 #1", done=100, written=7, skipped=1, touched=9)
    assert replannings.save("acme", second)
    assert not replannings.save("acme", replace(second, done=90))
    assert not replannings.save("acme", replace(BEGUN, edition=4))
    assert not replannings.save("acme", replace(second, rev=4))
    assert replannings.find("acme") == second
    ended = replace(second, rev=3, done=250, ended=10)
    assert replannings.save("acme", ended)
    assert replannings.find("acme") == ended
    assert replannings.find("other") is None


Kept = MemorySettings | DynamoSettings


def under(rules: str, before: Kept | None, adapter: str, request: pytest.FixtureRequest) -> Kept:
    """The same settings, asked by a deployment that ships those rules."""
    if adapter == "memory":
        found = before if isinstance(before, MemorySettings) else MemorySettings()
        found.rules = rules
        return found
    database: Any = request.getfixturevalue("database")
    return DynamoSettings(database.connection, lambda text: POLICIES, rules=lambda: rules)


def test_other_rules_are_one_more_edition_of_whoever_has_settings(
    adapter: str, request: pytest.FixtureRequest
) -> None:
    old = under("holidays 1", None, adapter, request)
    assert not old.outdated("acme")
    assert not old.renew("acme")
    old.put_creditor("acme", Creditor("acme"))
    old.put_policies("zeta", POLICIES, "text")
    assert [old.outdated(one) for one in ("acme", "zeta")] == [False, False]

    new = under("holidays 2", old, adapter, request)
    assert [new.outdated(one) for one in ("acme", "zeta", "nobody")] == [True, True, False]
    editions = {one: book.edition for one in ("acme", "zeta") if (book := new.rulebook(one))}
    assert [new.renew("acme"), new.renew("acme")] == [True, False]
    assert [new.outdated(one) for one in ("acme", "zeta")] == [False, True]
    new.refresh()
    after = {one: book.edition for one in ("acme", "zeta") if (book := new.rulebook(one))}
    assert after == {"acme": editions["acme"] + 1, "zeta": editions["zeta"]}

    new.put_creditor("acme", Creditor("acme", name="Acme"))
    new.put_policies("acme", POLICIES, "other")
    new.refresh()
    book = new.rulebook("acme")
    assert book is not None
    assert (book.rules, book.edition) == (1, after["acme"] + 2)
    assert not new.outdated("acme")


def test_a_creditor_kept_before_rules_were_counted_is_outdated(database: Any) -> None:
    before = DynamoSettings(database.connection, lambda text: POLICIES)
    before.put_creditor("acme", Creditor("acme"))
    database.client.update_item(
        TableName=database.table,
        Key={"pk": {"S": "acme"}, "sk": {"S": "CREDITOR"}},
        UpdateExpression="REMOVE #r",
        ExpressionAttributeNames={"#r": "rules"},
    )
    now = DynamoSettings(database.connection, lambda text: POLICIES, rules=lambda: "holidays 2")

    assert now.outdated("acme")
    assert now.renew("acme")
    assert not now.outdated("acme")

"""The port Ledger, its fence: who may claim, what a claim changes, and the record beside it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from dunning.domain.account import UNKNOWN, Plan
from dunning.domain.change import Change
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.service.ports import ClaimLost, Ledger, Moved

from .building import (
    CREDITOR,
    DAY,
    NOON,
    OTHER_TOKEN,
    TOKEN,
    attempt_record,
    claimed,
    head,
    next_head,
    read,
    record,
    start,
)


def test_a_change_with_a_token_needs_that_claim(ledger: Ledger, whole: Callable[[], Any]) -> None:
    account, stands = start(ledger)
    free = Change(next_head(stands), stands.rev, TOKEN)
    before = whole()
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, free)
    assert whole() == before
    taken = claimed(stands)
    ledger.claim(CREDITOR, account, taken, stands.rev)
    before = whole()
    done = next_head(taken, claim=None)
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, Change(done, taken.rev, OTHER_TOKEN))
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, Change(done, stands.rev, TOKEN))
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, Change(done, taken.rev, OTHER_TOKEN, history=(record(3),)))
    assert whole() == before
    ledger.write(CREDITOR, account, Change(done, taken.rev, TOKEN))
    assert read(ledger, account).head == done


def test_a_claim_sets_revision_seq_and_claim_and_nothing_else(ledger: Ledger) -> None:
    account, stands = start(ledger, at=NOON)
    ref = ItemRef("I-C1", 1)
    wanted = claimed(stands, TOKEN, ref)
    elsewhere = Plan(NOON + 99, "voice", "OTHER")
    ledger.claim(CREDITOR, account, replace(wanted, plan=elsewhere, parked="x"), stands.rev)
    assert ledger.head(CREDITOR, account) == wanted
    (entry,) = ledger.agenda(CREDITOR, "email", 4, NOON)
    assert entry.account == account


def test_a_claim_says_reached_items_by_their_place_and_others_by_name(ledger: Ledger) -> None:
    account, stands = start(ledger, items=3)
    refs = [ItemRef("I-C1", number) for number in (3, 1, 2)]
    reached = {refs[0]: Reached(1, DAY, 1), refs[1]: Reached(2, DAY, 4)}
    ledger.write(CREDITOR, account, Change(next_head(stands, reached=reached), 1))
    before = ledger.head(CREDITOR, account)
    assert before is not None
    # Whoever claims may hold the same items in another order than they are stored.
    other_order = replace(before, reached=dict(reversed(list(before.reached.items()))))
    wanted = claimed(other_order, TOKEN, *refs)
    ledger.claim(CREDITOR, account, wanted, before.rev)
    assert ledger.head(CREDITOR, account) == wanted
    # A fact takes one of them away while the claim stands: what was said stays what was said.
    fewer = next_head(wanted, reached={refs[1]: reached[refs[1]]})
    ledger.write(CREDITOR, account, Change(fewer, wanted.rev))
    assert ledger.head(CREDITOR, account) == fewer


def test_a_claim_is_lost_where_head_moved_or_another_claim_stands(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account, stands = start(ledger)
    moved = next_head(stands)
    ledger.write(CREDITOR, account, Change(moved, stands.rev))
    before = whole()
    with pytest.raises(ClaimLost):
        ledger.claim(CREDITOR, account, claimed(stands), stands.rev)
    assert whole() == before
    ledger.claim(CREDITOR, account, claimed(moved), moved.rev)
    before = whole()
    with pytest.raises(ClaimLost):
        ledger.claim(CREDITOR, account, claimed(moved, OTHER_TOKEN), moved.rev)
    with pytest.raises(ClaimLost):
        ledger.claim(CREDITOR, account, claimed(moved, OTHER_TOKEN), moved.rev + 1)
    assert whole() == before


def test_no_claim_is_granted_on_an_account_that_is_not_there(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account = ledger.account_key(CREDITOR, "nobody")
    before = whole()
    with pytest.raises(ClaimLost):
        ledger.claim(CREDITOR, account, claimed(head("nobody")), 1)
    assert whole() == before


def test_ones_own_claim_that_comes_again_is_no_loss(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account, stands = start(ledger)
    ledger.claim(CREDITOR, account, claimed(stands), stands.rev)
    before = whole()
    ledger.claim(CREDITOR, account, claimed(stands), stands.rev)
    assert whole() == before


def test_a_claim_that_became_unknown_stays_the_same_claim(ledger: Ledger) -> None:
    account, stands = start(ledger, at=NOON)
    taken = claimed(stands, TOKEN, ItemRef("I-C1", 1))
    ledger.claim(CREDITOR, account, taken, stands.rev)
    assert taken.claim is not None
    unknown = next_head(
        taken,
        claim=replace(taken.claim, state=UNKNOWN),
        plan=Plan(NOON + 86_400, "email", "UNKNOWN_RESULT", "1", NOON),
    )
    ledger.write(CREDITOR, account, Change(unknown, taken.rev, TOKEN))
    assert ledger.head(CREDITOR, account) == unknown


def test_a_record_is_put_once_and_the_one_that_stands_is_told(ledger: Ledger) -> None:
    account, _ = start(ledger)
    mine = attempt_record(2, ItemRef("I-C1", 1), ItemRef("a|b#ü", 12))
    assert ledger.put_record(CREDITOR, account, mine) is None
    assert ledger.put_record(CREDITOR, account, replace(mine, code="UNKNOWN")) == mine
    assert ledger.record(CREDITOR, account, 2) == mine
    assert ledger.put_record(CREDITOR, account, attempt_record(11)) is None
    assert [r.seq for r in ledger.history(CREDITOR, account)] == [1, 2, 11]

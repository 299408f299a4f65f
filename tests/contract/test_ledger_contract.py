"""The port Ledger: accounts, their fence, and what a failed write leaves behind (nothing)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.domain.approval import HandedOver, Pinned, Proposal, Refusal, Step
from dunning.domain.behaviour import Count
from dunning.domain.change import Change, Mark
from dunning.domain.customer import Customer
from dunning.domain.facts import Awaiting, Dispute, Ended, Hold, Promise
from dunning.domain.history import Task
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Pin, Reached, Settled
from dunning.domain.payment_plans import (
    ACTIVE,
    ADJUSTED,
    Coming,
    Instalment,
    PaymentPlan,
    Receipt,
)
from dunning.domain.posting import PostingKey
from dunning.service.ports import Known, Ledger, Moved, Owner

from .building import (
    CREDITOR,
    DAY,
    NOON,
    ODD_IDS,
    TOKEN,
    claimed,
    customer,
    first,
    head,
    invoice,
    next_head,
    opened,
    payment,
    read,
    record,
    start,
)


def test_an_account_that_is_not_there_reads_as_nothing(ledger: Ledger) -> None:
    account = ledger.account_key(CREDITOR, "nobody")
    assert ledger.head(CREDITOR, account) is None
    assert ledger.read(CREDITOR, account) is None
    assert ledger.invoice(CREDITOR, account, "I1") is None
    assert ledger.posting(CREDITOR, account, PostingKey("ledger", "P1")) is None
    assert ledger.record(CREDITOR, account, 1) is None
    assert list(ledger.history(CREDITOR, account)) == []
    assert ledger.account_of_invoice(CREDITOR, "I1") is None
    assert ledger.account_of_posting(CREDITOR, PostingKey("ledger", "P1")) is None
    assert ledger.owner_of_posting(CREDITOR, PostingKey("ledger", "P1")) is None
    assert list(ledger.postings(CREDITOR, account)) == []
    assert list(ledger.tasks(CREDITOR)) == []
    assert list(ledger.book(CREDITOR)) == []


def test_a_new_account_reads_as_it_was_written_and_has_a_shard(ledger: Ledger) -> None:
    document = invoice(items=3)
    account = ledger.account_key(CREDITOR, "C1")
    ledger.write(CREDITOR, account, first(head(), document))
    state = read(ledger, account)
    assert replace(state.head, shard=0) == head()
    assert 0 <= state.head.shard < 4
    assert state.customer == customer()
    assert state.open == opened(document)
    assert ledger.invoice(CREDITOR, account, "I1") == document
    assert list(ledger.invoices(CREDITOR, account)) == [document]
    assert ledger.account_of_invoice(CREDITOR, "I1") == account
    assert list(ledger.history(CREDITOR, account)) == [record(1)]
    assert list(ledger.book(CREDITOR)) == [account]


@pytest.mark.parametrize("name", ["T", "I", "U", "W", "N", "X", "BOOK"])
def test_a_customer_called_as_something_of_the_creditor_s_is_an_account_like_any(
    name: str, ledger: Ledger
) -> None:
    account, _ = start(ledger, name)
    assert read(ledger, account).head.customer == name
    assert list(ledger.book(CREDITOR)) == [account]
    assert list(ledger.tasks(CREDITOR)) == []
    task = Task("question-1", NOON, "question", name, "who pays?")
    ledger.put_task(CREDITOR, task)
    assert list(ledger.tasks(CREDITOR)) == [task]


def test_live_puts_the_live_range_to_a_head_that_was_read_before(ledger: Ledger) -> None:
    account, stands = start(ledger)
    older = replace(stands, rev=0)
    assert ledger.live(CREDITOR, account, older) == replace(read(ledger, account), head=older)


def test_an_account_is_made_only_once(ledger: Ledger, whole: Callable[[], Any]) -> None:
    account, _ = start(ledger)
    before = whole()
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, Change(head(), base=0, put=(customer(),)))
    assert whole() == before


def test_a_change_of_head_alone_stands_on_the_revision_it_read(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account, stands = start(ledger)
    change = Change(next_head(stands, parked="TemplateError"), stands.rev)
    ledger.write(CREDITOR, account, change)
    assert read(ledger, account).head == change.head
    before = whole()
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, change)
    assert whole() == before


def test_a_write_on_an_old_revision_leaves_nothing_behind(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account, stands = start(ledger)
    ledger.write(CREDITOR, account, Change(next_head(stands), stands.rev))
    before = whole()
    second = invoice("I2")
    with pytest.raises(Moved):
        ledger.write(
            CREDITOR,
            account,
            Change(
                next_head(stands, seq=2),
                stands.rev,
                put=(second, *opened(second), Hold("h", "manual", DAY)),
                delete=read(ledger, account).open,
                marks=(Mark("I-C1", 1, Settled(DAY)),),
                seen=(PostingKey("ledger", "P1"),),
                lookups=("I2",),
                history=(record(2),),
                tasks=(Task("t", NOON, "parked", "C1"),),
            ),
        )
    assert whole() == before


@pytest.mark.parametrize("taken", ["seen", "lookups"])
def test_a_known_key_is_told_before_a_moved_revision_and_leaves_nothing_behind(
    ledger: Ledger, whole: Callable[[], Any], taken: str
) -> None:
    account, stands = start(ledger)
    key = PostingKey("ledger", "P1")
    ledger.write(
        CREDITOR,
        account,
        Change(next_head(stands, seq=2), 1, seen=(key,), lookups=("I9",), history=(record(2),)),
    )
    again: dict[str, Any] = {"seen": {"seen": (key,)}, "lookups": {"lookups": ("I9",)}}[taken]
    before = whole()
    for base in (2, 1):
        with pytest.raises(Known):
            ledger.write(
                CREDITOR,
                account,
                Change(next_head(stands), base, put=(payment("P1", 5),), **again),
            )
    assert whole() == before
    assert ledger.account_of_posting(CREDITOR, key) == account
    assert ledger.account_of_invoice(CREDITOR, "I9") == account


def test_a_number_that_another_account_has_is_known(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    start(ledger, "C1")
    other = ledger.account_key(CREDITOR, "C2")
    before = whole()
    with pytest.raises(Known):
        ledger.write(CREDITOR, other, first(head("C2"), invoice("I-C1")))
    assert whole() == before


def test_ids_of_one_source_are_not_those_of_another(ledger: Ledger) -> None:
    account, stands = start(ledger)
    note = PostingKey("credit_note", "P1")
    ledger.write(
        CREDITOR, account, Change(next_head(stands), 1, seen=(note, PostingKey("ledger", "P1")))
    )
    assert ledger.account_of_posting(CREDITOR, note) == account
    assert ledger.account_of_posting("other", note) is None


def test_a_taken_id_says_what_kind_of_fact_it_is_and_what_brought_it(ledger: Ledger) -> None:
    account, stands = start(ledger)
    told, untold = PostingKey("ledger", "P1"), PostingKey("ledger", "P2")
    by = "0f3c-2-17"
    ledger.write(
        CREDITOR, account, Change(next_head(stands), 1, seen=(told,), kind="payment", by=by)
    )
    stands = next_head(stands)
    ledger.write(CREDITOR, account, Change(next_head(stands), 2, seen=(untold,)))
    assert ledger.owner_of_posting(CREDITOR, told) == Owner(account, "payment", by)
    assert ledger.owner_of_posting(CREDITOR, untold) == Owner(account, "", "")
    assert ledger.owner_of_posting("other", told) is None


def test_all_postings_of_an_account_are_read_in_the_order_of_their_keys(ledger: Ledger) -> None:
    account, stands = start(ledger)
    other, others = start(ledger, "C2")
    posted = [payment(f"P{number}", 100 + number, ItemRef("I-C1", 1)) for number in range(8)]
    note = replace(posted[0], key=PostingKey("credit_note", "P0"), reference="RF 18 | x")
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(*reversed(posted), note)))
    ledger.write(CREDITOR, other, Change(next_head(others), 1, put=(payment("P9", 1),)))
    assert list(ledger.postings(CREDITOR, account)) == [note, *posted]


def test_money_that_waits_for_an_invoice_stands_in_the_live_range_until_it_goes(
    ledger: Ledger,
) -> None:
    account, stands = start(ledger)
    key, note = PostingKey("ledger", "P#1 |"), PostingKey("credit_note", "P#1 |")
    facts = (
        Awaiting(note, "RE 2026/1#7", 700),
        Awaiting(key, "RE 2026/1#7", 500),
        Awaiting(key, "RE 2026/1#7", 300, 2),
        Awaiting(key, "a|b", 200, 12),
    )
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=facts))
    state = read(ledger, account)
    assert set(state.awaiting) == set(facts)
    assert (len(state.awaiting), len(state.open)) == (4, 1)
    less = replace(facts[0], amount=100)
    ledger.write(CREDITOR, account, Change(next_head(state.head), 2, put=(less,), delete=facts[1:]))
    assert read(ledger, account).awaiting == (less,)


def test_a_document_keeps_whose_it_is_what_brought_it_and_the_day_of_its_last_word(
    ledger: Ledger,
) -> None:
    account, stands = start(ledger)
    told = replace(
        invoice("I2"), seller="Nord | GmbH", reference="RF18 5390", as_of=DAY, by="0f3c-2-17"
    )
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(told,)))
    found = ledger.invoice(CREDITOR, account, "I2")
    assert found == told
    assert found is not None
    assert found.by == "0f3c-2-17"
    untold = ledger.invoice(CREDITOR, account, "I-C1")
    assert untold is not None
    assert (untold.seller, untold.reference, untold.as_of, untold.by) == ("", "", None, "")


def test_a_document_that_is_put_again_and_marked_keeps_its_new_items_and_the_mark(
    ledger: Ledger,
) -> None:
    account, stands = start(ledger, items=3)
    known = ledger.invoice(CREDITOR, account, "I-C1")
    assert known is not None
    shorter = replace(known, items=known.items[:2], settled={1: Settled(DAY)})
    item = read(ledger, account).open[0]
    change = Change(
        next_head(stands),
        1,
        put=(shorter,),
        delete=(item,),
        marks=(Mark("I-C1", 2, Settled(DAY, Reached(1, DAY, 3))), Mark("I-C1", 1, None)),
    )
    ledger.write(CREDITOR, account, change)
    found = ledger.invoice(CREDITOR, account, "I-C1")
    assert found == replace(shorter, settled={2: Settled(DAY, Reached(1, DAY, 3))})


def test_an_item_whose_due_day_moves_lies_in_one_place(ledger: Ledger) -> None:
    account, stands = start(ledger)
    (item,) = read(ledger, account).open
    moved = replace(item, due=date(2026, 12, 24), amount=20_000, open=15_000)
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(moved,), delete=(item,)))
    assert read(ledger, account).open == (moved,)


def test_head_keeps_the_newest_days_of_a_posting_and_of_a_statement(ledger: Ledger) -> None:
    account, stands = start(ledger)
    for posted, stated in ((DAY, None), (None, DAY), (DAY, date(2026, 12, 24))):
        stands = next_head(stands, posted=posted, stated=stated)
        ledger.write(CREDITOR, account, Change(stands, stands.rev - 1))
        assert ledger.head(CREDITOR, account) == stands


def test_head_keeps_how_a_customer_has_paid_through_facts_and_claims(ledger: Ledger) -> None:
    account, stands = start(ledger)
    for record_ in ({}, {24_323: Count(1, 1)}, {24_312: Count(900, 14), 24_322: Count(3, 0)}):
        stands = next_head(stands, behaviour=record_)
        ledger.write(CREDITOR, account, Change(stands, stands.rev - 1))
        assert ledger.head(CREDITOR, account) == stands
    taken = claimed(stands, TOKEN)
    ledger.claim(CREDITOR, account, taken, stands.rev)
    assert ledger.head(CREDITOR, account) == taken


def test_a_settled_item_keeps_the_day_from_which_its_money_counts(ledger: Ledger) -> None:
    account, stands = start(ledger, items=4)
    level, pin = Reached(1, DAY, 3), Pin("std")
    marks = {
        1: Settled(DAY, paid=DAY),
        2: Settled(DAY, level, paid=date(2026, 10, 1)),
        3: Settled(DAY, None, pin, paid=date(2027, 1, 1)),
        4: Settled(DAY, level, pin),
    }
    written = tuple(Mark("I-C1", number, settled) for number, settled in marks.items())
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, marks=written))
    document = ledger.invoice(CREDITOR, account, "I-C1")
    assert document is not None
    assert document.settled == marks


def test_a_history_seq_that_is_taken_moves_the_write(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account, stands = start(ledger)
    assert ledger.put_record(CREDITOR, account, record(2)) is None
    before = whole()
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, Change(next_head(stands), 1, history=(record(2, "x"),)))
    assert whole() == before


def test_a_settled_item_leaves_the_live_range_and_its_level_stays_on_its_invoice(
    ledger: Ledger,
) -> None:
    account, stands = start(ledger, items=3)
    item = read(ledger, account).open[0]
    settled = Settled(DAY, Reached(2, date(2026, 11, 1), 9))
    paid = payment("P1", item.open, item.ref)
    gone = Change(
        next_head(stands),
        stands.rev,
        put=(paid,),
        delete=(item,),
        marks=(Mark("I-C1", item.ref.item, settled), Mark("I-C1", 9, Settled(DAY))),
        seen=(paid.key,),
    )
    ledger.write(CREDITOR, account, gone)
    state = read(ledger, account)
    assert len(state.open) == 2
    assert state.item(item.ref) is None
    document = ledger.invoice(CREDITOR, account, "I-C1")
    assert document is not None
    assert document.settled == {item.ref.item: settled, 9: Settled(DAY)}
    assert ledger.posting(CREDITOR, account, paid.key) == paid
    again = replace(item, open=7, reopened=DAY, spilled=Reached(1, DAY, 2))
    back = Change(
        next_head(state.head), state.head.rev, put=(again,), marks=(Mark("I-C1", 1, None),)
    )
    ledger.write(CREDITOR, account, back)
    assert read(ledger, account).item(item.ref) == again
    document = ledger.invoice(CREDITOR, account, "I-C1")
    assert document is not None
    assert document.settled == {9: Settled(DAY)}


def test_a_mark_and_its_removal_in_one_change_leave_the_last_word(ledger: Ledger) -> None:
    account, stands = start(ledger, items=2)
    marks = (Mark("I-C1", 1, Settled(DAY)), Mark("I-C1", 2, Settled(DAY)), Mark("I-C1", 1, None))
    ledger.write(CREDITOR, account, Change(next_head(stands), stands.rev, marks=marks))
    document = ledger.invoice(CREDITOR, account, "I-C1")
    assert document is not None
    assert document.settled == {2: Settled(DAY)}


def test_an_invoice_that_is_put_and_marked_in_one_change_keeps_the_mark(ledger: Ledger) -> None:
    account, stands = start(ledger)
    change = Change(
        next_head(stands), 1, put=(invoice("I2"),), marks=(Mark("I2", 1, Settled(DAY)),)
    )
    ledger.write(CREDITOR, account, change)
    document = ledger.invoice(CREDITOR, account, "I2")
    assert document is not None
    assert document.settled == {1: Settled(DAY)}


@pytest.mark.parametrize(
    "pin", [None, Pin("std"), Pin("b2b|1", "large & old", None), Pin("x", None, "public")]
)
def test_an_item_keeps_its_policy_its_document_s_total_and_its_repeats(
    ledger: Ledger, pin: Pin | None
) -> None:
    account, stands = start(ledger)
    (item,) = read(ledger, account).open
    level = Reached(3, DAY, 7, 2, -1)
    told = replace(item, pin=pin, total=25_000, spilled=level)
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(told,)))
    assert read(ledger, account).open == (told,)
    settled = Settled(DAY, level, pin)
    marks = (Mark("I-C1", 1, settled),)
    stands = next_head(stands)
    ledger.write(CREDITOR, account, Change(next_head(stands), 2, delete=(told,), marks=marks))
    document = ledger.invoice(CREDITOR, account, "I-C1")
    assert document is not None
    assert document.settled == {1: settled}


def test_facts_stand_in_the_live_range_until_they_end(ledger: Ledger) -> None:
    account, stands = start(ledger)
    dispute = Dispute("d#1", "I-C1", DAY, 1, "wrong | amount")
    hold = Hold("h 1", "manual", DAY, "item", "I-C1", 1, date(2026, 12, 24))
    begun = Hold(
        "h3", "payment_begun", DAY, "items", until=DAY, items=(ItemRef("I-C1", 1),), amount=7
    )
    plain = Hold("h2", "unknown_send", DAY)
    promise = Promise(
        "p1", DAY, date(2026, 12, 1), 10_000, (ItemRef("I-C1", 1),), "EUR", 4_000, "partly"
    )
    ledger.write(
        CREDITOR,
        account,
        Change(next_head(stands), 1, put=(dispute, hold, begun, plain, promise)),
    )
    state = read(ledger, account)
    assert state.disputes == (dispute,)
    assert set(state.holds) == {hold, begun, plain}
    assert state.promises == (promise,)
    ends = tuple(Ended(fact, "e1", DAY, "done") for fact in (dispute, hold, begun, promise))
    ledger.write(
        CREDITOR,
        account,
        Change(next_head(state.head), 2, put=ends, delete=(dispute, hold, begun, promise)),
    )
    state = read(ledger, account)
    assert (state.disputes, state.holds, state.promises) == ((), (plain,), ())


def test_payment_plans_stand_in_the_live_range_and_are_found_when_they_are_over(
    ledger: Ledger,
) -> None:
    account, stands = start(ledger)
    plans = [
        PaymentPlan(
            "plan | 1", DAY, (ItemRef("I-C1", 1), ItemRef("a|b", 2)), "EUR",
            (Instalment(DAY, 4_000), Instalment(date(2026, 12, 22), 6_000)), ACTIVE, True,
            (
                Receipt(PostingKey("ledger", "p|1"), DAY, 4_000),
                Receipt(PostingKey("credit_note", "CN"), DAY, 1, True),
                Receipt(ADJUSTED, DAY, 2, True),
            ),
            date(2026, 11, 24),
            date(2026, 11, 23),
            "customer",
            (Coming(DAY, date(2026, 11, 27), 500, date(2026, 12, 2)),),
            date(2026, 11, 28),
        ),
        PaymentPlan("p2", DAY, (ItemRef("I-C1", 1),), "EUR", (Instalment(DAY, 1),)),
    ]  # fmt: skip
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=tuple(plans)))
    state = read(ledger, account)
    assert sorted(state.plans, key=lambda one: one.id) == sorted(plans, key=lambda one: one.id)
    assert list(ledger.ended(CREDITOR, account)) == []
    hold = Hold("h", "manual", DAY)
    over = [Ended(plan, plan.id, DAY, "cancelled") for plan in plans] + [Ended(hold, "r", DAY)]
    ledger.write(
        CREDITOR,
        account,
        Change(next_head(state.head), 2, put=tuple(over), delete=tuple(plans)),
    )
    assert read(ledger, account).plans == ()
    found = list(ledger.ended(CREDITOR, account))
    assert found[0] == over[2]
    assert {one.fact for one in found[1:]} == set(plans)
    assert set(found) == set(over)
    again = replace(over[0], outcome="completed")
    ledger.write(CREDITOR, account, Change(next_head(next_head(state.head)), 3, put=(again,)))
    assert {one.outcome for one in ledger.ended(CREDITOR, account) if one.by == "plan | 1"} == {
        "completed"
    }, "one that is over again is kept as it ended last"


def test_what_is_proposed_refused_or_handed_over_stands_until_it_ends(ledger: Ledger) -> None:
    account, stands = start(ledger)
    mine, other = ItemRef("I-C1", 1), ItemRef("RE 2026/11#7|a", 12)
    asked = Proposal(
        "p2-ABCDEFGHIJKL",
        DAY,
        date(2026, 12, 6),
        "EUR",
        "std",
        3,
        "email",
        "formal",
        (Pinned(mine, 9_000, 3, 1, 500, 17), Pinned(other, 1)),
        9_501,
    )
    answered = replace(
        asked,
        id="p3-ABCDEFGHIJKL",
        channel="voice",
        answer="changed",
        by="controller",
        reason="calls | first",
        dropped=(other,),
        free=True,
    )
    steps = (Step(mine, 3, 1), Step(other, 3))
    refused = Refusal("p1-x", DAY, "std", steps, "rejected", date(2027, 1, 1), "cfo", "not | yet")
    silent = Refusal("p0-x", DAY, "std", (Step(mine, 3),), "expired")
    over = HandedOver("h1", DAY, "agency", (mine, other), "account", None, False, "std")
    back = HandedOver("h2", DAY, "person", (mine,), back=date(2026, 12, 24))
    facts = (asked, answered, refused, silent, over, back)
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=facts))
    state = read(ledger, account)
    assert state.proposals == (asked, answered)
    assert state.refusals == (silent, refused)
    assert state.handed_over == (over, back)
    assert list(ledger.ended(CREDITOR, account)) == []
    ends = tuple(Ended(fact, "e1", DAY, "stale: items") for fact in facts)
    ledger.write(CREDITOR, account, Change(next_head(state.head), 2, put=ends, delete=facts))
    state = read(ledger, account)
    assert (state.proposals, state.refusals, state.handed_over) == ((), (), ())
    ended = list(ledger.ended(CREDITOR, account))
    assert set(ended) == set(ends)
    assert [one.kind for one in ended] == ["handed_over"] * 2 + ["proposal"] * 2 + ["refusal"] * 2


@pytest.mark.parametrize("collected", [True, False, None])
def test_how_an_invoice_is_collected_and_that_money_counted_for_a_plan_is_kept(
    ledger: Ledger, collected: bool | None
) -> None:
    document = replace(invoice(), autopay=collected)
    account = ledger.account_key(CREDITOR, "C1")
    ledger.write(CREDITOR, account, first(head(), document))
    assert [item.autopay for item in read(ledger, account).open] == [collected]
    assert ledger.invoice(CREDITOR, account, "I1") == document
    stands = read(ledger, account).head
    money = replace(payment("P9", 5), in_plan=bool(collected))
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(money,)))
    assert ledger.posting(CREDITOR, account, money.key) == money


def test_a_customer_that_is_put_again_is_replaced(ledger: Ledger) -> None:
    account, stands = start(ledger)
    bare = Customer("C1")
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, put=(bare,)))
    assert read(ledger, account).customer == bare


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_id_of_a_customer_invoice_or_posting_is_kept_and_found(
    ledger: Ledger, odd: str
) -> None:
    account = ledger.account_key(CREDITOR, odd)
    document = invoice(odd, items=2)
    ledger.write(CREDITOR, account, first(head(odd, at=NOON), document))
    state = read(ledger, account)
    assert state.head.customer == odd
    assert state.customer.customer == odd
    paid = payment(odd, 100, ItemRef(odd, 1), ItemRef(odd, 2))
    reached = {ItemRef(odd, 2): Reached(3, DAY, 5)}
    ledger.write(
        CREDITOR,
        account,
        Change(
            next_head(state.head, reached=reached),
            1,
            put=(paid, Hold(odd, "manual", DAY, "invoice", odd)),
            seen=(paid.key,),
            marks=(Mark(odd, 1, Settled(DAY)),),
            tasks=(Task(odd, NOON, "parked", odd, odd),),
        ),
    )
    state = read(ledger, account)
    assert state.head.reached == reached
    assert {item.ref for item in state.open} == {ItemRef(odd, 1), ItemRef(odd, 2)}
    assert state.holds[0].id == odd
    assert ledger.posting(CREDITOR, account, paid.key) == paid
    assert ledger.account_of_posting(CREDITOR, paid.key) == account
    assert ledger.account_of_invoice(CREDITOR, odd) == account
    found = ledger.invoice(CREDITOR, account, odd)
    assert found == replace(document, settled={1: Settled(DAY)})
    assert [entry.account for entry in ledger.agenda(CREDITOR, "email", 4, NOON)] == [account]
    assert [task.id for task in ledger.tasks(CREDITOR)] == [odd]
    assert list(ledger.book(CREDITOR)) == [account]


def test_ids_that_look_alike_are_different_accounts(ledger: Ledger) -> None:
    accounts = {ledger.account_key(CREDITOR, odd) for odd in (*ODD_IDS, "X", "x", "x#", "x #")}
    assert len(accounts) == len(ODD_IDS) + 4


def test_forty_five_items_on_as_many_invoices_are_one_write(
    ledger: Ledger, whole: Callable[[], Any]
) -> None:
    account = ledger.account_key(CREDITOR, "C1")
    documents = [invoice(f"I{number:02}") for number in range(45)]
    ledger.write(CREDITOR, account, first(head(), *documents[:22]))
    more = [fact for document in documents[22:] for fact in (document, *opened(document))]
    second = next_head(read(ledger, account).head, seq=2)
    ledger.write(
        CREDITOR,
        account,
        Change(second, 1, put=tuple(more), lookups=tuple(d.number for d in documents[22:])),
    )
    items = read(ledger, account).open
    assert len(items) == 45
    paid = payment("P1", 450_000, *(item.ref for item in items))
    change = Change(
        next_head(second, seq=3),
        2,
        put=(paid, payment("P0", 1)),
        delete=items,
        marks=tuple(Mark(i.ref.invoice, i.ref.item, Settled(DAY)) for i in items),
        seen=(paid.key,),
        history=(record(3),),
        tasks=(Task("t", NOON, "x", "C1"),),
    )
    before = whole()
    with pytest.raises(Moved):
        ledger.write(CREDITOR, account, replace(change, base=1))
    assert whole() == before
    ledger.write(CREDITOR, account, change)
    assert read(ledger, account).open == ()
    assert all(d.settled == {1: Settled(DAY)} for d in ledger.invoices(CREDITOR, account))


def test_a_task_that_comes_again_is_the_same_line(ledger: Ledger) -> None:
    account, stands = start(ledger)
    early, late = (Task("a", NOON + 9, "k", "C1"), Task("b", NOON, "k", "C1", "first"))
    ledger.write(CREDITOR, account, Change(next_head(stands), 1, tasks=(early, late)))
    assert list(ledger.tasks(CREDITOR)) == [late, early]
    newer = replace(late, at=NOON + 60, detail="again")
    ledger.write(
        CREDITOR, account, Change(replace(stands, rev=3), 2, tasks=(newer,), history=(record(2),))
    )
    assert list(ledger.tasks(CREDITOR)) == [early, newer]
    assert list(ledger.tasks("other")) == []


def test_a_book_holds_the_accounts_of_its_creditor_alone(ledger: Ledger) -> None:
    mine = {start(ledger, f"C{number}")[0] for number in range(12)}
    other = ledger.account_key("other", "C1")
    ledger.write("other", other, Change(replace(head(), creditor="other"), 0, put=(customer(),)))
    assert set(ledger.book(CREDITOR)) == mine
    assert list(ledger.book("other")) == [other]


def test_a_book_goes_on_behind_any_of_its_accounts(ledger: Ledger) -> None:
    for number in range(12):
        start(ledger, f"C{number}")
    whole = list(ledger.book(CREDITOR))
    for place, account in enumerate(whole):
        assert list(ledger.book(CREDITOR, account)) == whole[place + 1 :]


def test_a_task_about_no_account_is_kept_and_the_same_id_replaces_it(ledger: Ledger) -> None:
    ledger.put_task(CREDITOR, Task("variant-a-b", NOON, "variant_stopped", "", "first"))
    ledger.put_task(CREDITOR, Task("variant-a-b", NOON + 1, "variant_stopped", "", "second"))
    assert list(ledger.tasks(CREDITOR)) == [
        Task("variant-a-b", NOON + 1, "variant_stopped", "", "second")
    ]

"""track: account. The oldest overdue item carries the account: its step decides, it alone climbs,
the others are listed with it; and what ends an episode.
"""

from dataclasses import replace
from datetime import date

from dunning.domain import fence, history, reasons
from dunning.domain.account import LastNotice, Said
from dunning.domain.due import Send
from dunning.domain.explaining import explain
from dunning.domain.facts import Dispute
from dunning.domain.gates import DefaultGates
from dunning.domain.history import Attempt
from dunning.domain.invoice import Reached
from dunning.domain.policy import Policy, Step

from tests.offline import customer, invoice, payment, play, policy, run, why_not
from tests.unit.books import Books
from tests.unit.books import invoice as invoiced
from tests.unit.books import payment as paid
from tests.unit.deciding import (
    account,
    advanced,
    at,
    day,
    item,
    listed,
    notice,
    rules,
    sent,
    waits,
)

LADDER = (Step(1, after_due=10, tone="friendly"), Step(2, after_due=30, tone="persuasive"),
          Step(3, after_due=50, tone="formal"))  # fmt: skip
POLICY = Policy("std", LADDER, track="account", min_interval=5)


def test_the_oldest_item_decides_when_and_the_others_are_listed_with_it() -> None:
    state = account(item("old"), item("new", due=day(5)), item("young", due=day(40)))
    assert waits(state, at(9), rules(POLICY)) == (at(10, 9), reasons.STEP_NOT_DUE)
    found = sent(state, at(10), rules(POLICY))
    assert (advanced(found), listed(found)) == (["old/1:1"], ["old/1", "new/1"])
    assert found.lines[1].level == 0, "what is listed keeps its own level"
    assert found.carried


def test_a_younger_item_s_step_is_no_reason_to_send() -> None:
    """The carrier has just been reminded; what follows it by a week does not speak for itself."""
    state = account(
        item("old"), item("new", due=day(7)),
        reached={"old/1": Reached(1, day(10), 1)}, last=(notice(1, day(10)),), serial=1,
    )  # fmt: skip
    assert waits(state, at(17), rules(POLICY)) == (at(30, 9), reasons.STEP_NOT_DUE)
    told = {str(one.ref): one for one in explain(state, rules(POLICY), at(17), DefaultGates())}
    assert told["new/1"].code == reasons.CARRIED
    assert (told["new/1"].detail, told["new/1"].until) == ("old/1", day(30).isoformat())


def test_of_two_items_of_one_day_the_larger_carries_then_the_number() -> None:
    state = account(item("A", 1_000), item("B", 5_000))
    assert advanced(sent(state, at(10), rules(POLICY))) == ["B/1:1"]
    state = account(item("B", 5_000), item("A", 5_000))
    assert advanced(sent(state, at(10), rules(POLICY))) == ["A/1:1"]


def test_when_the_carrier_is_settled_the_next_oldest_carries_from_its_own_level() -> None:
    state = account(
        item("new", due=day(20)),
        last=(notice(3, day(50))._replace(level=3, notices=3),),
        serial=3,
    )
    found = sent(state, at(55), rules(POLICY))
    assert (advanced(found), found.tone) == (["new/1:1"], "friendly"), "the account softens"


def test_a_disputed_item_does_not_carry_and_is_not_listed() -> None:
    state = account(item("old", due=day(-30)), item("new"), disputes=(Dispute("d", "old", day(0)),))
    found = sent(state, at(10), rules(POLICY))
    assert (advanced(found), listed(found)) == (["new/1:1"], ["new/1"])


def test_an_item_that_credit_covers_does_not_carry() -> None:
    state = account(item("old", 3_000, due=day(-30)), item("new"), credit={"EUR": 4_000})
    found = sent(state, at(10), rules(POLICY))
    assert advanced(found) == ["new/1:1"]
    assert found.total == 9_000


def test_a_carrier_at_the_end_of_its_ladder_keeps_the_account_still() -> None:
    state = account(
        item("old", due=day(-60)), item("new"), reached={"old/1": Reached(3, day(-10), 3)}
    )
    assert waits(state, at(12), rules(POLICY)) == (None, reasons.LADDER_DONE)


def test_max_notices_are_those_of_the_episode_whichever_items_carried() -> None:
    few = replace(POLICY, max_notices=2)
    last = notice(2, day(30))._replace(level=2, notices=2)
    state = account(item("new", due=day(20)), last=(last,), serial=2)
    assert waits(state, at(40), rules(few)) == (None, reasons.MAX_NOTICES)
    state = account(*state.open, last=(last._replace(notices=1),), serial=2)
    assert advanced(sent(state, at(40), rules(few))) == ["new/1:1"]


def test_a_step_before_the_due_day_is_each_item_s_own_and_speaks_for_no_other() -> None:
    early = Policy("std", (Step(1, after_due=-3), *replace(POLICY).ladder[1:]), track="account")
    state = account(item("old", due=day(-5)), item("young", due=day(8)))
    found = sent(state, at(5), rules(early))
    assert (advanced(found), listed(found)) == (["young/1:1"], ["young/1"])


def confirmed(last: tuple[LastNotice, ...], on: int, channel: str = "email") -> LastNotice:
    """The case's last notice, once a notice of that day is confirmed."""
    state = account(item("A"), last=last, serial=last[-1].serial if last else 0)
    attempt = Attempt(9, 1, channel, "EUR", "hash-a", (Said(item("A").ref, 1, 10_000),), "std", 1)
    head = fence.sent(state, rules().creditor, attempt, 5, at(on), lambda number: None).head
    return head.last[-1]


def test_each_confirmed_notice_counts_in_its_episode_and_a_call_does_not() -> None:
    assert confirmed((), 10).notices == 1
    before = notice(1, day(5))._replace(notices=3)
    assert confirmed((before,), 10).notices == 4
    assert confirmed((before,), 10, channel="voice").notices == 3


def test_a_notice_of_what_is_not_yet_due_keeps_the_day_of_the_one_before_that_counts() -> None:
    before = notice(1, day(-20))
    found = confirmed((before,), -3)
    assert (found.early, found.counted, found.counts_on) == (True, day(-20), day(-20))
    assert confirmed((), -3).counts_on is None
    assert confirmed((before,), 3).counts_on == day(3)


def test_an_episode_ends_when_nothing_of_the_policy_is_overdue_any_more() -> None:
    carried = Policy("std", (Step(1, after_due=10),), track="account")
    books = Books(rulebook=rules(carried))
    books.record(invoiced("A", 1_000, due=date(2026, 1, 15)))
    books.record(invoiced("B", 1_000, due=date(2026, 2, 1)))
    books.record(invoiced("C", 1_000, due=date(2026, 6, 1)))
    head = books.account().head
    last = replace(head, rev=head.rev + 1, last=(notice(1, date(2026, 2, 1))._replace(notices=2),))
    from dunning.domain.change import Change

    books.ledger.write("acme", books.key(), Change(last, head.rev))

    books.record(paid("p1", 1_000, ("A", None, 1_000)))
    assert [n.notices for n in books.account().head.last] == [2], "B is still overdue"
    books.record(paid("p2", 1_000, ("B", None, 1_000)))
    assert [n.notices for n in books.account().head.last] == [0], "C is not due yet"


CARRIED = policy(
    """
    {level: 1, after_due: {days: 1}, channels: [email], tone: friendly}
    {level: 2, after_due: {days: 10}, channels: [email], tone: formal}
    """,
    more="track: account",
)


def test_simulate_prints_the_carrier_and_each_listed_item_with_its_level() -> None:
    simulation = play(
        CARRIED,
        [
            invoice("A", "2026-02-01", "100"),
            invoice("B", "2026-02-05", "50"),
            invoice("C", "2026-05-01", "50"),
            payment("p", "2026-02-20", "100", allocations=[{"invoice": "A", "amount": "100"}]),
        ],
    )

    def told(day: str) -> list[tuple[object, ...]]:
        return [(x["invoice"], x["level"], x["listed"], x["open"]) for x in run(simulation, day)]

    assert told("2026-02-02") == [("A", 1, False, "100.00")]
    assert told("2026-02-06") == []
    assert why_not(simulation, "2026-02-06") == {
        "A/1": "STEP_NOT_DUE", "B/1": "CARRIED", "C/1": "NOT_OVERDUE",
    }  # fmt: skip
    assert told("2026-02-11") == [("A", 2, False, "100.00"), ("B", 2, True, "50.00")]
    assert told("2026-02-21") == [("B", 1, False, "50.00")], "from its own level"


def test_after_a_bounce_the_carrier_s_notice_is_tried_again_with_all_that_it_lists() -> None:
    simulation = play(
        CARRIED,
        [
            customer(email=["c1@example.com", "other@example.com"]),
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-01", "50"),
            {
                "on": "2026-02-02", "type": "feedback", "id": "f", "customer": "c1",
                "channel": "email", "address": "c1@example.com", "outcome": "bounced",
            },
        ],
    )  # fmt: skip
    assert [x["listed"] for x in run(simulation, "2026-02-02")] == [False, True]
    again = simulation.stage.recorder.last
    assert isinstance(again, Send)
    assert (again.attempt, again.serial, listed(again)) == (2, 1, ["A/1", "B/1"])
    records = [
        record.attempt
        for record in simulation.stage.ledger.history(
            "default", simulation.stage.ledger.account_key("default", "c1")
        )
        if record.kind == history.ATTEMPT
    ]
    assert [tuple(said.ref.invoice for said in tried.said) for tried in records if tried] == [
        ("A",), ("A",),
    ]  # fmt: skip


def test_what_is_carried_by_an_item_that_has_had_its_notices_names_no_day() -> None:
    """The carrier's second step was due on day 30, and the episode allows one notice."""
    state = account(
        item("old"), item("new", due=day(5)), reached={"old/1": Reached(1, day(10), 1)},
        last=(notice(1, day(10))._replace(notices=1),), serial=1,
    )  # fmt: skip
    book = rules(replace(POLICY, max_notices=1))
    assert [one[1:3] for one in explain(state, book, at(40), DefaultGates())] == [
        (reasons.MAX_NOTICES, ""),
        (reasons.CARRIED, ""),
    ]

"""When a step is due, in the words of the contract: days, grace, intervals, catching up, zones."""

from datetime import date, time

import pytest
from dunning.domain import reasons
from dunning.domain.account import Account
from dunning.domain.calendar import instant, local_day, parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer, zone_of
from dunning.domain.due import Send
from dunning.domain.invoice import Reached
from dunning.domain.policy import Criteria, Policy, Step

from tests.unit.deciding import (
    DUE,
    FIRST,
    POLICY,
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


def one_day(state: Account, found: Send, on: date) -> Account:
    """The account after a notice was sent on that day."""
    serial = found.serial
    levels = {str(line.ref): Reached(line.level, on, serial) for line in found.advanced}
    kept = {str(ref): level for ref, level in state.head.reached.items()}
    return account(
        *state.open, reached={**kept, **levels}, last=(notice(serial, on),), serial=serial
    )


def test_due_today_is_not_overdue() -> None:
    policy = Policy("std", (Step(1, after_due=0),))
    until, reason = waits(account(item()), at(DUE), rules(policy))
    assert reason == reasons.NOT_OVERDUE
    assert until == at(day(1), 9)
    assert advanced(sent(account(item()), at(1), rules(policy))) == ["I1/1:1"]


def test_overdue_is_strictly_more_days_late_than_the_grace() -> None:
    """B1: five days of grace; five days late is not, six days late is."""
    policy = Policy("std", (Step(1, after_due=0),), grace=5)
    assert waits(account(item()), at(5), rules(policy)) == (at(day(6), 9), reasons.NOT_OVERDUE)
    assert sent(account(item()), at(6), rules(policy)).lines[0].days_late == 6


def test_grace_is_not_added_to_a_step() -> None:
    policy = Policy("std", (Step(1, after_due=10),), grace=3)
    assert waits(account(item()), at(9), rules(policy))[1] == reasons.STEP_NOT_DUE
    assert advanced(sent(account(item()), at(10), rules(policy))) == ["I1/1:1"]


def test_a_step_waits_for_its_day_and_for_the_hour_of_that_day() -> None:
    state = account(item())
    assert waits(state, at(10, 8)) == (at(10, 9), reasons.STEP_NOT_DUE)
    assert advanced(sent(state, at(10, 9))) == ["I1/1:1"]


def test_however_late_an_item_climbs_one_level_a_run_and_the_next_run_the_next() -> None:
    state = account(item())
    found = sent(state, at(100))
    assert advanced(found) == ["I1/1:1"]
    state = one_day(state, found, day(100))
    until, reason = waits(state, at(100, 23))
    assert (until, reason) == (at(101, 9), reasons.MIN_INTERVAL)
    found = sent(state, at(101))
    assert advanced(found) == ["I1/1:2"]
    state = one_day(state, found, day(101))
    assert waits(state, at(110)) == (at(111, 9), reasons.STEP_NOT_DUE)
    assert advanced(sent(state, at(111))) == ["I1/1:3"]


def test_days_without_a_run_are_caught_up_with_one_notice() -> None:
    state = account(item("I1"), item("I2", due=day(1)), item("I3", due=day(2)))
    assert advanced(sent(state, at(13))) == ["I1/1:1", "I2/1:1", "I3/1:1"]


def test_the_steps_of_one_item_by_their_days() -> None:
    """F4: steps at 5, 20 and 40 days, and what is paid in between is gone."""
    policy = Policy("std", (Step(1, after_due=5), Step(2, after_due=20), Step(3, after_due=40)))
    book = rules(policy)
    state = account(item())
    assert waits(state, at(4), book)[1] == reasons.STEP_NOT_DUE
    found = sent(state, at(5), book)
    state = one_day(state, found, day(5))
    assert waits(state, at(19), book)[0] == at(20, 9)
    assert advanced(sent(state, at(20), book)) == ["I1/1:2"]
    assert waits(account(), at(50), book) == (None, reasons.NOTHING_OPEN)


def test_after_previous_counts_from_the_last_notice_and_not_from_the_due_day() -> None:
    state = account(
        item(), reached={"I1/1": Reached(2, day(50), 2)}, last=(notice(2, day(50)),), serial=2
    )
    assert waits(state, at(59)) == (at(60, 9), reasons.STEP_NOT_DUE)
    assert advanced(sent(state, at(60))) == ["I1/1:3"]


def test_after_previous_counts_from_a_later_reversal() -> None:
    state = account(
        item(reopened=day(55)),
        reached={"I1/1": Reached(2, day(50), 2)},
        last=(notice(2, day(50)),),
        serial=2,
    )
    assert waits(state, at(64)) == (at(65, 9), reasons.STEP_NOT_DUE)


def test_a_reopened_item_waits_the_interval_from_the_reversal() -> None:
    policy = Policy("std", (Step(1, after_due=10),), min_interval=5)
    state = account(item(reopened=day(20)))
    assert waits(state, at(21), rules(policy)) == (at(25, 9), reasons.REOPENED)


@pytest.mark.parametrize(("interval", "next_day"), [(1, 31), (5, 35), (7, 37)])
def test_min_interval_leaves_so_many_days_between_two_notices(interval: int, next_day: int) -> None:
    policy = Policy("std", (Step(1, after_due=10), Step(2, after_due=30)), min_interval=interval)
    state = account(
        item(), item("I2", due=day(20)), reached={"I1/1": Reached(2, day(30), 2)},
        last=(notice(2, day(30)),), serial=2,
    )  # fmt: skip
    assert waits(state, at(30, 20), rules(policy))[0] == at(next_day, 9)
    found = sent(state, at(next_day), rules(policy))
    assert advanced(found) == ["I2/1:1"]


def test_a_step_held_back_by_the_interval_waits_and_is_not_lost() -> None:
    """B3: reminded yesterday, three days between: skipped today, and due on the third day."""
    policy = Policy("std", (Step(1, after_due=10), Step(2, after_due=11)), min_interval=3)
    state = one_day(account(item()), sent(account(item()), at(10), rules(policy)), day(10))
    assert waits(state, at(11), rules(policy)) == (at(13, 9), reasons.MIN_INTERVAL)
    assert advanced(sent(state, at(13), rules(policy))) == ["I1/1:2"]


def test_the_larger_interval_of_two_policies_counts_between_their_notices() -> None:
    slow = Policy("slow", (Step(1, after_due=5),), Criteria(kinds=("fee",)), min_interval=14)
    quick = Policy("quick", (Step(1, after_due=5),), min_interval=2)
    book = rules(slow, quick)
    state = account(item(due=day(1)), last=(notice(1, day(3), policy="slow"),), serial=1)
    assert waits(state, at(6), book)[0] == at(17, 9)
    state = account(
        item(kind="fee", due=day(1)), last=(notice(1, day(3), policy="quick"),), serial=1
    )
    assert waits(state, at(6), book)[0] == at(17, 9)


def test_two_policies_due_on_one_run_are_two_notices_of_that_run() -> None:
    fees = Policy("fees", (Step(1, after_due=5),), Criteria(kinds=("fee",)), min_interval=7)
    most = Policy("most", (Step(1, after_due=5),), min_interval=7)
    book = rules(fees, most)
    state = account(item(), item("F1", kind="fee"))
    first = sent(state, at(10), book)
    state = account(
        item(),
        item("F1", kind="fee"),
        reached={str(line.ref): Reached(line.level, day(10), 1) for line in first.advanced},
        last=(notice(1, day(10), policy=first.policy),),
        serial=1,
    )
    second = sent(state, at(10), book)
    assert {first.policy, second.policy} == {"fees", "most"}
    assert second.serial == 2
    assert not set(listed(first)) & set(listed(second))


def test_two_currencies_are_two_notices_each_with_its_own_items() -> None:
    state = account(item("E"), item("U", currency="USD"))
    first = sent(state, at(12))
    assert (first.currency, listed(first)) == ("EUR", ["E/1"])
    state = account(
        item("E"),
        item("U", currency="USD"),
        reached={"E/1": Reached(1, day(12), 1)},
        last=(notice(1, day(12)),),
        serial=1,
    )
    second = sent(state, at(12))
    assert (second.currency, listed(second), second.serial) == ("USD", ["U/1"], 2)


def test_an_item_that_moves_to_another_policy_climbs_no_second_level_that_day() -> None:
    state = account(
        item(policy="other"),
        reached={"I1/1": Reached(1, day(40), 1)},
        last=(notice(1, day(40)),),
        serial=1,
    )
    other = Policy("other", (Step(1, after_due=5), Step(2, after_due=20)))
    assert waits(state, at(40, 20), rules(POLICY, other))[0] == at(41, 9)


def test_max_notices_ends_an_item_s_ladder() -> None:
    policy = Policy("std", POLICY.ladder, max_notices=2)
    state = account(item(), reached={"I1/1": Reached(2, day(30), 2)})
    assert waits(state, at(200), rules(policy)) == (None, reasons.MAX_NOTICES)


def test_an_item_at_the_top_of_its_ladder_waits_for_a_further_step() -> None:
    state = account(item(), reached={"I1/1": Reached(3, day(50), 3)})
    assert waits(state, at(300)) == (None, reasons.LADDER_DONE)


def test_tone_level_and_channels_are_those_of_the_highest_step_taken() -> None:
    state = account(
        item("old", due=day(-40)), item("new"), reached={"old/1": Reached(1, day(0), 1)}
    )
    found = sent(state, at(12))
    assert advanced(found) == ["old/1:2", "new/1:1"]
    assert (found.level, found.tone) == (2, "neutral")


def test_items_are_listed_when_overdue_and_advance_when_their_step_is_due() -> None:
    state = account(item("due"), item("late", due=day(5)), item("not yet", due=day(30)))
    found = sent(state, at(12))
    assert listed(found) == ["due/1", "late/1"]
    assert advanced(found) == ["due/1:1"]
    assert [line.level for line in found.lines] == [1, 0]


def test_a_mail_is_sent_at_the_hour_of_the_customer_s_own_zone() -> None:
    state = account(item(), customer=Customer("c4", time_zone="Asia/Tokyo", addresses=(FIRST,)))
    until, _ = waits(state, at(5), rules(zone="Europe/Berlin"))
    assert until == at(day(10), 9, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("customer", "zone"),
    [
        (Customer("c", time_zone="America/Chicago", country="DE"), "America/Chicago"),
        (Customer("c", country="JP"), "Asia/Tokyo"),
        (Customer("c", country="jp"), "Asia/Tokyo"),
        (Customer("c", country="US"), "Europe/Vienna"),
        (Customer("c", country="XX"), "Europe/Vienna"),
        (Customer("c"), "Europe/Vienna"),
    ],
)
def test_the_zone_is_the_customer_s_else_the_country_s_only_one_else_the_creditor_s(
    customer: Customer, zone: str
) -> None:
    assert zone_of(customer, Creditor("acme", time_zone="Europe/Vienna")) == zone


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change_of_the_clocks(zone: str) -> None:
    for number in range(365):
        on = date.fromordinal(date(2026, 1, 1).toordinal() + number)
        moment = instant(on, time(9), zone)
        assert moment == at(on, 9, zone)
        assert local_day(moment, zone) == on


def test_an_hour_that_the_clocks_skip_moves_on_by_the_gap() -> None:
    assert instant(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == parse_instant(
        "2026-03-29T03:30:00+02:00"
    )


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    assert instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == parse_instant(
        "2026-10-25T02:30:00+02:00"
    )


def test_a_midnight_that_does_not_exist_still_lies_on_its_day() -> None:
    moment = instant(date(2026, 4, 24), time(0), "Africa/Cairo")
    assert local_day(moment, "Africa/Cairo") == date(2026, 4, 24)


def test_the_run_is_the_customer_s_day_when_it_is_another_day_elsewhere() -> None:
    auckland = Customer("c4", time_zone="Pacific/Auckland", addresses=(FIRST,))
    state = account(item(due=date(2026, 1, 5)), customer=auckland)
    now = parse_instant("2026-01-14T20:30:00Z")  # the 15th, half past nine, in Auckland
    assert sent(state, now).run == date(2026, 1, 15)


def test_a_notice_without_any_policy_is_explained() -> None:
    assert waits(account(item(policy="gone")), at(100)) == (None, reasons.NO_POLICY)


def test_a_policy_named_by_invoice_or_customer_wins_over_all_that_match() -> None:
    special = Policy("special", (Step(1, after_due=1),), Criteria(kinds=("fee",)))
    book = rules(POLICY, special)
    assert sent(account(item(policy="special")), at(2), book).policy == "special"
    named = account(item(), customer=Customer("c4", policy="special", addresses=(FIRST,)))
    assert sent(named, at(2), book).policy == "special"


def test_most_criteria_win_and_the_one_without_any_is_the_default() -> None:
    fees = Policy("fees", (Step(1, after_due=1),), Criteria(kinds=("fee",), currencies=("EUR",)))
    euro = Policy("euro", (Step(1, after_due=1),), Criteria(currencies=("EUR",)))
    book = rules(POLICY, euro, fees)
    assert sent(account(item(kind="fee")), at(2), book).policy == "fees"
    assert sent(account(item()), at(2), book).policy == "euro"
    assert sent(account(item(currency="USD")), at(12), book).policy == "std"

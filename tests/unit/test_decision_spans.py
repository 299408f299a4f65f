"""Months and their ends, steps before the due day, repeats, and the days on which policies send."""

from datetime import date

import pytest
from dunning.domain import reasons
from dunning.domain.account import LastNotice
from dunning.domain.calendar import Months
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.decision import plan
from dunning.domain.explaining import explain
from dunning.domain.gates import DefaultGates
from dunning.domain.invoice import Reached
from dunning.domain.policy import Policy, Rulebook, Step

from tests.unit.deciding import (
    DUE,
    FIRST,
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


def first_day(policy: Policy, due: date) -> date:
    """The day on which a policy's first step is due for an item, decided long before."""
    made = plan(account(item(due=due)), rules(policy), at(date(due.year - 1, 1, 1)), DefaultGates())
    assert made.at is not None
    return date.fromordinal(719_163 + made.at // 86_400)


@pytest.mark.parametrize(
    ("due", "months", "reminded"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_month_after_the_due_day_is_the_same_day_or_the_last_of_a_shorter_month(
    due: date, months: int, reminded: date
) -> None:
    assert first_day(Policy("std", (Step(1, after_due=Months(months)),)), due) == reminded


def test_after_previous_counts_months_from_the_notice_so_that_a_short_month_stays_short() -> None:
    """31 January, 28 February, 28 March: each from the notice before it."""
    policy = Policy(
        "std",
        (
            Step(1, after_due=1),
            Step(2, after_previous=Months(1)),
            Step(3, after_previous=Months(1)),
        ),
    )
    state = account(item(due=date(2026, 1, 30)))
    reminded = []
    for _ in range(3):
        made = plan(state, rules(policy), at(date(2026, 1, 1)), DefaultGates())
        assert made.at is not None
        found = sent(state, made.at, rules(policy))
        reminded.append(found.run)
        reached = {"I1/1": Reached(found.level, found.run, found.serial)}
        state = account(
            *state.open,
            reached=reached,
            last=(notice(found.serial, found.run),),
            serial=found.serial,
        )
    assert reminded == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 28)]


@pytest.mark.parametrize(
    ("due", "days", "reminded"),
    [
        (date(2026, 1, 15), 10, date(2026, 1, 31)),
        (date(2026, 1, 15), 30, date(2026, 2, 28)),
        (date(2026, 1, 1), 30, date(2026, 1, 31)),
        (date(2026, 12, 15), 30, date(2027, 1, 31)),
    ],
)
def test_a_step_that_rolls_to_the_end_of_the_month_does_so_after_its_days(
    due: date, days: int, reminded: date
) -> None:
    assert first_day(Policy("std", (Step(1, after_due=days, end_of_month=True),)), due) == reminded


def test_a_month_of_grace_is_a_calendar_month() -> None:
    policy = Policy("std", (Step(1, after_due=0),), grace=Months(1))
    assert first_day(policy, date(2026, 1, 31)) == date(2026, 3, 1)
    assert first_day(policy, date(2026, 3, 15)) == date(2026, 4, 16)


def test_a_month_between_two_notices_is_a_calendar_month() -> None:
    policy = Policy("std", (Step(1, after_due=5),), min_interval=Months(1))
    state = account(item(), last=(notice(1, date(2026, 1, 31)),), serial=1)
    assert waits(state, at(date(2026, 2, 1)), rules(policy)) == (
        at(date(2026, 2, 28), 9),
        reasons.MIN_INTERVAL,
    )


EARLY = Policy(
    "std", (Step(1, after_due=-3), Step(2, after_due=10, tone="formal")), grace=5, min_interval=7
)


def test_a_step_before_the_due_day_comes_without_grace_or_minimum() -> None:
    policy = Policy("std", EARLY.ladder, grace=5, minimum={"EUR": 99_999})
    assert waits(account(item()), at(-10), rules(policy)) == (at(-3, 9), reasons.STEP_NOT_DUE)
    found = sent(account(item()), at(-3), rules(policy))
    assert advanced(found) == ["I1/1:1"]
    assert (found.lines[0].days_late, found.total) == (-3, 10_000)


def test_on_the_due_day_the_step_before_it_has_lapsed_and_the_next_one_follows() -> None:
    state = account(item())
    assert advanced(sent(state, at(-1), rules(EARLY))) == ["I1/1:1"]
    assert waits(state, at(0), rules(EARLY)) == (at(10, 9), reasons.STEP_NOT_DUE)
    (told,) = explain(state, rules(EARLY), at(0), DefaultGates())
    assert told.codes == (reasons.STEP_NOT_DUE, reasons.NOT_OVERDUE, reasons.STEP_LAPSED)
    assert advanced(sent(state, at(10), rules(EARLY))) == ["I1/1:2"]


def test_a_ladder_of_nothing_but_a_lapsed_step_is_done() -> None:
    only = rules(Policy("std", (Step(1, after_due=-3),)))
    assert waits(account(item()), at(1), only) == (None, reasons.LADDER_DONE)
    (told,) = explain(account(item()), only, at(1), DefaultGates())
    assert reasons.STEP_LAPSED in told.codes


def test_several_steps_before_the_due_day_come_one_a_run_and_never_out_of_order() -> None:
    policy = rules(
        Policy("std", (Step(1, after_due=-9), Step(2, after_due=-3), Step(3, after_due=5)))
    )
    state = account(item())
    assert advanced(sent(state, at(-2), policy)) == ["I1/1:1"]
    state = account(
        item(), reached={"I1/1": Reached(1, day(-2), 1)}, last=(notice(1, day(-2)),), serial=1
    )
    assert waits(state, at(-2, 20), policy)[0] == at(-1, 9)
    assert advanced(sent(state, at(-1), policy)) == ["I1/1:2"]
    assert waits(state, at(0), policy)[0] == at(5, 9)


def early_notice(on: date, counted: date | None = None) -> LastNotice:
    """A notice about something not yet due, with the day of the last one that counts."""
    return notice(1, on)._replace(early=True, counted=counted, level=1)


def test_a_notice_before_the_due_day_leaves_no_interval_behind_it() -> None:
    reached = {"young/1": Reached(1, day(9), 1)}
    state = account(
        item("old"),
        item("young", due=day(12)),
        reached=reached,
        last=(early_notice(day(9)),),
        serial=1,
    )
    assert advanced(sent(state, at(10), rules(EARLY))) == ["old/1:2"]
    state = account(*state.open, reached=reached, last=(early_notice(day(9), day(6)),), serial=1)
    assert waits(state, at(10), rules(EARLY)) == (at(13, 9), reasons.MIN_INTERVAL)


def test_an_interval_keeps_back_what_is_overdue_and_not_what_is_not_yet_due() -> None:
    state = account(
        item("old", due=day(-20)),
        item("young", due=day(8)),
        reached={"old/1": Reached(1, day(4), 1)},
        last=(notice(1, day(4)),),
        serial=1,
    )
    found = sent(state, at(5), rules(EARLY))
    assert listed(found) == ["young/1"], "what counts for no interval asks for nothing overdue"
    assert (found.level, found.tone) == (1, "friendly")
    assert advanced(sent(state, at(11), rules(EARLY))) == ["old/1:2"]


def test_on_one_run_what_is_overdue_and_what_is_not_yet_due_share_a_notice() -> None:
    state = account(item("old"), item("young", due=day(12)), item("later", due=day(90)))
    found = sent(state, at(10), rules(EARLY))
    assert advanced(found) == ["old/1:2", "young/1:1"]
    assert listed(found) == ["old/1", "young/1"]
    assert found.tone == "formal"


def test_a_run_has_one_notice_also_of_what_is_not_yet_due() -> None:
    state = account(
        item("young", due=day(8)), item("other", due=day(8)),
        reached={"young/1": Reached(1, day(5), 1)}, last=(early_notice(day(5)),), serial=1,
    )  # fmt: skip
    assert waits(state, at(5, 20), rules(EARLY)) == (at(6, 9), reasons.MIN_INTERVAL)


def test_a_hold_or_dispute_keeps_a_step_before_the_due_day_back_until_it_lapses() -> None:
    from dunning.domain.facts import Hold

    state = account(item(), holds=(Hold("h", "manual", DUE, until=day(-1)),))
    assert waits(state, at(-5), rules(EARLY)) == (at(10, 9), reasons.STEP_NOT_DUE)
    state = account(item(), holds=(Hold("h", "manual", DUE, until=day(-2)),))
    assert waits(state, at(-5), rules(EARLY)) == (at(-1, 9), reasons.HELD)


REPEATED = Policy(
    "std", (Step(1, after_due=5), Step(2, after_due=20, repeat_every=14, repeat_max=2))
)


def reached(level: int, on: date, repeat: int = 0) -> dict[str, Reached]:
    """I1's level."""
    return {"I1/1": Reached(level, on, 3, repeat, repeat)}


def test_the_last_step_is_repeated_at_its_distance_and_no_more_than_it_says() -> None:
    book = rules(REPEATED)
    state = account(item(), reached=reached(2, day(20)), last=(notice(3, day(20)),), serial=3)
    assert waits(state, at(21), book) == (at(34, 9), reasons.STEP_NOT_DUE)
    found = sent(state, at(34), book)
    assert advanced(found) == ["I1/1:2"]
    assert [line.repeat for line in found.lines] == [1]
    state = account(item(), reached=reached(2, day(34), 1), last=(notice(3, day(34)),), serial=3)
    assert [line.repeat for line in sent(state, at(48), book).lines] == [2]
    state = account(item(), reached=reached(2, day(48), 2), last=(notice(3, day(48)),), serial=3)
    assert waits(state, at(62), book) == (None, reasons.LADDER_DONE)


def test_repeats_count_among_the_notices_that_an_item_may_have() -> None:
    policy = Policy("std", REPEATED.ladder, max_notices=3)
    state = account(item(), reached=reached(2, day(34), 1), last=(notice(3, day(34)),), serial=3)
    assert waits(state, at(60), rules(policy)) == (None, reasons.MAX_NOTICES)


def test_a_step_that_a_new_version_puts_above_comes_before_another_repeat() -> None:
    longer = Policy("std", (*REPEATED.ladder, Step(3, after_due=40)))
    state = account(item(), reached=reached(2, day(34), 1), last=(notice(3, day(34)),), serial=3)
    assert advanced(sent(state, at(40), rules(longer))) == ["I1/1:3"]


def test_calls_do_not_count_among_the_notices_that_an_item_may_have() -> None:
    policy = Policy("std", (Step(1, after_due=5), Step(2, after_due=20)), max_notices=1)
    called = Reached(1, day(5), 1, more=-1)
    state = account(item(), reached={"I1/1": called}, last=(notice(1, day(5)),), serial=1)
    assert called.notices == 0
    assert advanced(sent(state, at(20), rules(policy))) == ["I1/1:2"]


class Easter:
    """Good Friday and Easter Monday of 2026 in Germany, Epiphany in Bavaria."""

    def holiday(self, calendar: str, day: date) -> bool:
        if calendar.startswith("DE") and day in (date(2026, 4, 3), date(2026, 4, 6)):
            return True
        return calendar == "DE-BY" and day == date(2026, 1, 6)

    def weekend(self, calendar: str, day: date) -> bool:
        return day.weekday() > 4

    def problem(self, calendar: str) -> str | None:
        return None


def book(policy: Policy, **creditor: str) -> Rulebook:
    """Rules with those holidays."""
    return Rulebook(Creditor("acme", **creditor), (policy,), 1, Easter())  # type: ignore[arg-type]


def sends_on(policy: Policy, due: date, customer: Customer | None = None, **creditor: str) -> date:
    """The day on which a policy's first step goes out for an item."""
    who = customer or Customer("c4", addresses=(FIRST,))
    state = account(item(due=due), customer=who)
    made = plan(state, book(policy, **creditor), at(date(2026, 1, 1), 0), DefaultGates())
    assert made.at is not None
    return date.fromordinal(719_163 + made.at // 86_400)


STEP = (Step(1, after_due=1),)


def test_a_notice_waits_for_a_weekday_on_which_its_policy_sends() -> None:
    policy = Policy("std", STEP, send_days=(1, 3))
    assert sends_on(policy, date(2026, 3, 6)) == date(2026, 3, 10)
    state = account(item(due=date(2026, 3, 6)))
    assert waits(state, at(date(2026, 3, 8)), book(policy)) == (
        at(date(2026, 3, 10), 9),
        reasons.NOT_A_SEND_DAY,
    )


def test_a_calendar_leaves_business_days_alone() -> None:
    policy = Policy("std", STEP, calendar="DE")
    assert sends_on(policy, date(2026, 4, 2)) == date(2026, 4, 7)
    assert sends_on(Policy("std", STEP), date(2026, 4, 2)) == date(2026, 4, 3)


def test_with_weekdays_and_a_calendar_only_its_holidays_are_left_out() -> None:
    policy = Policy("std", STEP, calendar="DE", send_days=(0, 5))
    assert sends_on(policy, date(2026, 4, 2)) == date(2026, 4, 4), "Saturdays are named"
    assert sends_on(policy, date(2026, 4, 4)) == date(2026, 4, 11), "Easter Monday is a holiday"


@pytest.mark.parametrize(
    ("calendar", "region", "expected"),
    [
        ("DE-BY", None, date(2026, 1, 7)),
        ("creditor", None, date(2026, 1, 6)),
        ("customer", "BY", date(2026, 1, 7)),
        ("customer", "BE", date(2026, 1, 6)),
    ],
)
def test_a_calendar_may_be_the_creditor_s_or_the_customer_s(
    calendar: str, region: str | None, expected: date
) -> None:
    customer = Customer("c4", country="DE", region=region, addresses=(FIRST,), time_zone="UTC")
    policy = Policy("std", STEP, calendar=calendar)
    assert sends_on(policy, date(2026, 1, 5), customer, country="DE") == expected


def test_a_due_day_that_is_no_business_day_counts_as_the_next_one_where_the_creditor_says_so() -> (
    None
):
    """Due on Good Friday: late from Tuesday after Easter."""
    policy = Policy("std", (Step(1, after_due=1),))
    due = date(2026, 4, 3)
    assert sends_on(policy, due, country="DE") == date(2026, 4, 4)
    assert sends_on(policy, due, country="DE", roll="next_business_day") == date(2026, 4, 8)
    rolled = book(policy, country="DE", roll="next_business_day")
    (line,) = sent(account(item(due=due)), at(date(2026, 4, 10)), rolled).lines
    assert (line.due, line.days_late) == (due, 3)


LEVELS = Policy(
    "std",
    (Step(1, after_due=10, tone="friendly"), Step(2, after_due=30, tone="formal")),
    notice_per="level",
    min_interval=5,
)


def test_with_a_notice_for_each_level_a_run_has_several_the_highest_first() -> None:
    state = account(
        item("old", due=day(-20)),
        item("new"),
        item("late", due=day(9)),
        reached={"old/1": Reached(1, day(-9), 1)},
        last=(notice(1, day(-9))._replace(level=1),),
        serial=1,
    )
    first = sent(state, at(12), rules(LEVELS))
    assert (first.level, first.tone, listed(first)) == (2, "formal", ["old/1"])
    state = account(
        *state.open,
        reached={"old/1": Reached(2, day(12), 2)},
        last=(notice(2, day(12))._replace(level=2),),
        serial=2,
    )
    second = sent(state, at(12, 13), rules(LEVELS))
    assert (second.level, second.tone, listed(second)) == (1, "friendly", ["new/1"])
    assert second.serial == 3
    state = account(
        *state.open,
        reached={"old/1": Reached(2, day(12), 2), "new/1": Reached(1, day(12), 3)},
        last=tuple(notice(n, day(12))._replace(level=4 - n) for n in (2, 3)),
        serial=3,
    )
    assert waits(state, at(12, 14), rules(LEVELS))[0] == at(19, 9)


def test_a_level_that_has_had_its_notice_has_no_second_one_on_that_run() -> None:
    state = account(
        item("new"), last=(notice(3, day(12))._replace(level=1),), serial=3,
    )  # fmt: skip
    assert waits(state, at(12), rules(LEVELS)) == (at(17, 9), reasons.MIN_INTERVAL)


def test_the_minimum_is_that_of_the_case_also_with_a_notice_for_each_level() -> None:
    policy = Policy("std", LEVELS.ladder, notice_per="level", minimum={"EUR": 15_000})
    state = account(
        item("old", due=day(-30)), item("new"), reached={"old/1": Reached(1, day(-9), 1)}
    )
    assert sent(state, at(12), rules(policy)).total == 10_000
    assert waits(account(item("new")), at(12), rules(policy)) == (None, reasons.BELOW_MINIMUM)

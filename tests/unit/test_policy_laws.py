"""Laws of policies over whole replays: random ledgers and policies, run daily and with gaps."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from dunning.domain.calendar import Months, later
from dunning.domain.gates import OpenGates
from dunning.domain.policy import Policy, Step
from dunning.entry.offline import stage
from dunning.service.simulate import Simulation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline import Body, as_file, customer, invoice, payment

START = date(2026, 1, 1)
DAYS = 150
REPLAYS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def iso(number: int) -> str:
    """The day so many days after START."""
    return (START + timedelta(days=number)).isoformat()


SPANS = st.integers(1, 25) | st.just(Months(1))


@st.composite
def ladders(draw: st.DrawFn, early: bool) -> tuple[Step, ...]:
    """Steps at rising days, or a distance after the one before; the last one perhaps repeated."""
    steps: list[Step] = []
    day = 0
    if early and draw(st.booleans()):
        steps.append(Step(1, after_due=draw(st.integers(-9, -1))))
    for level in range(len(steps) + 1, len(steps) + draw(st.integers(1, 3)) + 1):
        day += draw(st.integers(1, 20))
        previous = bool(steps) and not steps[-1].early and draw(st.booleans())
        steps.append(
            Step(
                level,
                after_due=None if previous else day,
                after_previous=draw(SPANS) if previous else None,
                end_of_month=not previous and draw(st.integers(0, 4)) == 0,
            )
        )
    if not steps[-1].early and draw(st.booleans()):
        last = steps.pop()
        again = {"repeat_every": draw(SPANS), "repeat_max": draw(st.integers(1, 2))}
        steps.append(
            Step(
                last.level,
                after_due=last.after_due,
                after_previous=last.after_previous,
                end_of_month=last.end_of_month,
                **again,
            )
        )
    return tuple(steps)


@st.composite
def policies(
    draw: st.DrawFn, *, interval: int | None = None, early: bool = True, track: str | None = None
) -> Policy:
    """A policy for everything."""
    return Policy(
        "standard",
        draw(ladders(early)),
        grace=draw(st.integers(0, 5)),
        minimum=draw(st.sampled_from([{}, {}, {"EUR": 6_000}])),
        max_notices=draw(st.sampled_from([None, None, 2])),
        min_interval=interval or draw(st.integers(1, 12) | st.just(Months(1))),
        percent=draw(st.sampled_from([None, None, Decimal(40)])),
        track=track or draw(st.sampled_from(["item", "account"])),
        notice_per=draw(st.sampled_from(["account", "level"])),
    )


@st.composite
def ledgers(draw: st.DrawFn, *, items: int = 4) -> list[Body]:
    """One customer's invoices, and what may happen to them."""
    bodies: list[Body] = [customer(on=iso(0))]
    number = draw(st.integers(1, items))
    for n in range(number):
        known = draw(st.integers(0, 40))
        due = known + draw(st.integers(0, 40))
        amount = draw(st.sampled_from(["30.00", "70.00", "100.00"]))
        bodies.append(invoice(f"I{n}", iso(due), amount, on=iso(known)))
    for n in range(draw(st.integers(0, 4))):
        day, which = draw(st.integers(41, DAYS - 10)), f"I{draw(st.integers(0, number - 1))}"
        bodies.append(draw(st.sampled_from(list(_facts(n, day, which)))))
    return bodies


def _facts(n: int, day: int, which: str) -> Iterator[Body]:
    part: list[dict[str, Any]] = [{"invoice": which, "amount": "30.00"}]
    yield payment(f"p{n}", iso(day), "30.00", allocations=part)
    yield payment(f"q{n}", iso(day), "100.00")
    on = {"on": iso(day), "customer": "c1"}
    held = {**on, "type": "hold", "kind": "talks", "scope": "invoice", "invoice": which}
    yield {**held, "id": f"h{n}", "until": iso(day + 9)}
    yield {**on, "type": "promise", "id": f"pr{n}", "date": iso(day + 5), "amount": "10",
           "items": [{"invoice": which, "item": 1}]}  # fmt: skip
    yield {"on": iso(day), "type": "dispute", "id": f"d{n}", "invoice": which, "reason": "x"}
    yield {"on": iso(day), "type": "reversal", "id": f"r{n}", "of": f"q{n - 1}"}


class Told(NamedTuple):
    """One advance of an item."""

    day: date
    level: int
    repeat: int


class Replay(NamedTuple):
    """What a replay said."""

    lines: list[dict[str, Any]]
    told: dict[str, list[Told]]
    """Each item's advances, in their order."""
    notices: list[tuple[date, bool]]
    """The day of each notice, and whether it was about something overdue."""


def replay(policy: Policy, bodies: list[Body], days: list[int]) -> Replay:
    """All runs of those days."""
    simulation = Simulation(stage(OpenGates()), as_file(bodies), (policy,), "x")
    told: dict[str, list[Told]] = defaultdict(list)
    lines, notices = [], []
    for number in days:
        day = START + timedelta(days=number)
        by_notice: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in simulation.run(day):
            by_notice[str(line["notice"])].append(line)
        state = simulation.stage.ledger.read(
            "default", simulation.stage.ledger.account_key("default", "c1")
        )
        assert state is not None
        for one in by_notice.values():
            lines += one
            advanced = [line for line in one if not line["listed"]]
            overdue = any(date.fromisoformat(str(line["due"])) < day for line in advanced)
            notices.append((day, overdue))
            for line in advanced:
                ref = next(i for i in state.open if i.ref.invoice == line["invoice"])
                reached = state.level_of(ref)
                repeat = reached.repeat if reached else 0
                told[str(line["invoice"])].append(Told(day, int(str(line["level"])), repeat))
    return Replay(lines, dict(told), notices)


DAILY = list(range(DAYS))
GAPPED = st.sets(st.integers(0, DAYS - 1), min_size=1).map(sorted)


@REPLAYS
@given(policies(interval=1, early=False, track="item"), ledgers(items=1), GAPPED)
def test_with_gaps_each_item_s_levels_are_a_prefix_of_the_daily_ones_and_none_is_earlier(
    policy: Policy, bodies: list[Body], days: list[int]
) -> None:
    daily, gapped = replay(policy, bodies, DAILY).told, replay(policy, bodies, days).told
    for invoice_, late in gapped.items():
        early = daily.get(invoice_, [])
        assert [x[1:] for x in late] == [x[1:] for x in early[: len(late)]]
        assert all(mine.day >= first.day for mine, first in zip(late, early, strict=False))


@REPLAYS
@given(policies(), ledgers(), GAPPED)
def test_no_level_is_ever_skipped_but_one_before_the_due_day_that_has_lapsed(
    policy: Policy, bodies: list[Body], days: list[int]
) -> None:
    due = {b["number"]: b["items"][0]["due"] for b in bodies if b["type"] == "invoice"}
    for number, told in replay(policy, bodies, days).told.items():
        level = repeat = 0
        for one in told:
            if one.repeat:
                assert (one.level, one.repeat) == (policy.ladder[-1].level, repeat + 1)
            else:
                passed = [s for s in policy.ladder if level < s.level < one.level]
                assert all(s.early for s in passed)
                assert not passed or one.day.isoformat() >= due[number]
                assert one.level > level
            level, repeat = one.level, one.repeat
        assert len({one.day for one in told}) == len(told), "one level a run"


@REPLAYS
@given(policies(), ledgers(), GAPPED | st.just(DAILY))
def test_two_notices_of_different_runs_are_never_within_the_interval(
    policy: Policy, bodies: list[Body], days: list[int]
) -> None:
    runs = sorted({day for day, overdue in replay(policy, bodies, days).notices if overdue})
    for before, after in pairwise(runs):
        assert after >= later(before, policy.min_interval)


@REPLAYS
@given(policies(interval=1, early=False, track="item"), ledgers(), st.integers(1, 20_000))
def test_a_higher_minimum_lets_nothing_through_that_the_lower_had_not_let_through_by_then(
    policy: Policy, bodies: list[Body], more: int
) -> None:
    lower = replay(policy, bodies, DAILY).told
    raised = Policy(
        policy.id,
        policy.ladder,
        grace=policy.grace,
        minimum={"EUR": policy.minimum.get("EUR", 0) + more},
        max_notices=policy.max_notices,
        percent=policy.percent,
        notice_per=policy.notice_per,
    )
    for number, late in replay(raised, bodies, DAILY).told.items():
        early = lower.get(number, [])
        assert [x[1:] for x in late] == [x[1:] for x in early[: len(late)]]
        assert all(mine.day >= first.day for mine, first in zip(late, early, strict=False))


@REPLAYS
@given(policies(), ledgers(items=1), st.integers(1, 20_000))
def test_raising_the_minimum_never_adds_a_notice(
    policy: Policy, bodies: list[Body], more: int
) -> None:
    raised = Policy(**{**_fields(policy), "minimum": {"EUR": more + 6_000}})
    few, many = replay(raised, bodies, DAILY).notices, replay(policy, bodies, DAILY).notices
    assert len(few) <= len(many)


def _fields(policy: Policy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in Policy.__slots__}


@REPLAYS
@given(policies(), ledgers(), GAPPED | st.just(DAILY))
def test_what_is_paid_never_appears_and_each_total_is_what_it_is_made_of(
    policy: Policy, bodies: list[Body], days: list[int]
) -> None:
    simulation = Simulation(stage(OpenGates()), as_file(bodies), (policy,), "x")
    ledger = simulation.stage.ledger
    key = ledger.account_key("default", "c1")
    for number in days:
        for line in simulation.run(START + timedelta(days=number)):
            state = ledger.read("default", key)
            assert state is not None
            (item,) = [one for one in state.open if one.ref.invoice == line["invoice"]]
            parts = [Decimal(str(line[name])) for name in ("open", "fee", "interest", "announced")]
            assert Decimal(str(line["total"])) == sum(parts)
            assert 0 < parts[0] * 100 <= item.open
            assert line["due"] == item.due.isoformat()


@REPLAYS
@given(policies(), ledgers(), GAPPED)
def test_every_item_that_a_run_leaves_out_is_told_with_a_reason(
    policy: Policy, bodies: list[Body], days: list[int]
) -> None:
    simulation = Simulation(stage(OpenGates()), as_file(bodies), (policy,), "x")
    ledger = simulation.stage.ledger
    for number in days[:25]:
        day = START + timedelta(days=number)
        told = {line["invoice"] for line in simulation.run(day)}
        left = list(simulation.not_reminded(day))
        state = ledger.read("default", ledger.account_key("default", "c1"))
        still = {one.ref.invoice for one in state.open} if state else set()
        assert {line["invoice"] for line in left} == still - told
        for line in left:
            reasons: Any = line["reasons"]
            assert reasons
            assert "STEP_DUE" not in reasons, (day, line, policy)

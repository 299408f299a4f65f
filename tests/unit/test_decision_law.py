"""The law of plan and decide, over random accounts: a plan that has come is a decision that acts,
and nothing could have been sent before it.
"""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from dunning.domain import reasons
from dunning.domain.account import Account, Applying, Head, LastNotice, Tries, Unusable
from dunning.domain.business_days import rolled
from dunning.domain.calendar import DAY, Months, later, local_day
from dunning.domain.change import Change
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.decision import decide, plan
from dunning.domain.due import Send, Wait
from dunning.domain.explaining import explain
from dunning.domain.facts import Dispute, Hold, Promise
from dunning.domain.gates import (
    ALLOW,
    DEFER,
    DENY,
    ContactAttempt,
    DefaultGates,
    Gates,
    OpenGates,
    Verdict,
)
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem, Reached
from dunning.domain.outcomes import FAILED
from dunning.domain.payment_plans import ACTIVE, PROPOSED, Instalment, PaymentPlan
from dunning.domain.policy import Criteria, Policy, Rulebook, Step
from dunning.domain.upkeep import kept_up
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.deciding import DUE, FIRST, PHONE, SECOND, at, day

DAYS = st.integers(-40, 120).map(day)
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu"]
)


class QuietHours:
    """Calls only from 8 to 20 h of UTC; mail whenever; nothing on Sundays; no SMS at all."""

    ruleset = "quiet-1"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        hour = now % DAY // 3_600
        if attempt.channel == "sms":
            return Verdict(DENY, rules=("no_sms",))
        if (now // DAY + 4) % 7 == 0:
            return Verdict(DEFER, (now // DAY + 1) * DAY, ("sunday",))
        if attempt.channel == "voice" and not 8 <= hour < 20:
            begin = now // DAY * DAY + 8 * 3_600
            return Verdict(DEFER, begin if begin > now else begin + DAY, ("quiet_hours",))
        return Verdict(ALLOW)


GATES = st.sampled_from([DefaultGates(), OpenGates(), QuietHours()])


SPANS = st.integers(0, 40) | st.builds(Months, st.integers(0, 2))
SOME = st.integers(1, 40) | st.builds(Months, st.integers(1, 2))


@st.composite
def ladders(draw: st.DrawFn, ends: bool) -> tuple[Step, ...]:
    """A ladder as a file could say it: levels ascend, each step has its moment, those before the
    due day come first, and the last one may be repeated."""
    steps: list[Step] = []
    levels = sorted(draw(st.sets(st.integers(1, 6), min_size=1, max_size=4)))
    early = draw(st.sampled_from([0, 0, 1, 2]))
    for place, level in enumerate(levels):
        channels = tuple(
            draw(
                st.lists(
                    st.sampled_from(["email", "voice", "sms"]), min_size=1, max_size=3, unique=True
                )
            )
        )
        if place < early:
            steps.append(Step(level, channels, after_due=draw(st.integers(-9, -6)) + 3 * place))
            continue
        after_previous = steps and draw(st.booleans())
        again = place == len(levels) - 1 and draw(st.integers(0, 2)) == 0
        steps.append(
            Step(
                level,
                channels,
                after_due=None if after_previous else draw(SPANS),
                after_previous=draw(SOME) if after_previous else None,
                end_of_month=not after_previous and draw(st.integers(0, 3)) == 0,
                repeat_every=draw(SOME) if again else None,
                repeat_max=draw(st.sampled_from([1, 3] + [None] * ends)) if again else None,
            )
        )
    return tuple(steps)


@st.composite
def policies(draw: st.DrawFn, id_: str, criteria: Criteria) -> Policy:
    """A policy as a file could say it."""
    most = draw(st.sampled_from([None, None, 1, 2, 3]))
    return Policy(
        id_,
        draw(ladders(most is not None)),
        criteria,
        grace=draw(st.integers(0, 7) | st.just(Months(1))),
        minimum=draw(st.sampled_from([{}, {"EUR": 50}, {"EUR": 15_000, "USD": 9_000}])),
        max_notices=most,
        min_interval=draw(st.integers(1, 9) | st.just(Months(1))),
        send_at=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))),
        percent=draw(st.sampled_from([None, None, Decimal(10), Decimal("62.5")])),
        track=draw(st.sampled_from(["item", "item", "account"])),
        notice_per=draw(st.sampled_from(["account", "account", "level"])),
        send_days=draw(st.sampled_from([(), (), (0, 1, 2, 3, 4), (2,)])),
        calendar=draw(st.sampled_from([None, None, "DE", "creditor", "customer"])),
        disputes=draw(st.sampled_from(["item", "item", "account"])),
        autopay=draw(st.sampled_from(["hold", "ignore"])),
    )


class Closed:
    """Fridays are the weekend in Germany, and the 1st and 20th of a month are holidays."""

    def holiday(self, calendar: str, day: date) -> bool:
        return calendar == "DE" and day.day in (1, 20)

    def weekend(self, calendar: str, day: date) -> bool:
        return day.weekday() == 4 if calendar == "DE" else day.weekday() > 4

    def problem(self, calendar: str) -> str | None:
        return None


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """One policy for all, or another one for fees."""
    found = [draw(policies("all", Criteria()))]
    if draw(st.booleans()):
        found.append(draw(policies("fees", Criteria(kinds=("fee",)))))
    creditor = Creditor(
        "acme",
        time_zone=draw(ZONES),
        country=draw(st.sampled_from([None, "DE"])),
        roll=draw(st.sampled_from(["", "", "next_business_day"])),
    )
    return Rulebook(creditor, tuple(found), 1, Closed())


@st.composite
def accounts(draw: st.DrawFn, rulebook: Rulebook, now: int) -> Account:
    """Any account that writes could have left, and some that they could not."""
    items = tuple(
        OpenItem(
            ItemRef(f"I{n % 3}", n),
            draw(st.sampled_from(["EUR", "EUR", "USD"])),
            draw(DAYS),
            amount,
            draw(st.integers(1, amount)),
            draw(st.sampled_from(["invoice", "invoice", "fee"])),
            draw(st.sampled_from([None, None, None, "gone", "fees"])),
            None,
            draw(st.sampled_from([None, None, day(20)])),
            autopay=draw(st.sampled_from([None, None, None, True])),
        )
        for n, amount in enumerate(draw(st.lists(st.integers(1, 20_000), max_size=6)), 1)
    )
    refs = [one.ref for one in items] or [ItemRef("I0", 1)]
    today = date.fromordinal(719_163 + now // DAY)
    past = st.integers(0, 60).map(lambda n: today - timedelta(days=n))
    reached = {
        ref: Reached(
            draw(st.integers(1, 6)),
            draw(past),
            draw(st.integers(1, 9)),
            draw(st.sampled_from([0, 0, 1])),
            draw(st.sampled_from([0, 0, -1, 2])),
        )
        for ref in refs
        if items and draw(st.booleans())
    }
    last = tuple(
        LastNotice(
            currency,
            policy.id,
            draw(st.integers(1, 9)),
            draw(st.integers(1, 99)),
            draw(st.sampled_from(["email", "voice"])),
            draw(st.integers(1, 3)),
            draw(st.sampled_from(["sent", "sent", *sorted(FAILED)])),
            draw(past),
            "hash-a",
            draw(st.integers(1, 6)),
            draw(st.booleans()),
            draw(st.none() | past),
            draw(st.integers(0, 3)),
        )
        for currency in ("EUR", "USD")
        for policy in rulebook.policies
        if draw(st.integers(0, 2)) == 0
    )
    ref = st.sampled_from(refs)
    until = st.one_of(st.none(), DAYS)
    holds = draw(st.lists(st.builds(hold, ref, until, st.sampled_from(SCOPES)), max_size=2))
    promises = draw(st.lists(st.builds(promise, ref, DAYS), max_size=2))
    disputes = draw(st.lists(st.builds(dispute, ref), max_size=1))
    in_plans = st.lists(st.tuples(ref, DAYS, st.sampled_from([ACTIVE, PROPOSED])), max_size=1)
    tried = draw(st.sampled_from([None, None, 60, 3_600]))
    serial = max((n.serial for n in last), default=0)
    return Account(
        Head(
            "acme",
            "c4",
            rev=1,
            serial=serial,
            reached=reached,
            credit=draw(st.sampled_from([{}, {}, {"EUR": 4_000}, {"EUR": 90_000, "USD": 1}])),
            last=last,
            unusable=draw(
                st.sampled_from(
                    [
                        (),
                        (),
                        (Unusable("email", "hash-a", "bounced"),),
                        (Unusable("email", "*", "opt_out"),),
                    ]
                )
            ),
            tries=Tries(serial + draw(st.integers(0, 1)), 2, 1, now + tried, "throttled")
            if tried
            else None,
            applying=draw(st.sampled_from([None] * 9 + [Applying("posting", "l", "p", 1, 99)])),
            parked=draw(st.sampled_from([None] * 9 + ["KeyError"])),
        ),
        Customer(
            "c4",
            country=draw(st.sampled_from([None, "DE", "US"])),
            time_zone=draw(st.one_of(st.none(), ZONES)),
            policy=draw(st.sampled_from([None, None, None, "nowhere"])),
            addresses=draw(st.sampled_from([(), (FIRST,), (FIRST, SECOND), (PHONE, FIRST)])),
        ),
        items,
        tuple(disputes),
        tuple(holds),
        tuple(promises),
        plans=tuple(payment_plan(n, *made) for n, made in enumerate(draw(in_plans))),
    )


SCOPES = ("account", "invoice", "item")


def hold(ref: ItemRef, until: date | None, scope: str) -> Hold:
    """A hold about that item, or wider."""
    return Hold(f"h{ref}", "manual", DUE, scope, ref.invoice, ref.item, until)


def promise(ref: ItemRef, by: date) -> Promise:
    """A promise for that item."""
    return Promise(f"pr{ref}", DUE, by, 1, (ref,), "EUR")


def payment_plan(number: int, ref: ItemRef, due: date, state: str) -> PaymentPlan:
    """A plan of two instalments over that item."""
    parts = (Instalment(due, 1), Instalment(due + timedelta(days=30), 1))
    return PaymentPlan(f"pl{number}", DUE, (ref,), "EUR", parts, state)


def dispute(ref: ItemRef) -> Dispute:
    """A dispute of that item."""
    return Dispute(f"d{ref}", ref.invoice, DUE, ref.item)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Account, Rulebook, int, Gates]:
    """An account, its rules, an instant and gates."""
    rulebook = draw(rulebooks())
    now = at(draw(st.integers(-30, 90)), 0) + draw(st.integers(0, DAY - 1))
    return draw(accounts(rulebook, now)), rulebook, now, draw(GATES)


@MANY
@given(worlds())
def test_a_plan_that_has_come_is_a_decision_that_acts(
    world: tuple[Account, Rulebook, int, Gates],
) -> None:
    state, rulebook, now, gates = world
    made = plan(state, rulebook, now, gates)
    if made.at is None or state.head.applying:
        return
    then = max(now, made.at)
    found = decide(state, rulebook, then, gates)
    if isinstance(found, Wait) and found.plan.reason == reasons.PLAN_BROKEN:
        # What acts then is the write of the account: the plan ends, and is no reason any more.
        change, after = kept_up(state, Change(state.head, 1), rulebook, then)
        standing = {one.id: one for one in after.plans if one.in_force}
        if found.plan.detail in standing:
            # Money on account covers what is missing: it is looked at again on a later day.
            kept = standing[found.plan.detail]
            assert state.head.credit.get(kept.currency)
            assert kept.broken_from > local_day(then, state.zone(rulebook.creditor))
        else:
            ends = {reasons.PLAN_BROKEN, reasons.PLAN_COMPLETED}
            assert ends & {record.code for record in change.history}
        assert plan(after, rulebook, then, gates).reason != reasons.PLAN_BROKEN
        return
    if made.reason == reasons.DEFERRED and isinstance(found, Wait):
        # The rules may defer again, once what they had to wait for has come; never to the past.
        assert found.plan.at is not None
        assert found.plan.at > then
        return
    assert isinstance(found, Send), (made, found)
    assert found.channel == made.channel
    assert found.advanced or found.tells
    assert found.total > 0


@MANY
@given(worlds(), st.integers(1, 90))
def test_nothing_could_have_been_sent_before_its_plan(
    world: tuple[Account, Rulebook, int, Gates], step: int
) -> None:
    state, rulebook, now, gates = world
    made = plan(state, rulebook, now, gates)
    if state.head.applying:
        return
    end = now + 200 * DAY if made.at is None else made.at - 1
    for then in range(now, end, max(step * 7_200, (end - now) // 60)):
        assert isinstance(decide(state, rulebook, then, gates), Wait), (then, made)


@MANY
@given(worlds())
def test_decide_plan_and_explain_are_total_and_agree(
    world: tuple[Account, Rulebook, int, Gates],
) -> None:
    state, rulebook, now, gates = world
    found = decide(state, rulebook, now, gates)
    made = plan(state, rulebook, now, gates)
    assert made.reason in reasons.SENTENCES
    assert (made.at is None) == (made.channel is None)
    if isinstance(found, Wait):
        assert made.says_the_same(found.plan)
        # A plan whose instalment was missed ends by the next write, whoever makes it.
        assert made.at is None or made.at > now or made.reason == reasons.PLAN_BROKEN
    told = explain(state, rulebook, now, gates)
    assert sorted(one.ref for one in told) == sorted(item.ref for item in state.open)
    for one in told:
        assert one.code == one.codes[0]
        assert set(one.codes) <= set(reasons.SENTENCES)
        assert one.chosen_by in reasons.CHOSEN
        today = local_day(now, state.zone(rulebook.creditor)).isoformat()
        assert not one.until or one.until >= today, one


@MANY
@given(worlds())
def test_what_a_notice_says_is_overdue_free_net_and_climbs_one_level(
    world: tuple[Account, Rulebook, int, Gates],
) -> None:
    state, rulebook, now, gates = world
    found = decide(state, rulebook, now, gates)
    if not isinstance(found, Send) or found.tells:
        return
    policy = rulebook.named(found.policy)
    assert policy is not None
    listed = [state.item(line.ref) for line in found.lines]
    calendars, creditor = rulebook.calendars, rulebook.creditor
    for line, one in zip(found.lines, listed, strict=True):
        assert one is not None
        assert one.currency == found.currency
        assert 0 < line.open <= one.open
        late_from = rolled(one.due, creditor, calendars)
        early = found.run < one.due
        assert line.days_late == (found.run - late_from).days
        assert early or found.run >= policy.first_overdue_day(late_from)
        assert not any(d.covers(line.ref) for d in state.disputes)
        assert not (state.disputes and policy.disputes == "account")
        assert not any(
            h.covers(line.ref) and (h.until is None or h.until >= found.run) for h in state.holds
        )
        reached = state.level_of(one)
        before = reached.level if reached else 0
        if line.advanced and found.reason == reasons.STEP_DUE:
            step = policy.step_after(before) if early else policy.step_when_overdue(before)
            if line.repeat:
                assert step is None
                assert line.level == before == policy.ladder[-1].level
                assert reached is not None
                assert line.repeat == reached.repeat + 1
            else:
                assert step is not None
                assert step.early == early
                assert line.level == step.level
            assert reached is None or reached.day < found.run
        else:
            assert line.level == before
            assert not early or found.reason == reasons.NEXT_ATTEMPT
    assert found.level == max(line.level for line in found.advanced)
    credit = state.head.credit.get(found.currency, 0)
    gross = sum(one.open for one in listed if one)
    assert found.total >= gross - credit


@MANY
@given(worlds())
def test_a_notice_goes_out_on_a_day_of_its_policy_within_its_bounds(
    world: tuple[Account, Rulebook, int, Gates],
) -> None:
    state, rulebook, now, gates = world
    found = decide(state, rulebook, now, gates)
    if not isinstance(found, Send) or found.tells:
        return
    policy = rulebook.named(found.policy)
    assert policy is not None
    calendar = rulebook.calendar_of(policy, state.customer)
    assert not policy.send_days or found.run.weekday() in policy.send_days
    if calendar:
        assert not rulebook.calendars.holiday(calendar, found.run)
        assert policy.send_days or not rulebook.calendars.weekend(calendar, found.run)
    if found.reason == reasons.NEXT_ATTEMPT:
        return
    early = all(found.run < line.due for line in found.advanced)
    if policy.track == "account" and not early:
        overdue = [line for line in found.advanced if line.due <= found.run]
        assert len(overdue) == 1
        assert overdue[0].due == min(line.due for line in found.lines)
    if policy.notice_per == "level":
        assert {line.level for line in found.advanced} == {found.level}
    for last in state.head.last:
        other = rulebook.named(last.policy)
        since = last.counts_on
        if since is not None and other is not None and not early and since != found.run:
            assert found.run >= later(since, policy.min_interval)
            assert found.run >= later(since, other.min_interval)
    if not early:
        due = [line for line in found.lines if line.due <= found.run]
        still_open = sum(i.open for i in state.open if i.currency == found.currency)
        if policy.notice_per == "account":
            assert policy.allows(sum(line.open for line in due), still_open, found.currency)


@MANY
@given(worlds(), st.integers(1, 30_000))
def test_raising_a_minimum_never_makes_a_notice(
    world: tuple[Account, Rulebook, int, Gates], more: int
) -> None:
    state, rulebook, now, gates = world
    higher = tuple(
        replace(p, minimum={c: p.minimum.get(c, 0) + more for c in ("EUR", "USD")})
        for p in rulebook.policies
    )
    raised = replace(rulebook, policies=higher)
    for hours in range(0, 24 * 40, 24):
        then = now + hours * 3_600
        if isinstance(decide(state, raised, then, gates), Send):
            assert isinstance(decide(state, rulebook, then, gates), Send)


@st.composite
def sums(draw: st.DrawFn) -> tuple[Account, Rulebook]:
    """Accounts in which the sum decides: a minimum, credit, and holds that end."""
    floor = draw(st.sampled_from([0, 5_000]))
    steps = (Step(1, after_due=draw(st.integers(0, 15))), Step(2, after_due=30))
    policy = Policy("all", steps, grace=draw(st.integers(0, 3)), minimum={"EUR": floor})
    numbers = range(1, draw(st.integers(2, 4)) + 1)
    items = tuple(
        OpenItem(ItemRef("I", n), "EUR", day(draw(st.integers(0, 60))), amount, amount)
        for n, amount in zip(numbers, draw(AMOUNTS_OF_FOUR), strict=False)
    )
    held = st.builds(hold, st.sampled_from([i.ref for i in items]), DAYS, st.just("item"))
    state = Account(
        Head(
            "acme",
            "c4",
            rev=1,
            serial=1,
            credit=draw(st.sampled_from([{}, {"EUR": 3_000}])),
            reached={i.ref: Reached(2, day(-9), 1) for i in items if draw(st.booleans())},
            last=(LastNotice("EUR", "all", 1, 1, "email", 1, draw(OUTCOMES), day(-9), "hash-a"),),
        ),
        Customer("c4", addresses=(FIRST, SECOND)),
        items,
        holds=tuple(draw(st.lists(held, max_size=2))),
    )
    return state, Rulebook(Creditor("acme"), (policy,), 1)


AMOUNTS_OF_FOUR = st.lists(st.sampled_from([1_000, 3_000, 4_000]), min_size=4, max_size=4)
OUTCOMES = st.sampled_from(["sent", "bounced"])


@settings(MANY, max_examples=150)
@given(sums())
def test_where_a_sum_decides_the_plan_is_the_very_day(world: tuple[Account, Rulebook]) -> None:
    state, rulebook = world
    gates = DefaultGates()
    made = plan(state, rulebook, at(-5), gates)
    for number in range(-5, 124):  # past the last end of a hold
        found = decide(state, rulebook, at(number), gates)
        if isinstance(found, Send):
            assert made.at is not None
            assert made.at <= at(number)
            assert number == -5 or made.at > at(number - 1)
            return
    assert made.at is None

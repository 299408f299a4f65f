"""Every reason that the product can give is given here once, with its sentence and what was needed:
item by item by `explain`, account by account by the plan.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from dunning.domain import fence, reasons
from dunning.domain.account import (
    Account,
    Applying,
    Claim,
    Contact,
    Full,
    Head,
    Plan,
    Said,
    Tries,
    Unusable,
)
from dunning.domain.approval import HandedOver, Pinned, Proposal, Refusal
from dunning.domain.approval import Step as AskedStep
from dunning.domain.customer import Customer
from dunning.domain.decision import decide, plan
from dunning.domain.explaining import Explained, explain
from dunning.domain.facts import PAYMENT_BEGUN, SAID_PAID, UNMATCHED, Dispute, Hold, Promise
from dunning.domain.gates import (
    DEFER,
    REVIEW,
    ContactAttempt,
    DefaultGates,
    Gates,
    OpenGates,
    Verdict,
)
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.legal_holds import SAYS
from dunning.domain.payment_plans import ACTIVE, Instalment, PaymentPlan
from dunning.domain.policy import HandOver, Policy, Rulebook, Step

from tests.offline import customer, invoice, ladder, play, policy, run, why_not
from tests.unit.deciding import (
    DUE,
    FIRST,
    PHONE,
    account,
    at,
    charge,
    day,
    item,
    notice,
    rules,
)

NOW = at(12)
STEPS = (Step(1, after_due=10), Step(2, after_due=30))
STD = Policy("std", STEPS)
VOICE = Policy("std", (Step(1, channels=("voice",), after_due=10),))


ASKS = Policy("std", (Step(1, after_due=10, approval=14),))
HANDS = Policy("std", (Step(1, after_due=10, hand_over=HandOver(14)),))
PROPOSAL = Proposal(
    "p1", day(12), day(26), "EUR", "std", 1, "email", "friendly",
    (Pinned(ItemRef("I1", 1), 10_000, 1),), 10_000,
)  # fmt: skip


def refused(why: str) -> Account:
    steps = (AskedStep(ItemRef("I1", 1), 1),)
    return replace(held(), refusals=(Refusal("p1", day(12), "std", steps, why, day(20)),))


class Later:
    """Everything waits for an hour."""

    ruleset = "later-1"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        return Verdict(DEFER, NOW + 3_600, ("quiet_hours",))


class Asks:
    """Everything waits for a person."""

    ruleset = "asks-1"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        return Verdict(REVIEW, None, ("somebody_looks",))


def held(**facts: object) -> Account:
    """I1 with facts."""
    return account(item(), **facts)  # type: ignore[arg-type]


def in_plan(due: date) -> PaymentPlan:
    """A plan in force over I1."""
    instalments = (Instalment(due, 10_000),)
    return PaymentPlan("pl", DUE, (ItemRef("I1", 1),), "EUR", instalments, ACTIVE)


World = tuple[Account, Rulebook, Gates]


def world(state: Account, of: Policy = STD, gates: Gates | None = None) -> World:
    return state, rules(of), gates or DefaultGates()


def tried(state: Account) -> Account:
    head = replace(state.head, tries=Tries(1, 1, 2, NOW + 60, "throttled"))
    return replace(state, head=head)


def full(state: Account) -> Account:
    """Both addresses' person has been contacted often enough, until an hour later."""
    waits = tuple(
        Full("email", one.hash, NOW + 3_600, "one_a_day") for one in state.customer.addresses
    )
    return replace(state, head=replace(state.head, full=waits))


def applying(state: Account, large: Applying) -> Account:
    return replace(state, head=replace(state.head, applying=large))


def sent_yesterday(state: Account) -> Account:
    return replace(state, head=replace(state.head, last=(notice(1, day(11)),), serial=1))


ITEMS: dict[str, Callable[[], World]] = {
    reasons.STEP_DUE: lambda: world(held()),
    reasons.NOT_OVERDUE: lambda: world(account(item(due=day(11))), replace(STD, grace=20)),
    reasons.STEP_NOT_DUE: lambda: world(account(item(due=day(5)))),
    reasons.STEP_LAPSED: lambda: world(
        account(item(due=day(12))), Policy("std", (Step(1, after_due=-3),))
    ),
    reasons.NOT_A_SEND_DAY: lambda: world(held(), replace(STD, send_days=((day(13)).weekday(),))),
    reasons.CARRIED: lambda: world(
        account(item("I0", due=day(-1)), item()), replace(STD, track="account")
    ),
    reasons.CHARGE_LISTED: lambda: world(account(item("I0"), charge("I1", "I0"))),
    reasons.MIN_INTERVAL: lambda: world(sent_yesterday(held()), replace(STD, min_interval=7)),
    reasons.REOPENED: lambda: world(account(item(reopened=day(11))), replace(STD, min_interval=7)),
    reasons.HELD: lambda: world(held(holds=(Hold("h", "talks", DUE),))),
    **{
        legal.code: partial(lambda kind: world(held(holds=(Hold("h", kind, DUE),))), kind)
        for kind, legal in SAYS.items()
    },
    reasons.PROMISED: lambda: world(
        held(promises=(Promise("p", DUE, day(20), 1, (ItemRef("I1", 1),)),))
    ),
    reasons.AUTOPAY_DUE: lambda: world(
        account(item(due=day(10)), customer=Customer("c4", addresses=(FIRST,), autopay=True)),
        Policy("std", (Step(1, after_due=1),)),
    ),
    reasons.UNMATCHED_PAYMENT: lambda: world(
        held(holds=(Hold("u", UNMATCHED, DUE, "item", "I1", 1, day(20)),))
    ),
    reasons.SAID_PAID: lambda: world(
        held(holds=(Hold("s", SAID_PAID, DUE, "item", "I1", 1, day(20)),))
    ),
    reasons.PAYMENT_AWAITED: lambda: world(
        held(holds=(Hold("b", PAYMENT_BEGUN, DUE, "item", "I1", 1, day(20)),))
    ),
    reasons.IN_PLAN: lambda: world(held(plans=(in_plan(day(20)),))),
    reasons.DISPUTED: lambda: world(held(disputes=(Dispute("d", "I1", DUE),))),
    reasons.ON_ACCOUNT_COVERS: lambda: world(held(credit={"EUR": 10_000})),
    reasons.BELOW_MINIMUM: lambda: world(held(), replace(STD, minimum={"EUR": 10_001})),
    reasons.LADDER_DONE: lambda: world(held(reached={"I1/1": Reached(2, day(1), 1)})),
    reasons.MAX_NOTICES: lambda: world(
        held(reached={"I1/1": Reached(1, day(1), 1)}), replace(STD, max_notices=1)
    ),
    reasons.NO_POLICY: lambda: world(account(item(policy="gone"))),
    reasons.NO_USABLE_ADDRESS: lambda: world(held(unusable=(Unusable("email", "*", "opt_out"),))),
    reasons.CHANNEL_DENIED: lambda: world(account(item(), addresses=(PHONE,)), VOICE),
    reasons.DEFERRED: lambda: world(held(), STD, Later()),
    reasons.BACKOFF: lambda: world(tried(held())),
    reasons.PERSON_CAP: lambda: world(full(held())),
    reasons.POSTING_IN_PROGRESS: lambda: world(
        applying(held(), Applying("posting", "ledger", "p1", 45, 90))
    ),
    reasons.PARKED: lambda: world(held(parked="KeyError")),
    reasons.APPROVAL_NEEDED: lambda: world(held(), ASKS),
    reasons.APPROVAL_PENDING: lambda: world(replace(held(), proposals=(PROPOSAL,)), ASKS),
    reasons.APPROVAL_REJECTED: lambda: world(refused("rejected"), ASKS),
    reasons.APPROVAL_EXPIRED: lambda: world(refused("expired"), ASKS),
    reasons.HAND_OVER_DUE: lambda: world(held(reached={"I1/1": Reached(1, day(11), 1)}), HANDS),
    reasons.HANDED_OVER: lambda: world(
        replace(held(), handed_over=(HandedOver("h", DUE, "person", (ItemRef("I1", 1),)),))
    ),
}


def told(of: World) -> Explained:
    """What is said of I1."""
    state, rulebook, gates = of
    (found,) = [one for one in explain(state, rulebook, NOW, gates) if one.ref.invoice == "I1"]
    return found


@pytest.mark.parametrize("code", sorted(ITEMS))
def test_why_not_gives_each_reason_where_it_is_the_reason(code: str) -> None:
    found = told(ITEMS[code]())

    assert code == found.code or (code == reasons.STEP_LAPSED and code in found.codes)
    sentence = reasons.sentence(code, found.detail or str(found.ref))
    assert "{" not in sentence
    assert reasons.what_was_needed(code) != code


SAID = (Said(ItemRef("I1", 1), 1, 1),)
CLAIM = Claim(1, 1, 1, "0" * 16, NOW, NOW + 900, "email", "EUR", "h", SAID,
              "std", 1)  # fmt: skip
BOUNCED = account(
    item(),
    addresses=(FIRST,),
    reached={"I1/1": Reached(1, day(10), 1)},
    last=(notice(1, day(10), outcome="busy"),),
    serial=1,
)
LADDER_UP = {ItemRef("I1", 1): Reached(2, day(10), 1)}
CALLED = replace(
    account(
        item(),
        addresses=(PHONE,),
        reached={"I1/1": Reached(1, day(12), 1)},
        last=(notice(1, day(12), outcome="busy"),),
        serial=1,
    ),
)
CALLED = replace(CALLED, head=replace(CALLED.head, recent=(Contact(NOW, "voice", 1),)))
PLANS: dict[str, Callable[[], Plan]] = {
    reasons.CALL_AGAIN: lambda: plan(CALLED, rules(VOICE), NOW, OpenGates()),
    reasons.NOTHING_OPEN: lambda: plan(account(), rules(), NOW, DefaultGates()),
    reasons.CONTACT_REVIEW: lambda: plan(
        replace(BOUNCED, head=replace(BOUNCED.head, reached=LADDER_UP)), rules(STD), NOW, Asks()
    ),
    reasons.NEXT_ATTEMPT: lambda: plan(BOUNCED, rules(STD), NOW, DefaultGates()),
    reasons.UNKNOWN_RESULT: lambda: fence.lapsed(Head("acme", "c4", claim=CLAIM)).plan,
    reasons.PLAN_BROKEN: lambda: plan(
        held(plans=(in_plan(day(9)),)), rules(STD), NOW, DefaultGates()
    ),
    reasons.NEW: lambda: Head("acme", "c4").plan,
    reasons.HAND_OVER_EXPORT: lambda: plan(
        replace(
            account(item()),
            handed_over=(HandedOver("h", DUE, "agency", (ItemRef("I1", 1),), exported=False),),
        ),
        rules(STD),
        NOW,
        DefaultGates(),
    ),
}


@pytest.mark.parametrize("code", sorted(PLANS))
def test_a_plan_gives_the_reasons_that_no_item_has(code: str) -> None:
    made = PLANS[code]()

    assert made.reason == code
    assert "{" not in reasons.sentence(made.reason, made.detail)


def test_no_reason_is_left_that_nothing_gives() -> None:
    # Of a day that is over (why_then, tests/unit/test_why_then.py).
    past = {reasons.NOT_KNOWN_YET, reasons.ITEM_SETTLED}
    # Of what is told beside the ladder (tests/unit/test_tellings_sent.py).
    given = set(ITEMS) | set(PLANS) | past | {reasons.TELLING}
    assert given == set(reasons.SENTENCES) == set(reasons.NEEDED)


def test_all_that_holds_an_item_is_told_the_longest_first() -> None:
    state = account(
        item(due=day(11)),
        holds=(Hold("h", "talks", DUE, until=day(15)),),
        promises=(Promise("p", DUE, day(40), 1, (ItemRef("I1", 1),)),),
    )
    found = told(world(state, replace(STD, grace=3)))
    assert found.code == reasons.PROMISED
    assert found.codes == (
        reasons.PROMISED,
        reasons.STEP_NOT_DUE,
        reasons.HELD,
        reasons.NOT_OVERDUE,
    )
    state = replace(state, disputes=(Dispute("d", "I1", DUE),))
    assert told(world(state)).codes[:3] == (
        reasons.DISPUTED,
        reasons.PROMISED,
        reasons.STEP_NOT_DUE,
    )


def test_a_dispute_holds_the_account_where_the_policy_says_so() -> None:
    state = account(item("I0"), item(), disputes=(Dispute("d", "I0", DUE),))
    assert told(world(state)).code == reasons.STEP_DUE
    whole = replace(STD, disputes="account")
    assert told(world(state, whole)).code == reasons.DISPUTED
    found = decide(state, rules(whole), NOW, DefaultGates())
    assert getattr(found, "plan", None) is not None


def test_simulate_explains_with_all_reasons_the_policy_and_what_chose_it() -> None:
    simulation = play(
        ladder(1),
        [
            customer(),
            invoice("A", "2026-02-01"),
            {"on": "2026-01-20", "type": "hold", "id": "h", "customer": "c1", "kind": "talks"},
        ],
    )
    assert run(simulation, "2026-01-25") == []
    (line,) = simulation.not_reminded(date(2026, 1, 25))
    assert line["reasons"] == ["HELD", "NOT_OVERDUE", "STEP_NOT_DUE"]
    assert (line["policy"], line["policy_by"]) == ("standard", "default")
    assert line["sentence"] == "A/1 is on hold"


SATURDAYS = policy(
    "{level: 1, after_due: {days: 1}, channels: [email]}", more="send_days: [saturday]"
)


def test_without_gates_a_simulation_sends_on_any_day_and_with_them_on_those_of_the_policy() -> None:
    bodies = [customer(), invoice("A", "2026-02-01")]

    assert len(run(play(SATURDAYS, bodies), "2026-02-02")) == 1
    gated = play(SATURDAYS, bodies, DefaultGates())
    assert run(gated, "2026-02-02") == []
    assert why_not(gated, "2026-02-02") == {"A/1": "NOT_A_SEND_DAY"}
    assert len(run(gated, "2026-02-07")) == 1

"""The scenarios of the model: one account, a few actors each, and what may go wrong.

Small on purpose: each is one question to the fence, and is searched to the end.
"""

from dataclasses import replace

from tests.model.cell import CREDITOR, Kit
from tests.model.search import Scenario, Slot, View
from tests.model.world import (
    ACCOUNT,
    AT_ONCE,
    FIRST,
    LEASE_OVER,
    TO_THE_DAY,
    TO_THE_LEASE,
    answers,
    body,
    day_over,
    event,
    hold,
    is_held,
    is_parked,
    is_posted,
    loaded,
    messages,
    messages_and_a_late_one,
    money,
    opt_out,
    release,
    reversal,
    with_dollars,
    with_offer,
)


def payment(kit: Kit) -> Scenario:
    """Two messages and a payment in full."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario("payment", loaded(kit), slots, AT_ONCE, crashes=1)


def part_payment(kit: Kit) -> Scenario:
    """Two items, of which one is paid: the notice becomes another."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario("part payment", loaded(kit, 2), slots, TO_THE_LEASE, crashes=1)


def payment_reversed(kit: Kit) -> Scenario:
    """A payment, taken back at once."""
    slots = (
        *messages(kit, 2),
        body(kit, "payment", money("p1", 10_000)),
        body(kit, "reversal", reversal("r1", "p1"), is_posted("p1")),
    )
    return Scenario("payment and reversal", loaded(kit), slots, AT_ONCE, crashes=1)


def held(kit: Kit) -> Scenario:
    """A hold, placed and released."""
    slots = (
        *messages(kit, 2),
        body(kit, "hold", hold("h1")),
        body(kit, "release", release("l1", "h1"), is_held),
    )
    return Scenario("hold and release", loaded(kit), slots, AT_ONCE, crashes=1)


def slow_owner(kit: Kit) -> Scenario:
    """The lease runs out under an owner who is still alive, or who has died."""
    slots = (*messages(kit, 3), event(kit, "sent"))
    return Scenario(
        "slow owner",
        loaded(kit),
        slots,
        TO_THE_LEASE,
        crashes=1,
        faults=1,
        fault_kinds=("timeout_after_accept",),
    )


def unknown(kit: Kit) -> Scenario:
    """A time-out, a lapse, a day: presumed sent; the event comes at any time, or never."""
    slots = (*messages_and_a_late_one(kit), event(kit, "sent"))
    return Scenario(
        "unknown, presumed",
        loaded(kit),
        slots,
        TO_THE_DAY,
        faults=1,
        fault_kinds=("timeout_after_accept", "timeout_before_accept"),
    )


def unknown_and_paid(kit: Kit) -> Scenario:
    """The same, and a payment at any time instead of an event."""
    slots = (*messages_and_a_late_one(kit), body(kit, "payment", money("p1", 10_000)))
    return Scenario(
        "unknown, paid",
        loaded(kit),
        slots,
        TO_THE_DAY,
        faults=1,
        fault_kinds=("timeout_after_accept", "timeout_before_accept"),
    )


def asked(kit: Kit) -> Scenario:
    """A time-out, a lapse, a day: a person is asked and answers; the events come when they do."""
    kit = kit.with_rule("ask")
    slots = (
        *messages(kit, 1),
        Slot(kit.remind("sender2", ACCOUNT), lambda view: view.now >= LEASE_OVER),
        Slot(kit.remind("late sender", ACCOUNT), day_over),
        event(kit, "bounced"),
        *answers(kit),
    )
    return Scenario(
        "unknown, asked",
        loaded(kit),
        slots,
        TO_THE_DAY,
        bounces=frozenset({FIRST}),
        faults=1,
        fault_kinds=("timeout_after_accept", "timeout_before_accept"),
        kit=kit,
    )


def bounced(kit: Kit) -> Scenario:
    """The first address bounces: its two events come in any order; the second is tried."""
    slots = (*messages(kit, 2), event(kit, "sent"), event(kit, "bounced"))
    return Scenario("bounce", loaded(kit), slots, AT_ONCE, bounces=frozenset({FIRST}), crashes=1)


def bounced_and_repeated(kit: Kit) -> Scenario:
    """The event of the bounce comes twice."""
    slots = (
        *messages(kit, 2),
        event(kit, "bounced"),
        replace(event(kit, "bounced", name="event bounced 1.1 again"), after=2),
    )
    return Scenario(
        "bounce repeated", loaded(kit), slots, AT_ONCE, bounces=frozenset({FIRST}), crashes=1
    )


def bounced_late(kit: Kit) -> Scenario:
    """The event of the bounce comes while the lease is over."""
    slots = (*messages(kit, 2), event(kit, "bounced"))
    return Scenario(
        "bounce and lease", loaded(kit), slots, TO_THE_LEASE, bounces=frozenset({FIRST}), crashes=1
    )


def bounced_twice_told(kit: Kit) -> Scenario:
    """Attempt one is spoken of again, under another id, while attempt two is on its way."""
    slots = (
        *messages(kit, 2),
        event(kit, "bounced"),
        event(kit, "bounced", name="event bounced 1.1 anew", id_="bounced-1-1-anew"),
    )
    return Scenario(
        "bounce told anew",
        loaded(kit),
        slots,
        AT_ONCE,
        bounces=frozenset({FIRST}),
        faults=1,
        fault_kinds=("throttle",),
    )


def throttled(kit: Kit) -> Scenario:
    """The provider does not take the message: provably not sent."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario(
        "throttled",
        loaded(kit, 2),
        slots,
        TO_THE_LEASE,
        faults=2,
        fault_kinds=("throttle", "pause"),
    )


def refused(kit: Kit) -> Scenario:
    """The provider refuses the first address for good."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario(
        "refused", loaded(kit), slots, TO_THE_LEASE, refused=frozenset({FIRST}), crashes=1
    )


def rejected(kit: Kit) -> Scenario:
    """The provider takes the message and rejects its content at the first address, told twice."""
    slots = (
        *messages(kit, 2),
        event(kit, "rejected"),
        event(kit, "rejected", name="event rejected 1.1 anew", id_="rejected-1-1-anew"),
    )
    return Scenario("rejected", loaded(kit), slots, AT_ONCE, bounces=frozenset({FIRST}))


def two_cases(kit: Kit) -> Scenario:
    """Two currencies are due on one run: two notices, one of which is refused or throttled."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario(
        "two currencies",
        with_dollars(kit, loaded(kit)),
        slots,
        AT_ONCE,
        refused=frozenset({FIRST}),
        faults=1,
        fault_kinds=("throttle", "timeout_after_accept"),
        crashes=1,
    )


def told_beside(kit: Kit) -> Scenario:
    """A reminder, and the offer of a plan beside it: whoever sends may stop anywhere, and the first
    address bounces."""
    slots = (*messages(kit, 2), event(kit, "bounced"))
    bounces = frozenset({FIRST})
    return Scenario(
        "told beside", with_offer(kit, loaded(kit)), slots, AT_ONCE, bounces=bounces, crashes=1
    )


def told_and_paid(kit: Kit) -> Scenario:
    """The same, and the money for both at any time."""
    slots = (*messages(kit, 2), body(kit, "payment", money("p1", 10_000)))
    return Scenario("told and paid", with_offer(kit, loaded(kit)), slots, AT_ONCE)


def told_unknown(kit: Kit) -> Scenario:
    """The same, refused or unknown: each settles by itself, and neither stands in for the other."""
    slots = (*messages_and_a_late_one(kit), event(kit, "sent"))
    return Scenario(
        "told beside, unknown",
        with_offer(kit, loaded(kit)),
        slots,
        TO_THE_DAY,
        refused=frozenset({FIRST}),
        faults=1,
        fault_kinds=("timeout_after_accept", "throttle"),
    )


def parked(kit: Kit) -> Scenario:
    """A template breaks on the last receive, while others go on; a person redrives."""
    slots = (
        *messages(kit, 1),
        Slot(kit.remind("broken", ACCOUNT, broken=True)),
        Slot(kit.redrive("redrive", ACCOUNT), is_parked),
        body(kit, "payment", money("p1", 10_000)),
    )
    return Scenario("parked", loaded(kit, 2), slots, AT_ONCE, crashes=1)


def opted_out(kit: Kit) -> Scenario:
    """The customer opts the first address out, while it bounces."""
    slots = (*messages(kit, 2), body(kit, "opt-out", opt_out("o1")), event(kit, "bounced"))
    return Scenario("opt-out", loaded(kit), slots, AT_ONCE, bounces=frozenset({FIRST}), crashes=1)


def in_parts(kit: Kit) -> Scenario:
    """A posting that is applied in parts (the test makes parts small), cut anywhere: the sender
    that the agenda brings goes on with it, beside whoever else does."""
    slots = (*messages(kit, 1), body(kit, "payment", money("p1", 20_000)))
    return Scenario("posting in parts", loaded(kit, 3), slots, TO_THE_LEASE, crashes=1)


def _asking(kit: Kit) -> Kit:
    """The same policy, whose first step needs an approval."""
    policy = kit.rulebook.policies[0]
    first = replace(policy.ladder[0], approval=14)
    return replace(
        kit, rulebook=replace(kit.rulebook, policies=(replace(policy, ladder=(first,)),))
    )


def _waits(view: View) -> bool:
    account = view.cell.ledger.read(CREDITOR, ACCOUNT)
    return account is not None and any(not one.answer for one in account.proposals)


def approved(kit: Kit) -> Scenario:
    """Two items wait for an approval; one is paid before, while or after a person says yes."""
    kit = _asking(kit)
    slots = (
        *messages(kit, 3),
        Slot(kit.decide_on("yes", ACCOUNT, "approved", "a1"), _waits),
        body(kit, "payment", money("p1", 10_000)),
    )
    return Scenario("approved and paid", loaded(kit, 2), slots, AT_ONCE, crashes=1, kit=kit)


def answered_twice(kit: Kit) -> Scenario:
    """Two people answer, one yes and one no, while messages come and one is never answered for."""
    kit = _asking(kit)
    slots = (
        *messages(kit, 3),
        Slot(kit.decide_on("yes", ACCOUNT, "approved", "a1"), _waits),
        Slot(kit.decide_on("no", ACCOUNT, "rejected", "a2"), _waits),
    )
    return Scenario(
        "answered twice",
        loaded(kit),
        slots,
        TO_THE_LEASE,
        faults=1,
        fault_kinds=("throttle", "timeout_after_accept"),
        crashes=1,
        kit=kit,
    )


SCENARIOS = (
    approved,
    answered_twice,
    payment,
    part_payment,
    payment_reversed,
    held,
    slow_owner,
    unknown,
    unknown_and_paid,
    asked,
    bounced,
    bounced_and_repeated,
    bounced_late,
    bounced_twice_told,
    throttled,
    refused,
    rejected,
    two_cases,
    parked,
    opted_out,
    told_beside,
    told_and_paid,
    told_unknown,
)


def wider(scenario: Scenario, more: int) -> Scenario:
    """The same with more crashes and more faults, for longer runs."""
    return replace(
        scenario,
        crashes=scenario.crashes + more,
        faults=scenario.faults + (more if scenario.fault_kinds else 0),
    )

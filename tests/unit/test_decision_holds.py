"""What holds an item back, and what a notice asks for: credit, minimum, disputes, holds, promises,
addresses, attempts; and the words for all of it.
"""

from dataclasses import replace

import pytest
from dunning.domain import reasons
from dunning.domain.account import Tries, Unusable
from dunning.domain.explaining import explain
from dunning.domain.facts import Dispute, Hold, Promise
from dunning.domain.gates import DefaultGates, OpenGates
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.legal_holds import SAYS
from dunning.domain.policy import Criteria, Policy, Step

from tests.unit.deciding import (
    DUE,
    FIRST,
    PHONE,
    POLICY,
    SECOND,
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

OPEN = OpenGates()


def test_credit_on_account_is_set_against_the_oldest_item_first() -> None:
    state = account(item("old", 3_000), item("new", 5_000, due=day(1)), credit={"EUR": 4_000})
    found = sent(state, at(12))
    assert listed(found) == ["new/1"]
    assert found.total == 4_000
    assert found.lines[0].open == 4_000
    assert found.lines[0].amount == 5_000


def test_an_item_that_credit_covers_wholly_is_held_and_stays_open() -> None:
    state = account(item("old", 3_000), credit={"EUR": 3_000})
    assert waits(state, at(12)) == (None, reasons.ON_ACCOUNT_COVERS)
    assert [one[:3] for one in explain(state, rules(), at(12), DefaultGates())] == [
        (ItemRef("old", 1), reasons.ON_ACCOUNT_COVERS, "")
    ]


def test_credit_of_another_currency_covers_nothing() -> None:
    assert sent(account(item(), credit={"USD": 99_000}), at(12)).total == 10_000


def test_credit_covers_only_what_is_overdue() -> None:
    state = account(item("later", 4_000, due=day(30)), item("now", 4_000), credit={"EUR": 4_000})
    assert waits(state, at(12)) == (at(40, 9), reasons.STEP_NOT_DUE)


def test_an_older_item_that_comes_off_hold_takes_the_credit_and_frees_the_younger() -> None:
    """The plan knows the day on which the credit goes to another item."""
    held = Hold("h1", "manual", DUE, "invoice", "old", None, day(40))
    state = account(
        item("old", 4_000, due=day(-1)),
        item("new", 4_000),
        credit={"EUR": 4_000},
        holds=(held,),
        reached={"old/1": Reached(3, DUE, 1)},
    )
    assert waits(state, at(12)) == (at(41, 9), reasons.ON_ACCOUNT_COVERS)
    found = sent(state, at(41))
    assert listed(found) == ["new/1"]


def test_below_the_minimum_nothing_is_sent_and_at_it_something_is() -> None:
    policy = Policy("std", POLICY.ladder, minimum={"EUR": 5_000})
    assert waits(account(item("I1", 4_999)), at(12), rules(policy)) == (
        None,
        reasons.BELOW_MINIMUM,
    )
    assert sent(account(item("I1", 5_000)), at(12), rules(policy)).total == 5_000


def test_the_minimum_is_measured_on_the_net_of_credit() -> None:
    policy = Policy("std", POLICY.ladder, minimum={"EUR": 5_000})
    state = account(item("I1", 6_000), credit={"EUR": 1_001})
    assert waits(state, at(12), rules(policy)) == (None, reasons.BELOW_MINIMUM)


def test_the_minimum_is_measured_on_all_that_is_overdue_under_the_policy() -> None:
    policy = Policy("std", POLICY.ladder, minimum={"EUR": 5_000})
    state = account(item("I1", 3_000), item("I2", 3_000, due=day(5)))
    found = sent(state, at(12), rules(policy))
    assert advanced(found) == ["I1/1:1"]
    assert found.total == 6_000


def test_a_sum_below_the_minimum_is_planned_for_the_day_on_which_it_is_reached() -> None:
    """A younger item brings the sum over the minimum when it is overdue, long before its step."""
    policy = Policy("std", POLICY.ladder, minimum={"EUR": 5_000})
    state = account(item("I1", 3_000), item("I2", 3_000, due=day(20)))
    assert waits(state, at(12), rules(policy)) == (at(21, 9), reasons.BELOW_MINIMUM)
    assert advanced(sent(state, at(21), rules(policy))) == ["I1/1:1"]


def test_a_disputed_item_is_neither_advanced_nor_listed_and_its_neighbours_are() -> None:
    state = account(
        item("I1", n=1), item("I1", n=2), item("I2"), disputes=(Dispute("d1", "I1", DUE, 1),)
    )
    assert listed(sent(state, at(12))) == ["I1/2", "I2/1"]


def test_a_disputed_invoice_holds_all_its_items_until_it_is_resolved() -> None:
    state = account(item("I1", n=1), item("I1", n=2), disputes=(Dispute("d1", "I1", DUE),))
    assert waits(state, at(12)) == (None, reasons.DISPUTED)
    assert sent(replace(state, disputes=()), at(12)).total == 20_000


@pytest.mark.parametrize(
    ("scope", "left"), [("account", []), ("invoice", ["I2/1"]), ("item", ["I1/2", "I2/1"])]
)
def test_a_hold_covers_account_invoice_or_item(scope: str, left: list[str]) -> None:
    held = Hold("h1", "manual", DUE, scope, "I1", 1)
    state = account(item("I1", n=1), item("I1", n=2), item("I2"), holds=(held,))
    if left:
        assert listed(sent(state, at(12))) == left
    else:
        assert waits(state, at(12)) == (None, reasons.HELD)


def test_a_hold_lasts_to_the_end_of_its_last_day() -> None:
    state = account(item(), holds=(Hold("h1", "manual", DUE, until=day(20)),))
    assert waits(state, at(20, 23)) == (at(21, 9), reasons.HELD)
    assert sent(state, at(21)).total == 10_000


def test_held_at_its_second_step_an_item_stays_at_its_level_and_goes_on_after_the_release() -> None:
    """F4: held it stays at the first level; released it takes the second."""
    levels = {"I1/1": Reached(1, day(10), 1)}
    held = Hold("h1", "manual", DUE)
    state = account(item(), reached=levels, holds=(held,))
    assert waits(state, at(31)) == (None, reasons.HELD)
    assert advanced(sent(replace(state, holds=()), at(31))) == ["I1/1:2"]


def test_a_promise_pauses_its_items_to_the_end_of_its_day_and_two_days_more() -> None:
    made = Promise("pr1", DUE, day(20), 10_000, (ItemRef("I1", 1),))
    state = account(item("I1"), item("I2"), promises=(made,))
    assert listed(sent(state, at(12))) == ["I2/1"]
    alone = account(item("I1"), promises=(made,))
    assert waits(alone, at(12)) == (at(23, 9), reasons.PROMISED)
    assert sent(alone, at(23)).total == 10_000


def test_of_two_stops_the_later_end_counts_and_names_the_reason() -> None:
    state = account(
        item(),
        holds=(Hold("h1", "manual", DUE, until=day(15)),),
        promises=(Promise("pr1", DUE, day(20), 1, (ItemRef("I1", 1),)),),
    )
    assert waits(state, at(12)) == (at(23, 9), reasons.PROMISED)


def test_the_first_usable_address_of_the_first_allowed_channel_is_taken() -> None:
    policy = Policy("std", (Step(1, channels=("voice", "email"), after_due=10),))
    state = account(item(), addresses=(PHONE, FIRST, SECOND))
    found = sent(state, at(12), rules(policy))
    assert (found.channel, found.address) == ("email", FIRST), "the default rules deny calls"
    found = sent(state, at(12), rules(policy), OPEN)
    assert (found.channel, found.address) == ("voice", PHONE)


def test_with_calls_denied_a_step_of_calls_alone_says_that_it_is_denied() -> None:
    policy = Policy("std", (Step(1, channels=("voice",), after_due=10),))
    state = account(item(), addresses=(PHONE,))
    assert waits(state, at(12), rules(policy)) == (None, reasons.CHANNEL_DENIED)


WITH_CALLS = Policy("std", (Step(1, after_due=10), Step(2, channels=("voice",), after_due=30)))


def test_an_item_whose_step_has_no_channel_does_not_keep_the_others_from_theirs() -> None:
    """Calls are denied: the old item stays at its level and is listed, the new one is reminded."""
    state = account(
        item("old"), item("new", due=day(25)), reached={"old/1": Reached(1, day(10), 1)}
    )
    book = rules(WITH_CALLS)
    assert waits(state, at(34), book) == (at(35, 9), reasons.STEP_NOT_DUE)
    assert [one.code for one in explain(state, book, at(34), DefaultGates())] == [
        reasons.NO_USABLE_ADDRESS,
        reasons.STEP_NOT_DUE,
    ]
    found = sent(state, at(35), book)
    assert (found.channel, found.level, found.tone) == ("email", 1, "friendly")
    assert advanced(found) == ["new/1:1"]
    assert listed(found) == ["old/1", "new/1"]
    assert found.lines[0].level == 1
    assert [one[:3] for one in explain(state, book, at(35), DefaultGates())] == [
        (ItemRef("old", 1), reasons.NO_USABLE_ADDRESS, ""),
        (ItemRef("new", 1), reasons.STEP_DUE, day(35).isoformat()),
    ]


def test_an_item_whose_step_has_no_channel_waits_alone_with_that_reason() -> None:
    state = account(item(), reached={"I1/1": Reached(1, day(10), 1)}, addresses=(FIRST, PHONE))
    assert waits(state, at(35), rules(WITH_CALLS)) == (None, reasons.CHANNEL_DENIED)
    assert sent(state, at(35), rules(WITH_CALLS), OPEN).channel == "voice"


def test_without_an_address_an_account_waits_for_one() -> None:
    state = account(item(), addresses=())
    assert waits(state, at(12)) == (None, reasons.NO_USABLE_ADDRESS)


def test_an_address_that_bounced_makes_way_for_the_next() -> None:
    state = account(
        item(),
        addresses=(FIRST, SECOND),
        unusable=(Unusable("email", FIRST.hash, "bounced"),),
    )
    assert sent(state, at(12)).address == SECOND


def test_an_opt_out_of_a_channel_bars_all_its_addresses_and_no_other_channel() -> None:
    policy = Policy("std", (Step(1, channels=("email", "voice"), after_due=10),))
    state = account(
        item(), addresses=(FIRST, SECOND, PHONE), unusable=(Unusable("email", "*", "opt_out"),)
    )
    assert waits(state, at(12)) == (None, reasons.NO_USABLE_ADDRESS)
    assert sent(state, at(12), rules(policy), OPEN).address == PHONE


def failed(outcome: str = "bounced", **more: object) -> object:
    """An account whose first notice, of day 10, did not arrive."""
    return account(
        item(),
        addresses=(FIRST, SECOND),
        reached={"I1/1": Reached(1, day(10), 7)},
        last=(notice(7, day(10), outcome=outcome),),
        unusable=(Unusable("email", FIRST.hash, outcome),),
        serial=7,
        **more,  # type: ignore[arg-type]
    )


def test_after_a_bounce_the_same_notice_is_tried_again_with_its_level_and_at_once() -> None:
    found = sent(failed(), at(11))
    assert (found.serial, found.attempt, found.level) == (7, 2, 1)
    assert found.reason == reasons.NEXT_ATTEMPT
    assert found.address == SECOND
    assert advanced(found) == ["I1/1:1"]


def test_a_complaint_is_not_tried_again() -> None:
    assert waits(failed("complained"), at(11)) == (at(30, 9), reasons.STEP_NOT_DUE)


def test_after_a_bounce_without_another_address_the_next_step_is_what_remains() -> None:
    state = account(
        item(),
        reached={"I1/1": Reached(1, day(10), 7)},
        last=(notice(7, day(10), outcome="bounced"),),
        unusable=(Unusable("email", FIRST.hash, "bounced"),),
        serial=7,
    )
    assert waits(state, at(11)) == (None, reasons.NO_USABLE_ADDRESS)


def test_a_next_attempt_under_a_dated_hold_is_planned_for_the_day_after_it() -> None:
    state = failed(holds=(Hold("h1", "manual", DUE, until=day(15)),))
    assert waits(state, at(11)) == (at(16, 9), reasons.NEXT_ATTEMPT)
    assert sent(state, at(16)).attempt == 2


def test_a_next_attempt_asks_only_for_what_is_still_open_of_its_notice() -> None:
    state = account(
        item("I1"),
        item("I2"),
        addresses=(FIRST, SECOND),
        reached={"I1/1": Reached(1, day(10), 7)},
        last=(notice(7, day(10), outcome="bounced"),),
        serial=7,
    )
    assert listed(sent(state, at(11))) == ["I1/1"]


def test_an_attempt_that_was_provably_not_sent_waits_its_backoff() -> None:
    state = account(item())
    tries = Tries(1, 1, 2, at(12) + 120, "throttled")
    state = replace(state, head=replace(state.head, tries=tries))
    assert waits(state, at(12)) == (at(12) + 120, reasons.BACKOFF)
    assert sent(state, at(12) + 120).attempt == 1


def test_a_parked_account_waits_for_a_person() -> None:
    assert waits(account(item(), parked="KeyError"), at(12)) == (None, reasons.PARKED)


def test_listed_items_of_another_policy_stay_out_of_a_notice() -> None:
    fees = Policy("fees", POLICY.ladder, Criteria(kinds=("fee",)))
    state = account(item("I1"), item("F1", kind="fee"))
    found = sent(state, at(12), rules(POLICY, fees))
    assert len(listed(found)) == 1


def test_every_reason_has_a_sentence_and_what_was_needed() -> None:
    codes = {
        value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)
    }
    codes |= {legal.code for legal in SAYS.values()}
    told = {**reasons.PLAN_ENDS, **reasons.PROMISE_ENDS}
    ends = set(told)
    assert codes == set(reasons.SENTENCES) | ends
    assert set(reasons.SENTENCES) == set(reasons.NEEDED)
    assert all("{" not in said.format(detail="pl1") for said in told.values())
    for code in reasons.SENTENCES:
        for detail in ("", "SI10/1"):
            said = reasons.sentence(code, detail)
            assert said
            assert "{" not in said
            assert not said.endswith(".")
        assert reasons.what_was_needed(code)
    assert reasons.sentence("NEWER_THAN_THIS") == "NEWER_THAN_THIS"


def test_what_waits_for_no_day_that_is_known_names_none_that_is_over() -> None:
    """Its own step was due on day 10: on day 12 it waits for more to come together."""
    book = rules(replace(POLICY, minimum={"EUR": 20_000}))
    (told,) = explain(account(item()), book, at(12), DefaultGates())
    assert told[:3] == (ItemRef("I1", 1), reasons.BELOW_MINIMUM, "")


def test_on_the_day_of_a_notice_another_step_waits_until_its_interval_has_passed() -> None:
    """The notice of day 10 has gone out, and min_interval is a week: the next goes on day 17."""
    state = account(item(), last=(notice(1, day(10)),), serial=1)
    book = rules(replace(POLICY, min_interval=7))
    (told,) = explain(state, book, at(10), DefaultGates())
    assert told[:3] == (ItemRef("I1", 1), reasons.MIN_INTERVAL, day(17).isoformat())

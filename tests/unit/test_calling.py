"""Calls that nobody took: made again after the policy's pause, so often and at each number in turn,
then the next channel has its turn. Never again where somebody took one.
"""

from dataclasses import replace

import pytest
from dunning.domain import calling, reasons
from dunning.domain.account import Account, Contact, LastNotice
from dunning.domain.calling import HOUR, Calls
from dunning.domain.customer import Address
from dunning.domain.decision import decide, plan
from dunning.domain.due import Send
from dunning.domain.gates import DEFER, DENY, ContactAttempt, OpenGates, Verdict
from dunning.domain.invoice import Reached
from dunning.domain.policy import Policy, Step
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError

from tests.unit.deciding import FIRST, PHONE, account, at, day, item, notice, rules

NOW = at(12)
OTHER = Address("voice", "+4930654321", "hash-w")
STEP = Step(1, channels=("voice", "email"), after_due=10)
STD = Policy("std", (STEP,), calls=Calls(2, 4 * HOUR))


def called(*instants: int, outcome: str = "busy", addresses: tuple[Address, ...] = ()) -> Account:
    """An account whose notice 1 has been tried by telephone at these instants."""
    state = account(
        item(),
        addresses=addresses or (PHONE, FIRST),
        reached={"I1/1": Reached(1, day(12), 1)},
        last=(last_call(outcome, len(instants)),),
        serial=1,
    )
    recent = tuple(Contact(instant, "voice", 1) for instant in instants)
    return replace(state, head=replace(state.head, recent=recent))


def last_call(outcome: str, attempt: int) -> LastNotice:
    return notice(1, day(12), outcome=outcome)._replace(attempt=attempt, channel="voice")


@pytest.mark.parametrize("outcome", ["busy", "no_answer", "unreached"])
def test_a_call_that_nobody_took_is_made_again_after_the_pause_and_not_before(
    outcome: str,
) -> None:
    state = called(NOW, outcome=outcome)
    made = plan(state, rules(STD), NOW + 60, OpenGates())
    assert (made.at, made.channel, made.reason) == (NOW + 4 * HOUR, "voice", reasons.CALL_AGAIN)
    assert made.detail == "1"
    found = decide(state, rules(STD), NOW + 4 * HOUR, OpenGates())
    assert isinstance(found, Send)
    assert (found.channel, found.serial, found.attempt) == ("voice", 1, 2)


def test_when_all_calls_are_used_up_the_next_channel_has_its_turn_at_once() -> None:
    state = called(NOW - 5 * HOUR, NOW)
    found = decide(state, rules(STD), NOW + 60, OpenGates())
    assert isinstance(found, Send)
    assert (found.channel, found.serial, found.attempt) == ("email", 1, 3)


def test_with_no_further_channel_the_notice_is_over_and_the_ladder_goes_on() -> None:
    alone = Policy("std", (replace(STEP, channels=("voice",)), Step(2, after_previous=5)))
    state = called(NOW - 5 * HOUR, NOW - HOUR, NOW)
    made = plan(state, rules(alone), NOW, OpenGates())
    assert (made.reason, made.channel) == (reasons.STEP_NOT_DUE, "email")
    assert made.at == at(17, 9)


@pytest.mark.parametrize("outcome", ["answered", "sent", "delivered", "complained"])
def test_a_call_that_somebody_took_is_never_repeated(outcome: str) -> None:
    state = called(NOW, outcome=outcome)
    assert not isinstance(decide(state, rules(STD), NOW + 9 * HOUR, OpenGates()), Send)


def test_two_numbers_are_tried_in_turn() -> None:
    both = (PHONE, OTHER)
    for instants, number in (((NOW,), OTHER), ((NOW, NOW + 1), PHONE)):
        state = called(*instants, addresses=both)
        found = decide(
            state, rules(replace(STD, calls=Calls(5, HOUR))), NOW + 2 * HOUR, OpenGates()
        )
        assert isinstance(found, Send)
        assert found.address == number


def test_calls_of_an_earlier_notice_do_not_count() -> None:
    state = called(NOW)
    head = replace(state.head, recent=(*(Contact(NOW - n, "voice", 9) for n in range(5)),))
    assert not calling.used_up(STD.calls, head, "voice", 1)
    assert calling.not_before(STD.calls, head, "voice", 1) == 0


class Denies:
    """Denies calls, or lets them wait; the instants that it was asked about are kept."""

    ruleset = "test"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.asked: list[int] = []

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        if attempt.channel != "voice":
            return Verdict("ALLOW")
        self.asked.append(now)
        return self.verdict


def test_the_gates_are_asked_about_the_instant_after_the_pause() -> None:
    gates = Denies(Verdict(DEFER, NOW + 20 * HOUR, ("night",)))
    made = plan(called(NOW), rules(STD), NOW, gates)
    assert (made.at, made.reason) == (NOW + 20 * HOUR, reasons.DEFERRED)
    assert gates.asked[-1] == NOW + 4 * HOUR


def test_a_call_that_the_gates_deny_goes_by_the_next_channel() -> None:
    found = decide(called(NOW), rules(STD), NOW, Denies(Verdict(DENY, rules=("no_consent",))))
    assert isinstance(found, Send)
    assert found.channel == "email"


FILE = """policies:
  - id: std
    {calls}
    ladder:
      - {{level: 1, after_due: {{days: 10}}, channels: [voice], tone: friendly}}
"""


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("", Calls(3, 4 * HOUR)),
        ("calls: {attempts: 5}", Calls(5, 4 * HOUR)),
        ("calls: {pause: {minutes: 90}}", Calls(3, 5_400)),
        ("calls: {attempts: 1, pause: {days: 1}}", Calls(1, 24 * HOUR)),
    ],
)
def test_a_policy_says_how_often_it_calls(text: str, calls: Calls) -> None:
    (policy,) = read_policies(FILE.format(calls=text))
    assert policy.calls == calls


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("calls: {attempts: 8}", "from 1 to 7"),
        ("calls: {attempts: 0}", "from 1 to 7"),
        ("calls: {pause: {minutes: 5}}", "half an hour"),
        ("calls: {pause: {hours: 1, days: 1}}", "half an hour"),
        ("calls: {pause: 4}", "keys"),
        ("calls: {retries: 2}", "no such key"),
        ("calls: 3", "keys"),
        ("calls:", "say how often"),
    ],
)
def test_a_policy_that_would_ring_without_end_is_refused(text: str, said: str) -> None:
    with pytest.raises(PolicyFileError, match=said):
        read_policies(FILE.format(calls=text))

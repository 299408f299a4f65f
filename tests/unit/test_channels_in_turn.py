"""Ladders of several channels: the order of preference, what bars one of them, and the line for a
person that the channel `task` is. Over the real use cases in memory.
"""

from dataclasses import replace

import pytest
from dunning.domain import bars, reasons
from dunning.domain.account import Unusable
from dunning.domain.customer import Address
from dunning.domain.decision import decide
from dunning.domain.due import Send
from dunning.domain.gates import DENY, ContactAttempt, OpenGates, Verdict
from dunning.domain.policy import Policy, Step

from tests.unit.deciding import FIRST, PHONE, account, at, item, rules, sent, waits

CHANNELS = ("email", "sms", "voice", "letter", "task")
POLICY = Policy("std", (Step(1, after_due=10, channels=CHANNELS, tone="formal"),))
MAIL_GONE = Unusable("email", FIRST.hash, "bounced")
NO_TEXTS = Unusable("sms", PHONE.hash, "bounced")
NO_CALLS = Unusable("voice", PHONE.hash, "opt_out")


@pytest.mark.parametrize(
    ("barred", "next_one"),
    [
        ((), "email"),
        ((MAIL_GONE,), "sms"),
        ((MAIL_GONE, NO_TEXTS), "voice"),
        ((MAIL_GONE, NO_CALLS), "sms"),
        ((MAIL_GONE, NO_TEXTS, NO_CALLS), "task"),
    ],
)
def test_what_is_barred_gives_its_turn_to_the_next_channel(
    barred: tuple[Unusable, ...], next_one: str
) -> None:
    state = account(item(), addresses=(FIRST, PHONE), unusable=barred)
    assert sent(state, at(10), rules(POLICY), OpenGates()).channel == next_one


def test_the_order_is_the_step_s_and_not_ours() -> None:
    back = replace(POLICY, ladder=(replace(POLICY.ladder[0], channels=CHANNELS[::-1]),))
    state = account(item(), addresses=(FIRST, PHONE))
    assert sent(state, at(10), rules(back), OpenGates()).channel == "task"


def test_a_text_goes_to_the_number_that_is_called_and_bars_only_texts() -> None:
    state = account(item(), addresses=(PHONE,))
    found = sent(state, at(10), rules(POLICY), OpenGates())
    assert (found.channel, found.address) == ("sms", Address("sms", PHONE.value, PHONE.hash))
    state = account(item(), addresses=(PHONE,), unusable=(NO_TEXTS,))
    assert bars.usable(state, "voice", 1) == (PHONE,)


def test_a_person_of_ours_needs_no_address_and_is_barred_by_nothing() -> None:
    everything = tuple(Unusable(channel, "*", "opt_out") for channel in CHANNELS)
    state = account(item(), addresses=(), unusable=everything)
    assert sent(state, at(10), rules(POLICY), OpenGates()).channel == "task"


def test_without_a_task_in_the_step_the_account_waits_and_says_so() -> None:
    four = replace(POLICY, ladder=(replace(POLICY.ladder[0], channels=CHANNELS[:4]),))
    state = account(item(), unusable=(MAIL_GONE,))
    assert waits(state, at(10), rules(four), OpenGates()) == (None, reasons.NO_USABLE_ADDRESS)


class OnlyTasks(OpenGates):
    """Rules that forbid whatever is a contact."""

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        if attempt.channel == "task":
            return super().evaluate(attempt, now)
        return Verdict(DENY, rules=("no_consent",))


def test_what_the_rules_deny_gives_its_turn_away_too() -> None:
    state = account(item(), addresses=(FIRST, PHONE))
    found = decide(state, rules(POLICY), at(10), OnlyTasks())
    assert isinstance(found, Send)
    assert found.channel == "task"

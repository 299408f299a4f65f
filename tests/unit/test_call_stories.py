"""From a mail that bounced to a call, and what becomes of calls: over the real use cases in memory,
with the provider's own events. Whether a call may be made is said by a gate of the test's own.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.voice_events import feedback_of
from dunning.domain import history, reasons
from dunning.domain.account import Account, Head
from dunning.domain.bodies import (
    AccountBody,
    Agreed,
    CustomerBody,
    FeedbackBody,
    InvoiceBody,
)
from dunning.domain.calendar import parse_instant
from dunning.domain.calling import HOUR, Calls
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.due import Send
from dunning.domain.gates import DENY, ContactAttempt, Verdict
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.entry.offline import dialled
from dunning.service import remind
from dunning.service.accounts import Accounts
from dunning.service.ports import Message, NotSent, OptedOut, Refused, Unclear
from dunning.service.record_body import RecordBody
from dunning.service.record_feedback import RecordFeedback
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

from infra.local.gate import calls
from infra.local.gate.calls import Placed

CREDITOR = "acme"
MAIL, PHONE = "office@harbour.example", "+493023125001"
NOON = parse_instant("2026-11-11T12:00:00Z")
POLICY = Policy(
    "std",
    (
        Step(1, channels=("email", "voice"), after_due=10),
        Step(2, channels=("voice", "email"), after_previous=30),
    ),
    calls=Calls(2, 4 * HOUR),
)


class Consented:
    """Calls to those who consented in their customer's record."""

    ruleset = "test"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        consented = any(one.channel == "voice" for one in attempt.account.consents)
        if attempt.channel == "email" or consented:
            return Verdict("ALLOW")
        return Verdict(DENY, rules=("no_consent",))


class Bare:
    """A message that says nothing but whose it is."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        tags = {
            "notice": notice_id(account, send.serial),
            "attempt": str(send.attempt),
            "account": account_tag(account),
        }
        to = send.address.value
        return Message(send.channel, "", to, "", "", "", "bare-1", tags=tuple(tags.items()))


@dataclass
class Provider:
    """Takes what it is given, unless it is to fail."""

    fails: list[Exception] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)

    def send(self, creditor: str, message: Message) -> str:
        if self.fails:
            failure = self.fails.pop(0)
            if isinstance(failure, Unclear):
                self.taken.append(message)
            raise failure
        self.taken.append(message)
        return f"m-{len(self.taken)}"


class Stage:
    """One customer with a mailbox and a telephone, who owes."""

    def __init__(self, *, consents: bool = True, phone: str = PHONE) -> None:
        self.now = NOON
        self.ledger, self.settings = MemoryLedger(), MemorySettings()
        self.suppressions, self.metrics = MemorySuppressions(), Counters()
        accounts = Accounts(self.ledger, Consented(), settings=self.settings)
        settlement = Settlement(accounts, self.metrics)
        self.bodies = RecordBody(accounts, self.suppressions, plain_hash, dialled=dialled)
        self.feedback = RecordFeedback(self.ledger, self.settings, self.bodies, settlement)
        self.provider, self.channels = Provider(), MemoryChannels()
        tokens = Serial()
        self.reminders = {
            channel: Reminders(
                channel=channel,
                accounts=accounts,
                settlement=settlement,
                settings=self.settings,
                suppressions=self.suppressions,
                renderer=Bare(),
                senders={channel: self.provider},
                rate=NoLimit(),
                channels=self.channels,
                tokens=tokens,
                metrics=self.metrics,
            )
            for channel in ("email", "voice")
        }
        self.settings.put_creditor(CREDITOR, Creditor(CREDITOR, country="DE"))
        self.settings.put_policies(CREDITOR, (POLICY,), "")
        on = date(2026, 10, 1)
        customer = Customer(
            "c4",
            addresses=(Address("email", MAIL, ""), Address("voice", phone, "")),
        )
        invoice = Invoice("I1", "EUR", "invoice", on, (DueItem(date(2026, 11, 1), 9_900),))
        agreed = (Agreed(channel="voice", text="Automated calls are fine", at=NOON - 99),)
        self.record(CustomerBody(on=on, customer=customer, consents=agreed if consents else ()))
        self.record(InvoiceBody(on=on, customer="c4", invoice=invoice))

    @property
    def head(self) -> Head:
        head = self.ledger.head(CREDITOR, self.account)
        assert head is not None
        return head

    @property
    def account(self) -> str:
        return self.ledger.account_key(CREDITOR, "c4")

    @property
    def plan(self) -> tuple[str | None, str]:
        return self.head.plan.channel, self.head.plan.reason

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Channel and attempt of all that the provider took."""
        return [(one.channel, dict(one.tags)["attempt"]) for one in self.provider.taken]

    def record(self, body: AccountBody) -> str:
        rulebook = self.settings.rulebook(CREDITOR)
        assert rulebook is not None
        return self.bodies.record(CREDITOR, body, rulebook, self.now)

    def go(self, *, hours: float = 0) -> str:
        """What the sender of the planned channel does, so many hours later."""
        self.now += round(hours * HOUR)
        return self.reminders[self.head.plan.channel or "email"].remind(
            CREDITOR, self.account, self.now
        )

    def bounces(self) -> None:
        body = FeedbackBody(
            on=date(2026, 11, 11),
            id="b",
            customer="c4",
            channel="email",
            address=MAIL,
            outcome="bounced",
        )
        self.record(body)

    def told(self, *kinds: str, number: int = -1) -> list[str]:
        """The network's events about a message that it took; what came of each."""
        return [self._hear(kind, number) for kind in kinds]

    def _hear(self, kind: str, number: int) -> str:
        message = self.provider.taken[number]
        at = datetime.fromtimestamp(self.now, UTC)
        request: dict[str, Any] = {
            "Context": dict(message.tags),
            "DestinationPhoneNumber": message.to,
        }
        placed = Placed(1, at, f"call-{dict(message.tags)['attempt']}", request)
        feedback = feedback_of(calls.event(kind, placed, at), plain_hash)
        assert feedback is not None
        return self.feedback.record(CREDITOR, feedback, self.now)


def test_a_mail_that_bounced_becomes_a_call_the_same_day() -> None:
    stage = Stage()
    assert stage.go() == remind.SENT
    stage.bounces()
    assert stage.plan == ("voice", reasons.NEXT_ATTEMPT)
    assert stage.go(hours=1) == remind.SENT
    assert stage.sent == [("email", "1"), ("voice", "2")]
    assert stage.provider.taken[-1].to == PHONE


def test_who_did_not_consent_is_not_called() -> None:
    stage = Stage(consents=False)
    stage.go()
    stage.bounces()
    assert stage.head.plan.channel != "voice"
    assert stage.go(hours=1) != remind.SENT
    assert stage.sent == [("email", "1")]


def test_a_busy_number_is_called_again_and_then_the_case_goes_on() -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.go()
    stage.told(calls.INITIATED, calls.BUSY)
    assert stage.plan == ("voice", reasons.CALL_AGAIN)
    assert stage.go(hours=3.9) == remind.NOT_DUE
    assert stage.go(hours=0.1) == remind.SENT
    stage.told(calls.INITIATED, calls.RINGING, calls.NO_ANSWER)
    # Both calls of the notice are used up, and the mailbox is dead: the next step has its day.
    assert stage.plan[1] == reasons.STEP_NOT_DUE
    assert stage.sent == [("email", "1"), ("voice", "2"), ("voice", "3")]
    assert len({dict(one.tags)["notice"] for one in stage.provider.taken}) == 1


def test_an_answered_call_ends_the_notice() -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.go()
    stage.told(calls.INITIATED, calls.RINGING, calls.ANSWERED, calls.COMPLETED)
    assert stage.head.last[0].outcome == "answered"
    assert stage.head.recent[-1].outcome == "answered"
    assert stage.plan[1] == reasons.STEP_NOT_DUE


ALL = (calls.INITIATED, calls.RINGING, calls.NO_ANSWER)


@pytest.mark.parametrize("order", list(itertools.permutations(ALL)))
def test_events_in_any_order_and_three_times_over_leave_the_same_account(
    order: Iterable[str],
) -> None:
    def story(*kinds: str) -> Stage:
        stage = Stage()
        stage.go()
        stage.bounces()
        stage.go()
        stage.told(*kinds)
        return stage

    straight, shuffled = story(*ALL), story(*order, *reversed(ALL), *order)
    assert shuffled.head == straight.head
    assert shuffled.sent == straight.sent
    records = [list(one.ledger.history(CREDITOR, one.account)) for one in (straight, shuffled)]
    assert records[0] == records[1]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (calls.INITIATED, "sent"),
        (calls.RINGING, "sent"),
        (calls.COMPLETED, "answered"),
        (calls.BUSY, "busy"),
        (calls.EXPIRED, "unreached"),
    ],
)
def test_a_call_whose_answer_was_lost_is_settled_by_its_first_event(
    kind: str, outcome: str
) -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.provider.fails = [Unclear("ReadTimeoutError")]
    assert stage.go() == remind.UNCLEAR
    assert stage.head.claim is not None
    assert stage.go(hours=1) == remind.LAPSED
    stage.told(kind)
    assert stage.head.claim is None
    assert stage.head.last[0].outcome == outcome
    assert stage.sent == [("email", "1"), ("voice", "2")]
    codes = [one.code for one in stage.ledger.history(CREDITOR, stage.account)]
    assert history.UNKNOWN in codes


def test_without_any_event_a_lost_answer_is_never_called_again_by_itself() -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.provider.fails = [Unclear("ReadTimeoutError")]
    stage.go()
    for hours in (0.1, 0.2, 1, 5, 12):
        assert stage.go(hours=hours) != remind.SENT
    assert stage.go(hours=24) == remind.RESOLVED
    assert stage.sent == [("email", "1"), ("voice", "2")]


def test_a_number_that_opted_out_at_the_provider_is_barred_for_every_creditor() -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.provider.fails = [OptedOut("DESTINATION_PHONE_NUMBER_OPTED_OUT")]
    assert stage.go() == remind.REJECTED
    hashed = plain_hash("voice", PHONE)
    assert stage.suppressions.reason("another", "voice", hashed) == remind.OPT_OUT
    assert stage.plan[1] == reasons.STEP_NOT_DUE
    # The next notice asks the list, and the account learns it.
    stage.now = stage.head.plan.at or 0
    assert stage.go() == remind.SUPPRESSED
    assert stage.plan == (None, reasons.NO_USABLE_ADDRESS)
    assert stage.sent == [("email", "1")]


def test_a_number_that_is_refused_leaves_the_notice_to_the_next_channel_at_once() -> None:
    stage = Stage()
    stage.settings.put_policies(
        CREDITOR, (Policy("std", (Step(1, channels=("voice", "email"), after_due=10),)),), "x"
    )
    stage.provider.fails = [Refused("no_line")]
    # The plan is still that of the earlier policy.
    assert [stage.go(), stage.go()] == [remind.REPLANNED, remind.REJECTED]
    assert stage.go() == remind.SENT
    assert stage.sent == [("email", "2")]


def test_a_throttled_call_uses_up_no_attempt() -> None:
    stage = Stage()
    stage.go()
    stage.bounces()
    stage.provider.fails = [NotSent("ThrottlingException")]
    assert stage.go() == remind.RELEASED
    assert stage.go(hours=0.1) == remind.SENT
    assert stage.sent == [("email", "1"), ("voice", "2")]


@pytest.mark.parametrize("written", ["030/23125-001", "+49 (0)30 23125001", "0049 30 23125 001"])
def test_a_number_is_kept_as_it_is_dialled_however_it_was_written(written: str) -> None:
    stage = Stage(phone=written)
    state = stage.ledger.read(CREDITOR, stage.account)
    assert state is not None
    assert [one.value for one in state.customer.on("voice")] == [PHONE]
    body = FeedbackBody(
        on=date(2026, 11, 11),
        id="o",
        customer="c4",
        channel="voice",
        address="(030) 23125-001",
        outcome="complained",
    )
    stage.record(body)
    assert [bar.address_hash for bar in stage.head.unusable] == [plain_hash("voice", PHONE)]


def test_what_cannot_be_dialled_stays_as_written_and_two_spellings_are_one_number() -> None:
    stage = Stage()
    customer = Customer(
        "c4",
        country="DE",
        addresses=(
            Address("voice", "030 23125 001", ""),
            Address("voice", "+493023125001", ""),
            Address("voice", "ask at the desk", ""),
        ),
    )
    stage.record(CustomerBody(on=date(2026, 11, 12), customer=customer))
    state = stage.ledger.read(CREDITOR, stage.account)
    assert state is not None
    assert [one.value for one in state.customer.on("voice")] == [PHONE, "ask at the desk"]

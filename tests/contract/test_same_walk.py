"""The same use cases over both ledgers: after every step the same account, to the last field.

Bodies, reminders, lost answers and refusals in an order that a seed decides; and many at once.
"""

import random
import threading
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from dunning.adapters.dynamodb.cell import DynamoSettings
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    PlainRenderer,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import EMAIL
from dunning.domain.bodies import (
    AccountBody,
    ContactBody,
    CustomerBody,
    DisputeBody,
    FeedbackBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    PlanBody,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    StatementBody,
    WrongPersonBody,
)
from dunning.domain.calendar import DAY, instant
from dunning.domain.creditor import DEFAULT_SHARDS, Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import OpenGates
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.ledger import LedgerError
from dunning.domain.policy_file import read_policies
from dunning.service.accounts import Accounts, Contended
from dunning.service.ports import Ledger, Message, NotSent, Refused, Settings, Unclear
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

from .conftest import Database

CREDITOR, CUSTOMER = "acme", "Müller #1"
START = date(2026, 3, 1)
STEPS, EVERY = 60, 10
POLICIES = """
policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 2}, channels: [email], fee: {EUR: 5, JPY: 50}}
      - {level: 2, after_previous: {days: 3}, channels: [email], interest: {contract: 36.5}}
      - {level: 3, after_previous: {days: 3}, channels: [email], repeat_every: {days: 2},
         repeat_max: 2, charges: [{percent: 2, per: item}, {fixed: {EUR: 1}, mode: announce}],
         interest: {contract: 9.25}}
  - id: yen
    applies_to: {currencies: [JPY]}
    track: account
    notice_per: level
    ladder:
      - {level: 1, after_due: {days: -5}, channels: [email]}
      - {level: 2, after_due: {days: 1}, channels: [email], fee: {JPY: 100},
         interest: {contract: 20}}
"""
RULES = ("presume_sent", "ask")


@dataclass
class Dice:
    """A sender that fails as the seed says."""

    chance: random.Random
    sent: int = 0

    def send(self, creditor: str, message: Message) -> str:
        self.sent += 1
        fate = self.chance.random()
        if fate < 0.15:
            raise NotSent("throttled")
        if fate < 0.2:
            raise Refused("rejected", "bad address")
        if fate < 0.35:
            raise Unclear("timeout")
        return f"m-{self.sent}"


class World:
    """All use cases of a cell over one ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, seed: int) -> None:
        self.ledger = ledger
        self.settings = settings
        settings.put_creditor(
            CREDITOR, Creditor(CREDITOR, time_zone="Europe/Berlin", unknown=RULES[seed % 2])
        )
        settings.put_policies(CREDITOR, read_policies(POLICIES), POLICIES)
        metrics, suppressions = Counters(), MemorySuppressions()
        accounts = Accounts(ledger, OpenGates())
        self.settlement = Settlement(accounts, metrics)
        self.bodies = RecordBody(accounts, suppressions, plain_hash)
        self.reminders = Reminders(
            EMAIL,
            accounts,
            self.settlement,
            settings,
            suppressions,
            PlainRenderer(),
            {EMAIL: Dice(random.Random(seed))},
            NoLimit(),
            MemoryChannels(),
            Serial(),
            metrics,
        )
        self.account = ledger.account_key(CREDITOR, CUSTOMER)

    def record(self, body: AccountBody, now: int) -> str:
        rulebook = self.settings.rulebook(CREDITOR)
        assert rulebook is not None
        try:
            return self.bodies.record(CREDITOR, body, rulebook, now)
        except LedgerError as error:
            return error.code

    def remind(self, now: int) -> list[str]:
        due = list(self.ledger.agenda(CREDITOR, EMAIL, DEFAULT_SHARDS, now))
        return [self.reminders.remind(CREDITOR, entry.account, now) for entry in due]

    def answer(self, now: int, *, sent: bool) -> bool:
        rulebook = self.settings.rulebook(CREDITOR)
        assert rulebook is not None
        return self.settlement.answer(CREDITOR, self.account, rulebook, sent=sent, now=now)

    def snapshot(self) -> dict[str, Any]:
        """Everything that the port tells of the account."""
        ledger, account = self.ledger, self.account
        return {
            "account": ledger.read(CREDITOR, account),
            "history": list(ledger.history(CREDITOR, account)),
            "invoices": list(ledger.invoices(CREDITOR, account)),
            "ended": list(ledger.ended(CREDITOR, account)),
            "postings": list(ledger.postings(CREDITOR, account)),
            "agenda": list(ledger.agenda(CREDITOR, EMAIL, DEFAULT_SHARDS, 4 * 10**9)),
            "tasks": list(ledger.tasks(CREDITOR)),
            "book": list(ledger.book(CREDITOR)),
        }


def any_body(chance: random.Random, number: int, day: date) -> AccountBody:
    """Some body; ids of earlier steps come again, so that some are known, ended or gone."""
    earlier = f"id#{chance.randrange(number + 1)}"
    some_invoice = f"RE {chance.randrange(number + 1)}"
    now = f"id#{number}"
    kind = chance.choices(range(14), (8, 6, 3, 2, 2, 2, 2, 2, 2, 1, 2, 1, 2, 3))[0]
    if kind == 0:
        # Some money comes before its invoice, and some invoices come again with other items.
        name = chance.choice((f"RE {number}", f"RE {number + 1}", some_invoice))
        disputed = chance.choice(((), (), (1,)))
        due = tuple(
            DueItem(day + timedelta(days=30 * n - 10), 1_000 * (n + 1) + number)
            for n in range(chance.randint(1, 3))
        )
        currency = "JPY" if name.endswith("7") else "EUR"
        document = Invoice(name, currency, "invoice", day, due, as_of=day)
        return InvoiceBody(on=day, customer=CUSTOMER, invoice=document, disputed=disputed)
    return (
        lambda: MoneyBody(
            on=day,
            type=chance.choice(("payment", "credit_note")),
            id=now,
            customer=CUSTOMER,
            currency="EUR",
            amount=chance.randint(1, 6_000),
            value_date=day,
            invoice=chance.choice((None, some_invoice, f"RE {number + 1}")),
        ),
        lambda: ReversalBody(on=day, id=now, of=earlier),
        lambda: ReturnBody(on=day, type="refund", id=now, payment=earlier, amount="3.00"),
        lambda: HoldBody(
            on=day,
            id=now,
            customer=CUSTOMER,
            kind=chance.choice(("manual", "bankruptcy", "breathing_space", "employer")),
            scope="account",
            invoice=None,
            item=None,
            until=day + timedelta(days=2),
        ),
        lambda: ReleaseBody(on=day, id=now, hold=earlier),
        lambda: DisputeBody(on=day, id=now, invoice=some_invoice, item=None, reason="wrong"),
        lambda: ResolveBody(on=day, id=now, dispute=earlier, outcome="accepted"),
        lambda: ContactBody(
            type=chance.choice(("opt_out", "consent")),
            on=day,
            id=now,
            customer=CUSTOMER,
            channel=EMAIL,
            address=chance.choice((None, "a@example.com")),
            text=chance.choice(("", "Yes, | write to me")),
            at=chance.choice((None, instant(day, time(12), "UTC") - chance.randint(0, 3) * DAY)),
        ),
        lambda: WrongPersonBody(
            on=day, id=now, customer=CUSTOMER, channel=EMAIL, address="b@example.com"
        ),
        lambda: PromiseBody(
            on=day, id=now, customer=CUSTOMER, by=day + timedelta(days=2), amount="5.00"
        ),
        lambda: FeedbackBody(
            on=day,
            id=now,
            customer=CUSTOMER,
            channel=EMAIL,
            address="a@example.com",
            outcome="soft_bounced",
        ),
        lambda: StatementBody(
            on=day,
            as_of=day,
            customer=CUSTOMER,
            currency="EUR",
            open=(left := chance.randint(0, 4_000)),
            invoice=Invoice(some_invoice, "EUR", "invoice", day, (DueItem(day, left + 500),)),
        ),
        lambda: any_plan(chance, number, day, some_invoice, earlier),
    )[kind - 1]()


def any_plan(
    chance: random.Random, number: int, day: date, some_invoice: str, earlier: str
) -> PlanBody:
    """Instalments that may be what is open of a document, or a word on an earlier plan."""
    if chance.random() < 0.3:
        state = chance.choice(("active", "cancelled", "broken"))
        return PlanBody(on=day, id=earlier, customer=CUSTOMER, state=state)
    last = int(some_invoice.removeprefix("RE "))
    parts = chance.choice(((1_000 + last,), (1_000 + last, 2_000 + last)))
    due = (day + timedelta(days=chance.randint(0, 2)), day + timedelta(days=5))
    return PlanBody(
        on=day,
        id=f"id#{number}",
        customer=CUSTOMER,
        state=chance.choice(("active", "active", "proposed")),
        items=((some_invoice, None),),
        instalments=tuple(
            (one, f"{part // 100}.{part % 100:02}") for one, part in zip(due, parts, strict=False)
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_any_walk_leaves_the_same_account_in_memory_and_in_the_table(
    database: Database, seed: int
) -> None:
    worlds = (
        World(MemoryLedger(), MemorySettings(), seed),
        World(
            DynamoLedger(database.connection),
            DynamoSettings(database.connection, read_policies),
            seed,
        ),
    )
    chance = random.Random(seed)
    address = Address(EMAIL, "a@example.com", "")
    noon = int((START - date(1970, 1, 1)).total_seconds()) + DAY // 2
    start = CustomerBody(on=START, customer=Customer(CUSTOMER, addresses=(address,)))
    outcomes = [{world.record(start, noon) for world in worlds}]
    for number in range(STEPS):
        now, day = noon + number * DAY // 2, START + timedelta(days=number // 2)
        act = chance.random()
        if act < 0.55:
            body = any_body(chance, number, day)
            done = [[world.record(body, now)] for world in worlds]
        elif act < 0.95:
            done = [world.remind(now) for world in worlds]
        else:
            sent = chance.random() < 0.5
            done = [[str(world.answer(now, sent=sent))] for world in worlds]
        assert done[0] == done[1]
        outcomes.append(set(done[0]))
        states = [world.ledger.read(CREDITOR, world.account) for world in worlds]
        assert states[0] == states[1]
        if number % EVERY == 0:
            assert worlds[0].snapshot() == worlds[1].snapshot()
    assert worlds[0].snapshot() == worlds[1].snapshot()
    assert len(set().union(*outcomes)) > 5


def test_many_who_write_to_one_account_at_once_leave_no_gap_and_no_fact_out(
    database: Database,
) -> None:
    world = World(
        DynamoLedger(database.connection),
        DynamoSettings(database.connection, read_policies),
        seed=0,
    )
    writers, facts = 4, 6

    def write(writer: int) -> None:
        for number in range(facts):
            # The first fact is everybody's: whoever comes second learns that it is known.
            id_ = "same" if number == 0 else f"{writer}-{number}"
            body = HoldBody(
                on=START,
                id=id_,
                customer=CUSTOMER,
                kind="manual",
                scope="account",
                invoice=None,
                item=None,
                until=None,
            )
            # Eight tries may all be in vain; the queue then brings the message again.
            for _ in range(20):
                try:
                    world.record(body, 1_772_366_400)
                    break
                except Contended:
                    continue

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = world.ledger.read(CREDITOR, world.account)
    assert state is not None
    expected = 1 + writers * (facts - 1)
    assert len(state.holds) == expected
    assert [record.seq for record in world.ledger.history(CREDITOR, world.account)] == list(
        range(1, expected + 1)
    )
    assert (state.head.rev, state.head.seq) == (expected, expected)

"""Random walks of one account: bodies, messages, events, crashes and days, in any order.

A complement of the search: longer and more various, and not to the end. Use cases are real ones
and are stopped at any call; every law is held after every step, and at the end, at rest.
"""

from datetime import date

from dunning.domain.bodies import (
    AccountBody,
    ContactBody,
    CustomerBody,
    DisputeBody,
    InvoiceBody,
    MoneyBody,
    ResolveBody,
    ReturnBody,
    WriteOffBody,
)
from dunning.domain.calendar import DAY
from dunning.domain.customer import Address, Customer
from dunning.domain.history import ASKED
from dunning.domain.invoice import DueItem, Invoice
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.model.actors import Finished
from tests.model.stage import Actor, Stage
from tests.model.world import (
    ACCOUNT,
    CUSTOMER,
    FIRST,
    KIT,
    SECOND,
    TODAY,
    hold,
    money,
    opt_out,
    release,
    reversal,
)

AT_ONCE = 3
"""Use cases under way at the same time."""
PROVIDER = st.sampled_from(
    ["accepted"] * 6 + ["throttle", "pause", "timeout_before_accept", "timeout_after_accept"]
)
AMOUNTS = st.sampled_from([1_000, 5_000, 10_000, 25_000])
SOON = st.sampled_from([60, 600, 16 * 60])
LATER = st.sampled_from([3_600, DAY, 2 * DAY, 11 * DAY])


class OneAccount(RuleBasedStateMachine):
    """One customer's account, and all that may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.alive: list[Actor] = []
        self.names = 0
        self.payments: list[str] = []
        self.holds: list[str] = []
        self.disputes: list[str] = []

    @initialize(
        unknown=st.sampled_from(["presume_sent", "ask"]),
        bounces=st.sampled_from([(), (), (FIRST,), (FIRST, SECOND)]),
        items=st.integers(1, 3),
    )
    def begin(self, unknown: str, bounces: tuple[str, ...], items: int) -> None:
        self.stage = Stage(KIT.with_rule(unknown), items=items, bounces=bounces)

    def name(self, kind: str) -> str:
        """A name that nothing else has."""
        self.names += 1
        return f"{kind}{self.names}"

    def start(self, actor: Actor) -> None:
        """One more under way; the oldest comes to its end where there are too many."""
        self.alive.append(actor)
        while len(self.alive) > AT_ONCE:
            self.finish(self.alive[0], "accepted")

    def finish(self, actor: Actor, provider: str) -> None:
        """To its end; a body may be refused, and nothing else may raise."""
        while not isinstance(ended := actor.at, Finished):
            actor.step(provider)
        refused = ended.error.startswith("LedgerError")
        assert not ended.error or (refused and actor.job.name.startswith("body")), ended.error
        if actor in self.alive:
            self.alive.remove(actor)

    @rule()
    def message_is_received(self) -> None:
        self.start(self.stage.sender(self.name("sender")))

    @rule()
    def message_of_a_broken_template_is_received_for_the_last_time(self) -> None:
        job = self.stage.kit.remind(self.name("broken"), ACCOUNT, broken=True)
        self.start(self.stage.job(job))

    @precondition(lambda self: self.stage.head.parked)
    @rule()
    def account_is_redriven(self) -> None:
        self.start(self.stage.job(self.stage.kit.redrive(self.name("redrive"), ACCOUNT)))

    @precondition(lambda self: self.stage.accepted)
    @rule(
        which=st.integers(0, 50),
        kind=st.sampled_from(["sent", "bounced", "complained", "delivered", "delayed"]),
        again=st.booleans(),
    )
    def event_arrives(self, which: int, kind: str, again: bool) -> None:
        one = self.stage.accepted[which % len(self.stage.accepted)]
        if kind == "bounced" and not one.failed:
            kind = "sent"
        id_ = f"{kind} of {one.serial}.{one.attempt}" if again else self.name("event")
        self.start(self.stage.event(kind, one.serial, one.attempt, one.address, id_))

    @precondition(lambda self: any(h.kind == "unknown_send" for h in self.stage.account.holds))
    @rule()
    def person_answers_truly(self) -> None:
        tries = self.stage.head.tries
        if tries and tries.why == ASKED:
            sent = (tries.serial, tries.attempt) in self.stage.sends
            self.start(self.stage.answer(sent=sent))

    def body(self, body: AccountBody) -> None:
        """A ledger body is on its way."""
        self.start(self.stage.job(self.stage.kit.record(self.name("body"), body)))

    @rule(amount=AMOUNTS)
    def payment_arrives(self, amount: int) -> None:
        self.payments.append(self.name("p"))
        self.body(money(self.payments[-1], amount))

    @precondition(lambda self: self.payments)
    @rule(which=st.integers(0, 50), back=st.sampled_from(["reversal", "chargeback", "again"]))
    def payment_goes_back_or_comes_again(self, which: int, back: str) -> None:
        of = self.payments[which % len(self.payments)]
        if back == "again":
            self.body(money(of, 1_000))
        elif back == "reversal":
            self.body(reversal(self.name("r"), of))
        else:
            self.body(ReturnBody(on=TODAY, type="chargeback", id=self.name("b"), payment=of))

    @rule(amount=AMOUNTS, named=st.booleans())
    def credit_note_arrives(self, amount: int, named: bool) -> None:
        self.body(
            MoneyBody(
                on=TODAY,
                type="credit_note",
                id=self.name("cn"),
                customer=CUSTOMER,
                currency="EUR",
                amount=amount,
                value_date=TODAY,
                invoice="SI1" if named else None,
            )
        )

    @rule()
    def part_is_written_off(self) -> None:
        self.body(WriteOffBody(on=TODAY, id=self.name("w"), invoice="SI1", amount="10.00"))

    @rule(late=st.integers(-20, 60), amount=AMOUNTS)
    def invoice_arrives(self, late: int, amount: int) -> None:
        due = date.fromordinal(TODAY.toordinal() - late)
        document = Invoice(self.name("SI-"), "EUR", "invoice", due, (DueItem(due, amount),))
        self.body(InvoiceBody(on=TODAY, customer=CUSTOMER, invoice=document))

    @rule()
    def account_is_held(self) -> None:
        self.holds.append(self.name("h"))
        self.body(hold(self.holds[-1]))

    @precondition(lambda self: self.holds)
    @rule()
    def hold_is_released(self) -> None:
        self.body(release(self.name("l"), self.holds.pop()))

    @rule()
    def invoice_is_disputed(self) -> None:
        self.disputes.append(self.name("d"))
        self.body(
            DisputeBody(on=TODAY, id=self.disputes[-1], invoice="SI1", item=None, reason="wrong")
        )

    @precondition(lambda self: self.disputes)
    @rule()
    def dispute_is_resolved(self) -> None:
        self.body(
            ResolveBody(on=TODAY, id=self.name("x"), dispute=self.disputes.pop(), outcome="mine")
        )

    @rule(out=st.booleans())
    def address_is_opted_out_or_in(self, out: bool) -> None:
        body = opt_out(self.name("o"))
        consent = ContactBody(
            on=TODAY,
            type="consent",
            id=body.id,
            customer=CUSTOMER,
            channel="email",
            address=FIRST,
        )
        self.body(body if out else consent)

    @rule(addresses=st.sampled_from([(FIRST,), (SECOND,), (SECOND, FIRST), ()]))
    def customer_changes(self, addresses: tuple[str, ...]) -> None:
        mine = tuple(Address("email", value, "") for value in addresses)
        self.body(CustomerBody(on=TODAY, customer=Customer(CUSTOMER, addresses=mine)))

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, AT_ONCE), steps=st.integers(1, 5), provider=PROVIDER)
    def one_goes_on(self, which: int, steps: int, provider: str) -> None:
        actor = self.alive[which % len(self.alive)]
        for _ in range(steps):
            if isinstance(actor.at, Finished):
                break
            actor.step(provider)
        if isinstance(actor.at, Finished):
            self.finish(actor, provider)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, AT_ONCE), provider=PROVIDER)
    def one_comes_to_its_end(self, which: int, provider: str) -> None:
        self.finish(self.alive[which % len(self.alive)], provider)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, AT_ONCE))
    def one_crashes(self, which: int) -> None:
        self.alive.pop(which % len(self.alive)).crash()

    @rule(seconds=SOON)
    def time_passes_while_all_are_under_way(self, seconds: int) -> None:
        """Never as long as a day: no invocation lives on into the settlement of its own claim."""
        self.stage.now += seconds if self.stage.now % DAY < 20 * 3_600 else 0

    @rule(seconds=LATER)
    def a_long_time_passes(self, seconds: int) -> None:
        for actor in list(self.alive):
            self.finish(actor, "accepted")
        self.stage.now += seconds

    def teardown(self) -> None:
        for actor in list(self.alive):
            self.finish(actor, "accepted")
        self.stage.comes_to_rest()


OneAccount.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestOneAccount = OneAccount.TestCase

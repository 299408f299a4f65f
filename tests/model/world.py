"""The small world of the model: one account with an invoice, the bodies, messages, events and
answers that come to it, and when each of them can come.
"""

from collections.abc import Callable
from datetime import date

from dunning.domain.bodies import (
    AccountBody,
    ContactBody,
    CustomerBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    PlanBody,
    ReleaseBody,
    ReversalBody,
)
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.domain.posting import LEDGER, PostingKey

from tests.model.actors import Finished, Job, advance
from tests.model.cell import CREDITOR, Cell, Kit, event_of
from tests.model.search import Slot, Tick, View

CUSTOMER = "c4"
FIRST, SECOND = "first@example.com", "second@example.com"
POLICY = Policy("std", (Step(1, after_due=10), Step(2, after_previous=10)), min_interval=5)
KIT = Kit(Rulebook(Creditor(CREDITOR), (POLICY,), 1))
ACCOUNT = KIT.account(CUSTOMER)
LOADED = parse_instant("2026-01-02T08:00:00Z")
DUE = parse_instant("2026-01-25T10:00:00Z")
"""An hour after the first step became due."""
TODAY = date(2026, 1, 25)
LEASE_OVER = DUE + 16 * 60
DAY_OVER = DUE + DAY + 20 * 60
AT_ONCE = (Tick(DUE),)
TO_THE_LEASE = (Tick(DUE), Tick(LEASE_OVER))
TO_THE_DAY = (Tick(DUE), Tick(LEASE_OVER), Tick(DAY_OVER, alone=True))


def run_alone(job: Job, cell: Cell, now: int) -> Cell:
    """The cell after a job that nobody disturbs."""
    results: list[object] = []
    while not isinstance(request := advance(job, results), Finished):
        cell, result = cell.execute(request, now)
        results.append(result)
    if request.error:
        raise AssertionError(f"{job.name} let {request.error} through")
    return cell


def loaded(kit: Kit, items: int = 1, amount: int = 10_000) -> Cell:
    """A customer with two addresses, and an invoice of as many due items."""
    addresses = tuple(Address("email", value, "") for value in (FIRST, SECOND))
    due = date(2026, 1, 15)
    invoice = Invoice(
        "SI1", "EUR", "invoice", date(2026, 1, 1), tuple(DueItem(due, amount) for _ in range(items))
    )
    on = date(2026, 1, 2)
    cell = kit.cell()
    for body in (
        CustomerBody(on=on, customer=Customer(CUSTOMER, addresses=addresses)),
        InvoiceBody(on=on, customer=CUSTOMER, invoice=invoice),
    ):
        cell = run_alone(kit.record("load", body), cell, LOADED)
    return cell


def with_dollars(kit: Kit, cell: Cell) -> Cell:
    """The same account with a case in another currency, due on the same run."""
    due = DueItem(date(2026, 1, 15), 7_000)
    dollars = Invoice("SI2", "USD", "invoice", date(2026, 1, 1), (due,))
    what = InvoiceBody(on=date(2026, 1, 2), customer=CUSTOMER, invoice=dollars)
    return run_alone(kit.record("load", what), cell, LOADED)


def with_offer(kit: Kit, cell: Cell) -> Cell:
    """The same account with a plan that the creditor proposes for it on that day: the customer is
    to be told of it beside the notice that is due."""
    parts = ((date(2026, 2, 15), "50.00"), (date(2026, 3, 15), "50.00"))
    offer = PlanBody(
        on=TODAY,
        id="pl",
        customer=CUSTOMER,
        state="proposed",
        items=(("SI1", None),),
        instalments=parts,
    )
    return run_alone(kit.record("load", offer), cell, DUE - 3_600)


def money(id_: str, amount: int) -> MoneyBody:
    """A payment."""
    return MoneyBody(
        on=TODAY,
        type="payment",
        id=id_,
        customer=CUSTOMER,
        currency="EUR",
        amount=amount,
        value_date=TODAY,
    )


def reversal(id_: str, of: str) -> ReversalBody:
    """A posting is taken back."""
    return ReversalBody(on=TODAY, id=id_, of=of)


def hold(id_: str) -> HoldBody:
    """A hold on the account, without an end."""
    return HoldBody(
        on=TODAY,
        id=id_,
        customer=CUSTOMER,
        kind="manual",
        scope="account",
        invoice=None,
        item=None,
        until=None,
    )


def release(id_: str, of: str) -> ReleaseBody:
    """The hold is over."""
    return ReleaseBody(on=TODAY, id=id_, hold=of)


def opt_out(id_: str) -> ContactBody:
    """The customer wants no more mail at the first address."""
    return ContactBody(
        on=TODAY, type="opt_out", id=id_, customer=CUSTOMER, channel="email", address=FIRST
    )


def messages(kit: Kit, count: int) -> list[Slot]:
    """As many messages of the queue, all alike."""
    return [
        Slot(kit.remind(f"sender{n + 1}", ACCOUNT), after=n - 1 if n else None)
        for n in range(count)
    ]


def body(
    kit: Kit, name: str, what: AccountBody, guard: Callable[[View], bool] = lambda _: True
) -> Slot:
    """A ledger body on its way."""
    return Slot(kit.record(name, what), guard)


def was_sent(serial: int, attempt: int) -> Callable[[View], bool]:
    """The provider has taken that attempt, so that it can speak of it."""
    return lambda view: any((a.serial, a.attempt) == (serial, attempt) for a in view.accepted)


def has_failed(serial: int, attempt: int) -> Callable[[View], bool]:
    """The provider has taken that attempt, for an address at which it fails."""
    return lambda view: any(
        (a.serial, a.attempt, a.failed) == (serial, attempt, True) for a in view.accepted
    )


def event(
    kit: Kit,
    kind: str,
    serial: int = 1,
    attempt: int = 1,
    *,
    address: str = FIRST,
    name: str = "",
    id_: str = "",
) -> Slot:
    """An event of the provider, which comes at any time after the send, or never."""
    feedback = event_of(kind, ACCOUNT, serial, attempt, address, id_)
    name = name or f"event {kind} {serial}.{attempt}"
    if kind in ("bounced", "rejected"):
        return Slot(kit.event(name, feedback), has_failed(serial, attempt))
    return Slot(kit.event(name, feedback), was_sent(serial, attempt))


def _asked(view: View) -> bool:
    account = view.cell.ledger.read(CREDITOR, ACCOUNT)
    return account is not None and any(h.kind == "unknown_send" for h in account.holds)


def answers(kit: Kit, attempt: int = 1) -> list[Slot]:
    """A person answers, and tells the truth: sent, or not sent."""
    truth = was_sent(1, attempt)
    return [
        Slot(kit.answer("person: sent", ACCOUNT, sent=True), lambda v: _asked(v) and truth(v)),
        Slot(
            kit.answer("person: not sent", ACCOUNT, sent=False),
            lambda v: _asked(v) and not truth(v),
        ),
    ]


def is_held(view: View) -> bool:
    """A hold of a person's stands."""
    account = view.cell.ledger.read(CREDITOR, ACCOUNT)
    return account is not None and any(h.kind == "manual" for h in account.holds)


def is_parked(view: View) -> bool:
    """The account is parked."""
    head = view.cell.ledger.head(CREDITOR, ACCOUNT)
    return head is not None and head.parked is not None


def is_posted(id_: str) -> Callable[[View], bool]:
    """That posting is known."""
    key = PostingKey(LEDGER, id_)
    return lambda view: view.cell.ledger.posting(CREDITOR, ACCOUNT, key) is not None


def day_over(view: View) -> bool:
    """The day of an unknown send is over."""
    return view.now >= DAY_OVER


def messages_and_a_late_one(kit: Kit) -> list[Slot]:
    """Two messages at any time, and one when the day of an unknown send is over."""
    return [*messages(kit, 2), Slot(kit.remind("late sender", ACCOUNT), day_over)]

"""Laws of payment plans over random stories: instalments add up, nothing is negative, what is left
of a plan is what is open of its items, and a broken plan leaves the ledger as if it had not been.
"""

from dataclasses import replace
from datetime import date, time, timedelta

from dunning.domain.bodies import AccountBody, PlanBody
from dunning.domain.calendar import instant
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LedgerError
from dunning.domain.payment_plans import (
    ACTIVE,
    CANCELLED,
    Instalment,
    PaymentPlan,
    Receipt,
)
from dunning.domain.posting import PostingKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline import invoice as invoice_body
from tests.offline import ladder, play, run
from tests.unit.books import (
    CUSTOMER,
    ON,
    Books,
    chargeback,
    credit_note,
    invoice,
    payment,
    refund,
    reversal,
    statement,
    sums_hold,
    write_off,
)
from tests.unit.test_ledger_laws import small_parts, text

MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOON = time(12)
DAYS = st.integers(0, 120).map(lambda n: ON + timedelta(days=n))


@st.composite
def plans(draw: st.DrawFn) -> PaymentPlan:
    """A plan in force with what came of it, never more than it is."""
    dues = sorted(draw(st.sets(DAYS, min_size=1, max_size=6)))
    instalments = tuple(Instalment(due, draw(st.integers(1, 9_000))) for due in dues)
    plan = PaymentPlan("pl", ON, (ItemRef("I1", 1),), "EUR", instalments, ACTIVE)
    for number in range(draw(st.integers(0, 6))):
        if plan.left:
            amount = draw(st.integers(1, plan.left))
            receipt = Receipt(
                PostingKey("ledger", f"p{number}"), draw(DAYS), amount, draw(st.booleans())
            )
            plan = plan.counted(receipt)
    return plan


@MANY
@given(plans())
def test_what_is_paid_of_instalments_is_exactly_what_came_and_never_more_than_each(
    plan: PaymentPlan,
) -> None:
    paid = plan.paid()
    assert sum(paid) == plan.received
    assert all(0 <= p <= one.amount for p, one in zip(paid, plan.instalments, strict=True))
    assert sum(one.amount for one in plan.unpaid()) == plan.left >= 0


@MANY
@given(plans(), st.integers(1, 40_000), DAYS)
def test_a_payment_pays_what_is_due_or_comes_next_before_it_shortens_the_end(
    plan: PaymentPlan, amount: int, day: date
) -> None:
    if not plan.left:
        return
    amount = min(amount, plan.left)
    after = plan.counted(Receipt(PostingKey("ledger", "new"), day, amount))
    due = plan.due_on(day)
    first = due or plan.unpaid()[0].amount
    covered = due or first
    if due:
        assert after.due_on(day) == max(due - amount, 0)
    else:
        assert after.broken_from >= plan.broken_from
    if amount > covered:
        last = plan.unpaid()[-1]
        gone = {one.due for one in plan.unpaid()} - {one.due for one in after.unpaid()}
        shorter = [one for one in after.unpaid() if one.due == last.due and one != last]
        assert last.due in gone or shorter


@MANY
@given(plans(), st.integers(1, 40_000), DAYS)
def test_money_that_is_taken_back_leaves_the_instalments_as_if_it_had_never_come(
    plan: PaymentPlan, amount: int, day: date
) -> None:
    if not plan.left:
        return
    key, amount = PostingKey("ledger", "new"), min(amount, plan.left)
    back = plan.counted(Receipt(key, day, amount)).taken_back(key, amount, day)
    assert back.paid() == plan.paid()
    assert replace(back, reopened=None) == plan
    assert back.broken_from >= plan.broken_from


# --- through the ledger -------------------------------------------------------------------------


def plan_body(draw: st.DrawFn, books: Books, number: int, day: date) -> PlanBody | None:
    """A plan over some open items of one currency, whose sum is what is open."""
    mine = [item for item in books.account().open if item.currency == "EUR"]
    if not mine:
        return None
    chosen = draw(st.lists(st.sampled_from(mine), min_size=1, max_size=3, unique=True))
    rest = sum(item.open for item in chosen)
    parts = []
    for place in range(draw(st.integers(1, 4))):
        part = draw(st.integers(1, rest)) if rest else 0
        if part:
            parts.append((day + timedelta(days=5 + 10 * place), part))
            rest -= part
    if rest:
        parts.append((day + timedelta(days=60), rest))
    return PlanBody(
        on=day,
        id=f"pl{number}",
        customer=CUSTOMER,
        state=draw(st.sampled_from([ACTIVE, ACTIVE, "proposed"])),
        items=tuple((item.ref.invoice, item.ref.item) for item in chosen),
        instalments=tuple((due, text(amount)) for due, amount in parts),
    )


def a_body(draw: st.DrawFn, books: Books, number: int, day: date) -> AccountBody | None:
    """Some fact of that day."""
    kinds = ["pay", "pay", "pay", "plan", "invoice", "back", "back", "credit", "off", "amend",
             "state", "cancel"]  # fmt: skip
    kind = draw(st.sampled_from(kinds))
    amount = draw(st.integers(1, 20_000))
    named = f"I{draw(st.integers(0, 2))}"
    of = f"f{draw(st.integers(0, max(number - 1, 0)))}"
    now = f"f{number}"
    if kind == "pay":
        parts = draw(st.sampled_from([(), ((named, None, amount),)]))
        return payment(now, amount, *parts, on=day)
    if kind == "plan":
        return plan_body(draw, books, number, day)
    if kind == "invoice":
        return invoice(f"N{number}", amount, on=day)
    if kind == "credit":
        return replace(credit_note(now, amount, draw(st.sampled_from([named, None]))), on=day)
    if kind == "off":
        return replace(write_off(now, named, text(amount)), on=day)
    if kind == "amend":
        return invoice(named, amount, amount + 7, on=day)
    if kind == "state":
        return statement(named, amount, as_of=day, on=day)
    if kind == "cancel":
        standing = [one.id for one in books.account().plans]
        wanted = draw(st.sampled_from(standing or ["none"]))
        return PlanBody(on=day, id=wanted, customer=CUSTOMER, state=CANCELLED)
    back = draw(st.sampled_from(["refund", "chargeback", "reversal"]))
    if back == "refund":
        return replace(refund(now, of, text(amount)), on=day)
    made: AccountBody = chargeback(now, of) if back == "chargeback" else reversal(now, of)
    return replace(made, on=day)


def tell(draw: st.DrawFn, books: Books, most: int) -> None:
    """A random story of one customer, a day or some for each fact; the laws hold after each."""
    day = ON
    for number in range(3):
        books.record(invoice(f"I{number}", *draw(st.lists(st.integers(1, 9_000), min_size=1,
                                                           max_size=3))))  # fmt: skip
    for number in range(draw(st.integers(1, most))):
        day += timedelta(days=draw(st.integers(0, 9)))
        body = a_body(draw, books, number, day)
        if body is None:
            continue
        try:
            books.record(body, instant(day, NOON, "UTC"))
        except LedgerError:
            continue
        plans_hold(books, day)


def plans_hold(books: Books, day: date) -> None:
    """What is left of each plan in force is what is open of its items; none covers another's."""
    account = books.account()
    sums_hold(books)
    seen: set[ItemRef] = set()
    for plan in account.plans:
        if not plan.in_force:
            continue
        opened = sum(item.open for item in account.open if item.ref in plan.items)
        assert plan.left == opened > 0
        assert sum(plan.paid()) == plan.received
        assert not seen.intersection(plan.items)
        seen.update(plan.items)


@MANY
@given(st.data())
def test_what_is_left_of_a_plan_is_what_is_open_of_its_items_after_every_fact(
    data: st.DataObject,
) -> None:
    tell(data.draw, Books(), 14)  # type: ignore[arg-type]


@MANY
@given(st.data())
def test_the_same_holds_where_facts_are_applied_in_parts(data: st.DataObject) -> None:
    with small_parts():
        tell(data.draw, Books(), 8)  # type: ignore[arg-type]


@MANY
@given(st.lists(st.integers(1, 400), min_size=1, max_size=4), st.integers(0, 60))
def test_a_broken_plan_leaves_levels_and_amounts_as_if_it_had_never_been(
    parts: list[int], gap: int
) -> None:
    """And however late that is found out, what the runs then do is what they would have done."""
    total = sum(parts)
    owed = invoice_body("A", "2026-01-10", f"{total}.00")
    terms = [
        {"due": (date(2026, 2, 10) + timedelta(days=10 * n)).isoformat(), "amount": f"{part}.00"}
        for n, part in enumerate(parts)
    ]
    agreed = {"on": "2026-02-01", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
              "items": [{"invoice": "A"}], "instalments": terms}  # fmt: skip
    with_plan, without = (
        play(ladder(1, 5, 20, 40), [owed, agreed]),
        play(ladder(1, 5, 20, 40), [owed]),
    )
    first = [run(one, "2026-01-20") for one in (with_plan, without)]
    assert first[0] == first[1] != []
    found = (date(2026, 2, 13) + timedelta(days=gap)).isoformat()
    lines = [run(one, found) for one in (with_plan, without)]
    assert lines[0] == lines[1] != []
    ledger = with_plan.stage.ledger
    state = ledger.read("default", ledger.account_key("default", "c1"))
    assert state is not None
    assert [plan.state for plan in state.plans] == ["broken"]
    assert [(item.open, item.reopened) for item in state.open] == [(total * 100, None)]


@MANY
@given(
    st.lists(st.tuples(st.integers(3, 70), st.integers(1, 300)), max_size=5),
    st.sets(st.integers(0, 80), min_size=1, max_size=12),
)
def test_levels_of_a_gapped_replay_with_a_plan_are_a_prefix_of_the_daily_ones_none_earlier(
    paid: list[tuple[int, int]], runs: set[int]
) -> None:
    start = date(2026, 2, 1)

    def day(number: int) -> str:
        return (start + timedelta(days=number)).isoformat()

    terms = [{"due": day(20 * n), "amount": "100.00"} for n in range(1, 4)]
    bodies = [
        invoice_body("A", "2026-01-10", "300.00"),
        {"on": day(2), "type": "plan", "id": "pl", "customer": "c1", "state": "active",
         "items": [{"invoice": "A"}], "instalments": terms},
        *({"on": day(on), "type": "payment", "id": f"p{n}", "customer": "c1", "currency": "EUR",
           "amount": f"{amount}.00"} for n, (on, amount) in enumerate(sorted(paid))),
    ]  # fmt: skip
    bodies.sort(key=lambda body: str(body["on"]))
    daily, gapped = play(ladder(1, 20, 30), bodies), play(ladder(1, 20, 30), bodies)
    every = [(n, line["level"]) for n in range(max(runs) + 1) for line in run(daily, day(n))]
    some = [(n, line["level"]) for n in sorted(runs) for line in run(gapped, day(n))]
    assert [level for _, level in some] == [level for _, level in every][: len(some)]
    assert all(late >= soon for (late, _), (soon, _) in zip(some, every, strict=False))
    assert daily.refused == gapped.refused == []
    ends = []
    for one in (daily, gapped):
        state = one.stage.ledger.read("default", "default#c1")
        ends.append([(plan.state, plan.until) for plan in state.plans] if state else [])
    if ends[0] and ends[0][0][0] == "broken":
        assert ends[1] == ends[0]

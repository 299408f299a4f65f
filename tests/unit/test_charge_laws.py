"""Laws of charges over any ledger: what a notice asks for, what it posts, and how often."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.domain.account import Account
from dunning.domain.charges.notice import FEE
from dunning.domain.invoice import CHARGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline import Body, invoice, payment, play, policy

START = date(2026, 1, 1)
DAYS = 70

modes = st.sampled_from(["post", "announce", "waive"])
rules = st.sampled_from(
    [
        "fixed: {EUR: 5}",
        "percent: 3",
        "percent: 1, min: {EUR: 2}, max: {EUR: 3}",
        "bands: {EUR: [{from: 20, fee: 1}, {from: 80, percent: 2}]}",
    ]
)
charges = st.builds(
    lambda rule, mode, per: f"{{{rule}, mode: {mode}, per: {per}}}",
    rules,
    modes,
    st.sampled_from(["notice", "item"]),
)
interests = st.builds(
    lambda rate, mode: f", interest: {{contract: {rate}, mode: {mode}}}",
    st.sampled_from(["0", "9.2", "36.5"]),
    modes,
) | st.just("")


@st.composite
def policies(draw: st.DrawFn) -> str:
    steps = []
    for level in range(1, draw(st.integers(1, 4)) + 1):
        fees = ", ".join(draw(st.lists(charges, max_size=2)))
        steps.append(
            f"{{level: {level}, after_due: {{days: {level * 7}}}, channels: [email],"
            f" charges: [{fees}]{draw(interests)}}}"
        )
    more = [f"track: {draw(st.sampled_from(['item', 'account']))}"]
    more.append(f"notice_per: {draw(st.sampled_from(['account', 'level']))}")
    more.append(f"min_interval: {{days: {draw(st.sampled_from([1, 3]))}}}")
    return policy("\n".join(steps), more="\n".join(more))


@st.composite
def tales(draw: st.DrawFn) -> list[Body]:
    """One body a day at most, so that every end of an episode can be seen."""
    days = draw(st.lists(st.integers(0, DAYS - 1), unique=True, min_size=2, max_size=9))
    bodies: list[Body] = []
    numbers: list[str] = []
    payments: list[str] = []
    for place, offset in enumerate(sorted(days)):
        on = START + timedelta(days=offset)
        kinds = ["invoice"] + ["payment", "credit"] * bool(numbers) + ["back"] * bool(payments)
        kind = draw(st.sampled_from(kinds))
        if kind == "invoice":
            due = on + timedelta(days=draw(st.integers(-20, 10)))
            amount = draw(st.sampled_from(["10.00", "50.00", "99.99", "250.00"]))
            numbers.append(f"I{place}")
            bodies.append(invoice(f"I{place}", due.isoformat(), amount, on=on.isoformat()))
        elif kind == "payment":
            amount = draw(st.sampled_from(["0.41", "5.00", "50.00", "110.00", "400.00"]))
            of = draw(st.none() | st.sampled_from(numbers))
            more = {"allocations": [{"invoice": of, "amount": amount}]} if of else {}
            payments.append(f"p{place}")
            bodies.append(payment(f"p{place}", on.isoformat(), amount, **more))
        elif kind == "credit":
            bodies.append(
                {
                    "on": on.isoformat(),
                    "type": "credit_note",
                    "number": f"N{place}",
                    "customer": "c1",
                    "currency": "EUR",
                    "amount": draw(st.sampled_from(["3.00", "60.00"])),
                    "invoice": draw(st.sampled_from(numbers)),
                }
            )
        else:
            of = payments.pop()
            body = {"on": on.isoformat(), "type": "reversal", "id": f"r{place}", "of": of}
            bodies.append(body)
    return bodies


def _money(line: Body, *names: str) -> Decimal:
    return sum((Decimal(line.get(name, "0.00")) for name in names), Decimal(0))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), tales())
def test_charges_add_up_are_taken_once_and_stand_for_what_was_said(
    text: str, bodies: list[Body]
) -> None:
    simulation = play(text, bodies)
    (book,) = simulation.policies
    posted = Decimal(0)
    taken: set[int] = set()
    for offset in range(DAYS):
        day = START + timedelta(days=offset)
        simulation.record(day)
        before = _account(simulation)
        if before is None:
            continue
        if not _overdue(before, day):
            taken.clear()
        open_now = {(item.ref.invoice, item.ref.item) for item in before.open}
        notices: dict[str, list[Body]] = {}
        for line in simulation.run(day):
            assert (line["invoice"], line["item"]) in open_now, "what is paid never appears"
            parts = ("open", "charges", "fee", "interest", "announced")
            assert _money(line, "total") == _money(line, *parts)
            posted += _money(line, "fee", "interest")
            notices.setdefault(str(line["notice"]), []).append(line)
        for record in _records(simulation, day):
            assert record.attempt is not None
            fees = [one for one in record.attempt.charges if one.what == FEE]
            for level in {one.level for one in fees if _per_notice(book, one)}:
                assert level not in taken, "once per case and level in an episode"
                taken.add(level)
        after = _account(simulation)
        assert after is not None
        _stands(simulation, after, posted)
    assert not simulation.refused


def _per_notice(book: Any, charge: Any) -> bool:
    """Whether the step of a fee has charges for the notice: those alone are counted by level."""
    step = book.step(charge.level)
    return bool(step.charges) and all(fee.per == "notice" for fee in step.charges)


def _account(simulation: Any) -> Account | None:
    for key in simulation.stage.ledger.book("default"):
        found: Account | None = simulation.stage.ledger.read("default", key)
        return found
    return None


def _records(simulation: Any, day: date) -> list[Any]:
    (key,) = simulation.stage.ledger.book("default")
    found = simulation.stage.ledger.history("default", key)
    at = (day - date(1970, 1, 1)).days * 86_400
    return [one for one in found if one.attempt and at <= one.at < at + 86_400]


def _overdue(account: Account, day: date) -> bool:
    return any(item.charge or item.due < day for item in account.open)


def _stands(simulation: Any, account: Account, posted: Decimal) -> None:
    """What was said to be posted is what the documents of charges hold, open or settled."""
    (key,) = simulation.stage.ledger.book("default")
    documents = [
        one for one in simulation.stage.ledger.invoices("default", key) if one.kind == CHARGE
    ]
    assert sum(one.total for one in documents) == posted * 100
    open_now = {(item.ref.invoice, item.ref.item) for item in account.open}
    for one in documents:
        assert len(one.charges) == len(one.items)
        for place in range(1, len(one.items) + 1):
            assert ((one.number, place) in open_now) != (place in one.settled)
    for item in account.open:
        assert 0 < item.open <= item.amount

"""What a returned payment has cost, charged on what is open again by it."""

from datetime import date
from typing import Any

import pytest
from dunning.domain.account import Account
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import read
from dunning.service.simulate import Simulation

from tests.offline import Body, invoice, ladder, payment, play, run, why_not
from tests.unit.books import Books
from tests.unit.books import invoice as billed
from tests.unit.books import payment as paid_by

OWED = [invoice("A", "2026-02-10", "60.00"), invoice("B", "2026-02-01", "60.00")]
PAID = payment("p", "2026-02-12", "100.00")


def back(fee: str = "4.50", on: str = "2026-02-15", **more: Any) -> Body:
    return {"on": on, "type": "chargeback", "id": "cb", "payment": "p", "fee": fee, **more}


def after(*bodies: Body, on: str = "2026-02-20") -> Simulation:
    simulation = play(ladder(1), bodies)
    simulation.record(date.fromisoformat(on))
    assert not simulation.refused, simulation.refused
    return simulation


def account(simulation: Simulation) -> Account:
    ledger = simulation.stage.ledger
    found = ledger.read("default", ledger.account_key("default", "c1"))
    assert found is not None
    return found


def opened(simulation: Simulation) -> dict[str, int]:
    return {str(item.ref): item.open for item in account(simulation).open}


def test_the_fee_stands_against_the_oldest_item_that_is_open_again() -> None:
    simulation = after(*OWED, PAID, back())
    assert opened(simulation) == {"A/1": 6_000, "B/1": 6_000, "charge:return/cb/1": 450}
    (charge,) = (item for item in account(simulation).open if item.charge)
    assert charge.charge is not None
    assert (str(charge.charge.parent), charge.charge.since) == ("B/1", date(2026, 2, 1))
    assert (charge.charge.what, charge.kind) == ("fee", "charge")


def test_the_fee_takes_no_step_of_its_own_while_its_item_is_open() -> None:
    simulation = after(*OWED, PAID, back())
    assert {line["invoice"] for line in run(simulation, "2026-02-20")} == {"A", "B"}
    assert why_not(simulation, "2026-02-20")["charge:return/cb/1"] == "CHARGE_LISTED"


def test_the_same_chargeback_twice_is_one_fee() -> None:
    books = Books()
    books.record(billed("A", 6_000))
    books.record(paid_by("p", 6_000))
    (body,) = read(back()).bodies
    assert books.record(body) == "accepted"  # type: ignore[arg-type]
    assert books.record(body) == "unchanged"  # type: ignore[arg-type]
    assert books.open() == {"A/1": 6_000, "charge:return/cb/1": 450}


def test_money_settles_the_fee_last_and_a_waiver_gives_it_up() -> None:
    again = payment("p2", "2026-02-18", "60.00")
    assert opened(after(*OWED[:1], payment("p", "2026-02-12", "60.00"), back(), again)) == {
        "charge:return/cb/1": 450
    }
    waive = {"on": "2026-02-18", "type": "waive", "id": "w", "invoice": "charge:return/cb"}
    assert opened(after(*OWED, PAID, back(), waive)) == {"A/1": 6_000, "B/1": 6_000}


def test_money_that_stood_on_no_item_leaves_a_fee_of_its_own() -> None:
    simulation = after(PAID, back())
    (item,) = account(simulation).open
    assert (str(item.ref), item.open, item.kind, item.charge) == (
        "charge:return/cb/1",
        450,
        "fee",
        None,
    )
    assert account(simulation).head.credit == {}


def test_without_a_fee_there_is_no_document() -> None:
    assert opened(after(*OWED, PAID, back(fee="0.00"))) == {"A/1": 6_000, "B/1": 6_000}


def test_a_fee_has_no_more_decimals_than_its_currency() -> None:
    books = Books()
    books.record(billed("A", 6_000, currency="JPY"))
    books.record(paid_by("p", 6_000, currency="JPY"))
    (body,) = read(back(fee="4.50")).bodies
    with pytest.raises(LedgerError) as refused:
        books.record(body)  # type: ignore[arg-type]
    assert refused.value.code == "bad_amount"
    assert books.open() == {}


def test_the_record_says_what_the_fee_was() -> None:
    ledger = after(*OWED, PAID, back()).stage.ledger
    records = list(ledger.history("default", ledger.account_key("default", "c1")))
    assert [one.detail for one in records if one.code == "chargeback"] == ["fee 4.50 EUR"]

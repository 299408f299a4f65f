"""The inbox: payments that name nobody, whose they may be by text and by amount, and a person's
word on one at the command line.
"""

import json
from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import SetClock
from dunning.domain.calendar import parse_instant
from dunning.entry.cli import app
from dunning.service.inbox import Inbox, Waiting
from dunning.service.simulate import Simulation
from typer.testing import CliRunner

from tests.offline import Body, customer, invoice, ladder, payment, play

inbox = import_module("dunning.entry.cli.inbox")
TODAY = date(2026, 2, 15)


def nobodys(id_: str, amount: str, reference: str = "thank you") -> Body:
    body = payment(id_, "2026-02-10", amount, reference=reference)
    del body["customer"]
    return body


BOOK = [
    customer(),
    invoice("A-1001", "2026-02-01", "60.00"),
    invoice("A-1002", "2026-02-03", "40.00"),
    invoice("A-1003", "2026-03-03", "25.00"),
    invoice("B-1001", "2026-02-01", "60.00", customer="c2"),
]


def after(*bodies: Body) -> Simulation:
    simulation = play(ladder(1), [*BOOK, *bodies])
    simulation.record(TODAY)
    return simulation


def waiting(*bodies: Body, by_amount: bool = True) -> list[Waiting]:
    stage = after(*bodies).stage
    assert stage.bodies.unmatched is not None
    found = Inbox(stage.ledger, stage.bodies.unmatched)
    return found.waiting("default", TODAY, by_amount=by_amount)


def guesses(*bodies: Body, by_amount: bool = True) -> list[tuple[str, str, tuple[str, ...]]]:
    (one,) = waiting(*bodies, by_amount=by_amount)
    return [tuple(guess) for guess in one.guesses]


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ("60.00", [("c1", "amount", ("A-1001",)), ("c2", "amount", ("B-1001",))]),
        ("40.00", [("c1", "amount", ("A-1002",))]),
        ("100.00", [("c1", "amount", ("A-1001", "A-1002"))]),  # all that is due
        ("125.00", [("c1", "amount", ("A-1001", "A-1002", "A-1003"))]),  # all that is open
        ("65.00", []),
    ],
)
def test_whose_open_amounts_fit_is_named_with_the_invoices(
    amount: str, found: list[object]
) -> None:
    assert sorted(guesses(nobodys("p", amount))) == found


def test_the_text_comes_first_and_where_both_fit_that_customer_before_all() -> None:
    text = "for c2 perhaps"
    assert guesses(nobodys("p", "60.00", text)) == [
        ("c2", "text", ("B-1001",)),
        ("c1", "amount", ("A-1001",)),
    ]
    assert guesses(nobodys("p", "60.00", text), by_amount=False) == [("c2", "text", ())]
    assert guesses(nobodys("p", "61.00", text)) == [("c2", "text", ())]


def test_of_another_currency_nothing_fits() -> None:
    assert guesses({**nobodys("p", "60.00"), "currency": "USD"}) == []


def test_an_amount_that_many_owe_names_nobody() -> None:
    many = [invoice(f"M{n}", "2026-02-01", "9.99", customer=f"m{n}") for n in range(6)]
    (one,) = waiting(*many, nobodys("p", "9.99"))
    assert (one.guesses, one.alike) == ((), 6)


def test_what_is_matched_waits_no_more() -> None:
    said = {
        "on": "2026-02-12", "type": "match", "id": "m", "unmatched": "p", "customer": "c1",
    }  # fmt: skip
    assert waiting(nobodys("p", "60.00"), said) == []


# --- at the command line --------------------------------------------------------------------------


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    simulation = after(nobodys("p", "60.00"), nobodys("q", "1.00", "A-1002 and B-1001"))
    stage = simulation.stage
    wiring = SimpleNamespace(
        rulebooks=stage.settings,
        ledger=stage.ledger,
        bodies=stage.bodies,
        clock=SetClock(parse_instant("2026-02-15T12:00:00Z")),
    )
    monkeypatch.setattr(inbox, "wiring_of", lambda name: wiring)
    return simulation


def typed(*words: str, code: int = 0) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, [*words, "--cell", "x"])
    assert done.exit_code == code, (done.output, done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def opened(cell: Simulation, name: str = "c1") -> dict[str, int]:
    ledger = cell.stage.ledger
    found = ledger.read("default", ledger.account_key("default", name))
    assert found is not None
    return {str(item.ref): item.open for item in found.open}


def test_the_list_says_what_waits_and_a_person_says_whose_it_is(cell: Simulation) -> None:
    first, second = typed("unmatched", "--by-amount")
    assert (first["payment"], first["amount"], first["currency"]) == ("p", "60.00", "EUR")
    assert [one["customer"] for one in first["perhaps"]] == ["c1", "c2"]
    assert {one["because"] for one in second["perhaps"]} == {"text"}
    (done,) = typed("match", "p", "c1", "--invoice", "A-1001=60.00")
    assert done["outcome"] == "accepted"
    assert "A-1001/1" not in opened(cell)
    assert [one["payment"] for one in typed("unmatched")] == ["q"]
    (again,) = typed("match", "p", "c1", "--invoice", "A-1001=60.00")
    assert again["outcome"] == "unchanged"


def test_without_an_invoice_it_is_shared_out_as_any_payment(cell: Simulation) -> None:
    typed("match", "q", "c2")
    assert opened(cell, "c2") == {"B-1001/1": 5_900}


@pytest.mark.parametrize(
    "words",
    [
        ("match", "nothing", "c1"),
        ("match", "p", "nobody"),
        ("match", "p", "c1", "--invoice", "A-1001"),
        ("match", "p", "c1", "--invoice", "A-1001=61.00"),
    ],
)
def test_what_cannot_be_matched_is_refused_and_waits_on(
    cell: Simulation, words: tuple[str, ...]
) -> None:
    typed(*words, code=2)
    assert {one["payment"] for one in typed("unmatched")} == {"p", "q"}

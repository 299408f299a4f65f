"""Payments that name nobody: kept, never lost and never guessed; what they may be for waits some
days, or until they are matched.
"""

import csv
import io
from datetime import date
from typing import Any

import pytest
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.domain.account import Account
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import read
from dunning.domain.unmatched import Unmatched
from dunning.service.simulate import Simulation

from tests.fuzz.samples import camt
from tests.offline import Body, customer, invoice, ladder, payment, play, run, why_not
from tests.unit.importing import CREDITOR, Cell, lines
from tests.unit.test_import_bank import BANK, BILLS, ID, booking, reasons

A1 = invoice("A-1001", "2026-02-01")
B1 = invoice("B-1001", "2026-02-01", customer="c2")


def nobodys(on: str = "2026-02-10", amount: str = "100.00", **more: object) -> Body:
    """A payment that names no customer."""
    body = payment("p", on, amount, **more)
    del body["customer"]
    return body


def match(on: str = "2026-02-12", to: str = "c1", **more: object) -> Body:
    return {"on": on, "type": "match", "id": "m", "unmatched": "p", "customer": to, **more}


def account(simulation: Simulation, name: str = "c1") -> Account:
    ledger = simulation.stage.ledger
    found = ledger.read("default", ledger.account_key("default", name))
    assert found is not None
    return found


def kept(simulation: Simulation) -> list[Unmatched]:
    found = simulation.stage.bodies.unmatched
    assert found is not None
    return list(found.all("default"))


def refusal(simulation: Simulation, until: str = "2026-12-31") -> list[str]:
    simulation.record(date.fromisoformat(until))
    return [error.code for _, error in simulation.refused]


def test_a_payment_that_names_nobody_is_kept_and_is_on_no_account() -> None:
    simulation = play(ladder(1), [A1, nobodys(reference="many thanks")])
    assert len(run(simulation, "2026-02-11")) == 1, "nothing waits for what may be anybody's"
    (one,) = kept(simulation)
    assert (one.id, one.amount, one.currency, one.customer) == ("p", 10_000, "EUR", "")
    assert account(simulation).head.credit == {}


def test_what_it_may_be_for_waits_for_five_days_and_goes_on() -> None:
    bodies = [A1, B1, nobodys(reference="A-1001 and B-1001")]
    simulation = play(ladder(1), bodies)
    assert run(simulation, "2026-02-15") == []
    assert why_not(simulation, "2026-02-15") == {
        "A-1001/1": "UNMATCHED_PAYMENT",
        "B-1001/1": "UNMATCHED_PAYMENT",
    }
    (line, _) = simulation.not_reminded(date(2026, 2, 15))
    assert line["until"] == "2026-02-16"
    assert line["sentence"] == (
        "a payment that names nobody may be for A-1001/1; it waits to be matched"
    )
    assert len(run(simulation, "2026-02-16")) == 2


def test_items_wait_that_the_text_names_else_the_oldest_that_the_amount_reaches() -> None:
    mine = [customer("K4711"), *(
        invoice(f"K-{n}", f"2026-02-0{n}", "60.00", customer="K4711") for n in (1, 2, 3)
    )]  # fmt: skip
    by_number = play(ladder(1), [*mine, nobodys(reference="Kunde K4711")])
    by_number.record(date(2026, 2, 10))
    (hold,) = account(by_number, "K4711").holds
    assert [str(ref) for ref in hold.items] == ["K-1/1", "K-2/1"], "100.00 of 60.00 each"
    dollars = play(ladder(1), [*mine, nobodys(currency="USD", reference="Kunde K4711")])
    dollars.record(date(2026, 2, 10))
    assert account(dollars, "K4711").holds == ()


def test_a_match_brings_the_payment_to_its_customer_and_lets_the_others_go() -> None:
    bodies = [A1, B1, nobodys(reference="A-1001 and B-1001"), match()]
    simulation = play(ladder(1), bodies)
    assert run(simulation, "2026-02-11") == []
    assert [line["invoice"] for line in run(simulation, "2026-02-12")] == ["B-1001"]
    assert account(simulation).open == ()
    assert account(simulation).holds == account(simulation, "c2").holds == ()
    assert [one.customer for one in kept(simulation)] == ["c1"]
    ended = list(simulation.stage.ledger.ended("default", "default#c2"))
    assert [one.outcome for one in ended] == ["matched"]


def test_a_match_may_say_what_is_for_which_invoice() -> None:
    other = invoice("A-1002", "2026-03-01")
    allocations = [{"invoice": "A-1002", "amount": "30.00"}]
    simulation = play(ladder(1), [A1, other, nobodys(), match(allocations=allocations)])
    simulation.record(date(2026, 2, 12))
    state = account(simulation)
    assert {item.ref.invoice: item.open for item in state.open} == {
        "A-1001": 10_000, "A-1002": 7_000,
    }  # fmt: skip
    assert state.head.credit == {"EUR": 7_000}


def test_a_match_and_a_payment_that_come_again_change_nothing() -> None:
    again = [{**match("2026-02-13"), "id": "m2"}, nobodys("2026-02-14")]
    simulation = play(ladder(1), [A1, nobodys(reference="A-1001"), match(), *again])
    assert refusal(simulation) == []
    postings = list(simulation.stage.ledger.postings("default", "default#c1"))
    assert [posting.key.id for posting in postings] == ["p"]
    assert account(simulation).holds == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (match(unmatched="x"), "unknown_unmatched"),
        (match(allocations=[{"invoice": "A-1001", "amount": "100.01"}]), "allocated_too_much"),
    ],
)
def test_a_match_that_cannot_be_is_refused_and_the_payment_stays_unmatched(
    body: Body, code: str
) -> None:
    simulation = play(ladder(1), [A1, nobodys(), body])
    assert refusal(simulation) == [code]
    assert [one.customer for one in kept(simulation)] == [""]


def test_a_payment_is_matched_once() -> None:
    bodies = [A1, B1, nobodys(), match(), {**match("2026-02-13", to="c2"), "id": "m2"}]
    assert refusal(play(ladder(1), bodies)) == ["matched_already"]


def test_a_person_may_release_the_hold_of_a_payment_that_is_not_for_it() -> None:
    release = {"on": "2026-02-11", "type": "release", "id": "r", "hold": "unmatched:p:0"}
    simulation = play(ladder(1), [A1, nobodys(reference="A-1001 B-1001"), B1, release])
    simulation.record(date(2026, 2, 10))
    assert refusal(simulation, "2026-02-11") == []
    assert [line["invoice"] for line in run(simulation, "2026-02-11")] == ["A-1001"]


def test_an_invoice_that_is_not_known_makes_a_payment_unmatched_and_no_longer_refused() -> None:
    early = nobodys(allocations=[{"invoice": "A-7", "amount": "100.00"}])
    simulation = play(ladder(1), [A1, early, match()])
    assert refusal(simulation) == []
    assert account(simulation).open == (), "the match said nothing else: the oldest is paid"


def test_the_kind_of_these_holds_is_no_one_else_s() -> None:
    hold = {"on": "2026-02-01", "type": "hold", "id": "h", "customer": "c1",
            "kind": "unmatched_payment"}  # fmt: skip
    with pytest.raises(LedgerError) as caught:
        read(hold)
    assert caught.value.code == "reserved"


# --- from a bank statement ------------------------------------------------------------------------


def bank(*bodies: dict[str, Any]) -> tuple[Cell, MemoryUnmatched]:
    store = MemoryUnmatched()
    cell = Cell(unmatched=store)
    cell.upload("policies.yaml", ladder(1), area="config")
    cell.upload("creditor.json", '{"from":"bills@example.com","time_zone":"UTC"}', area="config")
    cell.upload("book.jsonl", lines(*bodies))
    return cell, store


def test_a_bank_s_payment_that_is_given_back_is_kept_as_well_and_holds_what_it_names() -> None:
    cell, store = bank(*BILLS)
    report = cell.upload(BANK, camt(booking("RE-2026-0017 and RE-2026-0900", "200.00")))
    assert reasons(report) == {"several_payers": 1}, "a person is asked, as before"
    (one,) = store.all(CREDITOR)
    assert one.id == ID.format(1)
    assert one.amount == 20_000
    assert "Lovelace" not in one.said
    held = {name: cell.account(name).holds for name in one.suggested}
    assert set(held) == {"c1", "c2"}
    assert [str(ref) for ref in held["c1"][0].items] == ["RE-2026-0017/1"]


def test_a_bank_s_payment_that_is_mended_or_comes_again_is_unmatched_no_more() -> None:
    cell, store = bank(*BILLS)
    cell.upload(BANK, camt(booking("RE-2026-0017 and RE-2026-0900", "100.00")))
    again = cell.upload("again.xml", camt(booking("RE-2026-0017", "100.00")))
    assert again["accepted"] == 1
    (one,) = store.all(CREDITOR)
    assert one.customer == "c1"
    assert cell.account("c1").holds == cell.account("c2").holds == ()


def test_a_row_that_is_mended_in_the_bad_rows_is_unmatched_no_more() -> None:
    cell, store = bank(*BILLS)
    cell.upload(BANK, camt(booking("RE-2026-0017 and RE-2026-0900", "55.00")))
    header, row = cell.bad_rows(BANK)
    row[header.index("customer")] = "c2"
    text = io.StringIO()
    csv.writer(text).writerows([header, row])
    assert cell.upload("mended.csv", text.getvalue())["accepted"] == 1
    assert [one.customer for one in store.all(CREDITOR)] == ["c2"]
    assert cell.account("c1").holds == cell.account("c2").holds == ()


def test_the_same_statement_twice_keeps_a_payment_once() -> None:
    cell, store = bank(*BILLS)
    for name in (BANK, "again.xml"):
        cell.upload(name, camt(booking("RE-2026-0017 and RE-2026-0900", "200.00")))
    assert len(list(store.all(CREDITOR))) == 1
    assert len(cell.account("c1").holds) == 1


def test_a_file_of_bodies_matches_what_a_bank_brought() -> None:
    cell, store = bank(*BILLS)
    cell.upload(BANK, camt(booking("thanks", "100.00")))
    body = {"on": "2026-03-10", "type": "match", "id": "m", "unmatched": ID.format(1),
            "customer": "c1"}  # fmt: skip
    nobody = cell.upload("nobody.jsonl", lines({**body, "customer": "c9"}))
    assert reasons(nobody) == {"unknown_customer": 1}
    report = cell.upload("match.jsonl", lines(body))
    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert [one.customer for one in store.all(CREDITOR)] == ["c1"]

"""A credit that a list of all that is open lacks is used; a list that shows no credits at all says
nothing of a payment that waits to be matched."""

import pytest

from tests.unit.importing import Cell, lines

HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Open balance,Currency\n"
DAYS = "2026-01-05,2026-02-04"
INVOICE = f"R1,c1,{DAYS},100.00,100.00,EUR\n"
CREDIT = "G1,c1,2026-01-06,,-30.00,-30.00,EUR\n"
PAYMENT = {
    "on": "2026-02-02",
    "type": "payment",
    "id": "bank-1",
    "customer": "c1",
    "currency": "EUR",
    "amount": "25.00",
}


def cell_of(missing: str = "settled") -> Cell:
    cell = Cell()
    layout = cell.upload("probe.csv", HEAD)["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nmissing: {missing}\n", "config")
    return cell


def stated(cell: Cell, day: str, *rows: str, name: str = "list.csv") -> list[str]:
    """What the report of a list as of a day warns of."""
    report = cell.upload(name, f"As of {day}\n{HEAD}{''.join(rows)}")
    return [str(one) for one in report["warnings"]]


def credit_of(cell: Cell, customer: str = "c1") -> int:
    """What a customer has on account, in cents."""
    states = [s for s in cell.state().values() if s is not None and s.head.customer == customer]
    return sum(sum(state.head.credit.values()) for state in states)


def owed_by(cell: Cell, customer: str = "c1") -> int:
    states = [s for s in cell.state().values() if s is not None and s.head.customer == customer]
    return sum(item.open for state in states for item in state.open)


def test_a_credit_of_an_earlier_list_that_a_later_one_lacks_is_used() -> None:
    cell = cell_of()
    stated(cell, "2026-02-10", INVOICE, CREDIT)
    assert (owed_by(cell), credit_of(cell)) == (10_000, 3_000)
    warned = stated(cell, "2026-02-25", INVOICE.replace("100.00,EUR", "70.00,EUR"))

    assert (owed_by(cell), credit_of(cell)) == (7_000, 0)
    assert [one for one in warned if "1 credits were on account" in one and "used now" in one]


def test_the_credit_of_a_document_is_used_where_the_list_shows_other_credits() -> None:
    cell = cell_of()
    body = {"on": "2026-01-20", "type": "credit_note", "number": "G7", "customer": "c1"}
    cell.upload("b.jsonl", lines({**body, "currency": "EUR", "amount": "12.00"}))
    stated(cell, "2026-02-25", INVOICE, CREDIT)

    assert credit_of(cell) == 3_000


def test_a_list_without_any_credit_says_nothing_of_a_payment_on_account() -> None:
    cell = cell_of()
    cell.upload("b.jsonl", lines(PAYMENT))
    warned = stated(cell, "2026-02-25", INVOICE)

    assert credit_of(cell) == 2_500
    assert [one for one in warned if "lists no credits at all" in one]


@pytest.mark.parametrize("day", ["2026-02-02", "2026-02-01"])
def test_money_of_the_lists_own_day_or_later_stays(day: str) -> None:
    cell = cell_of()
    cell.upload("b.jsonl", lines(PAYMENT))
    stated(cell, day, INVOICE.replace("c1", "c9"), CREDIT.replace("c1", "c9"))

    assert credit_of(cell) == 2_500


def test_money_that_waits_for_its_invoice_stays() -> None:
    cell = cell_of()
    waits = {**PAYMENT, "allocations": [{"invoice": "R5", "item": 1, "amount": "25.00"}]}
    cell.upload("b.jsonl", lines(waits))
    stated(cell, "2026-02-25", CREDIT)

    assert credit_of(cell) == 5_500


def test_a_credit_in_another_currency_than_the_lists_stays() -> None:
    cell = cell_of()
    cell.upload("b.jsonl", lines({**PAYMENT, "currency": "USD"}))
    stated(cell, "2026-02-25", INVOICE, CREDIT)

    assert credit_of(cell) == 5_500


def test_where_lists_keep_what_they_lack_a_credit_stays_and_is_told() -> None:
    cell = cell_of("keep")
    stated(cell, "2026-02-10", INVOICE, CREDIT)
    warned = stated(cell, "2026-02-25", INVOICE)

    assert credit_of(cell) == 3_000
    assert [one for one in warned if "1 credits are on account here" in one and "keep" in one]


def test_the_same_list_again_changes_nothing_and_a_used_credit_may_come_back() -> None:
    cell = cell_of()
    stated(cell, "2026-02-10", INVOICE, CREDIT)
    stated(cell, "2026-02-25", INVOICE)
    stated(cell, "2026-02-25", INVOICE)
    assert credit_of(cell) == 0
    stated(cell, "2026-02-26", INVOICE, CREDIT)

    assert credit_of(cell) == 3_000


def test_an_older_list_takes_no_credit_away() -> None:
    cell = cell_of()
    stated(cell, "2026-02-25", INVOICE, CREDIT, name="new.csv")
    stated(cell, "2026-02-10", INVOICE, name="old.csv")

    assert credit_of(cell) == 3_000


def test_nothing_is_taken_away_while_a_row_of_the_list_could_not_be_read() -> None:
    cell = cell_of()
    stated(cell, "2026-02-10", INVOICE, CREDIT)
    warned = stated(cell, "2026-02-25", INVOICE, CREDIT.replace("-30.00,EUR", "oops,EUR"))

    assert credit_of(cell) == 3_000
    assert not [one for one in warned if "used now" in one]


def test_the_report_lists_credits_beside_invoices() -> None:
    cell = cell_of()
    stated(cell, "2026-02-10", INVOICE, CREDIT)
    stated(cell, "2026-02-25", INVOICE.replace("R1", "R2"))
    absent = cell.result("list.csv")["understood"]["absent"]

    assert (absent["count"], absent["credits"]) == (1, 1)
    assert {"credit": "G1", "customer": "c1", "open": "30.00 EUR"} in absent["first"]

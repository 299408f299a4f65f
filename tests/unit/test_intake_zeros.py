"""Numbers that lost their leading zeros: known again by what the ledger or the file has, never made
up, and always told."""

from typing import Any

import pytest
from dunning.domain.intake.document import INVOICE, PAYMENT, Document
from dunning.domain.intake.zeros import MOST_ASKED, SAMPLE, WIDEST, Zeros, digits_of, forms_of
from hypothesis import given
from hypothesis import strategies as st

from tests.offline import customer, invoice
from tests.unit.importing import Cell, lines
from tests.unit.tables import lines as table

HEAD = "Invoice No,Customer No,Customer Name,Invoice Date,Due Date,Amount,Currency\n"
PAID = "Payment No,Customer No,Invoice No,Payment Date,Amount,Currency\n"


def bill(number: str, customer: str, amount: str = "100.00", name: str = "") -> str:
    return f"{number},{customer},{name},2026-01-01,2026-01-31,{amount},EUR\n"


def cell_with(*bodies: dict[str, Any]) -> Cell:
    cell = Cell()
    cell.upload("book.jsonl", lines(*bodies))
    return cell


def customers(cell: Cell) -> set[str]:
    return {one.head.customer for one in cell.state().values() if one}


def left(cell: Cell, name: str) -> dict[str, int]:
    return {one.ref.invoice: one.open for one in cell.account(name).open}


def told(report: dict[str, Any]) -> list[str]:
    return [
        e for note in report["notes"] if note["code"] == "leading_zeros" for e in note["examples"]
    ]


BOOK = (customer("0004711"), invoice("000123", "2026-01-31", customer="0004711"))


def test_a_customer_and_an_invoice_are_known_by_their_digits_and_the_report_says_so() -> None:
    cell = cell_with(*BOOK)
    report = cell.upload("a.csv", HEAD + bill("123", "4711", "80.00") + bill("124", "4711"))

    assert customers(cell) == {"0004711"}
    assert left(cell, "0004711") == {"000123": 8_000, "124": 10_000}
    assert any("customer 4711 was taken for 0004711" in one for one in told(report))
    assert any("invoice 123 was taken for 000123" in one for one in told(report))


def test_zeros_that_come_back_find_what_was_recorded_without_them() -> None:
    cell = cell_with(customer("4711"), invoice("123", "2026-01-31", customer="4711"))
    report = cell.upload("a.csv", HEAD + bill("000123", "0004711"))

    assert (customers(cell), left(cell, "4711")) == ({"4711"}, {"123": 10_000})
    assert told(report)
    # The same again changes nothing.
    again = cell.upload("b.csv", HEAD + bill("000123", "0004711"))
    assert (again["accepted"], again["unchanged"]) == (0, 1)


def test_a_number_that_is_known_as_it_stands_is_no_other() -> None:
    cell = cell_with(*BOOK, customer("4711"), invoice("123", "2026-01-31", customer="4711"))
    report = cell.upload("a.csv", HEAD + bill("123", "4711", "70.00"))

    assert (left(cell, "4711"), left(cell, "0004711")) == ({"123": 7_000}, {"000123": 10_000})
    assert told(report) == []


def test_a_number_that_may_be_two_others_is_given_back() -> None:
    cell = cell_with(customer("04711"), customer("0004711"))
    report = cell.upload("a.csv", HEAD + bill("9", "4711") + bill("A1", "other"))

    assert (report["accepted"], report["reasons"]) == (1, {"ambiguous_number": 1})
    assert "04711 and 0004711" in report["errors"][0]["message"]
    header, row = cell.bad_rows("a.csv")
    row[header.index("Customer No")] = "04711"
    mended = cell.upload("b.csv", table(header, row))
    assert (mended["rejected"], left(cell, "04711")) == (0, {"9": 10_000})


def test_an_invoice_of_another_customer_is_another_invoice() -> None:
    cell = cell_with(*BOOK, customer("c2"))
    report = cell.upload("a.csv", HEAD + bill("123", "c2"))

    assert (left(cell, "0004711"), left(cell, "c2")) == ({"000123": 10_000}, {"123": 10_000})
    assert (report["rejected"], told(report)) == (0, [])


@pytest.mark.parametrize(("name", "same"), [("Ada", True), ("ADA ", True), ("Bo", False)])
def test_a_customer_of_another_name_is_another_customer(name: str, same: bool) -> None:
    cell = cell_with(customer("0004711", name="Ada"))
    report = cell.upload("a.csv", HEAD + bill("A1", "4711", name=name))

    assert customers(cell) == ({"0004711"} if same else {"0004711", "4711"})
    assert ("was not taken" in told(report)[0]) is not same


def test_a_payment_finds_its_invoice_and_what_it_left_open() -> None:
    cell, text = cell_with(*BOOK), PAID + "P1,4711,123,2026-02-01,40.00,EUR\n"
    layout = cell.upload("p.csv", text)["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nholds: payments\n", "config")
    report = cell.upload("p.csv", text)

    assert (report["rejected"], left(cell, "0004711")) == (0, {"000123": 6_000})


@pytest.mark.parametrize(
    ("text", "left_open"),
    [
        ("id,customer,invoice,currency,amount\nP1,4711,123,EUR,40.00\n", 6_000),
        ("id,customer,invoice,currency,amount\nP1,,123,EUR,40.00\n", 6_000),
        ("number,customer,currency,amount,invoice\nG1,4711,EUR,30.00,123\n", 7_000),
        ("id,customer,currency,amount\nP1,4711,EUR,25.00\n", 7_500),
        ("customer,name\n4711,Ada\n", 10_000),
    ],
)
def test_rows_of_the_plain_csv_find_their_customer_too(text: str, left_open: int) -> None:
    cell = cell_with(*BOOK)
    report = cell.upload("p.csv", text)

    assert customers(cell) == {"0004711"}
    assert (report["rejected"], left(cell, "0004711")) == (0, {"000123": left_open})
    assert told(report)


def test_lines_of_json_are_taken_at_their_word() -> None:
    cell = cell_with(*BOOK)
    report = cell.upload("b.jsonl", lines(invoice("123", "2026-01-31", customer="4711")))

    assert (customers(cell), told(report)) == ({"0004711", "4711"}, [])


def test_a_statement_without_zeros_settles_nothing_that_it_lists() -> None:
    text = HEAD.replace("Amount", "Amount,Open Amount") + (
        "123,4711,,2026-01-01,2026-01-31,100.00,100.00,EUR\n"
    )
    cell = cell_with(*BOOK)
    layout = cell.upload("probe.csv", text)["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nmissing: settled\n", "config")
    cell.upload("a.csv", text)

    assert left(cell, "0004711") == {"000123": 10_000}


def test_rows_of_one_file_with_and_without_zeros_are_of_one_customer() -> None:
    cell = Cell()
    report = cell.upload("a.csv", HEAD + bill("A1", "0007") + bill("A2", "7") + bill("A3", "007"))

    assert left(cell, "0007").keys() == {"A1", "A2", "A3"}
    assert len(told(report)) == 2


def test_a_file_that_lost_no_zeros_costs_no_more_than_a_sample_of_looks() -> None:
    asked: list[str] = []

    def owner(number: str) -> str:
        asked.append(number)
        return ""

    zeros = Zeros(lambda *_: None, owner, owner)
    for number in range(10_000, 30_000):
        zeros.restored(Document(INVOICE, str(number), str(number)))
    assert len(asked) <= 2 * SAMPLE * (WIDEST + 1)


def test_zeros_are_looked_for_in_numbers_of_every_length() -> None:
    """Of customers 0001 to 9999 only the lower ones have lost any."""
    known = {f"{n:04}" for n in range(1, 10_000)}
    zeros = Zeros(lambda *_: None, lambda number: number if number in known else "")
    found = {
        zeros.restored(Document(INVOICE, f"A{n}", str(n))).customer for n in range(9_999, 0, -1)
    }
    assert found == known


def test_the_ledger_is_asked_for_so_many_numbers_and_no_more() -> None:
    count = 0

    def owner(number: str) -> str:
        nonlocal count
        count += 1
        return number if len(number) == 10 else ""

    zeros = Zeros(lambda *_: None, owner)
    for number in range(MOST_ASKED + 500):
        zeros.restored(Document(INVOICE, f"A{number}", str(100_000 + number)))
    assert zeros.gave_up
    assert count <= 2 * MOST_ASKED + SAMPLE * (WIDEST + 1)


DIGITS = st.text("0123456789", min_size=1, max_size=WIDEST)


@given(DIGITS)
def test_every_form_of_a_number_has_its_digits_and_is_another(number: str) -> None:
    forms = forms_of(number)
    assert number not in forms
    assert {digits_of(form) for form in forms} <= {digits_of(number)}
    assert not digits_of(number) or len({number, *forms}) == WIDEST + 1 - len(digits_of(number))


@given(st.lists(st.tuples(DIGITS | st.sampled_from(["A1", "1.5", "٣"]), DIGITS), max_size=20))
def test_without_another_form_every_number_stands(pairs: list[tuple[str, str]]) -> None:
    """No number is made up: what comes out was stated in the file by somebody."""
    zeros = Zeros(lambda *_: None)
    stated = {number for pair in pairs for number in pair}
    for number, who in pairs:
        found = zeros.restored(Document(PAYMENT, "P", who, invoice=number))
        assert {found.customer, found.invoice} <= stated
        assert found.customer.lstrip("0") == who.lstrip("0")

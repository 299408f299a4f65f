"""The offline commands over documents: a file of invoices is a ledger, each thing on its day."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner, Result

from tests.fuzz import samples
from tests.offline import invoice, ladder
from tests.unit.tables import SHARED

SHEET = """\
Invoice No;Customer No;Customer;Invoice Date;Due Date;Total;Currency;E-mail;Paid on
A1;C1;Ada Ltd;2026-01-14;2026-02-13;100,00;EUR;ada@example.com;
A2;C1;Ada Ltd;2026-01-15;2026-02-14;50,00;EUR;ada@example.com;2026-03-20
A3;C2;Bo;2026-01-16;2026-02-15;70,00;EUR;;2026-02-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (tmp_path / "P.yaml").write_text(ladder(1, 10), encoding="utf-8")
    return tmp_path


def dunning(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answers(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_sheet_of_invoices_is_simulated_with_its_settlements_on_their_days(folder: Path) -> None:
    lines = answers(
        dunning(
            "simulate",
            "--policies",
            folder / "P.yaml",
            "--ledger",
            folder / "sheet.csv",
            "--runs",
            "2026-02-20,2026-03-25",
        )
    )
    assert [(x["run"], x["invoice"], x["level"], x["open"]) for x in lines] == [
        ("2026-02-20", "A1", 1, "100.00"),
        ("2026-02-20", "A2", 1, "50.00"),
        ("2026-03-25", "A1", 2, "100.00"),
    ]


def test_aging_and_why_take_the_same_sheet(folder: Path) -> None:
    sheet = folder / "sheet.csv"
    aged = answers(dunning("report", "aging", "--ledger", sheet, "--as-of", "2026-03-01"))
    assert {x["bucket"]: (x["count"], x["open"]) for x in aged if x["count"]} == {
        "1-30": (2, "150.00")
    }
    told = answers(dunning("why", "C1", "--ledger", sheet, "--policies", folder / "P.yaml"))
    assert [x["sentence"] for x in told if x.get("kind") == "FACT"] == [
        "invoice A1 was recorded",
        "invoice A2 was recorded",
        "payment paid:A2 was recorded",
    ]


def test_a_payment_older_than_its_invoice_waits_for_it(folder: Path) -> None:
    text = SHEET.replace("2026-02-15;70,00;EUR;;2026-02-01", "2026-02-15;70,00;EUR;;2026-01-02")
    (folder / "sheet.csv").write_text(text, encoding="utf-8")
    aged = answers(
        dunning("report", "aging", "--ledger", folder / "sheet.csv", "--as-of", "2026-02-01")
    )
    assert {x["bucket"]: (x["count"], x["open"]) for x in aged if x["count"]} == {
        "not_due": (2, "150.00")
    }


def test_parse_prints_what_the_documents_say(folder: Path) -> None:
    first, *_ = answers(dunning("parse", folder / "sheet.csv"))
    assert first == {
        "file": "sheet.csv",
        "row": 2,
        "type": "invoice",
        "number": "A1",
        "customer": "C1",
        "customer_name": "Ada Ltd",
        "email": "ada@example.com",
        "phone": "",
        "issue_date": "2026-01-14",
        "due_date": "2026-02-13",
        "currency": "EUR",
        "total": "100.00",
        "open": "100.00",
        "language": "",
        "payment_reference": "",
        "type_code": "",
    }


def test_an_answer_is_taken_from_a_mapping_file(folder: Path) -> None:
    sheet = folder / "sheet.csv"
    sheet.write_text(SHEET.replace("EUR", "").replace(";Currency", ";Note"), encoding="utf-8")
    asked = dunning("parse", sheet)
    assert json.loads(asked.stdout.splitlines()[-1])["code"] == "question"
    (folder / "M.yaml").write_text("currency: CHF\n", encoding="utf-8")
    lines = answers(dunning("parse", sheet, "--mapping", folder / "M.yaml"))
    assert [x["currency"] for x in lines] == ["CHF"] * 3


def test_a_mapping_of_another_layout_answers_nothing(folder: Path) -> None:
    sheet = folder / "sheet.csv"
    sheet.write_text(SHEET.replace("EUR", "").replace(";Currency", ";Note"), encoding="utf-8")
    (folder / "M.yaml").write_text("layout: other_export\ncurrency: CHF\n", encoding="utf-8")
    result = dunning(
        "report",
        "aging",
        "--ledger",
        sheet,
        "--as-of",
        "2026-03-01",
        "--mapping",
        folder / "M.yaml",
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "question" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [("dates: sideways\n", "dates"), ("colour: red\n", "colour"), (None, "cannot be read")],
)
def test_a_mapping_file_that_cannot_be_taken_is_named_with_what_is_wrong(
    folder: Path, text: str | None, said: str
) -> None:
    path = folder / "M.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = dunning("parse", folder / "sheet.csv", "--mapping", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--mapping" in result.stderr
    assert said in result.stderr


def test_a_conflict_within_the_file_is_a_line_and_stops_a_ledger(folder: Path) -> None:
    sheet = folder / "sheet.csv"
    sheet.write_text(SHEET + SHEET.splitlines()[1].replace("100,00", "90,00") + "\n", "utf-8")
    bad = [x for x in map(json.loads, dunning("parse", sheet).stdout.splitlines()) if "code" in x]
    assert [(x["row"], x["code"]) for x in bad] == [(2, "number_conflict")]
    result = dunning("report", "aging", "--ledger", sheet, "--as-of", "2026-03-01")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "number_conflict" in result.stderr


def test_a_png_is_told_from_an_invoice(folder: Path) -> None:
    (folder / "scan.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (line,) = answers(dunning("parse", folder / "scan.csv"))
    assert (line["row"], line["file"]) == (0, "scan.csv")
    assert line["message"]


def test_a_table_that_ends_with_its_headings_is_one_line_that_says_so(folder: Path) -> None:
    (folder / "sheet.csv").write_text(SHEET.splitlines()[0] + "\n\n", encoding="utf-8")
    lines = answers(dunning("parse", folder / "sheet.csv"))
    told = [line for line in lines if line["code"] != "question"]
    assert [(line["row"], line["code"]) for line in told] == [(0, "no_rows")]
    (folder / "full.csv").write_text(SHEET, encoding="utf-8")
    assert "no_rows" not in dunning("parse", folder / "full.csv").stdout


def test_a_bank_payments_payer_is_a_name_and_no_customer(folder: Path) -> None:
    (folder / "bank.xml").write_text(samples.camt(), encoding="utf-8")
    (line,) = answers(dunning("parse", folder / "bank.xml"))
    assert (line["type"], line["customer"], line["customer_name"]) == ("payment", "", "Payer Ltd")
    # Alone it has no book to find the invoice in, and guesses none: that is told, and ends nothing.
    result = dunning("report", "aging", "--ledger", folder / "bank.xml", "--as-of", "2026-03-01")
    assert answers(result) == []
    assert "row 1: 119.00 EUR of 2026-03-06 from P… L…" in result.stderr
    assert "It is on no account here" in result.stderr


BOOK = (
    "Invoice No;Customer No;Customer;Invoice Date;Due Date;Total;Currency\n"
    "R-1;C1;Ada Ltd;2026-01-14;2026-02-13;300,00;EUR\n"
    "R-2;C2;Bo;2026-01-14;2026-02-13;300,00;EUR\nR-9;C9;Cy;2026-01-14;2026-02-13;9,00;USD\n"
)


@pytest.mark.parametrize(
    ("text", "left", "told"),
    [
        ("Invoice R-1", "481.00", ""),
        ("Invoices R-1 and R-2", "600.00", "names invoices of several customers"),
        ("Invoice R-9", "600.00", "names an invoice in another currency"),
        ("thank you", "600.00", "names no invoice that is known here"),
    ],
)
def test_a_bank_statement_beside_invoices_has_an_outcome_for_each_payment(
    folder: Path, text: str, left: str, told: str
) -> None:
    statement = samples.camt().replace("Invoice R-1", text).encode()
    (folder / "z.zip").write_bytes(
        samples.packed(("a_bank.xml", statement), ("book.csv", BOOK.encode()))
    )
    result = dunning("report", "aging", "--ledger", folder / "z.zip", "--as-of", "2026-03-10")
    open_ = [one["open"] for one in answers(result) if one["currency"] == "EUR"]

    assert sum(map(Decimal, open_)) == Decimal(left)
    assert told in result.stderr
    assert ("on no account here" in result.stderr) == bool(told)


LIST = (
    "Invoice No;Customer No;Invoice Date;Due Date;Total;Open balance;Currency\n"
    "R-1;C1;2026-01-14;2026-02-13;300,00;120,00;EUR\nR-2;C2;2026-01-14;2026-02-13;300,00;0,00;EUR\n"
)


@pytest.mark.parametrize("name", ["a_list.csv", "z_list.csv"])
def test_a_list_beside_the_invoices_that_it_is_of_says_what_is_open_of_them(
    folder: Path, name: str
) -> None:
    list_ = f"As of 28.02.2026\n{LIST}".encode()
    (folder / "z.zip").write_bytes(samples.packed((name, list_), ("book.csv", BOOK.encode())))
    result = dunning("report", "aging", "--ledger", folder / "z.zip", "--as-of", "2026-03-10")

    open_ = [one["open"] for one in answers(result) if one["currency"] == "EUR"]
    assert sum(map(Decimal, open_)) == Decimal("120.00")


EINVOICES = SHARED / "einvoice"


def test_parse_prints_of_every_sample_what_people_read_in_it() -> None:
    if not EINVOICES.is_dir():
        pytest.skip(f"{EINVOICES} is not here")
    with (EINVOICES / "expected.csv").open(encoding="utf-8") as file:
        taken = [row for row in csv.DictReader(file) if row["invoice_id"]]
    assert len(taken) == 38
    lines = answers(dunning("parse", *(EINVOICES / row["file"] for row in taken)))
    for row, line in zip(taken, lines, strict=True):
        stated = {
            "type": "credit_note" if row["is_credit_note"] == "yes" else "invoice",
            "type_code": row["type_code"],
            "number": row["invoice_id"],
            "issue_date": row["issue_date"],
            "due_date": row["due_date"],
            "currency": row["currency"],
            "customer_name": row["buyer_name"],
            "email": row["buyer_email"],
            "phone": row["buyer_phone"],
            "payment_reference": row["payment_reference"],
        }
        assert {key: line[key] for key in stated} == stated, row["file"]
        assert Decimal(line["total"]) == Decimal(row["tax_inclusive"]), row["file"]
        assert Decimal(line["open"]) == Decimal(row["payable"] or row["tax_inclusive"]), row["file"]


@pytest.mark.parametrize("code", ["380", "384", "387", "389"])
@pytest.mark.parametrize("amount", ["119.00", "-119.00"])
def test_an_invoice_is_parsed_as_one_whatever_its_code_and_its_sign(
    folder: Path, code: str, amount: str
) -> None:
    text = samples.ubl(code=code, total=amount, payable=amount)
    (folder / "a.xml").write_text(text, encoding="utf-8")
    (line,) = answers(dunning("parse", folder / "a.xml"))
    found = (line["type"], line["type_code"], line["total"], line["open"])
    assert found == ("invoice", code, amount, amount)


def test_an_electronic_address_stands_beside_the_e_mail(folder: Path) -> None:
    text = samples.ubl(buyer="<cbc:EndpointID schemeID='EM'>ap@example.com</cbc:EndpointID>")
    (folder / "a.xml").write_text(text, encoding="utf-8")
    (line,) = answers(dunning("parse", folder / "a.xml"))
    assert (line["email"], line["endpoint"]) == ("", "EM:ap@example.com")


REFUSED = {"on": "2026-01-20", "type": "reversal", "id": "r", "of": "x"}


@pytest.mark.parametrize("command", ["simulate", "report", "why"])
def test_bad_rows_stop_every_command_over_a_ledger_unless_they_are_skipped(
    folder: Path, command: str
) -> None:
    sheet = folder / "sheet.csv"
    bad = "A9;C9;Cy;2026-01-14;never;1,00;EUR;;\nA8;C9;Cy;2026-01-14;2026-02-01;x;EUR;;\n"
    sheet.write_text(SHEET + bad, encoding="utf-8")
    rest = {
        "simulate": ("--policies", folder / "P.yaml", "--runs", "2026-02-25"),
        "report": ("aging", "--as-of", "2026-03-01"),
        "why": ("C1",),
    }[command]

    stopped = dunning(command, *rest, "--ledger", sheet)
    assert (stopped.exit_code, stopped.stdout) == (2, "")
    skipped = dunning(command, *rest, "--ledger", sheet, "--skip-bad")
    sheet.write_text(SHEET, encoding="utf-8")
    good = dunning(command, *rest, "--ledger", sheet)

    assert (skipped.exit_code, skipped.stdout) == (0, good.stdout)
    assert good.stdout
    for result in (stopped, skipped):
        assert "row 5" in result.stderr
        assert "row 6" in result.stderr


@pytest.mark.parametrize("command", ["simulate", "report", "why"])
@pytest.mark.parametrize("skip", [False, True])
def test_what_the_ledger_refuses_is_told_after_the_answer(
    folder: Path, command: str, skip: bool
) -> None:
    book = [invoice("A1", "2026-02-01", customer="C1"), REFUSED]
    (folder / "L.jsonl").write_text("\n".join(map(json.dumps, book)), encoding="utf-8")
    rest = {
        "simulate": ("--policies", folder / "P.yaml", "--runs", "2026-02-25"),
        "report": ("aging", "--as-of", "2026-03-01"),
        "why": ("C1",),
    }[command]
    options = ("--skip-bad",) if skip else ()
    result = dunning(command, *rest, "--ledger", folder / "L.jsonl", *options)

    assert result.exit_code == (0 if skip else 2)
    assert result.stdout
    assert "row 2" in result.stderr


def test_a_file_of_nothing_but_bad_rows_is_an_error_all_the_same(folder: Path) -> None:
    (folder / "L.jsonl").write_text("{\n", encoding="utf-8")
    result = dunning(
        "report", "aging", "--ledger", folder / "L.jsonl", "--as-of", "2026-03-01", "--skip-bad"
    )
    assert (result.exit_code, result.stdout) == (2, "")


def test_numbers_that_lost_their_zeros_are_one_customers_and_are_told(folder: Path) -> None:
    text = SHEET.replace(";C1;", ";007;", 1).replace(";C1;", ";7;")
    (folder / "sheet.csv").write_text(text, encoding="utf-8")
    result = dunning("why", "007", "--ledger", folder / "sheet.csv")
    assert "customer 7 was taken for 007" in result.stderr
    assert [x["sentence"] for x in answers(result) if x.get("kind") == "FACT"][:2] == [
        "invoice A1 was recorded",
        "invoice A2 was recorded",
    ]

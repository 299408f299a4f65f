"""A file cut into parts: which rows stand together, what is asked, and what is refused whole."""

import gzip
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.domain.intake.document import Document
from dunning.domain.intake.row import Row
from dunning.domain.intake.understood import Question, Understood
from dunning.domain.posting import PostingKey
from dunning.service import import_invoices, intake_cut
from dunning.service.intake_work import Header, run_id
from dunning.service.ports import FileRows

from tests.offline import customer, invoice, payment
from tests.unit.importing import TODAY, Cell, lines

PLAIN = "number,customer,currency,issued,due,amount\n"


def parts(cell: Cell) -> list[list[tuple[str, int]]]:
    """Accounts and rows of each part, of the only file that waits."""
    found = []
    for key in sorted(key for key in cell.blobs.files if ".jsonl.gz" in key):
        of_part = []
        for line in gzip.decompress(cell.blobs.files[key]).splitlines():
            account, _, packed = json.loads(line)
            of_part.append((account.partition("#")[2], packed[0]))
        found.append(of_part)
    return found


def rows(*customers: str) -> str:
    """One invoice a row, of these customers."""
    return PLAIN + "".join(
        f"A{n},{name},EUR,2026-01-01,2026-02-01,5\n" for n, name in enumerate(customers)
    )


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", 4)


def cut(cell: Cell, name: str, body: str | bytes) -> list[list[tuple[str, int]]]:
    cell.put(name, body)
    cell.arrive(name)
    return parts(cell)


def test_accounts_stay_whole_where_they_fit() -> None:
    cell = Cell()
    assert cut(cell, "a.csv", rows("x", "y", "x", "z", "z", "y")) == [
        [("x", 2), ("x", 4), ("y", 3), ("y", 7)],
        [("z", 5), ("z", 6)],
    ]
    assert [step.part for step in cell.steps.waiting] == [1, 2]


def test_an_account_of_more_rows_than_a_part_spans_parts_that_wait_for_each_other() -> None:
    cell = Cell()
    assert cut(cell, "a.csv", rows("x", *("y" * 9), "z")) == [
        [("x", 2)],
        [("y", n) for n in range(3, 7)],
        [("y", n) for n in range(7, 11)],
        [("y", 11), ("z", 12)],
    ]
    order = []
    while cell.steps.waiting:
        order.append([step.part for step in cell.steps.waiting])
        cell.records.run(cell.steps.waiting.popleft(), 0, lambda: 900.0)
    assert order == [[1, 2], [2], [3], [4]]
    assert cell.result("a.csv")["accepted"] == 11
    history = cell.ledger.history("acme", "acme#y")
    assert [record.id for record in history] == [f"A{n}" for n in range(1, 10)]


def test_the_rows_of_one_invoice_are_in_one_part_however_far_apart() -> None:
    cell = Cell()
    body = PLAIN + (
        "A,x,EUR,2026-01-01,2026-02-01,5\n"
        + "".join(f"B{n},y,EUR,2026-01-01,2026-02-01,5\n" for n in range(4))
        + "A,x,EUR,2026-01-01,2026-03-01,6\n"
    )
    assert cut(cell, "a.csv", body)[0] == [("x", 2)]
    cell.drain()
    assert [item.amount for item in cell.account("x").open] == [500, 600]
    assert cell.result("a.csv")["accepted"] == 6


def test_a_row_that_names_nobody_goes_with_the_account_that_it_is_about() -> None:
    cell = Cell()
    cell.upload("before.jsonl", lines(invoice("OLD", "2026-02-01", customer="c9")))
    body = lines(
        customer(),
        {"on": "2026-02-03", "type": "dispute", "id": "d", "invoice": "OLD"},
        invoice("A", "2026-02-01"),
        {"on": "2026-02-03", "type": "write_off", "id": "w", "invoice": "A", "amount": "1"},
        payment("p", "2026-02-04", "5", customer="c9"),
        {"on": "2026-02-05", "type": "resolve", "id": "r", "dispute": "d", "outcome": "x"},
        {"on": "2026-02-05", "type": "reversal", "id": "v", "of": "w"},
        {"on": "2026-02-05", "type": "release", "id": "l", "hold": "nowhere"},
    )
    for key in [key for key in cell.blobs.files if key.startswith("work/")]:
        del cell.blobs.files[key]
    assert cut(cell, "a.jsonl", body) == [
        [("c1", 1), ("c1", 3), ("c1", 4), ("c1", 7)],
        [("c9", 2), ("c9", 5), ("c9", 6)],
        [("", 8)],
    ]
    cell.drain()
    assert cell.result("a.jsonl")["reasons"] == {"unknown_hold": 1}


def test_the_dispute_that_an_item_stands_for_can_be_resolved_in_the_same_file() -> None:
    cell = Cell()
    disputed = invoice("A", "2026-02-01")
    disputed["items"][0]["disputed"] = True
    resolve = {
        "on": "2026-02-05", "type": "resolve", "id": "r", "dispute": "disputed:A/1", "outcome": "x",
    }  # fmt: skip
    report = cell.upload("a.jsonl", lines(resolve, invoice("B", "2026-02-01"), disputed, resolve))
    assert cut  # the first resolve comes before what it resolves, and the second behind it
    assert report["reasons"] == {"unknown_dispute": 1}
    assert cell.account().disputes == ()


def test_payments_that_nothing_tells_apart_are_each_one_of_their_own() -> None:
    class Bank:
        """A file of three payments that are alike, and one that is not."""

        def rows(self, *_: Any) -> FileRows:
            paid = Document(
                "payment", "", "c1", currency="EUR", issued=TODAY, total=Decimal("10.00")
            )
            other = paid._replace(total=Decimal("10.01"))
            found = [
                Row(number, ((str(number),),), document=document)
                for number, document in enumerate((paid, paid, other, paid), 2)
            ]
            return FileRows(("Row",), found)

    cell = Cell(formats=Bank())
    report = cell.upload("bank.csv", "a")
    assert (report["accepted"], report["unchanged"]) == (4, 0)
    assert cell.account().head.credit == {"EUR": 4001}
    again = cell.upload("bank.csv", "a")
    assert (again["accepted"], again["unchanged"]) == (0, 4)


def test_settings_in_a_file_hold_for_all_its_rows_and_for_the_book() -> None:
    cell = Cell()
    cell.upload("old.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    without_due = invoice("B", "2026-02-01", issued="2026-01-01")
    del without_due["items"][0]["due"]
    report = cell.upload(
        "a.jsonl",
        lines(without_due, {"on": "2026-01-01", "type": "creditor", "terms": {"days": 30}}),
    )
    assert (report["accepted"], report["types"]["creditor"]) == (2, 1)
    assert {item.due for item in cell.account().open} == {date(2026, 2, 1), date(2026, 1, 31)}


NO_CURRENCY = "Invoice No;Customer No;Invoice date;Due date;Amount\n" + "".join(
    f"R{n};c{n};1{n}.01.2026;2{n}.02.2026;1.234,56\n" for n in range(4)
)


def test_a_file_without_any_currency_is_refused_with_the_question() -> None:
    cell = Cell()
    report = cell.upload("a.csv", NO_CURRENCY)
    assert (report["accepted"], report["rejected"]) == (0, 1)
    (question,) = report["questions"]
    assert question["code"] == "currency"
    assert question["mapping_file"]["upload_as"].startswith("config/acme/mappings/columns-")
    assert "currency:" in question["mapping_file"]["text"]
    assert list(cell.ledger.book("acme")) == []


def test_a_mapping_file_answers_once_for_every_file_of_its_layout() -> None:
    cell = Cell()
    (question,) = cell.upload("a.csv", NO_CURRENCY)["questions"]
    file = question["mapping_file"]
    name = file["upload_as"].removeprefix("config/acme/")
    text = f"layout: {name.partition('/')[2].removesuffix('.yaml')}\ncurrency: USD\n"

    taken = cell.upload(name, text, "config")
    report = cell.upload("a.csv", NO_CURRENCY)

    assert (taken["accepted"], taken["rejected"]) == (1, 0)
    assert (report["accepted"], report["rejected"]) == (4, 0)
    assert report["understood"]["currency"] == "USD"
    assert {item.currency for item in cell.account("c0").open} == {"USD"}
    assert cell.upload("b.csv", NO_CURRENCY)["unchanged"] == 4


def test_the_creditors_own_currency_stands_for_one_that_is_not_named() -> None:
    cell = Cell()
    cell.upload("creditor.json", '{"currency": "CHF"}', "config")
    report = cell.upload("a.csv", NO_CURRENCY)
    assert (report["accepted"], report["questions"]) == (4, [])
    assert report["understood"]["currency"] == "CHF"
    assert "creditor" in report["understood"]["currency_from"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("dates: day_first\n", "missing"), ("layout: x\ndates: sometimes\n", "bad_mapping")],
)
def test_a_mapping_file_that_answers_nothing_is_refused(text: str, code: str) -> None:
    report = Cell().upload("mappings/a.yaml", text, "config")
    assert report["reasons"] == {code: 1}


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_invoices, "LARGEST_FILE", 20)
    cell = Cell()
    report = cell.upload("a.csv", rows("x"))
    assert report["reasons"] == {"file_too_large": 1}
    assert cell.progress("a.csv")["state"] == "done"


def test_a_file_of_nothing_but_bad_rows_is_no_work_for_a_second_function() -> None:
    cell = Cell()
    cell.put("a.csv", PLAIN + "A,x,EUR,2026-01-01,never,5\n" * 3)
    cell.arrive("a.csv")
    assert not cell.steps.waiting
    assert cell.result("a.csv")["rejected"] == 3
    assert len(cell.bad_rows("a.csv")) == 4


def test_many_bad_rows_come_back_in_the_order_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell()
    cell.upload("old.csv", rows("x", "y"))
    body = PLAIN + (
        "A1,z,EUR,2026-01-01,2026-02-01,5\n"  # y's: refused by the ledger
        "B,z,EUR,2026-01-01,never,5\n"  # refused by the reader
        "A0,z,EUR,2026-01-01,2026-02-01,5\n"  # x's
    )
    cell.upload("a.csv", body)
    assert [row[0] for row in cell.bad_rows("a.csv")[1:]] == ["A1", "B", "A0"]
    assert [error["row"] for error in cell.result("a.csv")["errors"]] == [2, 3, 4]


def test_names_are_asked_of_the_ledger_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_cut, "MOST_ASKED", 2)
    cell, asked = Cell(), []
    owner = cell.ledger.account_of_posting
    cell.ledger.account_of_posting = (  # type: ignore[method-assign]
        lambda creditor, key: asked.append(key) or owner(creditor, key)
    )
    body = lines(
        *({"on": "2026-01-01", "type": "release", "id": f"l{n}", "hold": f"h{n}"} for n in range(9))
    )
    cell.put("a.jsonl", body)
    cell.arrive("a.jsonl")
    assert {key.id for key in asked} == {"h0", "h1"}
    assert isinstance(asked[0], PostingKey)


def test_a_run_is_one_version_of_one_file() -> None:
    ids = {run_id(key, version) for key in ("a", "b") for version in ("1", "2")}
    assert len(ids) == 4
    assert run_id("a", "1") == run_id("a", "1")


def test_what_the_parts_have_in_common_is_kept_as_it_was() -> None:
    inner = Understood(format="csv", holds="statement", as_of=date(2026, 1, 31))
    understood = Understood(
        format="zip",
        columns={"number": "Nr"},
        unused=("x",),
        assumed=["this"],
        questions=[Question("dates", "which?", (("dates: day_first", "so"),))],
        members={"a.csv": inner},
    )
    understood.skipped["title"] += 2
    header = Header(("Nr", "x"), True, understood, frozenset({2}), ("EUR",), 3)
    found: Any = Header.read(header.packed())
    assert found == header
    assert found.understood.of("a.csv") == inner
    assert found.heads(3) == [1, 2]


def test_the_rows_that_came_back_are_mended_and_uploaded_again() -> None:
    cell = Cell()
    cell.upload("a.csv", PLAIN + "A,x,EUR,2026-01-01,never,5\nB,=x,EUR,2026-01-01,2026-02-01,6\n")
    mended = cell.output("a.csv", "errors.csv").decode().replace("never", "2026-02-01")

    report = cell.upload("errors.csv", mended)

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert [item.open for item in cell.account("x").open] == [500]


def test_the_lines_that_came_back_are_mended_and_uploaded_again() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(invoice("A", "never"), customer()))
    mended = cell.output("a.jsonl", "errors.csv").decode().replace("never", "2026-02-01")

    report = cell.upload("errors.csv", mended)

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert [item.ref.invoice for item in cell.account().open] == ["A"]

"""Files as rows: JSON Lines and the plain CSV, good, broken, and anything at all."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake.document import Instalment
from dunning.domain.intake.formulas import escaped
from dunning.domain.intake.merge import gathered
from dunning.service.ports import FileRows, Row
from dunning.service.results import Bad, BadRows, Tally
from hypothesis import given, settings
from hypothesis import strategies as st

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
HEADER = "number,customer,currency,issued,due,amount,disputed\n"


def rows(name: str, body: bytes) -> list[Row]:
    return list(gathered(FilesByName().rows(name, BytesSource(body)).rows))


def csv(*lines: str, header: str = HEADER) -> list[Row]:
    return rows("a.csv", (header + "\n".join(lines)).encode())


def codes(found: Iterable[Row]) -> list[str]:
    return [row.error.code for row in found if row.error is not None]


def test_json_lines_keep_their_line_numbers_over_blank_lines() -> None:
    found = rows("a.jsonl", b'{"type":"release"}\n\n{"type":"b"}\r\n')

    said = [(row.number, row.body) for row in found]
    assert said == [(1, {"type": "release"}), (3, {"type": "b"})]


def test_numbers_of_json_lines_keep_their_digits() -> None:
    (row,) = rows("a.jsonl", b'{"type":"payment","amount":68.80}')

    assert row.body is not None
    assert str(row.body["amount"]) == "68.80"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b"[1]", "bad_object"),
        (b'{"a":1,"a":2}', "key_twice"),
        (b'{"a":NaN}', "bad_amount"),
        (b'{"a":' + b"9" * 5000 + b"}", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":"' + b"x" * 1_000_001 + b'"}', "too_long"),
    ],
)
def test_a_bad_line_is_an_error_and_the_next_is_read(line: bytes, code: str) -> None:
    found = rows("a.jsonl", line + b'\n{"type":"release"}')

    assert codes(found) == [code]
    assert found[1].body == {"type": "release"}


@pytest.mark.parametrize(
    ("name", "code"), [("a.csv", "no_header"), ("a.jsonl", "not_utf8")], ids=["table", "lines"]
)
def test_latin_text_is_a_table_like_any_other_and_no_lines_of_json(name: str, code: str) -> None:
    (row,) = rows(name, b"a\nb\nM\xfcller")

    assert codes([row]) == [code]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b" \n\n", "empty_file"),
        (PNG, "not_text"),
        (b"a\x00b", "not_text"),
    ],
    ids=["empty", "blank", "a PNG", "a zero byte"],
)
def test_a_file_that_is_no_text_is_one_error(name: str, body: bytes, code: str) -> None:
    (row,) = rows(name, body)

    assert row.body is None
    assert codes([row]) == [code]


def test_the_error_of_another_encoding_names_the_line() -> None:
    (row,) = rows("a.jsonl", b"a\nb\nM\xfcller")

    assert "line 3" in str(row.error)


@pytest.mark.parametrize("name", ["a", ".csv", "a.csv.exe"])
def test_a_file_of_another_format_is_refused_with_those_that_are_read(name: str) -> None:
    (row,) = rows(name, b"x")

    assert codes([row]) == ["unknown_format"]
    assert ".csv, .tsv, .txt, .xlsx, .json, .jsonl, .xml, .pdf, .zip" in str(row.error)


def test_rows_of_one_invoice_are_one_record_wherever_they_stand() -> None:
    found = csv(
        "A1,c1,EUR,2026-01-01,2026-03-01,50,",
        "A2,c2,EUR,2026-01-01,2026-02-01,70,yes",
        "A1,c1,EUR,2026-01-01,2026-02-01,50.00,no",
    )

    found_by = {row.document.number: row.document for row in found if row.document}
    assert found_by["A1"].items == (
        Instalment(date(2026, 2, 1), Decimal("50.00"), False),
        Instalment(date(2026, 3, 1), Decimal(50), False),
    )
    assert found_by["A1"].total == 100
    assert found_by["A2"].due == date(2026, 2, 1)
    assert found_by["A2"].total == 70
    assert found_by["A2"].disputed
    assert [len(row.cells) for row in found] == [2, 1]


def test_a_row_that_repeats_another_is_not_added_to_it() -> None:
    (row,) = csv(
        "A1,c1,EUR,2026-01-01,2026-03-01,50,",
        "A1,c1,EUR,2026-01-01,2026-03-01,50.00,",
    )

    assert row.document is not None
    assert (row.document.total, row.document.items) == (50, ())
    assert row.repeats == 1


@pytest.mark.parametrize(
    "line",
    [
        "A1,c2,EUR,2026-01-01,2026-04-01,50,",
        "A1,c1,USD,2026-01-01,2026-04-01,50,",
        "A1,c1,EUR,2026-01-01,2026-03-01,50,yes",
    ],
)
def test_rows_that_contradict_each_other_are_all_bad(line: str) -> None:
    found = csv("A1,c1,EUR,2026-01-01,2026-03-01,50,", line)

    assert [row.error.code for row in found if row.error] == ["number_conflict"]
    assert [len(row.cells) for row in found] == [2]


def test_a_word_that_is_neither_yes_nor_no_is_a_bad_row() -> None:
    (row,) = csv("A1,c1,EUR,2026-01-01,2026-04-01,50,perhaps")

    assert codes([row]) == ["unknown_word"]
    assert "'perhaps'" in str(row.error)


def test_a_column_that_is_not_known_names_the_one_that_was_meant() -> None:
    (row,) = csv("x", header="numbr,customer,currency,due,amount\n")

    assert "did you mean 'number'?" in str(row.error)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("customer,name,email", "customer"),
        ("id,customer,currency,amount", "payment"),
        ("number,customer,currency,amount,invoice", "credit_note"),
        ("id,invoice,amount", "write_off"),
        ("id,payment,amount", "refund"),
        ("id,payment", "chargeback"),
        ("id,of", "reversal"),
        ("id,invoice,item,reason", "dispute"),
        ("id,dispute,outcome", "resolve"),
        ("id,customer,kind,until", "hold"),
        ("id,hold", "release"),
        ("id,customer,date,amount", "promise"),
        ("id,customer,channel,address,outcome", "feedback"),
    ],
)
def test_the_columns_tell_the_type(header: str, kind: str) -> None:
    (row,) = csv(",".join("x" for _ in header.split(",")), header=f"{header}\n")

    assert row.body is not None
    assert row.body["type"] == kind


@pytest.mark.parametrize("header", ["number,customer,currency,amount", "id,customer,channel"])
def test_columns_that_fit_two_types_ask_for_the_type(header: str) -> None:
    (row,) = csv("x", header=f"{header}\n")

    assert codes([row]) == ["no_type"]


def test_rows_of_invoices_are_documents_unless_they_say_when_they_become_known() -> None:
    (row,) = csv("A1,c1,EUR,2026-02-01,5", header="number,customer,currency,due,amount\n")
    assert row.document is not None
    assert row.document.type == "invoice"

    line = "2026-01-02,A1,c1,EUR,2026-02-01,5"
    (row,) = csv(line, header="on,number,customer,currency,due,amount\n")
    assert row.body is not None
    assert (row.body["type"], row.body["on"]) == ("invoice", "2026-01-02")


def test_a_plain_file_needs_no_due_day_where_another_column_shows_that_it_is_of_invoices() -> None:
    source = BytesSource(b"number,customer,currency,amount,issued\nA1,c1,EUR,5,2026-01-01\n")
    file = FilesByName().rows("a.csv", source)

    (row,) = gathered(file.rows)

    assert file.understood.layout == "plain"
    assert row.document is not None
    assert (row.document.issued, row.document.due) == (date(2026, 1, 1), None)


def test_a_column_type_says_it() -> None:
    (row,) = csv("opt_out,o1,c1,email", header="type,id,customer,channel\n")

    assert row.body == {"type": "opt_out", "id": "o1", "customer": "c1", "channel": "email"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_byte_order_mark_and_other_delimiters_are_no_hindrance(delimiter: str) -> None:
    text = "\ufeffcustomer,name\r\nc1,Ada\r\n".replace(",", delimiter)

    assert rows("a.csv", text.encode())[0].body == {
        "type": "customer",
        "customer": "c1",
        "name": "Ada",
    }


def test_a_payment_row_may_name_its_invoice() -> None:
    (row,) = csv("p1,c1,EUR,5,A1", header="id,customer,currency,amount,invoice\n")

    assert row.body is not None
    assert row.body["allocations"] == [{"invoice": "A1", "item": None, "amount": "5"}]


@pytest.mark.parametrize("line", ["c1", "c1,Ada,extra"])
def test_a_row_of_another_width_than_the_header_is_bad(line: str) -> None:
    assert codes(csv(line, header="customer,name\n")) == ["bad_row"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49 30 1", "-5", "@x", "\t=1", " =1", "\uff1d1", "\ufeff=1", "\u200b+1"]
)
def test_a_cell_that_a_spreadsheet_would_calculate_is_escaped_and_read_back(cell: str) -> None:
    assert escaped(cell) == f"'{cell}"
    (row,) = csv(f'c1,"{escaped(cell)}"', header="customer,name\n")
    assert row.body is not None
    assert row.body["name"] == cell.strip()


def mended(file: FileRows) -> bytes:
    """The list of bad rows, as it would be uploaded again."""
    lines, out = BytesIO(), BytesIO()
    bad, tally = Bad(lines, file.columns, file.understood), Tally()
    for row in gathered(file.rows):
        if row.error is not None:
            bad.add(row, row.error, tally)
    whole = BadRows(out, file.columns, file.understood, "a.csv")
    whole.add(lines.getvalue().splitlines())
    whole.close()
    return out.getvalue()


def test_the_list_of_bad_rows_is_read_like_the_file_it_came_from() -> None:
    source = HEADER + "A1,c1,EUR,2026-01-01,2026-03-01,50,\nA1,c2,EUR,2026-01-01,2026-04-01,50,\n"
    file = FilesByName().rows("a.csv", BytesSource(source.encode()))
    again = mended(file).replace(b",c2,", b",c1,")

    (row,) = rows("a.errors.csv", again)

    assert row.document is not None
    assert len(row.document.items) == 2


def test_the_list_of_bad_lines_is_read_as_json_lines_again() -> None:
    again = mended(FilesByName().rows("a.jsonl", BytesSource(b'{"a":"=1","b":}\n')))

    (row,) = rows("a.errors.csv", again.replace(b'""b"":', b'""b"":1'))

    assert row.body == {"a": "=1", "b": 1}


NASTY = st.binary(max_size=300) | st.text(
    alphabet="number,customer;currency\tdueamount\"\r\n='{}[]:\ufeff019é\u2028", max_size=200
).map(str.encode)


@settings(deadline=None)
@given(name=st.sampled_from(["a.csv", "a.jsonl"]), body=NASTY)
def test_any_bytes_are_rows_or_errors(name: str, body: bytes) -> None:
    for row in rows(name, body):
        assert [row.body, row.document, row.error].count(None) == 2


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=6))
def test_any_cells_under_a_good_header_are_rows_or_errors(lines: list[list[str]]) -> None:
    text = HEADER + "\n".join(",".join(line) for line in lines)
    for row in rows("a.csv", text.encode("utf-8", "replace")):
        assert [row.body, row.document, row.error].count(None) == 2

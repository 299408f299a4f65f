"""The mapping file: read strictly, written for a question, and what its answers change."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.intake.document import INVOICE, PAYMENT
from dunning.domain.intake.mapping import (
    MappingFile,
    MappingFileError,
    answer_for,
    read_mapping,
    skeleton,
)
from dunning.domain.intake.understood import DOCUMENTS, STATEMENT, Question
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tables import Read, lines, read, read_sheets, sheet

WHOLE = """\
layout: columns-1a2b3c4d
columns:
  number: Beleg-Nr.
  total: "Betrag (2)"
ignore: [Notiz, "Betrag, alt"]
dates: day_first
decimal: ","
currency: EUR
holds: statement
as_of: 2025-12-31
missing: settled
encoding: windows-1252
sheet: Offene Posten
header_row: 7
"""


def test_every_answer_is_read() -> None:
    assert read_mapping(WHOLE) == MappingFile(
        layout="columns-1a2b3c4d",
        columns={"number": "Beleg-Nr.", "total": "Betrag (2)"},
        ignore=("Notiz", "Betrag, alt"),
        dates="day_first",
        decimal=",",
        currency="EUR",
        holds="statement",
        as_of=date(2025, 12, 31),
        missing="settled",
        encoding="windows-1252",
        sheet="Offene Posten",
        header_row=7,
    )


def test_what_is_left_out_is_worked_out_from_the_file() -> None:
    assert read_mapping("dates: month_first") == MappingFile(dates="month_first")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "it is empty"),
        ("# nothing\n", 1, "it is empty"),
        ("dates: day_first\ndecimel: ','\n", 2, "did you mean 'decimal'"),
        ("dates: d/m/y\n", 1, "known are: day_first, month_first, year_first"),
        ("decimal: ';'\n", 1, 'the decimal sign is "," or "."'),
        ("currency: EURO\n", 1, "ISO 4217"),
        ("currency: eur\n", 1, "ISO 4217"),
        ("holds: statment\n", 1, "did you mean 'statement'"),
        ("missing: gone\n", 1, "known are: keep, settled"),
        ("as_of: 31.12.2025\n", 1, "write it as 2025-12-31"),
        ("header_row: 0\n", 1, "a row from 1 to 1000"),
        ("header_row: five\n", 1, "a row from 1 to 1000"),
        ("encoding: klingon\n", 1, "not an encoding"),
        ("layout: ../x\n", 1, "as the report of the file gives it"),
        ("columns:\n  nummer: X\n", 2, "did you mean 'number'"),
        ("columns:\n  number:\n", 2, "names no column"),
        ("columns:\n  number: X\n  due: X\n", 3, "named for two fields"),
        ("columns: X\n", 1, "written with keys"),
        ("- dates\n", 1, "written with keys"),
        ("a: &x 1\nb: *x\n", 2, "aliases"),
        ("dates: [\n", 2, "not YAML"),
        ("dates: day_first\ndates: month_first\n", 2, "twice"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_mend(text: str, line: int, said: str) -> None:
    with pytest.raises(MappingFileError) as error:
        read_mapping(text)

    assert error.value.code == "bad_mapping"
    told = [str(problem) for problem in error.value.problems]
    assert any(one.startswith(f"line {line}: ") and said in one for one in told), told


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(MappingFileError) as error:
        read_mapping("dates: x\ndecimal: x\nsheets: y\n")

    assert len(error.value.problems) == 3


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_a_mapping_or_a_list_of_problems(text: str) -> None:
    try:
        found: MappingFile | MappingFileError = read_mapping(text)
    except MappingFileError as error:
        found = error
    if isinstance(found, MappingFileError):
        assert all(problem.line >= 1 and problem.message for problem in found.problems)


@settings(deadline=None)
@given(
    layout=st.from_regex(r"columns-[0-9a-f]{8}", fullmatch=True),
    heading=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(
        lambda text: text == " ".join(text.split())
    ),
)
def test_the_file_written_for_a_question_is_read_as_its_first_answer(
    layout: str, heading: str
) -> None:
    question = Question(
        "columns",
        "Which column is the amount?\nThey differ.",
        ((answer_for("total", heading), "the first"), (answer_for("total", "Other"), "or this")),
    )

    found = read_mapping(skeleton(layout, [question]))

    assert found == MappingFile(layout=layout, columns={"total": heading})


# --- what files ask, and what answers do --------------------------------------------------------

HEAD = "Number,Customer ID,Date,Due Date,Amount,Currency\n"
AMBIGUOUS = HEAD + "1,C1,03/04/2026,05/06/2026,10.00,GBP\n2,C1,07/08/2026,09/10/2026,20.00,GBP\n"


def answered(body: str) -> Read:
    """The file again, with the mapping file that its question offers."""
    asked = read(body)
    assert asked.errors == [(0, "question")]
    _, _, offered = asked.said.partition("The mapping file:\n")
    found = read(body, mapping=offered)
    assert found.errors == []
    return found


def test_days_that_read_in_two_ways_are_asked_and_nothing_is_taken() -> None:
    found = read(AMBIGUOUS)

    assert found.documents == []
    assert found.errors == [(0, "question")]
    (question,) = found.understood.questions
    assert question.code == "dates"
    assert dict(question.answers) == {
        "dates: day_first": "03/04/2026 is 3 April 2026",
        "dates: month_first": "03/04/2026 is 4 March 2026",
    }
    assert f"layout: {found.understood.layout}" in found.said


def test_the_offered_mapping_answers_the_question_as_it_stands() -> None:
    assert answered(AMBIGUOUS).by_number["1"].due == date(2026, 6, 5)


def test_the_other_answer_reads_the_other_way() -> None:
    found = read(AMBIGUOUS, mapping="dates: month_first\n")

    assert found.by_number["1"].due == date(2026, 5, 6)


def test_one_day_above_twelve_far_down_answers_for_all() -> None:
    rows = [f"{n},C1,03/04/2026,05/06/2026,10.00,GBP" for n in range(6_000)]

    found = read(HEAD + "\n".join([*rows, "x,C1,03/04/2026,31/12/2026,10.00,GBP"]))

    assert found.errors == []
    assert found.by_number["0"].due == date(2026, 6, 5)


def test_an_amount_that_reads_in_two_ways_is_asked() -> None:
    body = HEAD + '1,C1,2026-04-03,2026-05-03,"1.234",GBP\n2,C1,2026-04-03,2026-05-03,"2.345",GBP\n'

    found = read(body)

    assert found.errors == [(0, "question")]
    assert found.asked == ["decimal"]
    assert read(body, mapping='decimal: ","\n').by_number["1"].total == 1234
    # With the point as decimal sign these amounts have more decimals than pounds have.
    assert [code for _, code in read(body, mapping='decimal: "."\n').errors] == ["bad_amount"] * 2


@pytest.mark.parametrize("heading", ["Amount", "Value"])
def test_two_columns_of_amounts_that_differ_are_asked(heading: str) -> None:
    body = (
        f"Number,Customer ID,Due Date,Amount,{heading},Currency\n"
        "1,C1,2026-05-03,10.00,12.00,GBP\n2,C1,2026-05-03,20.00,24.00,GBP\n"
    )
    found = read(body)

    assert found.errors == [(0, "question")]
    assert found.asked == ["columns"]
    second = "Amount (2)" if heading == "Amount" else heading
    assert repr(second) in found.said
    assert answered(body).by_number["1"].total == 10
    other = read(body, mapping=f"columns:\n  total: {second}\n")
    assert other.by_number["1"].total == 12


def test_two_columns_of_amounts_that_agree_need_no_answer() -> None:
    found = read("Number,Customer ID,Due,Amount,Value,Currency\n1,C1,2026-05-03,10.00,10.00,GBP\n")

    assert found.by_number["1"].total == 10


def test_net_and_gross_are_told_apart_by_their_words() -> None:
    found = read("Nummer;Kunde;Fällig;Netto;Brutto;Währung\n1;Ada;13.05.2026;100,00;119,00;EUR\n")

    assert found.by_number["1"].total == 119
    assert found.understood.columns["net"] == "Netto"


def test_net_and_tax_make_the_amount_and_net_alone_is_asked() -> None:
    both = read("Nummer;Kunde;Fällig;Netto;MwSt;Währung\n1;Ada;13.05.2026;100,00;19,00;EUR\n")
    alone = read("Nummer;Kunde;Fällig;Netto;Währung\n1;Ada;13.05.2026;100,00;EUR\n")

    assert both.by_number["1"].total == 119
    assert alone.asked == ["columns"]
    assert (
        read(
            "Nummer;Kunde;Fällig;Netto;Währung\n1;Ada;13.05.2026;100,00;EUR\n",
            mapping="columns:\n  total: Netto\n",
        )
        .by_number["1"]
        .total
        == 100
    )


def test_days_of_payment_without_days_of_issue_are_payments_or_paid_invoices() -> None:
    body = "Invoice,Customer ID,Payment Date,Amount,Currency\nA1,C1,2026-05-13,10.00,GBP\n"
    found = read(body)

    assert found.asked == ["holds"]
    (payment,) = read(body, mapping="holds: payments\n").documents
    assert (payment.type, payment.settled_on) == (PAYMENT, date(2026, 5, 13))
    assert (payment.number, payment.invoice) == ("", "A1")
    (invoice,) = read(body, mapping="holds: documents\n").documents
    assert (invoice.type, invoice.number, invoice.settled_on) == (INVOICE, "A1", date(2026, 5, 13))


def test_a_currency_that_nothing_says_is_asked_and_the_rows_are_shown_all_the_same() -> None:
    found = read("Number,Customer ID,Due,Amount\n1,C1,2026-05-13,10.00\n")

    assert found.errors == []
    assert found.asked == ["currency"]
    assert found.by_number["1"].currency == ""
    known = read(
        "Number,Customer ID,Due,Amount\n1,C1,2026-05-13,10.00\n", mapping="currency: CHF\n"
    )
    assert (known.by_number["1"].currency, known.asked) == ("CHF", [])
    assert known.understood.currency_from == "the mapping file"


@pytest.mark.parametrize(
    ("body", "currency", "source"),
    [
        ("Number,Customer ID,Due,Amount (EUR)\n1,C1,2026-05-13,10.00\n", "EUR", "heading"),
        ("Number,Customer ID,Due,Amount\n1,C1,2026-05-13,10.00 €\n", "EUR", "amounts"),
        ("Number,Customer ID,Due,Amount\n1,C1,2026-05-13,CHF 10.00\n", "CHF", "amounts"),
        ("All amounts in SEK\nNumber,Customer ID,Due,Amount\n1,C1,2026-05-13,10\n", "SEK", "rows"),
        ("Number,Customer ID,Due,Amount,Währung\n1,C1,2026-05-13,10,gbp\n", "GBP", "column"),
    ],
)
def test_a_currency_may_stand_in_many_places(body: str, currency: str, source: str) -> None:
    found = read(body)

    assert (found.by_number["1"].currency, found.asked) == (currency, [])
    assert source in found.understood.currency_from


def test_amounts_in_several_currencies_keep_their_own() -> None:
    found = read("Number,Customer ID,Due,Amount\n1,C1,2026-05-13,€ 10.00\n2,C1,2026-05-13,GBP 5\n")

    assert {d.number: d.currency for d in found.documents} == {"1": "EUR", "2": "GBP"}


def test_a_row_that_leaves_out_its_currency_is_bad_where_others_name_theirs() -> None:
    found = read(
        "Number,Customer ID,Due,Amount,Currency\n1,C1,2026-05-13,10,EUR\n2,C1,2026-05-13,5,\n"
    )

    assert found.errors == [(3, "missing")]


def test_missing_columns_are_named_with_what_was_found_and_what_was_meant() -> None:
    found = read("Numbr,Customer ID,Due,Amount\n1,C1,2026-05-13,10.00\n")

    assert found.errors == [(0, "missing_columns")]
    assert "the invoice's number" in found.said
    assert "the customer's number ('Customer ID')" in found.said
    assert "did you mean 'number'?" in found.said
    mapped = read(
        "Numbr,Customer ID,Due,Amount\n1,C1,2026-05-13,10.00\n",
        mapping=f"layout: {found.understood.layout}\ncolumns:\n  number: Numbr\n",
    )
    assert mapped.by_number["1"].total == 10


def test_a_mapping_that_names_a_column_that_is_not_there_is_told() -> None:
    found = read(AMBIGUOUS, mapping="columns:\n  total: Amuont\n")

    assert found.errors == [(0, "mapping_misses")]
    assert "did you mean 'Amount'?" in found.said


def test_a_mapping_of_another_layout_changes_nothing() -> None:
    found = read(AMBIGUOUS, mapping="layout: columns-00000000\ndates: day_first\n")

    assert found.asked == ["dates"]


def test_a_column_may_be_passed_over() -> None:
    body = "Number,Customer ID,Due,Amount,Value,Currency\n1,C1,2026-05-13,10,12,GBP\n"

    assert read(body, mapping="ignore: [Amount]\n").by_number["1"].total == 12


def test_a_header_far_down_is_told_by_its_row() -> None:
    titles = "".join(f"title {n},x\n" for n in range(300))
    body = titles + HEAD + "1,C1,2026-05-13,2026-06-13,10.00,GBP\n"

    assert read(body).documents == []
    assert read(body, mapping="header_row: 301\n").by_number["1"].total == 10


def test_a_mapping_may_name_the_encoding_that_bytes_do_not_tell() -> None:
    body = "Number,Client,Due,Amount,Currency\n1,Müller,2026-05-13,5,EUR\n".encode("cp850")

    refused = read(body)

    assert refused.errors == [(0, "unknown_encoding")]
    layout = f"layout: {refused.understood.layout}"
    assert layout in refused.said
    found = read(body, mapping=f"{layout}\nencoding: cp850\n")
    assert found.by_number["1"].name == "Müller"


def test_a_mapping_may_name_another_encoding_than_the_one_that_shows() -> None:
    body = "Number,Client,Due,Amount,Currency\n1,Łódź,2026-05-13,5,EUR\n".encode("cp1250")

    assert read(body).by_number["1"].name != "Łódź"
    assert read(body, mapping="encoding: cp1250\n").by_number["1"].name == "Łódź"


# --- statements ---------------------------------------------------------------------------------

OPEN = "Number,Customer ID,Due,Open Balance,Currency\n1,C1,2026-05-13,10.00,GBP\n"


def test_an_open_balance_makes_a_statement_of_the_day_of_upload() -> None:
    understood = read(OPEN, on=date(2026, 7, 1)).understood

    assert (understood.holds, understood.as_of) == (STATEMENT, date(2026, 7, 1))
    assert understood.as_of_from == "the day of the upload"
    assert understood.missing == "keep"


@pytest.mark.parametrize(
    "title",
    ["As of 30 June 2026", "Stand: 30.06.2026", "Situation au 30/06/2026", "Per datum 30-06-2026",
     "Report Date 2026-06-30", "01.06.2026 bis 30.06.2026", '"Stichtag","30.06.2026"'],
)  # fmt: skip
def test_the_day_of_a_statement_may_stand_above_its_header(title: str) -> None:
    assert read(f"Acme\n{title}\n{OPEN}").understood.as_of == date(2026, 6, 30)


def test_a_mapping_says_day_and_kind_of_a_file() -> None:
    found = read(OPEN, mapping="as_of: 2026-06-30\nmissing: settled\n").understood
    assert (found.as_of, found.missing) == (date(2026, 6, 30), "settled")

    documents = read(OPEN, mapping="holds: documents\n").understood
    assert (documents.holds, documents.as_of) == (DOCUMENTS, None)


def test_a_column_of_settlement_days_makes_documents_of_a_list_with_balances() -> None:
    found = read(
        "Number,Customer ID,Due,Amount,Balance,Paid on,Currency\n"
        "1,C1,2026-05-13,10.00,0.00,2026-05-20,GBP\n2,C1,2026-05-13,10.00,4.00,,GBP\n"
    )

    assert found.understood.holds == DOCUMENTS
    assert found.by_number["1"].settled_on == date(2026, 5, 20)
    assert found.by_number["2"].open == 4


# --- sheets -------------------------------------------------------------------------------------

INVOICES = [
    ["Invoice No", "Customer", "Due Date", "Amount", "Currency"],
    ["A1", "C1", date(2026, 5, 13), 10.5, "GBP"],
]


def test_notes_hidden_and_empty_sheets_are_passed_over_and_said() -> None:
    found = read_sheets(
        sheet([["Exported by", "finance"]], "Notes"),
        sheet(INVOICES, "Old", hidden=True),
        sheet(INVOICES, "Open"),
    )

    assert found.understood.sheet == "Open"
    assert found.by_number["A1"].total == Decimal("10.5")
    told = " ".join(found.understood.assumed)
    assert "'Notes'" in told
    assert "'Old'" in told


def test_two_sheets_that_list_invoices_are_asked() -> None:
    sheets = (sheet(INVOICES, "2025"), sheet(INVOICES, "2026"))

    assert read_sheets(*sheets).asked == ["sheet"]
    assert read_sheets(*sheets, mapping='sheet: "2026"\n').understood.sheet == "2026"


def test_a_first_sheet_without_a_cell_is_no_hindrance() -> None:
    assert read_sheets(sheet([], "Empty"), sheet(INVOICES, "Open")).understood.sheet == "Open"


# --- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("1,C1,2026-13-01,10.00,GBP", "bad_date", "Due: '2026-13-01'"),
        ("1,C1,2026-05-13,ten,GBP", "bad_amount", "Amount: 'ten'"),
        ("1,C1,2026-05-13,10.001,GBP", "bad_amount", "more decimals than GBP has (2)"),
        ("1,C1,2026-05-13,10.5,JPY", "bad_amount", "more decimals than JPY has (0)"),
        ("1,C1,2026-05-13,10.00,XYZ", "bad_currency", "Currency 'XYZ'"),
        ("1,C1,2026-05-13,,GBP", "missing", "Amount is empty"),
        ("1,,2026-05-13,10.00,GBP", "missing", "Customer ID is empty"),
        (",C1,2026-05-13,10.00,GBP", "missing", "Number is empty"),
        ("1,C1,2026-05-13,10.00,GBP,more", "bad_row", "6 cells, the header 5"),
        ("1,C1,2026-05-13", "bad_row", "3 cells, the header 5"),
        (f"{'9' * 101},C1,2026-05-13,10.00,GBP", "bad_id", "at most 100"),
        ("1,C1,2026-05-13,10.00 USD,GBP", "other_currency", "USD"),
        ("1,C1,2026-05-13,1000000000000000.00,GBP", "bad_amount", "15 digits"),
    ],
)
def test_a_bad_row_names_its_column_its_value_and_its_mend(row: str, code: str, said: str) -> None:
    good = "{},C1,2026-05-14,5.00,GBP"
    head = "Number,Customer ID,Due,Amount,Currency"
    found = read("\n".join((head, good.format(7), row, good.format(8))))

    assert found.errors == [(3, code)]
    assert said in found.said
    assert {d.number for d in found.documents} == {"7", "8"}
    cells = row.split(",")
    shown = cells if len(cells) <= 5 else [*cells[:4], " ".join(cells[4:])]  # nothing gets lost
    assert [found.rows[1].cells] == [(tuple(shown),)]


def test_a_negative_invoice_is_a_credit_note_and_one_of_nothing_says_that_nothing_is_owed() -> None:
    found = read(
        "Number,Customer ID,Due,Amount,Currency\n1,C1,2026-05-13,-5.00,GBP\n2,C1,2026-05-13,0,GBP\n"
    )

    note, nothing = found.documents
    assert (note.type, note.total) == ("credit_note", 5)
    assert (nothing.type, nothing.total) == ("invoice", 0)


def test_a_credit_note_of_nothing_is_passed_over() -> None:
    found = read(
        "Type,Number,Customer ID,Due,Amount,Currency\n"
        "Invoice,1,C1,2026-05-13,5.00,GBP\nCredit note,2,C1,2026-05-13,0,GBP\n"
    )

    assert [d.number for d in found.documents] == ["1"]
    assert found.understood.skipped == {"zero": 1}


def test_what_credits_without_types_are_is_asked() -> None:
    found = read(
        "Belegnr;Kunde;Datum;Soll;Haben;Währung\n"
        "1;Ada;13.05.2026;10,00;;EUR\n2;Ada;14.05.2026;;4,00;EUR\n"
    )

    assert found.documents == []
    (question,) = found.understood.questions
    assert {line for line, _ in question.answers} == {"columns: {credit: Haben}", "ignore: [Haben]"}


def test_quotes_and_orders_are_no_invoices_and_types_go_by_their_sign_where_that_is_said() -> None:
    found = read(
        "Number,Customer ID,Due,Type,Amount,Currency\n1,C1,2026-05-13,Quote,5.00,GBP\n"
        "2,C1,2026-05-13,Wibble,5.00,GBP\n3,C1,2026-05-13,Wibble,-5.00,GBP\n",
        mapping="types: {Wibble: by_sign}",
    )

    assert {d.number: d.type for d in found.documents} == {"2": INVOICE, "3": "credit_note"}
    assert found.understood.skipped == {"no_invoice": 1}


def test_numbers_keep_their_leading_zeros_and_numeric_cells_get_theirs_back() -> None:
    head = ["Invoice No", "Customer", "Due Date", "Amount", "Currency"]
    rest = ["C1", date(2026, 5, 13), 10, "GBP"]
    found = read_sheets(sheet([head, ["00123", *rest], [45, *rest], [678.0, *rest]]))
    mixed = read_sheets(sheet([head, ["00123", *rest], ["0045", *rest], [678, *rest]]))

    assert [d.number for d in found.documents] == ["00123", "00045", "00678"]
    assert [d.number for d in mixed.documents] == ["00123", "0045", "678"]


def test_our_own_list_of_bad_rows_is_read_without_its_reason() -> None:
    body = lines(
        ["Number", "Customer ID", "Due", "Amount", "Currency", "reason"],
        ["'=1", "C1", "2026-05-13", "'-5.00", "GBP", "bad_amount: …"],
    )
    found = read(body)

    (note,) = found.documents
    assert (note.number, note.total) == ("=1", 5)
    assert found.columns == ("Number", "Customer ID", "Due", "Amount", "Currency")
    assert found.rows[0].cells == (("'=1", "C1", "2026-05-13", "'-5.00", "GBP"),)


def test_a_plain_file_with_a_column_more_is_read_by_its_words() -> None:
    found = read(
        "Number,Customer,Due,Amount,Currency,Paid on\n1,Ada Ltd,2026-05-13,5,EUR,2026-05-14\n"
    )

    assert found.understood.layout.startswith("columns-")
    assert (found.by_number["1"].name, found.by_number["1"].settled_on) == (
        "Ada Ltd",
        date(2026, 5, 14),
    )


def test_a_row_may_name_the_creditor_whose_it_is() -> None:
    found = read("number,customer,currency,due,amount,creditor\n1,c1,EUR,2026-05-13,5,acme\n")

    assert found.by_number["1"].creditor == "acme"


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "ü3", "", "'4", " 5 "]),
            st.sampled_from(["C1", "Ada Ltd", "", "Ünal"]),
            st.sampled_from(["2026-05-13", "", "x"]),
            st.sampled_from(["5.00", "-5.00", "0", "", "5.001", "1,234.50"]),
            st.sampled_from(["EUR", "JPY", "eur", "", "?"]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_reading_many_rows_at_once_is_reading_them_one_by_one(
    rows: list[tuple[str, str, str, str, str]],
) -> None:
    head = ("Number", "Customer ID", "Due", "Amount", "Currency")
    first = ("0", "C0", "2026-05-13", "1,234.50", "EUR")
    together = read(lines(head, first, *rows))

    for number, row in enumerate(rows, 3):
        alone = read(lines(head, first, row))
        expected = [r.document or (r.error and r.error.code) for r in alone.rows if r.number == 3]
        found = [
            r.document or (r.error and r.error.code)
            for r in together.rows
            if len(r.cells) == 1 and r.number == number
        ]
        if found:  # rows of one number were put together
            assert found == expected


CELLS = (
    st.sampled_from(
        ["", " ", "x", "Total", "Invoice", "Draft", "Bill", "yes", "5", "1,5", "1.234", "-3", "€ 5",
         "2026-05-13", "13.05.2026", "03/04/2026", "EUR", "$", "USD 4 Cr", "'=1", "\u0000",
         "ß" * 300]
    )
    | st.text(max_size=8)
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
)  # fmt: skip
HEADINGS = st.sampled_from(
    ["Number", "Customer", "Customer ID", "Name", "Amount", "Total", "Open", "Balance", "Paid",
     "Paid on", "Due", "Date", "Currency", "Type", "Status", "Debit", "Credit", "Net", "VAT",
     "Disputed", "Line amount", "Qty", "Unit price", "D/C", "Days overdue", "Country", "Vendor",
     "ContactName", "InvoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmountDue", "", "Foo"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_cells_under_any_headings_are_rows_or_errors(data: st.DataObject) -> None:
    more = data.draw(st.lists(HEADINGS, max_size=7))
    head = data.draw(st.permutations(["Number", "Customer", "Amount", *more]) | st.just(more))
    row = st.lists(CELLS, min_size=0, max_size=len(head) + 1)
    rows = data.draw(st.lists(row, max_size=8))
    answer = data.draw(
        st.sampled_from(
            ["", "dates: day_first", "decimal: ','", "currency: EUR", "holds: payments"]
        )
    )

    found = read_sheets(sheet([head, *rows]), mapping=answer)

    for one in found.rows:
        assert [one.body, one.document, one.error].count(None) == 2
        if one.document is not None:
            assert one.document.total is not None or one.document.open is not None
            assert one.document.number or one.document.type == PAYMENT


def test_a_sign_in_the_column_of_currencies_that_several_have_is_asked() -> None:
    body = "Number,Customer ID,Due,Amount,Currency\n1,C1,2026-05-13,10.00,$\n2,C1,2026-05-13,5,€\n"

    assert read(body).asked == ["currency"]
    found = read(body, mapping="currency: CAD\n")
    assert {d.number: d.currency for d in found.documents} == {"1": "CAD", "2": "EUR"}

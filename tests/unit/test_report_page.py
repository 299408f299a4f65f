"""The report of an import as finance sees it: what it says, and that it needs nothing else."""

import re
from typing import Any

import pytest
from dunning.adapters.report_page import ReportPages

from infra.templates import built
from tests.report_example import CONFLICT, NAME, SLIPS, played
from tests.unit.importing import Cell

REPORT: dict[str, Any] = {
    "creditor": "acme",
    "creditor_name": "Acme & Sons",
    "file": "a.csv",
    "version": "v/1?",
    "uploaded_on": "2026-03-01",
    "accepted": 0,
    "unchanged": 0,
    "rejected": 0,
    "types": {},
    "reasons": {},
    "errors": [],
    "warnings": [],
    "notes": [],
    "understood": {},
    "questions": [],
}


def page(**said: Any) -> str:
    pages = ReportPages(built())
    return pages.page("acme", {**REPORT, **said}).decode()


def words(html: str) -> str:
    """What a person reads."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(text.replace("&#39;", "'").replace("&amp;", "&").split())


@pytest.fixture(scope="module")
def cell() -> Cell:
    return played()


def test_what_was_taken_what_changed_nothing_and_what_to_mend(cell: Cell) -> None:
    report, text = cell.result(NAME), words(cell.output(NAME, "report.html").decode())
    assert (report["unchanged"], report["rejected"]) == (41, 6)  # 40 known, one row twice
    assert f"{report['accepted']} rows taken, 6 rows to mend." in text
    assert "Taken 367 367 invoices" in text
    assert "Changed nothing 41" in text
    assert "To mend 6" in text


def test_each_row_to_mend_with_its_number_column_and_value(cell: Cell) -> None:
    text = words(cell.output(NAME, "report.html").decode())
    first = 3  # two title rows and the header stand above
    for invoice, (column, said) in SLIPS.items():
        # Behind the invoice that stands twice and the one of two amounts the rows are later.
        row = first + invoice + (2 if invoice > CONFLICT else 0)
        heading = ("Customer No", "Invoice date", "Total incl. VAT", "Currency")
        name = {1: heading[0], 4: heading[1], 6: heading[2], 7: heading[3]}[column]
        assert f"{row} {name} {said or 'empty'} " in text
    assert "264 Invoice No RE-260260 Rows 264 and 265" in text


def test_the_file_of_bad_rows_holds_them_as_they_came(cell: Cell) -> None:
    header, *rows = cell.bad_rows(NAME)
    assert header[0] == "Invoice No"
    assert header[-2:] == ["reason", "read_as"]
    assert [row[0] for row in rows] == [
        "RE-260058",
        "RE-260141",
        "RE-260212",
        "RE-260260",
        "RE-260260",
        "RE-260305",
    ]
    assert rows[1][6] == "1.2O0,00"


def test_what_was_understood_is_said(cell: Cell) -> None:
    text = words(cell.output(NAME, "report.html").decode())
    for said in (
        "Encoding Windows-1252",
        "Between the cells semicolon",
        "Headings in row 3",
        "Days day.month.year",
        "Amounts 1.234,56",
        "2 title rows, 1 total",
        "Due date Due day",
        "Passed over: Salesman",
        "4 rows: no due day stated; worked out by your terms.",
        "Harbour Office Supply",
        "Uploaded on 1 March 2026",
    ):
        assert said in text


def test_the_page_needs_nothing_else_and_runs_nothing(cell: Cell) -> None:
    html = cell.output(NAME, "report.html").decode()
    assert "<script" not in html
    assert not re.search(r"\s(src|srcset|action|on[a-z]+)\s*=|url\(|@import", html)
    assert re.findall(r'href="([^"]*)"', html) == [f"{cell.version(NAME)}.errors.csv"]


def test_what_a_file_says_is_never_markup() -> None:
    nasty = "<script>alert('x')</script>"
    html = page(
        file=nasty,
        creditor_name=nasty,
        errors=[{"row": 1, "column": nasty, "value": nasty, "message": nasty, "in": nasty}],
        reasons={"bad": 1},
        rejected=1,
        warnings=[nasty],
        notes=[{"code": "reader", "count": 1, "examples": [nasty]}],
        understood={"columns": {nasty: nasty}, "unused": [nasty], "skipped": {nasty: 1}},
        questions=[
            {
                "code": "dates",
                "text": nasty,
                "answers": [{"line": nasty, "means": nasty}],
                "mapping_file": {"upload_as": nasty, "text": nasty},
            }
        ],
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 14


def test_a_question_stands_first_with_the_file_that_answers_it() -> None:
    html = page(
        rejected=1,
        reasons={"question": 1},
        errors=[{"row": 0, "message": "all days are up to 12", "code": "question"}],
        questions=[
            {
                "code": "dates",
                "text": "Is 03/04/2026 the 3rd of April or the 4th of March?",
                "answers": [
                    {"line": "dates: day_first", "means": "the 3rd of April"},
                    {"line": "dates: month_first", "means": "the 4th of March"},
                ],
                "mapping_file": {
                    "upload_as": "config/acme/mappings/columns-1a2b3c4d.yaml",
                    "text": "layout: columns-1a2b3c4d\ndates: day_first\n",
                },
            }
        ],
    )
    text = words(html)
    assert "Nothing was taken yet: one thing only you can say." in text
    assert text.index("Is 03/04/2026") < text.index("Taken 0")
    for said in (
        "dates: day_first the 3rd of April",
        "save it as columns-1a2b3c4d.yaml and upload it to config/acme/mappings/",
        "layout: columns-1a2b3c4d dates: day_first",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((3, 0, 0), "Everything in this file was taken."),
        ((0, 9, 0), "Nothing new: everything in this file was known already."),
        ((1, 0, 1), "1 row taken, 1 row to mend."),
        ((0, 2, 1), "Nothing new, 1 row to mend."),
        ((0, 0, 4), "Nothing could be taken."),
        ((12_345, 0, 2), "12,345 rows taken, 2 rows to mend."),
    ],
)
def test_the_verdict_is_one_sentence(counts: tuple[int, int, int], verdict: str) -> None:
    accepted, unchanged, rejected = counts
    html = page(accepted=accepted, unchanged=unchanged, rejected=rejected)
    assert verdict in words(html)


def test_a_version_is_a_link_whatever_is_in_it() -> None:
    html = page(
        rejected=1, reasons={"x": 1}, errors=[{"row": 1, "message": "no", "code": "x", "field": ""}]
    )
    assert 'href="v%2F1%3F.errors.csv"' in html


def test_of_many_bad_rows_the_page_shows_some_and_counts_the_rest() -> None:
    errors = [{"row": n, "message": "no", "code": "x"} for n in range(1, 1_001)]
    text = words(page(rejected=5_000, reasons={"x": 5_000}, errors=errors))
    assert "50 No." in text
    assert "51 No." not in text
    assert "And 4,950 more, in the file of rows to mend." in text


def test_what_a_statement_leaves_out_is_listed() -> None:
    first = [{"invoice": f"A{n}", "customer": "c1", "open": "9.00 EUR"} for n in range(30)]
    text = words(
        page(
            accepted=1,
            warnings=["30 invoices are open here and not in this statement"],
            understood={"absent": {"count": 30, "first": first}, "as_of": "2026-02-28"},
        )
    )
    assert "A19 c1 9.00 EUR" in text
    assert "A20" not in text
    assert "As of 28 February 2026" in text

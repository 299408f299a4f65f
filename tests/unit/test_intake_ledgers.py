"""Ledgers as people send them, real rows in many shapes: the figures that must come out."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.intake.document import INVOICE, Document
from dunning.domain.intake.understood import DOCUMENTS, STATEMENT
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tables import IBM, LEDGERS, Read, read, read_path

SOURCE = IBM / "WA_Fn-UseC_-Accounts-Receivable.csv"
AS_OF = date(2013, 6, 30)
real = pytest.mark.skipif(not LEDGERS.exists(), reason="the real ledgers are not at hand")


def owed(document: Document) -> Decimal:
    found = document.open if document.open is not None else document.total
    assert found is not None
    return found


def overdue(documents: list[Document], on: date = AS_OF) -> list[Document]:
    return [document for document in documents if document.due and document.due < on]


def figures(documents: list[Document]) -> tuple[int, Decimal]:
    return len(documents), sum(map(owed, documents), Decimal())


@real
@pytest.mark.parametrize(
    ("name", "holds", "asked"),
    [
        ("ibm_open_2013-06-30.de_utf8-bom_semicolon.csv", STATEMENT, []),
        ("ibm_open_2013-06-30.mixed_dates_serials.xlsx", DOCUMENTS, ["currency"]),
    ],
)
def test_the_open_ledger_gives_its_figures_in_german_and_in_a_messy_workbook(
    name: str, holds: str, asked: list[str]
) -> None:
    found = read_path(LEDGERS / name)

    assert found.errors == []
    assert figures(found.documents) == (84, Decimal("5119.85"))
    assert figures(overdue(found.documents)) == (12, Decimal("835.56"))
    late = overdue(found.documents)
    assert figures([d for d in late if d.disputed]) == (8, Decimal("576.09"))
    assert len({d.customer for d in found.documents}) == 52
    assert (found.understood.holds, found.asked) == (holds, asked)


@real
def test_the_same_invoices_have_the_same_numbers_however_they_were_sent() -> None:
    with (IBM / "truth_open_items_2013-06-30.csv").open(encoding="utf-8", newline="") as file:
        truth = {
            row["invoiceNumber"]: (row["customerID"], Decimal(row["InvoiceAmount"]))
            for row in csv.DictReader(file)
        }
    for name in (
        "ibm_open_2013-06-30.de_utf8-bom_semicolon.csv",
        "ibm_open_2013-06-30.mixed_dates_serials.xlsx",
    ):
        found = read_path(LEDGERS / name)
        assert {d.number: (d.customer, owed(d)) for d in found.documents} == truth
    assert any(number.startswith("0") for number in truth)


@real
def test_the_german_ledger_says_its_style_and_where_its_currency_comes_from() -> None:
    understood = read_path(LEDGERS / "ibm_open_2013-06-30.de_utf8-bom_semicolon.csv").understood

    assert (understood.encoding, understood.delimiter) == ("UTF-8", ";")
    assert (understood.dates, understood.numbers) == ("day.month.year", "1234,56")
    assert (understood.currency, understood.currency_from) == ("EUR", "the amounts")
    assert understood.columns["open"] == "Offener Betrag"


@real
def test_a_workbook_s_lost_zeros_and_its_sheet_of_notes_are_told() -> None:
    understood = read_path(LEDGERS / "ibm_open_2013-06-30.mixed_dates_serials.xlsx").understood

    assert understood.sheet == "Open items"
    told = " ".join(understood.assumed)
    assert "'Notes'" in told
    assert "filled up to 10 digits" in told


@real
def test_repeats_are_counted_and_conflicts_are_flagged_and_never_summed() -> None:
    found = read_path(LEDGERS / "ibm_open_2013-06-30.duplicates.csv")

    assert len(found.documents) == 79
    assert sum(row.repeats for row in found.rows) == 10
    conflicts = [row for row in found.rows if row.error is not None]
    assert [row.error.code for row in conflicts if row.error] == ["number_conflict"] * 5
    assert all(len(row.cells) == 2 for row in conflicts)
    assert sum(len(row.cells) for row in found.rows) == 99
    # What is taken and what is flagged is together the whole ledger, at the first row's amounts.
    flagged = sum((Decimal(row.cells[0][4]) for row in conflicts), Decimal())
    assert figures(found.documents)[1] + flagged == Decimal("5119.85")


@real
def test_the_whole_ledger_gives_the_published_figures() -> None:
    found = read_path(SOURCE)

    assert found.errors == []
    assert found.asked == ["currency"]
    documents = found.documents
    assert figures(documents) == (2466, Decimal("147703.18"))
    assert len({d.customer for d in documents}) == 100
    assert figures([d for d in documents if d.disputed]) == (561, Decimal("36746.12"))
    days = [(d.issued, d.due, d.settled_on) for d in documents]
    assert min(d for d, _, _ in days if d) == date(2012, 1, 3)
    assert max(d for _, _, d in days if d) == date(2014, 1, 9)
    late = [d for d in documents if d.settled_on and d.due and d.settled_on > d.due]
    assert figures(late) == (877, Decimal("53960.78"))
    still = [d for d in documents if d.issued and d.issued <= AS_OF and d.settled_on]
    left = [d for d in still if d.settled_on and d.settled_on > AS_OF]
    assert figures(left) == (84, Decimal("5119.85"))
    assert found.by_number["0000611365"].total == Decimal("55.94")


@real
def test_the_currency_is_answered_once_by_a_mapping() -> None:
    found = read_path(SOURCE, mapping="currency: USD\n")

    assert found.asked == []
    assert {d.currency for d in found.documents} == {"USD"}
    assert found.understood.mapping == "m.yaml"


@real
def test_the_filled_xero_template_gives_its_sum_and_its_conflicts() -> None:
    path = LEDGERS / "xero_SalesInvoiceTemplate_filled.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        numbers = [row["*InvoiceNumber"] for row in csv.DictReader(file)]
    once = {number for number in numbers if numbers.count(number) == 1}

    found = read_path(path, mapping="currency: USD\n")

    assert found.understood.layout == "xero_sales_invoice_template"
    assert found.understood.dates == "day/month/year"
    assert (len(numbers), len(set(numbers))) == (100, 64)
    assert {d.number for d in found.documents} == once
    assert {code for _, code in found.errors} == {"number_conflict"}
    assert "the customer" in found.said
    assert sum(len(row.cells) for row in found.rows) == 100
    before = [d for d in found.documents if d.due and d.issued and d.due < d.issued]
    assert before  # a due day before the day of issue is taken as it stands


@real
def test_the_lines_of_the_filled_xero_template_add_up() -> None:
    path = LEDGERS / "xero_SalesInvoiceTemplate_filled.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    at = table[0].index("*InvoiceNumber")
    for count, row in enumerate(table[1:], 1):
        row[at] = str(count)  # each line an invoice of its own, so that none conflicts
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)

    found = read(out.getvalue(), mapping="currency: USD\n")

    assert figures(found.documents) == (100, Decimal(232_278))
    early = [d for d in found.documents if d.due and d.issued and d.due < d.issued]
    assert len(early) == 49


@real
def test_the_published_datev_files_give_an_invoice_and_a_customer() -> None:
    postings = read_path(LEDGERS / "datev/EXTF_Buchungsstapel.csv")
    parties = read_path(LEDGERS / "datev/EXTF_Stammdaten.csv")
    labels = read_path(LEDGERS / "datev/EXTF_Kontenbeschriftungen.csv")

    (invoice,) = postings.documents
    assert (invoice.type, invoice.number, invoice.customer) == (INVOICE, "RE201802-135", "10000")
    assert (invoice.total, invoice.currency) == (Decimal("5950.00"), "EUR")
    assert (invoice.issued, invoice.due) == (date(2018, 2, 22), None)
    assert postings.understood.layout == "datev_buchungsstapel"
    (customer,) = (row.body for row in parties.rows if row.body)
    assert (customer["customer"], customer["name"]) == ("10000", "Sabine Mustermann")
    assert customer["email"] == "sabine@mustermann.de"
    assert labels.errors == [(0, "no_receivables")]


# --- laws -------------------------------------------------------------------------------------

HEAD = (
    "Rechnungsnummer",
    "Kundennummer",
    "Kunde",
    "Rechnungsdatum",
    "Fälligkeit",
    "Brutto",
    "Währung",
)
COUNT = len(HEAD)


@st.composite
def ledger(draw: st.DrawFn) -> list[list[str]]:
    """A header and some rows of a list as a German system writes it."""
    count = draw(st.integers(1, 8))
    day = st.dates(date(2020, 1, 13), date(2030, 12, 28))
    rows = [list(HEAD)]
    for number in range(count):
        issued, due = draw(day), draw(day)
        cents = draw(st.integers(1, 9_999_999))
        amount = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"
        name = draw(
            st.sampled_from(["Ada", "Müller & Söhne", "O'Neill; Co", "Total Energies", "1"])
        )
        rows.append(
            [f"RE-{number}", f"K{number % 3}", name, f"{issued:%d.%m.%Y}", f"{due:%d.%m.%Y}",
             amount, draw(st.sampled_from(["EUR", "CHF"]))]
        )  # fmt: skip
    return rows


def text_of(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue()


def essence(found: Read) -> tuple[list[Document], list[str], str, str]:
    return (
        sorted(found.documents),
        sorted(code for _, code in found.errors),
        found.understood.layout,
        found.understood.holds,
    )


@settings(deadline=None, max_examples=60)
@given(rows=ledger(), order=st.permutations(range(COUNT)))
def test_the_order_of_columns_never_changes_what_is_read(
    rows: list[list[str]], order: list[int]
) -> None:
    shuffled = [[row[i] for i in order] for row in rows]

    assert essence(read(text_of(shuffled))) == essence(read(text_of(rows)))


@settings(deadline=None, max_examples=60)
@given(
    rows=ledger(),
    titles=st.lists(
        st.sampled_from(["", "Meine Firma GmbH", "Offene Posten", "Seite 1"]), max_size=5
    ),
    blank=st.integers(0, 9),
)
def test_titles_and_blank_rows_never_change_what_is_read(
    rows: list[list[str]], titles: list[str], blank: int
) -> None:
    decorated = [[title] for title in titles] + rows[:1]
    for place, row in enumerate(rows[1:]):
        decorated += [[""] * COUNT] if place == blank else []
        decorated += [row]

    assert essence(read(text_of(decorated))) == essence(read(text_of(rows)))


@settings(deadline=None, max_examples=40)
@given(rows=ledger(), every=st.integers(1, 4))
def test_repeated_headers_and_a_row_of_totals_are_passed_over(
    rows: list[list[str]], every: int
) -> None:
    paged = rows[:1]
    for place, row in enumerate(rows[1:], 1):
        paged += [row] if place % every else [row, rows[0]]
    paged.append(["Summe", "", "", "", "", "1.234,56", ""])
    paged.append(["", "", "", "", "", "1.234,56", ""])

    found = read(text_of(paged))

    assert essence(found) == essence(read(text_of(rows)))
    assert found.understood.skipped["total"] == 2


@settings(deadline=None, max_examples=40)
@given(
    rows=ledger(), cut=st.integers(0, COUNT - 1), spoiled=st.sampled_from(["x", "31.02.2026", ""])
)
def test_a_bad_row_never_changes_the_others(rows: list[list[str]], cut: int, spoiled: str) -> None:
    bad = ["RE-bad", "K9", "Bad", "13.01.2026", "14.02.2026", "5,00", "EUR"]
    bad[cut] = spoiled
    good = read(text_of(rows))

    found = read(text_of([*rows, bad]))

    assert [d for d in found.documents if d.customer != "K9" and d.name != "Bad"] == good.documents

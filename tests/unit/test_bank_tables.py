"""Bank statements as tables: banks' own CSV exports, bookings as payments, what is asked or given
back; and that no list of invoices is taken for one.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake.bank_headings import bank_columns
from dunning.domain.intake.document import Document
from dunning.domain.intake.mapping import MappingFile, read_mapping
from dunning.service.ports import FileRows, Row

from tests.unit.importing import CREDITOR, Cell, lines
from tests.unit.test_import_bank import BILLS, cell_of_bills, left

SPARKASSE = """\
"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";\
"Beguenstigter/Zahlungspflichtiger";"Kontonummer";"BLZ";"Betrag";"Waehrung";"Info"
"DE89370400440532013000";"20.11.26";"21.11.26";"GUTSCHRIFT";"RE-2026-0017 vielen Dank";\
"Hafencafe GmbH";"DE02120300000000202051";"BYLADEM1001";"1.100,00";"EUR";"Umsatz gebucht"
"DE89370400440532013000";"21.11.26";"21.11.26";"FOLGELASTSCHRIFT";"Strom November";"Stadtwerke";\
"DE44500105175407324931";"INGDDEFF";"-88,40";"EUR";"Umsatz gebucht"
"DE89370400440532013000";"22.11.26";"";"GUTSCHRIFT";"RE-2026-0018";"Ada";"DE02";"";"40,00";"EUR";\
"Umsatz vorgemerkt"
"""
ING = """\
"Umsatzanzeige";"Datei erstellt am: 22.11.2026"

"IBAN";"DE89 3704 0044 0532 0130 00"
"Saldo";"1.234,00";"EUR"

Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Betrag;Währung
20.11.2026;20.11.2026;Hafencafe;Gutschrift;RE-2026-0017;100,00;EUR
"""
N26 = """\
"Date","Payee","Account number","Transaction type","Payment reference","Amount (EUR)",\
"Amount (Foreign Currency)","Type Foreign Currency","Exchange Rate"
"2026-11-20","Harbour Cafe","IE29AIBK93115212345678","Income","Invoice RE-2026-0017","100.0",\
"120.0","USD","1.2"
"2026-11-21","Power Co","IE29AIBK93115212345679","MasterCard Payment","","-20.5","","",""
"""
DUTCH = """\
"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)",\
"Mutatiesoort","Mededelingen"
"20261120","Havencafe","NL20INGB0001234567","NL91ABNA0417164300","OV","Bij","100,00",\
"Overschrijving","RE-2026-0017"
"20261121","Stroom","NL20INGB0001234567","NL91ABNA0417164301","IC","Af","20,00","Incasso","x"
"""
FRENCH = """\
Date de comptabilisation;Libelle operation;Reference;Debit;Credit;Date de valeur
20/11/2026;VIR RE-2026-0017;;;100,00;21/11/2026
21/11/2026;FRAIS;;-4,50;;21/11/2026
"""
IN_AND_OUT = """\
Booking date,Value date,Counterparty,Counterparty IBAN,Description,Money out,Money in,Currency
2026-11-20,2026-11-20,Harbour,IE29,RE-2026-0017,,100.00,EUR
2026-11-21,2026-11-21,Bank,,Fee,4.50,,EUR
"""


def rows(text: str, mapping: str = "", usual: str = "") -> tuple[FileRows, list[Row]]:
    def mappings(layout: str) -> tuple[str, MappingFile] | None:
        if not layout:
            return ("creditor.json", MappingFile(currency=usual)) if usual else None
        return ("m.yaml", read_mapping(mapping)) if mapping else None

    found = FilesByName().rows("bank.csv", BytesSource(text.encode()), None, mappings)
    return found, list(found.rows)


def payments(text: str, **more: str) -> list[Document]:
    return [row.document for row in rows(text, **more)[1] if row.document is not None]


@pytest.mark.parametrize(
    ("text", "usual", "amount", "reference"),
    [
        (SPARKASSE, "", "1100.00", "RE-2026-0017 vielen Dank"),
        (ING, "", "100.00", "RE-2026-0017"),
        (N26, "", "100.0", "Invoice RE-2026-0017"),
        (DUTCH, "", "100.00", "RE-2026-0017"),
        (FRENCH, "EUR", "100.00", "VIR RE-2026-0017"),
        (IN_AND_OUT, "", "100.00", "RE-2026-0017"),
    ],
    ids=["sparkasse", "ing", "n26", "dutch", "french", "in-and-out"],
)
def test_what_came_in_is_a_payment_and_what_went_out_is_not(
    text: str, usual: str, amount: str, reference: str
) -> None:
    found, all_rows = rows(text, usual=usual)
    (payment,) = payments(text, usual=usual)
    assert (f"{payment.total:f}", payment.currency) == (amount, "EUR")
    assert reference in payment.reference
    assert str(payment.issued) == "2026-11-20"
    assert payment.of_bank
    assert not [row for row in all_rows if row.error]
    assert found.understood.holds == "payments"
    assert found.understood.layout_title == "Bank statement (table)"


def test_days_amounts_payer_and_account_are_those_of_the_booking() -> None:
    (payment,) = payments(SPARKASSE)
    assert (str(payment.issued), str(payment.settled_on)) == ("2026-11-20", "2026-11-21")
    assert (payment.name, payment.account) == ("Hafencafe GmbH", "DE02120300000000202051")
    assert payment.number.startswith("DE89370400440532013000/2026-11-20/")
    skipped = rows(SPARKASSE)
    _ = skipped[1]
    assert dict(skipped[0].understood.skipped) == {"debit": 1, "not_booked": 1}


def test_bookings_that_are_alike_are_two_and_the_same_export_again_brings_the_same() -> None:
    line = SPARKASSE.splitlines()[1]
    twice = SPARKASSE + line + "\n"
    ids = [one.number for one in payments(twice)]
    assert len(set(ids)) == 2
    assert ids[1] == f"{ids[0]}/2"
    assert [one.number for one in payments(twice)] == ids
    assert payments(SPARKASSE)[0].number == ids[0]


def test_what_the_bank_took_back_is_for_a_person() -> None:
    text = SPARKASSE.replace("FOLGELASTSCHRIFT", "RETOURE").replace("Strom November", "RE-1")
    (bad,) = [row for row in rows(text)[1] if row.error]
    assert bad.error is not None
    assert bad.error.code == "payment_taken_back"
    assert bad.cells[0][4] == "-88,40"


def test_a_number_of_a_card_in_the_text_is_hidden() -> None:
    (payment,) = payments(SPARKASSE.replace("vielen Dank", "4242 4242 4242 4242"))
    assert "4242 4242" not in payment.reference
    assert payment.reference.endswith("****4242")


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        (FRENCH, "question", "currency"),
        (
            IN_AND_OUT.replace("2026-11-20", "05/04/2026").replace("2026-11-21", "06/04/2026"),
            "question",
            "dates",
        ),
        (IN_AND_OUT.replace("100.00,EUR", "100.00,TALER"), "question", "currency"),
        (
            SPARKASSE.replace('"EUR";"Umsatz gebucht"', '"TALER";"Umsatz gebucht"', 1),
            "question",
            "",
        ),
    ],
)
def test_what_the_statement_does_not_say_is_asked_and_nothing_is_taken(
    text: str, code: str, field: str
) -> None:
    _, (row,) = rows(text)
    assert row.error is not None
    assert row.error.code == code
    assert field in row.error.field
    assert "layout: columns-" in str(row.error)


def test_an_answer_for_the_layout_is_heard() -> None:
    assert [one.currency for one in payments(FRENCH, mapping="currency: CHF\n")] == ["CHF"]


GENERIC = """\
Date,Description,Amount,Balance
2026-11-20,TRANSFER RE-2026-0017,100.00,1100.00
2026-11-21,CARD PURCHASE,-20.00,1080.00
"""


def test_headings_that_a_ledger_has_too_are_a_bank_s_once_a_person_says_so() -> None:
    assert payments(GENERIC) == []
    said = "holds: bank_statement\ncurrency: EUR\n"
    (payment,) = payments(GENERIC, mapping=said)
    assert (f"{payment.total:f}", payment.reference) == ("100.00", "TRANSFER RE-2026-0017")
    odd = GENERIC.replace("Description", "Wording").replace("Amount", "Sum")
    named = f"{said}columns: {{text: Wording, amount: Sum}}\n"
    assert [f"{one.total:f}" for one in payments(odd, mapping=named)] == ["100.00"]


@pytest.mark.parametrize(
    "headings",
    [
        ("Date", "Description", "Amount", "Balance"),
        ("Date", "Description", "Debit", "Credit", "Balance"),
        ("Buchungsdatum", "Belegnummer", "Kunde", "Betrag", "Valutadatum"),
        ("Invoice Number", "Customer", "Date", "Amount", "Reference"),
        ("Date", "Payee", "Type", "Due Date", "Amount", "Memo"),
        ("Customer", "Transaction Date", "Transaction Type", "Account number", "Amount", "Memo"),
        ("number", "customer", "issued", "due", "amount"),
        ("Verwendungszweck", "Betrag"),
    ],
)
def test_a_list_of_invoices_or_a_customer_s_account_is_no_bank_s(headings: Sequence[str]) -> None:
    assert bank_columns(headings) is None


# --- into the ledger ------------------------------------------------------------------------------


def settle(text: str) -> tuple[Cell, dict[str, Any]]:
    cell = cell_of_bills()
    return cell, cell.upload("bank.csv", text)


def test_a_payment_pays_the_invoice_that_its_text_names_and_once() -> None:
    cell, report = settle(ING)
    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert "RE-2026-0017/1" not in left(cell)
    again = cell.upload("again.csv", ING)
    assert (again["accepted"], again["unchanged"]) == (0, 1)


def test_one_that_is_nobody_s_waits_in_the_inbox_and_is_given_back() -> None:
    from dunning.adapters.memory.unmatched import MemoryUnmatched

    unmatched = MemoryUnmatched()
    cell = Cell(unmatched=unmatched)
    cell.upload("ledger.jsonl", lines(*BILLS))
    report = cell.upload("bank.csv", ING.replace("RE-2026-0017", "thank you"))
    assert report["rejected"] == 1
    (kept,) = unmatched.all(CREDITOR)
    assert (kept.amount, kept.currency, kept.customer) == (10_000, "EUR", "")
    assert "Hafencafe" not in kept.said, "initials alone"

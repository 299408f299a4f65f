"""Electronic invoices of all syntaxes, real ones, against what people read in them."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import PathSource
from dunning.domain.intake.document import Document
from dunning.domain.intake.einvoice import mail_of
from dunning.service.ports import Row

SAMPLES = Path(__file__).parents[3] / "shared/data/einvoice"
EXPECTED = (
    list(csv.DictReader((SAMPLES / "expected.csv").read_text(encoding="utf-8").splitlines()))
    if SAMPLES.exists()
    else []
)
REFUSED = {
    "other/ZF_fatturaPA_IT01234567890_FPR02.xml": ("unknown_document", "FatturaPA"),
    "pdf/FAIL_invalid-xml-encoding-attribute.pdf": ("bad_encoding", "UTF-8-W/O-BOM"),
}
TAKEN = [row for row in EXPECTED if row["file"] not in REFUSED]

pytestmark = pytest.mark.skipif(
    not EXPECTED, reason="the sample invoices (../shared/data/einvoice) are not here"
)


def by_name(row: dict[str, str]) -> str:
    return row["file"]


def row_of(file: str) -> Row:
    path = SAMPLES / file
    (found,) = FilesByName().rows(path.name, PathSource(path)).rows
    return found


def document_of(expected: dict[str, str]) -> Document:
    found = row_of(expected["file"])
    assert found.error is None
    assert found.document is not None
    return found.document


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def test_there_are_forty_samples() -> None:
    assert len(EXPECTED) == 40


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_a_document_says_what_it_is(expected: dict[str, str]) -> None:
    found = document_of(expected)

    assert found.number == expected["invoice_id"]
    assert found.type == ("credit_note" if expected["is_credit_note"] == "yes" else "invoice")
    assert found.type_code == expected["type_code"]
    assert found.seller == expected["seller_name"]
    assert found.notes == ()


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_its_days_are_those_of_their_fields(expected: dict[str, str]) -> None:
    found = document_of(expected)

    assert found.issued == day(expected["issue_date"])
    assert found.due == day(expected["due_date"])
    assert found.items == ()


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_its_total_is_with_tax_and_open_is_what_is_payable(expected: dict[str, str]) -> None:
    found = document_of(expected)

    assert found.currency == expected["currency"]
    assert found.total == amount(expected["tax_inclusive"])
    assert found.open == amount(expected["payable"])


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_the_buyer_can_be_written_to(expected: dict[str, str]) -> None:
    found = document_of(expected)
    scheme, _, address = expected["buyer_endpoint"].partition(":")

    assert found.name == expected["buyer_name"]
    assert found.email == expected["buyer_email"]
    assert mail_of(found) == (expected["buyer_email"] or (address if scheme == "EM" else ""))
    assert found.endpoint == (expected["buyer_endpoint"] if address else "")
    assert found.phone == expected["buyer_phone"]
    assert found.customer


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_it_can_be_found_again_by_its_references(expected: dict[str, str]) -> None:
    found = document_of(expected)

    assert found.reference == expected["payment_reference"]
    assert ";".join(found.preceding) == expected["preceding_invoice"]


@pytest.mark.parametrize("expected", TAKEN, ids=by_name)
def test_an_attachment_is_named(expected: dict[str, str]) -> None:
    assert row_of(expected["file"]).file == expected["embedded_xml_name"]


@pytest.mark.parametrize(("file", "why"), REFUSED.items())
def test_what_is_not_read_is_named(file: str, why: tuple[str, str]) -> None:
    found = row_of(file)

    assert found.document is None
    assert found.error is not None
    assert found.error.code == why[0]
    assert why[1] in str(found.error)


@pytest.mark.parametrize(
    ("file", "customer"),
    [
        # BT-46 of the seller's own scheme, before any id of a registry.
        ("cii/CE_CII_example1.xml", "10202"),
        ("ubl/XR_01.02a-INVOICE_ubl.xml", "BI12345678"),
        # BT-46 of a registry (GLN), before the VAT id.
        ("ubl/CE_Invoice-Max_content.xml", "7350000001228"),
        # no BT-46: the VAT id.
        ("ubl/CE_issue116.xml", "SE123451234501"),
        ("pdf/Mustang_RE-20190610_507.pdf", "DE999999999"),
        # neither: the electronic address, with its scheme unless it is e-mail.
        ("ubl/PEPPOL_vat-category-O.xml", "0192:987654325"),
        ("ubl/XR_01.12a-INVOICE_ubl.xml", "buyer@info.de"),
        # only the legal id.
        ("cii/FX_factur-x-minimum.xml", "987654321"),
        # nothing but the name.
        ("ubl/CE_ubl-tc434-example9.xml", "Provide Verzekeringen"),
        ("cii/CE_XRechnung-O.xml", "XX"),
    ],
)
def test_the_customer_is_known_by_the_best_id_that_is_stated(file: str, customer: str) -> None:
    found = row_of(file).document

    assert found is not None
    assert found.customer == customer


@pytest.mark.parametrize(
    ("file", "country", "address"),
    [
        (
            "ubl/CE_Invoice-Max_content.xml",
            "SE",
            ("Gata (rad1)", "Box 8 (rad2)", "Building 4 (rad3)", "10203 Motown", "Delstat B"),
        ),
        (
            "cii/CE_CII_example5.xml",
            "DK",
            ("Anystreet, Building 1", "5th floor", "101 Anytown", "Jutland"),
        ),
        ("pdf/ZUGFeRD1_Konik_acme_invoice-42.pdf", "DE", ("Domkloster 4", "50667 Köln")),
    ],
)
def test_the_buyers_address_stands_in_lines(
    file: str, country: str, address: tuple[str, ...]
) -> None:
    found = row_of(file).document

    assert found is not None
    assert (found.country, found.address) == (country, address)


@pytest.mark.parametrize(
    ("file", "corrects"),
    [
        ("ubl/PEPPOL_base-negative-inv-correction.xml", "Snippet1"),
        ("ubl/CE_BIS30-Kreditering_med_negativ_faktura.xml", "2018133"),
        ("pdf/FNFE_Avoir_FR_type381_BASIC.pdf", "FA-2017-0010"),
        # An invoice above zero corrects nothing, whatever it refers to.
        ("cii/CE_CII_example5.xml", ""),
    ],
)
def test_a_credit_names_the_invoice_that_it_corrects(file: str, corrects: str) -> None:
    found = row_of(file).document

    assert found is not None
    assert found.invoice == corrects


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("ubl/CE_issue116.xml", "ubl"),
        ("cii/CE_CII_example1.xml", "cii"),
        ("pdf/XRECHNUNG_Einfach.pdf", "pdf"),
    ],
)
def test_the_report_can_say_what_was_read(file: str, form: str) -> None:
    path = SAMPLES / file

    assert FilesByName().rows(path.name, PathSource(path)).understood.format == form

"""PDFs with an invoice inside or without: which attachment it is, what is said where none is."""

import time
import zlib

import pytest
from dunning.adapters.formats import pdf, xml_tree
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.service.ports import Row

from tests.fuzz import samples

BOM = b"\xef\xbb\xbf"


def read(body: bytes, name: str = "a.pdf") -> Row:
    (row,) = FilesByName().rows(name, BytesSource(body)).rows
    return row


def invoice(number: str) -> bytes:
    return samples.cii(number=number).encode()


def number_of(row: Row) -> str:
    assert row.error is None
    assert row.document is not None
    return row.document.number


@pytest.mark.parametrize(
    "how",
    [
        {"associated": False},
        {"tree": False},
        {"nested": True},
        {"associated": False, "tree": False, "noted": True},
        {},
    ],
    ids=str,
)
def test_an_attachment_is_found_wherever_it_is_told_of(how: dict[str, bool]) -> None:
    row = read(samples.pdf(("factur-x.xml", invoice("R-1"), "Alternative"), **how))

    assert (number_of(row), row.file) == ("R-1", "factur-x.xml")


def test_notes_on_more_pages_than_are_looked_at_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 0)
    body = samples.pdf(
        ("factur-x.xml", invoice("R-1"), "Data"), associated=False, tree=False, noted=True
    )
    error = read(body).error

    assert error is not None
    assert error.code == "no_xml"


def test_a_byte_order_mark_in_the_attachment_is_no_hindrance() -> None:
    row = read(samples.pdf(("factur-x.xml", BOM + invoice("R-1"), "Data")))

    assert number_of(row) == "R-1"


@pytest.mark.parametrize(
    ("attachments", "number"),
    [
        # By the name that the standards prescribe, not the first.
        (
            [
                ("a.xml", invoice("other"), "Alternative"),
                ("Factur-X.xml", invoice("R-1"), ""),
            ],
            "R-1",
        ),
        # The newer standard before the older.
        (
            [
                ("ZUGFeRD-invoice.xml", invoice("old"), "Alternative"),
                ("factur-x.xml", invoice("R-1"), "Alternative"),
            ],
            "R-1",
        ),
        # Without such a name: by what it is to the document.
        (
            [
                ("a.xml", invoice("copy"), "Supplement"),
                ("b.xml", invoice("R-1"), "Alternative"),
            ],
            "R-1",
        ),
        # The first that is an invoice at all.
        (
            [
                ("a.xml", b"<log xmlns='x'/>", "Data"),
                ("b.xml", samples.ubl(number="R-1").encode(), "Data"),
                ("c.txt", b"x", "Data"),
            ],
            "R-1",
        ),
    ],
)
def test_of_several_attachments_the_invoice_is_chosen(
    attachments: list[tuple[str, bytes, str]], number: str
) -> None:
    assert number_of(read(samples.pdf(*attachments))) == number


def test_no_other_attachment_stands_in_for_a_broken_invoice() -> None:
    row = read(
        samples.pdf(
            ("factur-x.xml", invoice("R-1")[:-20], "Alternative"),
            ("attachment.xml", invoice("another"), "Supplement"),
        )
    )

    assert row.document is None
    assert row.error is not None
    assert row.error.code == "broken_xml"
    assert "factur-x.xml" in str(row.error)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (samples.pdf(), "no_xml", "only pages"),
        (samples.pdf(("terms.txt", b"x", "")), "no_xml", "terms.txt"),
        (samples.pdf(("order-x.xml", samples.ORDER_X, "Data")), "unknown_document", "Order-X"),
        (
            samples.pdf(("factur-x.xml", invoice("R-1"), "Data"), password="x"),
            "encrypted",
            "encrypted",
        ),
        (b"%PDF-1.7\n", "broken_pdf", "cannot be read"),
        (samples.pdf(("factur-x.xml", invoice("R-1"), "Data"))[:300], "broken_pdf", "whole"),
    ],
    ids=["pages", "other attachment", "Order-X", "password", "nothing", "cut"],
)
def test_a_pdf_without_an_invoice_to_read_says_what_to_send(
    body: bytes, code: str, said: str
) -> None:
    row = read(body)

    assert row.document is None
    assert row.number == 0
    assert row.error is not None
    assert row.error.code == code
    assert said in str(row.error)


def test_a_name_tree_that_bites_its_tail_ends() -> None:
    body = samples.pdf(("factur-x.xml", invoice("R-1"), "Data"), nested=True, associated=False)
    leaf = next(part for part in body.split(b"endobj") if b"/Names [" in part or b"/Names[" in part)
    found = leaf.split(b" 0 obj")[0].split()[-1]
    again = leaf.replace(b"/Names", b"/Kids [ %b 0 R ] /Names" % found, 1)

    assert number_of(read(body.replace(leaf, again))) == "R-1"


def test_an_attachment_that_unpacks_to_gigabytes_is_refused_quickly() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    body = samples.pdf(("factur-x.xml", b"MARK" * 300, "Data"))
    begin = body.index(b"stream\n", body.index(b"/FlateDecode")) + 7
    end = body.index(b"\nendstream", begin)
    body = body[:begin] + bomb + body[end:]
    head = body.rfind(b"/Length ", 0, begin)
    tail = body.index(b"\n", head)
    body = body[:head] + b"/Length %d" % len(bomb) + body[tail:]

    began = time.process_time()
    row = read(body)

    assert row.error is not None
    assert row.error.code == "too_large"
    assert time.process_time() - began < 2


def test_a_pdf_whose_lists_never_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    lists = b"0000000000 65535 f \n" * 200_000
    body = b"%PDF-1.7\nxref\n0 200000\n" + lists + b"trailer <</Size 200000/Root 1 0 R>>\n"
    began = time.process_time()
    row = read(body + b"startxref\n9\n%%EOF")

    assert row.error is not None
    assert row.error.code == "too_large"
    assert time.process_time() - began < 2


def test_a_pdf_of_any_other_name_is_read_as_one() -> None:
    assert number_of(read(samples.pdf(("factur-x.xml", invoice("R-1"), "Data")), "a.csv")) == "R-1"


def test_a_large_pdf_is_not_opened() -> None:
    class Large(BytesSource):
        size = pdf.LARGEST + 1

    (row,) = pdf.read(Large(b"%PDF-1.7")).rows

    assert row.error is not None
    assert row.error.code == "too_large"
    assert xml_tree.LARGEST < pdf.LARGEST

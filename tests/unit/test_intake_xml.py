"""XML of strangers: what is refused and why, and what is read although it is odd."""

import io
import time

import pytest
from dunning.adapters.formats import xml_tree
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.fields import ReadingError
from dunning.service.ports import Row

from tests.fuzz import samples

DECLARED = "<?xml version='1.0' encoding='{}'?><a>ä</a>"


def read(body: bytes) -> Row:
    (row,) = FilesByName().rows("a.xml", BytesSource(body)).rows
    return row


def refused(body: bytes) -> ReadingError:
    with pytest.raises(ReadingError) as raised:
        xml_tree.tree(body)
    return raised.value


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        # What is written decides where a system says UTF-16 and writes UTF-8.
        ("utf-16", "utf-8"),
        ("utf-32", "utf-32"),
        ("ISO-8859-1", "latin-1"),
        ("iso-8859-15", "iso8859-15"),
        ("Windows-1252", "cp1252"),
    ],
)
def test_every_encoding_that_is_met_is_read(name: str, written: str) -> None:
    assert xml_tree.tree(DECLARED.format(name).encode(written)).text == "ä"


def test_blank_lines_before_the_declaration_are_no_hindrance() -> None:
    assert xml_tree.tree(b"\r\n " + DECLARED.format("UTF-8").encode()).text == "ä"


@pytest.mark.parametrize("name", ["UTF-8-W/O-BOM", "utf-7", "IBM037", "rot13", "base64", ""])
def test_an_encoding_that_nobody_writes_is_refused_by_its_name(name: str) -> None:
    error = refused(DECLARED.format(name).encode())

    assert error.code == "bad_encoding"
    assert name in str(error)


@pytest.mark.parametrize(
    "body",
    [
        DECLARED.format("UTF-8").encode("latin-1"),
        b"<?xml version='1.0'?>\n<a>\n\xff</a>",
        b"\xef\xbb\xbf<a>\xe4</a>",
        DECLARED.format("UTF-16").encode("utf-16")[:-1],
    ],
)
def test_bytes_of_another_encoding_than_declared_are_said_to_be_so(body: bytes) -> None:
    assert refused(body).code == "bad_encoding"


BILLION = (
    "<!DOCTYPE a [<!ENTITY b 'ha'>"
    + "".join(f"<!ENTITY b{n} '{f'&b{n - 1 or str()};' * 10}'>" for n in range(1, 12))
    + "]><a>&b11;</a>"
)


@pytest.mark.parametrize(
    "body",
    [
        BILLION.encode(),
        BILLION.encode("utf-16"),
        b"<?xml version='1.0'?><!-- x --><?y z?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>]><a>&x;</a>",
        b"<!DOCTYPE a PUBLIC '-//X' 'http://127.0.0.1:9/x.dtd'><a/>",
        b"<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
        b"<!--" + b"x" * 70_000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
    ids=["billion", "UTF-16", "file", "network", "dtd", "attribute", "behind a long comment"],
)
def test_a_document_type_is_refused_at_once_and_nothing_is_fetched(body: bytes) -> None:
    began = time.process_time()

    assert refused(body).code == "xml_dtd"
    assert time.process_time() - began < 2


def test_a_stream_refuses_a_document_type_too() -> None:
    body = b"<!--" + b"x" * 70_000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a><c>&b;</c></a>"

    with pytest.raises(ReadingError) as raised:
        list(xml_tree.elements(io.BytesIO(body), "a", ["c"]))
    assert raised.value.code == "xml_dtd"


def test_words_that_look_like_a_document_type_inside_a_text_are_text() -> None:
    assert xml_tree.tree(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"<a>\n<b>\n</a>", 3),
        (b"<a>\n\n&nothing;</a>", 3),
        (b"<a>\n", 2),
        (b"<a/>\n<b/>", 2),
        (b"<a b=c/>", 1),
        (b"<x:a/>", 1),
        (b"<?xml version='1.0'", 1),
    ],
)
def test_broken_xml_is_told_with_its_line(body: bytes, line: int) -> None:
    error = refused(body)

    assert error.code == "broken_xml"
    assert f"line {line} " in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 400 + b"</a>" * 400,
        b"<a>" + b"x" * 10_500_000 + b"</a>",
        b"<a>" + b"<b/>" * 2_100_000 + b"</a>",
        b"<a>" + b" " * xml_tree.LARGEST + b"</a>",
    ],
    ids=["deep", "long text", "many elements", "large"],
)
def test_depth_text_elements_and_size_are_bounded(body: bytes) -> None:
    began = time.process_time()

    assert refused(body).code == "too_large"
    assert time.process_time() - began < 2


def test_a_comment_inside_a_value_does_not_cut_it() -> None:
    row = read(samples.ubl(number="R-<!-- which? -->1").encode())

    assert row.document is not None
    assert row.document.number == "R-1"


def test_a_stream_gives_elements_however_its_chunks_fall_and_keeps_none() -> None:
    body = "<r xmlns='x'>" + "".join(f"<e>{n}ä</e>" for n in range(20_000)) + "</r>"
    found = []
    most = 0
    for element in xml_tree.elements(io.BytesIO(body.encode("utf-16")), "r", ["e"]):
        parent = element.getparent()
        if parent is not None:
            found.append(element.text)
            most = max(most, len(parent))
    assert found == [f"{n}ä" for n in range(20_000)]
    assert most < 20_000 / 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (samples.ORDER_X, "Order-X"),
        (b"<a:FatturaElettronica xmlns:a='http://x'/>", "FatturaPA"),
        (b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>", "UBL Order"),
        (b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "Excel 2003"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        (b"<something xmlns='urn:else'/>", "something"),
        (b"<Invoice/>", "Invoice"),
        (b"<!DOCTYPE html><html><body>1</body></html>", "web page"),
    ],
)
def test_other_xml_is_named_as_what_it_is(body: bytes, said: str) -> None:
    row = read(body)

    assert row.document is None
    assert said in str(row.error)
    assert row.number == 0


def test_documents_in_a_business_envelope_are_read() -> None:
    inside = samples.ubl().split("?>", 1)[1]
    row = read(
        b"<s:StandardBusinessDocument xmlns:s='http://www.unece.org/cefact/namespaces/"
        b"StandardBusinessDocumentHeader'><s:StandardBusinessDocumentHeader/>"
        + inside.encode()
        + b"</s:StandardBusinessDocument>"
    )

    assert row.document is not None
    assert row.document.number == "R-1"

"""XML files by their root element: electronic invoices and bank statements are read, others are
named as what they are. How each is read is its own module's.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dunning.adapters.formats import camt, cii, ubl, xml_tree
from dunning.adapters.formats.text import file_error
from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake.document import Document
from dunning.domain.intake.understood import Understood
from dunning.service.ports import FileRows, Row, Source

if TYPE_CHECKING:
    from lxml import etree

COLUMNS = ("number", "customer", "currency", "issued", "due", "amount")
"""As the plain CSV names them: the list of bad documents can be mended and uploaded."""

READERS = {
    ubl.INVOICE: ("ubl", ubl.read),
    ubl.CREDIT_NOTE: ("ubl", ubl.read),
    cii.D16B.root: ("cii", cii.read),
    cii.ZUGFERD_1.root: ("zugferd1", cii.read),
}
TITLES = {
    "ubl": "UBL 2",
    "cii": "UN/CEFACT Cross Industry Invoice",
    "zugferd1": "ZUGFeRD 1",
}
_ENVELOPE = (
    "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
    "StandardBusinessDocument"
)
_SEND = "send invoices as UBL, CII, Factur-X, ZUGFeRD or XRechnung, or as a table"
_OTHERS = (
    ("SCRDMCCBDACIOMessageStructure", "an Order-X order, and no invoice"),
    ("SCRDMCCBDACIDAMessageStructure", "a despatch advice, and no invoice"),
    ("FatturaElettronica", "an Italian FatturaPA invoice, which is not read"),
    ("Facturae", "a Spanish Facturae invoice, which is not read"),
    ("Finvoice", "a Finvoice invoice, which is not read"),
    ("Comprobante", "a Mexican CFDI invoice, which is not read"),
    ("crd.gov.pl", "a Polish KSeF invoice, which is not read"),
    ("ebinterface.at", "an Austrian ebInterface invoice, which is not read"),
    ("office:spreadsheet", "an Excel 2003 XML table; save it as .xlsx"),
    ("www.w3.org/1999/xhtml", "a web page; export the table that it shows"),
    ("www.w3.org/2000/svg", "a picture (SVG)"),
    ("CrossIndustryInvoice", "a Cross Industry Invoice of an edition that is not read (D16B is)"),
)
_BANK = camt.NAMESPACE.encode()
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def read(source: Source) -> FileRows:
    """The documents of an XML file."""
    try:
        with source.open() as stream:
            head = stream.read(xml_tree.HEAD)
            found = xml_tree.prolog(head) if _BANK in head.replace(b"\0", b"") else None
            if found is not None and camt.NAMESPACE in found.root:
                return camt.read(source, found.root)
            body = head + stream.read(xml_tree.LARGEST + 1 - len(head))
        return of(body)
    except ReadingError as error:
        return file_error(error.code, str(error), COLUMNS)


def of(body: bytes) -> FileRows:
    """The documents of an XML text. Raises ReadingError where it holds none that is read."""
    root = xml_tree.tree(body)
    understood = Understood()
    known = [root] if root.tag in READERS else []
    if root.tag == _ENVELOPE:
        known = [one for one in root.iterchildren("*") if one.tag in READERS]
    if not known:
        raise what_it_is(str(root.tag))
    understood.format = READERS[str(known[0].tag)][0]
    understood.layout = understood.format
    understood.layout_title = TITLES[understood.format]
    return FileRows(COLUMNS, tuple(_rows(known)), understood=understood)


def _rows(known: "list[etree._Element]") -> Iterator[Row]:
    for number, one in enumerate(known, 1):
        try:
            document = READERS[str(one.tag)][1](one)
        except ReadingError as error:
            yield Row(number, (), error=error)
        else:
            yield Row(number, (cells(document),), document=document)


def cells(document: Document) -> tuple[str, ...]:
    """A document as a row below COLUMNS."""
    days = (day.isoformat() if day else "" for day in (document.issued, document.due))
    amount = document.total if document.open is None else document.open
    return (
        document.number,
        document.customer,
        document.currency,
        *days,
        "" if amount is None else f"{amount:f}",
    )


def what_it_is(tag: str) -> ReadingError:
    """The error of XML that is no document that is read, by its root."""
    if tag.startswith(f"{{{_UBL}"):
        name = printable(tag.rpartition("}")[2]).strip("'")
        said = f"the file is a UBL {name}, and no invoice or credit note; {_SEND}"
        return ReadingError("unknown_document", "", said)
    for mark, name in _OTHERS:
        if mark in tag:
            return ReadingError("unknown_document", "", f"the file is {name}; {_SEND}")
    name = printable(tag.rpartition("}")[2])
    return ReadingError(
        "unknown_document", "", f"the XML is a {name}, which is no invoice that is read; {_SEND}"
    )

"""What an electronic invoice costs: CPU from bytes to document, beside the XML parser alone.

Made invoices of the size that real ones have; ledger writes are measured elsewhere.
"""

import time
from collections.abc import Callable
from functools import partial

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from lxml import etree

from tests.bench.figures import Board
from tests.fuzz import samples

FILES = 2_000
LINES = 11
"""Invoice lines of a file: it then has some nine kilobytes, the median of real ones."""


def measure(board: Board) -> None:
    """UBL and CII files a minute and core; the goal is 10,000 (6 ms each)."""
    for name, texts in (("ubl", _ubl()), ("cii", _cii())):
        bodies = [text.encode() for text in texts]
        _read(bodies[:50])
        ours, floor = _cpu(partial(_read, bodies)), _cpu(partial(_bare, bodies))
        size = sum(map(len, bodies)) / len(bodies) / 1e3
        board.add(
            f"{name}_files_per_minute",
            FILES / ours * 60,
            "files",
            f"{name.upper()} invoices of {size:.1f} kB from bytes to document, in a minute of one"
            " core; the goal is 10,000. Floor (here the most there can be): lxml.fromstring alone",
            floor=FILES / floor * 60,
        )


def _cpu(work: Callable[[], None]) -> float:
    """The least of three: what else the machine does only adds."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def _read(bodies: list[bytes]) -> None:
    formats = FilesByName()
    for body in bodies:
        (row,) = formats.rows("invoice.xml", BytesSource(body)).rows
        if row.document is None:
            raise AssertionError(str(row.error))


def _bare(bodies: list[bytes]) -> None:
    for body in bodies:
        etree.fromstring(body)


def _ubl() -> list[str]:
    line = (
        "<cac:InvoiceLine><cbc:ID>{n}</cbc:ID><cbc:InvoicedQuantity unitCode='C62'>1"
        "</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID='EUR'>20.00"
        "</cbc:LineExtensionAmount><cac:OrderLineReference><cbc:LineID>{n}</cbc:LineID>"
        "</cac:OrderLineReference><cac:Item><cbc:Description>What it is, in some words"
        "</cbc:Description><cbc:Name>Item {n}</cbc:Name><cac:SellersItemIdentification>"
        "<cbc:ID>S-{n}</cbc:ID></cac:SellersItemIdentification><cac:ClassifiedTaxCategory>"
        "<cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
        "</cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item><cac:Price>"
        "<cbc:PriceAmount currencyID='EUR'>20.00</cbc:PriceAmount>"
        "<cbc:BaseQuantity unitCode='C62'>1</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>"
    )
    lines = "".join(line.format(n=n) for n in range(1, LINES + 1))
    buyer = (
        "<cbc:EndpointID schemeID='EM'>buyer@example.com</cbc:EndpointID>"
        "<cac:PartyIdentification><cbc:ID>K-1</cbc:ID></cac:PartyIdentification>"
        "<cac:PostalAddress><cbc:StreetName>Street 1</cbc:StreetName><cbc:CityName>Ulm"
        "</cbc:CityName><cbc:PostalZone>89073</cbc:PostalZone><cac:Country>"
        "<cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "<cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme>"
        "<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    )
    return [
        samples.ubl(number=f"R-{n}", buyer=buyer).replace("</Invoice>", f"{lines}</Invoice>")
        for n in range(FILES)
    ]


def _cii() -> list[str]:
    line = (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        "<ram:LineID>{n}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedTradeProduct><ram:SellerAssignedID>S-{n}</ram:SellerAssignedID>"
        "<ram:Name>Item {n}</ram:Name><ram:Description>What it is, in some words"
        "</ram:Description></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
        "<ram:NetPriceProductTradePrice><ram:ChargeAmount>20.00</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        "<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode='C62'>1"
        "</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>"
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT"
        "</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19"
        "</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>20.00"
        "</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )
    lines = "".join(line.format(n=n) for n in range(1, LINES + 1))
    start = "<rsm:SupplyChainTradeTransaction>"
    return [samples.cii(number=f"R-{n}").replace(start, start + lines) for n in range(FILES)]

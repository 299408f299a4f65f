"""Small valid files of every format, made here: what tests of formats and the fuzzers begin with.

Nothing is asserted here.
"""

import io
import json
import zipfile
from collections.abc import Iterable

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

UBL_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
CII_NAMESPACES = (
    'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
    'xmlns:ram="urn:un:unece:uncefact:data:standard:'
    'ReusableAggregateBusinessInformationEntity:100" '
    'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
)
CAMT_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
ORDER_X = (
    b'<?xml version="1.0"?><rsm:SCRDMCCBDACIOMessageStructure '
    b'xmlns:rsm="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"/>'
)


def ubl(
    kind: str = "Invoice",
    *,
    code: str = "380",
    number: str = "R-1",
    currency: str = "EUR",
    total: str = "119.00",
    payable: str = "119.00",
    extra: str = "<cbc:DueDate>2026-03-31</cbc:DueDate>",
    after: str = "",
    buyer: str = "<cbc:EndpointID schemeID='EM'>buyer@example.com</cbc:EndpointID>",
    name: str = "Käufer GmbH",
) -> str:
    """An Invoice or CreditNote; `extra` stands behind its day of issue, `after` behind the
    buyer."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<{kind} {UBL_NAMESPACES.format(kind=kind)}>"
        f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate>{extra}"
        f"<cbc:{kind}TypeCode>{code}</cbc:{kind}TypeCode>"
        f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>"
        "<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>"
        "<cbc:RegistrationName>Seller AG</cbc:RegistrationName>"
        "</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
        f"<cac:AccountingCustomerParty><cac:Party>{buyer}"
        f"<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>{after}"
        "<cac:LegalMonetaryTotal>"
        f"<cbc:TaxInclusiveAmount currencyID='{currency}'>{total}</cbc:TaxInclusiveAmount>"
        f"<cbc:PayableAmount currencyID='{currency}'>{payable}</cbc:PayableAmount>"
        f"</cac:LegalMonetaryTotal></{kind}>"
    )


def cii(
    *,
    code: str = "380",
    number: str = "R-1",
    total: str = "119.00",
    payable: str = "119.00",
    terms: str = (
        "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        "<udt:DateTimeString format='102'>20260331</udt:DateTimeString>"
        "</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
    ),
) -> str:
    """A CrossIndustryInvoice (D16B)."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<rsm:CrossIndustryInvoice {CII_NAMESPACES}>"
        f"<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>"
        "<ram:IssueDateTime><udt:DateTimeString format='102'>20260301</udt:DateTimeString>"
        "</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        "<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Seller AG</ram:Name>"
        "</ram:SellerTradeParty><ram:BuyerTradeParty><ram:ID>K1</ram:ID>"
        "<ram:Name>Käufer GmbH</ram:Name></ram:BuyerTradeParty>"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeSettlement>"
        "<ram:PaymentReference>RF18 5390</ram:PaymentReference>"
        f"<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>{terms}"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{payable}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>"
        "</rsm:CrossIndustryInvoice>"
    )


def entry(
    *,
    amount: str = "119.00",
    side: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    reference: str = "<AcctSvcrRef>BANK-1</AcctSvcrRef>",
    details: str = (
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Payer Ltd</Nm></Dbtr><DbtrAcct><Id>"
        "<IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>"
        "<RmtInf><Ustrd>Invoice R-1</Ustrd></RmtInf></TxDtls></NtryDtls>"
    ),
    more: str = "",
    day: str = "2026-03-05",
) -> str:
    """A booking of a bank statement."""
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{status}"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>2026-03-06</Dt></ValDt>"
        f"{reference}{details}</Ntry>"
    )


def camt(*entries: str, version: str = "02", message: str = "camt.053") -> str:
    """A bank statement of these bookings."""
    namespace = CAMT_NAMESPACE.format(version=version).replace("camt.053", message)
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<Document xmlns='{namespace}'>"
        "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id>"
        "<IBAN>DE79000000001234567890</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{''.join(entries or (entry(),))}</Stmt></BkToCstmrStmt></Document>"
    )


def pdf(
    *attachments: tuple[str, bytes, str],
    associated: bool = True,
    tree: bool = True,
    nested: bool = False,
    noted: bool = False,
    password: str = "",
) -> bytes:
    """A PDF of one page with attachments (name, content, AFRelationship), told of in the name tree
    (in a kid of its root if `nested`), in the list of associated files, in notes on the page
    (`noted`), or in several of these."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    specs = []
    for name, content, relation in attachments:
        stream = DecodedStreamObject()
        stream.set_data(content)
        stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
        files = DictionaryObject({NameObject("/F"): writer._add_object(stream.flate_encode())})
        spec = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Filespec"),
                NameObject("/F"): TextStringObject(name),
                NameObject("/EF"): files,
            }
        )
        if relation:
            spec[NameObject("/AFRelationship")] = NameObject(f"/{relation}")
        specs.append(writer._add_object(spec))
    names = ArrayObject()
    for (name, _, _), spec_ in zip(attachments, specs, strict=True):
        names += [TextStringObject(name), spec_]
    leaf = DictionaryObject({NameObject("/Names"): names})
    top = leaf
    if nested:
        kids = ArrayObject([writer._add_object(leaf)])
        top = DictionaryObject({NameObject("/Kids"): kids})
    root = writer.root_object
    if tree and attachments:
        root[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): top})
    if associated and attachments:
        root[NameObject("/AF")] = ArrayObject(specs)
    if noted:
        notes = [
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Annot"),
                    NameObject("/Subtype"): NameObject("/FileAttachment"),
                    NameObject("/FS"): spec_,
                }
            )
            for spec_ in specs
        ]
        writer.pages[0][NameObject("/Annots")] = ArrayObject(map(writer._add_object, notes))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def json_lines(bodies: Iterable[object]) -> bytes:
    """An object a line."""
    return "".join(f"{json.dumps(body)}\n" for body in bodies).encode()


BODIES = (
    {"on": "2026-03-01", "type": "customer", "customer": "c1", "name": "Ada"},
    {"on": "2026-03-02", "type": "payment", "id": "p1", "customer": "c1", "amount": "1.50"},
)
FLAT = (
    {"invoiceNumber": "A1", "customer": {"id": "c1"}, "dueDate": "2026-03-31", "total": 119.5},
    {"invoiceNumber": "A2", "customer": {"id": "c2"}, "dueDate": "2026-04-30", "total": 70},
)
STRIPE = {
    "object": "list",
    "data": [
        {
            "object": "invoice",
            "id": "in_1",
            "number": "ST-1",
            "status": "open",
            "currency": "eur",
            "customer": "cus_1",
            "customer_name": "Ada",
            "customer_email": "ada@example.com",
            "created": 1772323200,
            "due_date": 1774915200,
            "total": 11900,
            "amount_remaining": 1900,
            "livemode": True,
        }
    ],
}


CSV = (
    "number,customer,currency,issued,due,amount\n"
    "A1,c1,EUR,2026-01-31,2026-02-28,119.00\nA2,c2,USD,2026-01-31,2026-02-28,70\n"
    "A3,c2,USD,2026-02-13,2026-02-28,-7.50\n"
)
GERMAN = (
    "Offene Posten per 31.12.2025;;;;\n\n"
    "Rechnungs-Nr.;Kunde;Rechnungsdatum;Fällig am;Betrag;Offen\n"
    "R-1;Müller & Söhne;13.11.2025;13.12.2025;1.234,56 €;1.234,56 €\n"
    "R-2;Groß;14.11.2025;14.12.2025;99,00 €;9,00 €\nSumme;;;;1.333,56 €;1.243,56 €\n"
)
LINES = (
    "Invoice Number\tContact Name\tInvoice Date\tDue Date\tCurrency\tLine Amount\n"
    "INV-1\tAda\t03/31/2026\t04/30/2026\tUSD\t$1,000.00\n"
    "INV-1\tAda\t03/31/2026\t04/30/2026\tUSD\t$(20.00)\n"
    "\t\t\tTotal\t\t$980.00\n"
)
DATEV = (
    '"EXTF";700;21;"Buchungsstapel";12;20260101120000000;;"RE";"";"";1001;1;20260101;4;20260101;'
    '20260131;"Januar";"";1;0;0;"EUR"\n'
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-"
    "Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2\n"
    '119,00;"S";"EUR";;;"";10001;8400;"";1301;"R-1";"150226"\n'
)


def every() -> dict[str, bytes]:
    """A valid file of every format, by name."""
    invoice = ubl().encode()
    return {
        "ubl.xml": invoice,
        "credit.xml": ubl("CreditNote", code="381").encode(),
        "cii.xml": cii().encode(),
        "utf16.xml": cii().replace("UTF-8", "UTF-16").encode("utf-16"),
        "camt.xml": camt(entry(), entry(side="DBIT", amount="5.00")).encode(),
        "camt08.xml": camt(entry(status="<Sts><Cd>BOOK</Cd></Sts>"), version="08").encode(),
        "order.xml": ORDER_X,
        "facturx.pdf": pdf(("factur-x.xml", cii().encode(), "Alternative")),
        "nested.pdf": pdf(("a.txt", b"x", ""), ("xrechnung.xml", invoice, "Data"), nested=True),
        "plain.pdf": pdf(),
        "files.zip": packed(("a/ubl.xml", invoice), ("b.jsonl", json_lines(BODIES))),
        "stored.zip": packed(("ubl.xml", invoice), method=zipfile.ZIP_STORED),
        "plain.csv": CSV.encode(),
        "german.csv": GERMAN.encode("cp1252"),
        "lines.csv": LINES.encode("utf-16"),
        "datev.csv": DATEV.encode("cp1252"),
        "bodies.jsonl": json_lines(BODIES),
        "flat.jsonl": json_lines(FLAT),
        "bodies.json": json.dumps(BODIES).encode(),
        "flat.json": json.dumps(FLAT).encode(),
        "stripe.json": json.dumps(STRIPE).encode(),
    }

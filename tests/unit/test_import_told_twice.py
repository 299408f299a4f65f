"""What may be owed or paid twice, and what is not owed to us at all: told, or refused."""

import json

from tests.unit.importing import Cell

SETTLED = (
    "Invoice No,Customer No,Invoice Date,Due Date,Amount,Settled Date,Currency\n"
    "R1,c1,2026-01-05,2026-02-04,100.00,2026-02-01,EUR\n"
)
BANK = "id,customer,currency,amount,invoice,value_date\np1,c1,EUR,100.00,R1,2026-02-01\n"
UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-01-05</cbc:IssueDate>
<cbc:DueDate>2026-02-04</cbc:DueDate><cbc:InvoiceTypeCode>{code}</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{more}
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>{seller}</cbc:Name>
</cac:PartyName></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>{buyer}</cbc:Name>
</cac:PartyName></cac:Party></cac:AccountingCustomerParty>
<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">90.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">90.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"""
CORRECTS = (
    "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>U1</cbc:ID>"
    "</cac:InvoiceDocumentReference></cac:BillingReference>"
)


def ubl(number: str, **more: str) -> str:
    said = {"code": "380", "seller": "Acme GmbH", "buyer": "Buyer AG", "more": ""} | more
    return UBL.format(number=number, **said)


def test_the_banks_payment_of_what_its_document_called_settled_is_told() -> None:
    cell = Cell()
    cell.upload("s.csv", SETTLED)
    report = cell.upload("p.csv", BANK)
    assert dict(cell.account().head.credit) == {"EUR": 10000}
    (note,) = report["notes"]
    assert note["code"] == "paid_before"
    assert "send a reversal of p1" in str(note)

    cell.upload("r.jsonl", '{"on":"2026-03-01","type":"reversal","id":"r1","of":"p1"}\n')
    assert cell.account().open == ()
    assert not cell.account().head.credit


def test_the_other_way_round_it_counts_once_and_nothing_is_told() -> None:
    cell = Cell()
    cell.upload("d.csv", SETTLED.replace(",Settled Date", "").replace(",2026-02-01,EUR", ",EUR"))
    assert cell.upload("p.csv", BANK)["notes"] == []
    cell.upload("s.csv", SETTLED)
    assert cell.account().open == ()
    assert not cell.account().head.credit


def test_a_corrected_invoice_that_names_another_is_told() -> None:
    cell = Cell()
    cell.upload("u.xml", ubl("U1"))
    report = cell.upload("k.xml", ubl("K1", code="384", more=CORRECTS))
    assert "it corrects U1 and is owed beside what it corrects" in str(report["notes"])
    assert cell.upload("p.xml", ubl("P1", more=CORRECTS))["notes"] == []


def test_an_invoice_that_a_supplier_sent_to_us_is_refused() -> None:
    cell = Cell()
    settings = {"creditor": "acme", "name": "Acme GmbH", "time_zone": "UTC"}
    cell.upload("creditor.json", json.dumps(settings), "config")
    report = cell.upload("bill.xml", ubl("B1", seller="Lieferant AG", buyer="ACME  GmbH"))
    assert report["reasons"] == {"payables": 1}
    assert cell.state() == {}
    assert cell.upload("ours.xml", ubl("A1"))["rejected"] == 0

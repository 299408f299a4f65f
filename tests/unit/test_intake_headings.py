"""Headings to fields: the same heading however it is written, six languages, what is no heading."""

import pytest
from dunning.domain.intake.columns import told_apart
from dunning.domain.intake.headings import currency_in, is_payable, meaning_of, normal
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "heading",
    [
        "InvoiceNo",
        "*InvoiceNo",
        "Invoice No.",
        "INVOICE_NO",
        "invoice\u00a0no",
        "Invoice#",
        "Invoice №",
    ],
)
def test_a_heading_is_the_same_however_it_is_written(heading: str) -> None:
    assert normal(heading) == "invoiceno"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        # English
        ("Invoice Number", "number"), ("Customer ID", "customer"), ("Customer Name", "name"),
        ("Currency Code", "currency"), ("Invoice Date", "issued"), ("Due Date", "due"),
        ("Amount", "total"), ("Open Balance", "open"), ("Amount Paid", "paid"), ("Net", "net"),
        ("VAT", "tax"), ("Settled Date", "settled_on"), ("Disputed?", "disputed"),
        ("Transaction Type", "type"), ("Status", "status"), ("Debit", "debit"),
        ("Credit", "credit"), ("Line Amount", "line"), ("Qty", "quantity"),
        ("Unit Price", "unit_price"), ("E-mail address", "email"), ("Mobile No", "phone"),
        ("Country", "country"), ("Zip", "postcode"), ("Days overdue", "age"),
        # German
        ("Rechnungsnummer", "number"), ("Beleg-Nr.", "number"), ("Kundennummer", "customer"),
        ("Kunde", "party"), ("Währung", "currency"), ("Waehrung", "currency"),
        ("Rechnungsdatum", "issued"), ("Fälligkeitsdatum", "due"), ("Faelligkeit", "due"),
        ("Brutto", "total"), ("Offener Betrag", "open"), ("Bezahlt", "paid"), ("Netto", "net"),
        ("MwSt", "tax"), ("Strittig", "disputed"), ("Soll", "debit"), ("Haben", "credit"),
        ("Telefon", "phone"), ("Straße", "address1"), ("PLZ", "postcode"), ("Ort", "city"),
        # French
        ("N° facture", "number"), ("Code client", "customer"), ("Nom du client", "name"),
        ("Devise", "currency"), ("Date de facture", "issued"), ("Date d'échéance", "due"),
        ("Montant TTC", "total"), ("Reste à payer", "open"), ("Montant réglé", "paid"),
        ("Montant HT", "net"), ("TVA", "tax"), ("Payé le", "settled_on"), ("Litige", "disputed"),
        ("Courriel", "email"), ("Téléphone", "phone"), ("Pays", "country"),
        # Spanish
        ("Nº factura", "number"), ("Código de cliente", "customer"), ("Moneda", "currency"),
        ("Razón social", "name"), ("Fecha de emisión", "issued"), ("Vencimiento", "due"),
        ("Importe total", "total"), ("Importe pendiente", "open"), ("Cobrado", "paid"),
        ("Base imponible", "net"), ("IVA", "tax"), ("Fecha de pago", "settled_on"),
        ("Correo electrónico", "email"), ("Teléfono", "phone"), ("País", "country"),
        # Italian
        ("Numero fattura", "number"), ("Codice cliente", "customer"), ("Valuta", "currency"),
        ("Ragione sociale", "name"), ("Data fattura", "issued"), ("Scadenza", "due"),
        ("Importo totale", "total"), ("Importo residuo", "open"), ("Pagato", "paid"),
        ("Imponibile", "net"), ("Data pagamento", "settled_on"), ("Dare", "debit"),
        ("Avere", "credit"), ("Indirizzo", "address1"), ("Città", "city"),
        # Dutch
        ("Factuurnummer", "number"), ("Debiteurnummer", "customer"), ("Klantnaam", "name"),
        ("Factuurdatum", "issued"), ("Vervaldatum", "due"), ("Factuurbedrag", "total"),
        ("Openstaand bedrag", "open"), ("Betaald", "paid"), ("Bedrag excl. btw", "net"),
        ("BTW", "tax"), ("Betaald op", "settled_on"), ("Debet", "debit"), ("Adres", "address1"),
    ],
)  # fmt: skip
def test_headings_of_six_languages_name_their_fields(heading: str, field: str) -> None:
    found = meaning_of(heading)

    assert found is not None
    assert found.field == field


@pytest.mark.parametrize("heading", ["", "  ", "PaperlessBill", "Warehouse", "Lager", "???", "1"])
def test_other_headings_are_taken_for_nothing(heading: str) -> None:
    assert meaning_of(heading) is None


def test_of_two_headings_for_one_field_the_plainer_is_known() -> None:
    plain, general = meaning_of("Invoice total"), meaning_of("Value")

    assert plain is not None
    assert general is not None
    assert plain.field == general.field == "total"
    assert plain.rank < general.rank


@pytest.mark.parametrize(
    ("heading", "currency"),
    [
        ("Amount (EUR)", "EUR"),
        ("Betrag in CHF", "CHF"),
        ("Total €", "EUR"),
        ("Saldo GBP", "GBP"),
        ("Amount [USD]", "USD"),
        ("Amount ($)", ""),  # the sign of many
        ("Amount", ""),
        ("EUR", ""),
        ("Invoice NO", ""),
        ("Date Due", ""),
    ],
)
def test_a_heading_may_end_in_its_currency(heading: str, currency: str) -> None:
    assert currency_in(heading) == currency


def test_a_heading_with_its_currency_means_what_it_means_without() -> None:
    found = meaning_of("Open amount (EUR)")

    assert found is not None
    assert found.field == "open"


@pytest.mark.parametrize(
    "heading",
    ["Vendor", "Supplier name", "Lieferant", "Kreditoren-Nr.", "Fournisseur", "Proveedor",
     "Fornitore", "Leverancier"],
)  # fmt: skip
def test_words_for_who_is_paid_mark_bills(heading: str) -> None:
    assert is_payable(heading)
    assert meaning_of(heading) is None


@pytest.mark.parametrize("heading", ["Customer", "Kunde", "Bill No", "Party Name"])
def test_words_for_customers_mark_no_bills(heading: str) -> None:
    assert not is_payable(heading)


def test_a_second_column_of_one_heading_can_be_named() -> None:
    assert told_apart(["Amount", "Due", "amount", "", ""]) == (
        "Amount",
        "Due",
        "amount (2)",
        "",
        "",
    )


@given(st.text(max_size=60))
def test_any_heading_is_compared_by_letters_and_digits_alone(heading: str) -> None:
    key = normal(heading)

    assert normal(f" *{heading}_ ") == key
    assert not key or key.isalnum()
    meaning_of(heading)
    currency_in(heading)

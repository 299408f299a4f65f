"""Exports of Sage, NetSuite, SAP, Tally, Busy, Vyapar, sevDesk and German open-item lists: their
columns and habits, as data.
"""

from .document import CREDIT_NOTE, INVOICE, LINE, PAYMENT
from .layout import Layout
from .mapping import DAY_FIRST
from .understood import DOCUMENTS, STATEMENT
from .words import BY_SIGN, OTHER_LEDGER, PAYABLE, SETTLING

SAGE_50 = Layout(
    name="sage50_audit_trail",
    title="Sage 50, audit trail transactions",
    signature=(
        "Type | Account Reference | Nominal A/C Ref | Date | Reference | Net Amount | Tax Amount",
    ),
    columns={
        "type": "Type",
        "customer": "Account Reference",
        "number": "Reference",
        "issued": "Date",
        "net": "Net Amount",
        "line_tax": "Tax Amount",
        "reference": "Extra Reference",
        "currency": "Currency",
    },
    holds=DOCUMENTS,
    part=LINE,
    types={
        "SI": INVOICE,
        "SC": CREDIT_NOTE,
        "SA": PAYMENT,
        "SR": PAYMENT,
        "PI": PAYABLE,
        "PC": PAYABLE,
        "PP": PAYABLE,
        "PA": PAYABLE,
        **dict.fromkeys(("BP", "BR", "CP", "CR", "VP", "VR", "JD", "JC", "SD"), OTHER_LEDGER),
    },
    payments_numbered=False,
    dates=DAY_FIRST,
    currency="GBP",
    said=("there is no due day in this export: the creditor's terms count from the date",),
)
SAGE_INTACCT = Layout(
    name="sage_intacct_ar_invoices",
    title="Sage Intacct, AR invoice import",
    signature=("INVOICE_NO | CUSTOMER_ID | CREATED_DATE | TOTAL_DUE | LINE_NO | AMOUNT",),
    columns={
        "number": "INVOICE_NO",
        "customer": "CUSTOMER_ID",
        "issued": "CREATED_DATE",
        "due": "DUE_DATE",
        "total": "TOTAL_DUE",
        "line": "AMOUNT",
        "currency": "CURRENCY",
        "terms": "TERM_NAME",
    },
    holds=DOCUMENTS,
    part=LINE,
    carried=True,
)

NETSUITE = Layout(
    name="netsuite_ar_aging_detail",
    title="NetSuite, A/R aging detail",
    signature=(
        "Customer | Transaction Type | Date | Document Number | Due Date | Age | Open Balance",
    ),
    without="Vendor",
    columns={
        "customer": "Customer",
        "name": "Company Name",
        "type": "Transaction Type",
        "issued": "Date",
        "number": "Document Number",
        "due": "Due Date",
        "age": "Age",
        "open": "Open Balance",
        "currency": "Currency",
    },
    holds=STATEMENT,
    groups=True,
    signed=True,
)

_ACCOUNT = (
    "Account or Customer or Konto or Debitor or Kunde or Rekening or Debiteur or Compte or Client"
)
_DOCUMENT = "Document Number or Belegnummer or Documentnummer or Numéro de document"
_DUE = (
    "Net due date or Nettofälligkeit or Netto-Fälligkeit or Netto vervaldatum"
    " or Date d'échéance nette or Arrears after net due date"
    " or Arrears by Net Due Date or Verzug nach Nettofälligkeit"
    " or Achterstand na vervaldatum or Arriérés après échéance or Baseline Payment Dte"
)
_AMOUNT = (
    "Amount in local currency or Amount in doc. curr. or Amount in document currency"
    " or Document Currency Value or Betrag in Hauswährung or Betrag in Belegwährung"
    " or Bedrag in lokale valuta or Bedrag in documentvaluta"
    " or Montant en devise locale or Montant en devise du document"
)
SAP_FBL5N = Layout(
    name="sap_fbl5n",
    title="SAP, customer line items (FBL5N)",
    signature=(
        f"{_ACCOUNT} | {_DOCUMENT} | {_AMOUNT} | {_DUE}",
        (
            f"{_ACCOUNT} | {_DOCUMENT} | {_AMOUNT} | Document Type or Belegart or Documentsoort"
            " or Type de document | Posting Date or Buchungsdatum or Boekingsdatum"
            " or Date comptable"
        ),
    ),
    without="Vendor or Lieferant or Kreditor or Leverancier or Fournisseur",
    columns={
        "customer": "Account|Customer|Konto|Debitor|Kunde|Rekening|Debiteur|Compte|Client",
        "name": "Customer Account: Name 1 | Name 1 | Name | Customer Name | Name of Customer"
        " | Customer: Name 1 | Debitor: Name 1",
        "number": _DOCUMENT,
        "type": "Document Type | Belegart | Documentsoort | Type de document",
        "issued": "Document Date | Belegdatum | Documentdatum | Date du document | Date document"
        " | Posting Date | Buchungsdatum | Boekingsdatum | Date comptable",
        "due": "Net due date | Nettofälligkeit | Netto-Fälligkeit | Netto vervaldatum"
        " | Date d'échéance nette",
        "age": "Arrears after net due date | Arrears by Net Due Date | Verzug nach Nettofälligkeit"
        " | Achterstand na vervaldatum | Arriérés après échéance",
        "settled_on": "Clearing date | Ausgleichsdatum | Verrekeningsdatum | Date de rapprochement",
        "disputed": "Disputed item | Strittiger Posten",
        "reference": "Reference | Referenz | Referentie | Référence",
        "terms": "Terms of Payment | Zahlungsbedingung",
    },
    pairs=(
        (
            (
                "Amount in doc. curr. | Amount in document currency | Document Currency Value"
                " | Betrag in Belegwährung | Bedrag in documentvaluta"
                " | Montant en devise du document"
            ),
            (
                "Document currency | Document Currency Key | Belegwährung | Documentvaluta"
                " | Devise du document | Currency | Währung | Valuta | Devise"
            ),
        ),
        (
            (
                "Amount in local currency | Betrag in Hauswährung | Bedrag in lokale valuta"
                " | Montant en devise locale"
            ),
            "Local Currency | Hauswährung | Lokale valuta | Devise locale",
        ),
    ),
    holds=STATEMENT,
    signed=True,
    open_items=True,
    types={
        "RV": INVOICE,
        "DR": INVOICE,
        "DG": CREDIT_NOTE,
        "DZ": PAYMENT,
        "ZP": PAYMENT,
        "AB": SETTLING,
        "DA": BY_SIGN,
        "SA": BY_SIGN,
        **dict.fromkeys(("KR", "KG", "KZ", "KA", "RE", "KN"), PAYABLE),
    },
    said=(
        "each line's amount is what is open of it; lines with a clearing date were settled then",
    ),
)

TALLY = Layout(
    name="tally_bills_receivable",
    title="Tally, bills receivable",
    signature=("Date | Ref. No. | Party's Name | Pending Amount | Due on",),
    columns={
        "issued": "Date",
        "number": "Ref. No.",
        "name": "Party's Name",
        "total": "Opening Amount",
        "open": "Pending Amount",
        "due": "Due on",
        "age": "Overdue by days",
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    currency="INR",
)
BUSY = Layout(
    name="busy_bills",
    title="Busy, bills receivable",
    signature=("Party Name | Bill No | Bill Date | Bill Amt | Balance",),
    columns={
        "name": "Party Name",
        "number": "Bill No",
        "issued": "Bill Date",
        "due": "Due Date",
        "total": "Bill Amt",
        "open": "Balance",
        "phone": "Mobile No",
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    currency="INR",
)
VYAPAR = Layout(
    name="vyapar_sales",
    title="Vyapar, sales",
    signature=("Party Name | Invoice No | Invoice Date | Total Amount | Balance Due",),
    columns={
        "name": "Party Name",
        "number": "Invoice No",
        "issued": "Invoice Date",
        "due": "Due Date",
        "total": "Total Amount",
        "open": "Balance Due",
        "status": "Payment Status",
        "phone": "Phone No or Party Phone No",
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    currency="INR",
)

DE_OPEN_ITEMS = Layout(
    name="de_open_items",
    title="German list of open items (Offene Posten Debitoren)",
    signature=(
        (
            "Rechnungsnummer | Kunde | Rechnungsdatum | Fälligkeitsdatum"
            " | Rechnungsbetrag | Bezahlt"
            " | Offener Betrag"
        ),
    ),
    columns={
        "number": "Rechnungsnummer",
        "party": "Kunde",
        "customer": "Kundennummer",
        "issued": "Rechnungsdatum",
        "due": "Fälligkeitsdatum",
        "total": "Rechnungsbetrag",
        "paid": "Bezahlt",
        "open": "Offener Betrag",
        "currency": "Währung",
        "age": "Tage überfällig",
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    currency="EUR",
)
DE_PARTLY_PAID = Layout(
    name="de_open_invoices",
    title="German list of open invoices with part payments",
    signature=(
        "Rechnungsnummer | Kundennummer | Rechnungsdatum | Fälligkeit | Netto | Brutto | Bezahlt",
    ),
    columns={
        "number": "Rechnungsnummer",
        "customer": "Kundennummer",
        "name": "Kunde or Kundenname",
        "issued": "Rechnungsdatum",
        "due": "Fälligkeit",
        "total": "Brutto",
        "paid": "Bezahlt",
        "currency": "Währung",
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    currency="EUR",
    said=("what is open is Brutto less Bezahlt",),
)
SEVDESK_BILLS = Layout(
    name="sevdesk_belege",
    title="sevDesk, Belege",
    signature=("Belegnummer | Belegdatum | Lieferant | Bruttobetrag | Zahlungsstatus",),
    refused=(
        "these are bills that you owe your suppliers (column Lieferant), not what customers owe"
        " you; export Rechnungen instead of Belege"
    ),
)

LAYOUTS = (
    SAGE_50, SAGE_INTACCT, NETSUITE, SAP_FBL5N, TALLY, BUSY, VYAPAR, DE_OPEN_ITEMS, DE_PARTLY_PAID,
    SEVDESK_BILLS,
)  # fmt: skip

"""Exports of Xero, QuickBooks, Stripe, Zoho and Exact Online: their columns and habits, as data."""

from .document import CREDIT_NOTE, INVOICE, LINE, PAYMENT, SPLIT
from .layout import Layout
from .mapping import DAY_FIRST
from .understood import DOCUMENTS, PAYMENTS, STATEMENT
from .words import DRAFT, OPEN, PAID, PAYABLE, VOID

_XERO_ADDRESS = {
    "address1": "POAddressLine1",
    "address2": "POAddressLine2",
    "address3": "POAddressLine3",
    "address4": "POAddressLine4",
    "city": "POCity",
    "region": "PORegion",
    "postcode": "POPostalCode",
    "country": "POCountry",
}
_XERO_TYPES = {
    "Sales invoice": INVOICE,
    "Sales credit note": CREDIT_NOTE,
    "Sales overpayment": PAYMENT,
    "Sales prepayment": PAYMENT,
    "Bill": PAYABLE,
    "Bill credit note": PAYABLE,
    "Bill overpayment": PAYABLE,
    "Bill prepayment": PAYABLE,
}
_UNSENT = {"Draft": DRAFT, "Submitted": DRAFT, "Awaiting Approval": DRAFT, "Voided": VOID}

XERO_EXPORT = Layout(
    name="xero_invoices_export",
    title="Xero, invoices export",
    signature=(
        (
            "ContactName | InvoiceNumber | InvoiceDate | DueDate | Total | InvoiceAmountDue | Type"
            " | Status"
        ),
    ),
    columns={
        "number": "InvoiceNumber",
        "name": "ContactName",
        "email": "EmailAddress",
        "reference": "Reference",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "total": "Total",
        "open": "InvoiceAmountDue",
        "currency": "Currency",
        "type": "Type",
        "status": "Status",
        **_XERO_ADDRESS,
    },
    holds=STATEMENT,
    part=LINE,
    types=_XERO_TYPES,
    statuses={**_UNSENT, "Deleted": VOID, "Paid": PAID},
    dates=DAY_FIRST,
    not_in=("USD",),
)
XERO_TEMPLATE = Layout(
    name="xero_sales_invoice_template",
    title="Xero, sales invoice import template",
    signature=("ContactName | InvoiceNumber | InvoiceDate | DueDate | Quantity | UnitAmount",),
    without="InvoiceAmountDue | Type | Status",
    columns={
        "number": "InvoiceNumber",
        "name": "ContactName",
        "email": "EmailAddress",
        "reference": "Reference",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "total": "Total",
        "quantity": "Quantity",
        "unit_price": "UnitAmount",
        "discount": "Discount",
        "line_tax": "TaxAmount",
        "currency": "Currency",
        **_XERO_ADDRESS,
    },
    holds=DOCUMENTS,
    part=LINE,
    dates=DAY_FIRST,
    not_in=("USD",),
    said=(
        (
            "a line's amount is quantity times unit amount less discount, rounded to the currency's"
            " decimals, with the tax amount if there is one"
        ),
        "an invoice's amount is its Total where that is filled, else the sum of its lines",
    ),
)
XERO_REDUCED = Layout(
    name="xero_open_invoices",
    title="Xero, open invoices",
    signature=("ContactName | InvoiceNumber | InvoiceDate | DueDate | Total | InvoiceAmountDue",),
    without="Type | Status | Quantity",
    columns={
        "number": "InvoiceNumber",
        "name": "ContactName",
        "email": "EmailAddress",
        "reference": "Reference",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "total": "Total",
        "open": "InvoiceAmountDue",
        "currency": "Currency",
        **_XERO_ADDRESS,
    },
    holds=STATEMENT,
    dates=DAY_FIRST,
    not_in=("USD",),
)

QUICKBOOKS_IMPORT = Layout(
    name="quickbooks_invoice_import",
    title="QuickBooks Online, invoice import template",
    signature=("*InvoiceNo | *Customer | *InvoiceDate | *DueDate | *ItemAmount",),
    columns={
        "number": "InvoiceNo",
        "name": "Customer",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "line": "ItemAmount",
        "line_tax": "Item Tax Amount | ItemTaxAmount",
        "currency": "Currency",
    },
    holds=DOCUMENTS,
    part=LINE,
    carried=True,
)
QUICKBOOKS_AGING = Layout(
    name="quickbooks_ar_aging_detail",
    title="QuickBooks, A/R aging detail",
    signature=(
        "Num | Customer | Date | Due Date | Amount | Open Balance | P.O. # or P.O. Number",
        (
            "Num | Name | Date | Due Date | Amount | Open Balance | Transaction Type"
            " | Aging or Past Due"
        ),
    ),
    without="Vendor",
    columns={
        "number": "Num",
        "name": "Customer or Name",
        "issued": "Date",
        "due": "Due Date",
        "total": "Amount",
        "open": "Open Balance",
        "type": "Transaction Type",
        "currency": "Currency",
        "email": "Customer email",
        "age": "Past Due or Aging",
    },
    holds=STATEMENT,
    signed=True,
    currency="USD",
)
QUICKBOOKS_OPEN = Layout(
    name="quickbooks_open_invoices",
    title="QuickBooks, open invoices",
    signature=("Date | Num | Customer | Due date | Open balance",),
    without="Vendor",
    columns={
        "number": "Num",
        "name": "Customer",
        "issued": "Date",
        "due": "Due date",
        "total": "Amount",
        "open": "Open balance",
        "type": "Transaction type",
        "currency": "Currency",
        "email": "Customer email",
        "phone": "Customer phone or Phone",
        "terms": "Terms",
    },
    holds=STATEMENT,
    signed=True,
    currency="USD",
)

STRIPE = Layout(
    name="stripe_invoices_export",
    title="Stripe, invoices export",
    signature=(
        (
            "id | Amount Due | Currency | Number | Status | Total or Subtotal"
            " | Date (UTC) or Created (UTC)"
        ),
    ),
    columns={
        "number": "Number",
        "customer": "Customer",
        "name": "Customer Name or Customer Description",
        "email": "Customer Email",
        "currency": "Currency",
        "issued": "Finalized At (UTC) | Date (UTC) | Created (UTC)",
        "due": "Due Date (UTC)",
        "total": "Amount Due",
        "paid": "Amount Paid",
        "settled_on": "Paid At (UTC)",
        "status": "Status",
    },
    holds=DOCUMENTS,
    statuses={
        "draft": DRAFT,
        "deleted": VOID,
        "void": VOID,
        "uncollectible": VOID,
        "paid": PAID,
        "open": OPEN,
    },
    said=(
        "the amount of an invoice is Amount Due: Total less the balance that the customer had",
        "invoices marked uncollectible are not claimed any more, and were passed over",
    ),
)

_ZOHO = {
    "number": "Invoice Number or Invoice#",
    "customer": "Customer ID",
    "name": "Customer Name",
    "issued": "Invoice Date",
    "due": "Due Date",
    "total": "Total",
    "open": "Balance",
    "currency": "Currency Code",
    "status": "Invoice Status or Status",
    "email": "Customer Email or Email",
    "phone": "Billing Phone",
    "address1": "Billing Address",
    "city": "Billing City",
    "region": "Billing State",
    "country": "Billing Country",
    "postcode": "Billing Code",
    "terms": "Payment Terms Label",
}
_ZOHO_STATUSES = {
    "Draft": DRAFT,
    "Pending": DRAFT,
    "PendingApproval": DRAFT,
    "Approved": DRAFT,
    "Void": VOID,
    "Closed": PAID,
    "Paid": PAID,
}
ZOHO_INVOICES = Layout(
    name="zoho_invoices_export",
    title="Zoho Books, invoices export",
    signature=(
        (
            "Invoice Date | Invoice ID | Invoice Number | Invoice Status | Customer Name | Due Date"
            " | Item Name | Total | Balance"
        ),
    ),
    columns=_ZOHO,
    holds=STATEMENT,
    part=LINE,
    statuses=_ZOHO_STATUSES,
)
ZOHO_LIST = Layout(
    name="zoho_invoices_list",
    title="Zoho Books, list of invoices",
    signature=(
        (
            "Invoice Date | Invoice# | Customer Name | Status | Due Date | Total or Amount"
            " | Balance or Balance Due"
        ),
    ),
    without="Item Name | Invoice ID",
    columns={**_ZOHO, "total": "Total or Amount", "open": "Balance or Balance Due"},
    holds=STATEMENT,
    statuses=_ZOHO_STATUSES,
)
ZOHO_PAYMENTS = Layout(
    name="zoho_customer_payments",
    title="Zoho Books, customer payments",
    signature=(
        (
            "Payment Number | Date | Customer Name | Amount | Invoice Number"
            " | Amount Applied to Invoice"
        ),
    ),
    columns={
        "number": "CustomerPayment ID | Payment Number",
        "customer": "Customer ID or CustomerID",
        "name": "Customer Name",
        "settled_on": "Date",
        "total": "Amount",
        "invoice": "Invoice Number",
        "allocated": "Amount Applied to Invoice",
        "currency": "Currency Code",
        "reference": "Reference Number",
    },
    holds=PAYMENTS,
    part=SPLIT,
    type=PAYMENT,
)

EXACT = Layout(
    name="exact_receivables",
    title="Exact Online, receivables",
    signature=("AccountCode | AccountName | InvoiceNumber | InvoiceDate | DueDate | AmountDC",),
    columns={
        "number": "InvoiceNumber",
        "customer": "AccountCode",
        "name": "AccountName",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "total": "TransactionAmountDC | AmountDC",
        "open": "AmountDC",
        "status": "IsFullyPaid",
        "currency": "Currency",
        "terms": "PaymentConditionDescription",
        "reference": "PaymentReference",
    },
    holds=STATEMENT,
    signed=True,
    statuses={"true": PAID, "1": PAID, "yes": PAID},
)

LAYOUTS = (
    XERO_EXPORT, XERO_TEMPLATE, XERO_REDUCED, QUICKBOOKS_IMPORT, QUICKBOOKS_AGING, QUICKBOOKS_OPEN,
    STRIPE, ZOHO_INVOICES, ZOHO_LIST, ZOHO_PAYMENTS, EXACT,
)  # fmt: skip

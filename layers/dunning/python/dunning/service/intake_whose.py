"""Whose a row is, by its own words: its customer, what others may call it by, or whom it refers to.
Only enough to put rows of one account together; whether they can be read is judged later.
"""

from collections.abc import Mapping
from typing import NamedTuple

from dunning.domain.identity import LONGEST_ID, IdentityError, external_id
from dunning.domain.intake.document import INVOICE, PAYMENT, Document
from dunning.domain.intake.row import Row

DISPUTED = "disputed:"
"""How the disputes are named that an item's `disputed` stands for: this, number/item."""
_OF_INVOICE = frozenset({"write_off", "waive", "dispute"})
_OF_POSTING = {
    "refund": "payment",
    "chargeback": "payment",
    "reversal": "of",
    "resolve": "dispute",
    "release": "hold",
    "approval": "proposal",
}
_BY_NUMBER = {"invoice": "N", "credit_note": "P"}


class Whose(NamedTuple):
    """Customer, or the name of the row that has one; and this row's own name."""

    customer: str
    name: str
    ref: str


def whose(row: Row) -> Whose:
    """By a document's or a body's own words; all empty where it says nothing that can be used."""
    if row.document is not None:
        return _of_document(row.document)
    return _of_body(row.body or {})


def invoice_name(number: str) -> str:
    """What an invoice is called by."""
    return f"N:{number}" if number else ""


def posting_name(id_: str) -> str:
    """What any other fact is called by."""
    return f"P:{id_}" if id_ else ""


def named(name: str) -> tuple[bool, str]:
    """Whether a name is an invoice's, and its number or id."""
    kind, _, id_ = name.partition(":")
    return kind == "N", id_


def _of_document(document: Document) -> Whose:
    name = "" if document.of_bank else document.name
    customer = _id(" ".join((document.customer or name).split())[:LONGEST_ID])
    number = _id(document.number) if document.number else ""
    if document.type == INVOICE:
        return Whose(customer, invoice_name(number), "")
    ref = ""
    # Whose a bank's payment is is found when all else of the file is in the ledger (`payers`).
    if not customer and document.type == PAYMENT and not document.of_bank:
        invoice = document.invoice or (
            document.allocations[0].invoice if document.allocations else ""
        )
        ref = invoice_name(_id(invoice))
    return Whose(customer, posting_name(number), ref)


def _of_body(body: Mapping[str, object]) -> Whose:
    kind = str(body.get("type"))
    if kind in _BY_NUMBER:
        name = f"{_BY_NUMBER[kind]}:{_id(body.get('number'))}"
        return Whose(_id(body.get("customer")), name, "")
    name = posting_name(_id(body.get("id")))
    if kind in _OF_INVOICE:
        return Whose("", name, invoice_name(_id(body.get("invoice"))))
    if kind in _OF_POSTING:
        of = _id(body.get(_OF_POSTING[kind]))
        if of.startswith(DISPUTED) and "/" in of:
            return Whose("", name, invoice_name(of.removeprefix(DISPUTED).rpartition("/")[0]))
        return Whose("", name, posting_name(of))
    customer = _id(body.get("customer"))
    return Whose(customer, name, "" if customer else _first_invoice(body))


def _first_invoice(body: Mapping[str, object]) -> str:
    """The name of the invoice that a payment is for which names nobody."""
    parts = body.get("allocations")
    first = parts[0] if isinstance(parts, list) and parts else None
    return invoice_name(_id(first.get("invoice"))) if isinstance(first, Mapping) else ""


def _id(value: object) -> str:
    if type(value) is str and value.isascii() and value.isprintable() and len(value) <= LONGEST_ID:
        return value.strip()  # most are; what follows is fifty times dearer
    try:
        return external_id(value) if value else ""
    except IdentityError:
        return ""

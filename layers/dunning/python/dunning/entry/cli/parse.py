"""`dunning parse`: what documents say, one line per invoice or credit note, bad rows among them.
Nothing is recorded, and nothing is added: terms are applied at import.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.bodies import CustomerBody, InvoiceBody, MoneyBody
from dunning.domain.customer import Customer
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import CREDIT_NOTE, Document
from dunning.domain.intake.merge import gathered
from dunning.domain.intake.understood import NO_ROWS
from dunning.domain.ledger import LedgerError
from dunning.domain.money import MoneyError, format_amount, parse_amount
from dunning.domain.reading import Defaults, read
from dunning.entry.cli.output import MappingOption, fail, file_rows, lines
from dunning.service.ledger_file import NO_DAY, as_problem
from dunning.service.ports import FileRows, Row
from dunning.service.results import rows_of

Output = dict[str, object]


def parse(
    files: Annotated[
        list[Path], typer.Argument(help="Files: CSV, XLSX, JSON, JSONL, XML, PDF, ZIP.")
    ],
    mapping: MappingOption = None,
) -> None:
    """One line per invoice, credit note and payment, and one per row that cannot be read."""
    for path in files:
        found = file_rows(path, mapping)
        try:
            lines(_parsed(path.name, found))
        except OSError as error:
            fail(f"{path} cannot be read ({error.strerror})")


def _parsed(file: str, found: FileRows) -> Iterator[Output]:
    """The rows in the order of the file, and last what it asks."""
    rows = [row for row in gathered(found.rows) if rows_of(row)]
    within = {name: place for place, name in enumerate(dict.fromkeys(row.file for row in rows))}
    rows.sort(key=lambda row: (within[row.file], row.number))
    customers: dict[str, Customer] = {}
    read_rows = [_read(row, found.dated, customers) for row in rows]
    asked: set[str] = set()
    for row, one in zip(rows, read_rows, strict=True):
        for line in _told(file, row, one, customers):
            asked.add(str(line.get("message", "")))
            yield {**line, "within": row.file} if row.file else line
    for question in found.understood.questions:
        problem = as_problem(question)
        if str(problem) not in asked and question.text not in asked:
            yield _error(file, 0, problem)
    if found.understood.is_without_rows(len(rows)):
        yield _error(file, 0, ReadingError("no_rows", "", NO_ROWS))


Read = Document | LedgerError | list[InvoiceBody | MoneyBody]


def _read(row: Row, dated: bool, customers: dict[str, Customer]) -> Read:
    """What a row says; customer bodies describe whom the others name."""
    if row.error is not None:
        return row.error
    if row.document is not None:
        return row.document
    found: list[InvoiceBody | MoneyBody] = []
    try:
        if row.body is None:
            raise ReadingError("bad_row", "", "the row is empty")
        defaults = Defaults(on=None if dated else NO_DAY, terms_days=0)
        for body in read(_without_terms(row), defaults).bodies:
            if isinstance(body, CustomerBody):
                customers[body.customer.customer] = body.customer
            elif isinstance(body, InvoiceBody) or (
                isinstance(body, MoneyBody) and body.type == CREDIT_NOTE
            ):
                found.append(body)
    except LedgerError as error:
        return error
    return found


def _told(file: str, row: Row, one: Read, customers: dict[str, Customer]) -> Iterator[Output]:
    if isinstance(one, LedgerError):
        yield _error(file, row.number, one)
    elif isinstance(one, Document):
        yield _document(file, row, one)
    else:
        for body in one:
            customer = customers.get(body.customer)
            if isinstance(body, InvoiceBody):
                yield _invoice(file, row, body, customer)
            else:
                yield _credit_note(file, row, body, customer)


def _error(file: str, row: int, error: LedgerError) -> Output:
    return {
        "file": file,
        "row": row,
        "column": error.field,
        "code": error.code,
        "message": str(error),
    }


def _document(file: str, row: Row, document: Document) -> Output:
    """A document by its own words: a credit note has positive amounts, its type says which way they
    go; an invoice that states negative ones is an invoice, and keeps them (import makes a credit of
    it)."""
    first = next(
        (a for a in (document.total, document.line, document.open) if a is not None), Decimal()
    )
    stated = document.open if document.open is not None else first
    try:
        total, left = (_amount(one, document) for one in (first, stated))
        items = [
            {"due": _iso(item.due), "amount": _amount(item.amount, document)}
            for item in document.items
        ]
    except MoneyError as error:
        return _error(file, row.number, ReadingError("bad_amount", "total", str(error)))
    dues = [item.due for item in document.items]
    due = min((d for d in dues if d), default=None) if dues and all(dues) else document.due
    told: Output = {
        "file": file,
        "row": row.number,
        "type": document.type,
        "number": document.number,
        "customer": " ".join(
            (document.customer or ("" if document.of_bank else document.name)).split()
        ),
        "customer_name": document.name,
        "email": document.email,
        "phone": document.phone,
        "issue_date": _iso(document.issued),
        "due_date": _iso(due),
        "currency": document.currency,
        "total": total,
        "open": left,
        "language": document.language,
        "payment_reference": document.reference,
        "type_code": document.type_code,
    }
    if document.endpoint:
        told["endpoint"] = document.endpoint
    if document.settled_on:
        told["settled_on"] = _iso(document.settled_on)
    if document.invoice:
        told["invoice"] = document.invoice
    if document.seller:
        told["seller"] = document.seller
    if items:
        told["items"] = items
    if document.notes:
        told["notes"] = list(document.notes)
    return told


def _amount(amount: Decimal, document: Document) -> str:
    """With the decimals of its currency, where it is known. Raises MoneyError."""
    if document.type == CREDIT_NOTE:
        amount = abs(amount)
    if not document.currency:
        return format(amount, "f")
    minor = parse_amount(format(amount, "f"), document.currency, signed=True)
    return format_amount(minor, document.currency)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _without_terms(row: Row) -> dict[str, object]:
    """The row with a day of issue where it has none: an item without `due` may then be read."""
    body = dict(row.body or {})
    if body.get("type") == "invoice":
        body.setdefault("issued", body.get("on") or NO_DAY.isoformat())
    return body


def _invoice(file: str, row: Row, body: InvoiceBody, customer: Customer | None) -> Output:
    invoice, raw = body.invoice, row.body or {}
    stated = [_stated(item, "due") for item in _objects(raw.get("items"))]
    total = format_amount(invoice.total, invoice.currency)
    return {
        **_common(file, row, "invoice", invoice.number, body.customer, customer),
        "issue_date": _stated(raw, "issued") or _stated(raw, "on"),
        "due_date": stated[0] if len(stated) == 1 else min(stated) if all(stated) else "",
        "currency": invoice.currency,
        "total": total,
        "open": total,
        "language": (customer.language if customer else None) or "",
        "payment_reference": invoice.reference,
        "type_code": "",
        "items": [
            {"due": due, "amount": format_amount(item.amount, invoice.currency)}
            for due, item in zip(stated, invoice.items, strict=True)
        ],
    }


def _credit_note(file: str, row: Row, body: MoneyBody, customer: Customer | None) -> Output:
    amount = format_amount(body.amount, body.currency)
    return {
        **_common(file, row, "credit_note", body.id, body.customer, customer),
        "issue_date": _stated(row.body or {}, "on"),
        "due_date": "",
        "currency": body.currency,
        "total": amount,
        "open": amount,
        "language": (customer.language if customer else None) or "",
        "payment_reference": "",
        "type_code": "",
    }


def _common(
    file: str, row: Row, kind: str, number: str, name: str, customer: Customer | None
) -> Output:
    emails = customer.on("email") if customer else ()
    phones = customer.on("voice") if customer else ()
    return {
        "file": file,
        "row": row.number,
        "type": kind,
        "number": number,
        "customer": name,
        "customer_name": customer.name if customer else "",
        "email": emails[0].value if emails else "",
        "phone": phones[0].value if phones else "",
    }


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _stated(raw: object, name: str) -> str:
    value = raw.get(name) if hasattr(raw, "get") else None
    return str(value).strip() if value else ""

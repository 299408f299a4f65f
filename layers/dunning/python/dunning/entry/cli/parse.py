"""`dunning parse`: what documents say, one line per invoice or credit note, bad rows among them.
Nothing is recorded, and nothing is added: terms are applied at import.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.bodies import CustomerBody, InvoiceBody, MoneyBody
from dunning.domain.customer import Customer
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.reading import Defaults, read
from dunning.entry.cli.output import fail, lines
from dunning.entry.offline import rows_of
from dunning.service.ports import Row

Output = dict[str, object]
NO_DAY = date(1970, 1, 1)
"""Stands for a day that a row leaves out, so that it can be read; it is never shown."""


def parse(
    files: Annotated[list[Path], typer.Argument(help="Files: .jsonl, or the plain .csv.")],
) -> None:
    """One line per invoice and credit note, and one per row that cannot be read."""
    for path in files:
        try:
            found = rows_of(path)
        except OSError as error:
            fail(f"{path} cannot be read ({error.strerror})")
        on = None if found.dated else NO_DAY
        lines(_parsed(path.name, list(found.rows), on))


def _parsed(file: str, rows: list[Row], on: date | None) -> Iterator[Output]:
    defaults = Defaults(on=on, terms_days=0)
    customers: dict[str, Customer] = {}
    good: list[tuple[Row, InvoiceBody | MoneyBody] | tuple[Row, LedgerError]] = []
    for row in rows:
        try:
            if row.body is None:
                raise row.error or LedgerError("bad_row", "", "the row is empty")
            for body in read(_without_terms(row), defaults).bodies:
                if isinstance(body, CustomerBody):
                    customers[body.customer.customer] = body.customer
                elif isinstance(body, InvoiceBody) or (
                    isinstance(body, MoneyBody) and body.type == "credit_note"
                ):
                    good.append((row, body))
        except LedgerError as error:
            good.append((row, error))
    for row, one in good:
        if isinstance(one, LedgerError):
            yield {
                "file": file,
                "row": row.number,
                "column": one.field,
                "code": one.code,
                "message": str(one),
            }
        elif isinstance(one, InvoiceBody):
            yield _invoice(file, row, one, customers.get(one.customer))
        else:
            yield _credit_note(file, row, one, customers.get(one.customer))


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
        "payment_reference": "",
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

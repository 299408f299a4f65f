"""The IBM late-payment histories as ledger files in the plain layouts: real amounts and days.
Addresses are made up (the data has none), and so is the currency. Used here and on the stacks.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

SOURCE = (
    Path(__file__).resolve().parents[2] / "shared/data/ibm-ar/WA_Fn-UseC_-Accounts-Receivable.csv"
)
CURRENCY = "USD"
AS_OF = date(2013, 6, 30)
PAYMENTS_STOP = date(2013, 3, 31)

POLICIES = """\
policies:
  - id: one-day-overdue
    ladder:
      - {level: 1, after_due: {days: 1}, channels: [email], tone: friendly}
"""


@dataclass(frozen=True)
class Settled:
    """One row of the source: an invoice and the day on which it was paid."""

    customer: str
    number: str
    issued: date
    due: date
    amount: str
    disputed: bool
    settled: date


def rows(source: Path = SOURCE) -> list[Settled]:
    """The source, typed. Raises FileNotFoundError where the data is not at hand."""
    with source.open(encoding="utf-8", newline="") as file:
        return [
            Settled(
                customer=row["customerID"],
                number=row["invoiceNumber"],
                issued=_day(row["InvoiceDate"]),
                due=_day(row["DueDate"]),
                amount=row["InvoiceAmount"],
                disputed=row["Disputed"] == "Yes",
                settled=_day(row["SettledDate"]),
            )
            for row in csv.DictReader(file)
        ]


def customers_csv(source: Iterable[Settled], domain: str = "customers.example") -> bytes:
    """A customer a row, each with an address that is made up."""
    names = sorted({row.customer for row in source})
    return _csv(
        ("customer", "name", "email"),
        ((name, f"Customer {name}", f"{name.lower()}@{domain}") for name in names),
    )


def invoices_csv(source: Iterable[Settled], as_of: date = AS_OF) -> bytes:
    """The invoices issued by a day, known on the day of issue."""
    return _csv(
        ("on", "number", "customer", "currency", "issued", "due", "amount", "disputed"),
        (
            (
                row.issued.isoformat(),
                row.number,
                row.customer,
                CURRENCY,
                row.issued.isoformat(),
                row.due.isoformat(),
                row.amount,
                "yes" if row.disputed else "no",
            )
            for row in source
            if row.issued <= as_of
        ),
    )


def payments_csv(source: Iterable[Settled], until: date = PAYMENTS_STOP) -> bytes:
    """The payments that arrived by a day, each for its invoice. (An invoice that the source says
    was paid on the day it was issued, or later, is known by then.)"""
    return _csv(
        ("on", "id", "customer", "currency", "amount", "invoice"),
        (
            (
                row.settled.isoformat(),
                f"paid-{row.number}",
                row.customer,
                CURRENCY,
                row.amount,
                row.number,
            )
            for row in source
            if row.settled <= until
        ),
    )


def files(source: Iterable[Settled]) -> dict[str, bytes]:
    """The uploads in their order: customers, invoices, payments."""
    known = list(source)
    return {
        "customers.csv": customers_csv(known),
        "invoices.csv": invoices_csv(known),
        "payments.csv": payments_csv(known),
    }


def _csv(header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue().encode()


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 (a day has no zone)


def chunks(source: list[Settled], size: int) -> Iterator[list[Settled]]:
    """The source in parts, for uploads of bounded length."""
    for start in range(0, len(source), size):
        yield source[start : start + size]

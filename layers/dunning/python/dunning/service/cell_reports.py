"""Reports of a creditor's book as it stands, for whoever waits for the answer: bounded, and as rows
of a table as well. The figures are `reports`'.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dunning.domain.calendar import local_day
from dunning.domain.intake.formulas import escaped
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.reports.score import USUAL, Weights
from dunning.service.listing_ports import Ranges
from dunning.service.ports import Ledger
from dunning.service.report_book import Book, Output
from dunning.service.reports import OF_THE_PAST, REPORTS

MOST_ACCOUNTS = 5_000
"""Accounts of a book that one request begins to read."""
LEAST_SECONDS = 2.0
"""What the figures and the answer may take once all is read."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


class Reported(NamedTuple):
    """A report, and the day that it is as of."""

    as_of: date
    rows: list[Output]
    told_since: int = 0
    """Documents of a past day that were told or amended after it; they count by their last word."""


@dataclass(frozen=True, slots=True)
class CellReports:
    """The use case over one cell."""

    ledger: Ledger
    ranges: Ranges
    threads: int = 1
    left: Callable[[], float] = lambda: LEAST_SECONDS
    """Seconds until whoever asks waits no longer."""

    def __call__(
        self,
        name: str,
        rulebook: Rulebook,
        now: int,
        as_of: date | None = None,
        days: int | None = None,
        weights: Weights = USUAL,
    ) -> Reported | None:
        """A report's rows; None where there is no such report. Raises LedgerError for a book that
        is too large to be read while somebody waits, for a day to come, and for a past one where
        documents and postings do not tell of it."""
        if name not in REPORTS:
            return None
        creditor = rulebook.creditor.creditor
        today = local_day(now, rulebook.creditor.time_zone)
        day = as_of or today
        if day > today:
            said = f"as_of: {day.isoformat()} is to come; today is {today.isoformat()}: ask then"
            raise LedgerError("as_of_to_come", "as_of", said)
        if day < today and name not in OF_THE_PAST:
            said = (
                f"as_of: {name} is told of today, {today.isoformat()}, alone, for the ledger keeps"
                " what stands; leave it out. Of a past day a cell tells"
                f" {', '.join(sorted(OF_THE_PAST))}, and a ledger file all of them: dunning report"
                " --ledger --as-of"
            )
            raise LedgerError("as_of_not_today", "as_of", said)
        if len(self.ranges.accounts(creditor, "", MOST_ACCOUNTS + 1)) > MOST_ACCOUNTS:
            raise _too_large(name)

        def look() -> None:
            if self.left() < LEAST_SECONDS:
                raise _too_large(name)

        book = Book(
            self.ledger,
            rulebook,
            day,
            days,
            weights,
            threads=self.threads,
            before_each=look,
            past=day < today,
        )
        rows = list(REPORTS[name]([book]))
        return Reported(day, rows, len(book.told_since))


def _too_large(name: str) -> LedgerError:
    said = (
        "the book is larger than one request can read while somebody waits for it; without a bound"
        f" on its time: dunning report {name} --cell"
    )
    return LedgerError("report_too_large", "name", said)


def table(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as CSV (RFC 4180), a column for each figure: what stands within another has a name with
    a dot, what there are several of is JSON. No cell is a formula."""
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in flat)
    return text.getvalue()


def _flat(row: Mapping[str, object], within: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{within}{name}.")
        else:
            found[within + name] = _cell(value)
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    text = str(value)
    return text if _NUMBER.match(text) else escaped(text)

"""What came of a file: the report, and the bad rows as they came, ready to mend and upload again.
Counting and writing alone; what is good or bad is decided elsewhere.
"""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.service.ports import Row

LISTED = 1_000
"""Errors that the report itself lists; the file of bad rows has all."""


def escaped(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    risky = cell[:1] in ("\t", "\r", "\n") or cell.lstrip()[:1] in ("=", "+", "-", "@")
    return f"'{cell}" if cell and risky else cell


@dataclass(slots=True)
class Report:
    """The counts of one file in rows (accepted, unchanged and rejected are all of them)."""

    creditor: str
    file: str
    version: str
    uploaded_on: date
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    replanned: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    """Accepted records by their type."""
    codes: Counter[str] = field(default_factory=Counter)
    errors: list[dict[str, object]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, row: Row, kind: str, *, taken: bool) -> None:
        """Count a good record: accepted, or unchanged if it was known."""
        rows = max(len(row.cells), 1)
        self.accepted += rows - row.repeats if taken else 0
        self.unchanged += row.repeats if taken else rows
        self.taken[kind] += taken

    def reject(self, row: int, error: LedgerError, rows: int = 1) -> None:
        """Count a bad record (of so many rows) and list why."""
        self.rejected += rows
        self.codes[error.code] += 1
        if len(self.errors) < LISTED:
            self.errors.append(
                {"row": row, "code": error.code, "field": error.field, "message": str(error)}
            )

    def warn_of(self, rulebook: Rulebook) -> None:
        """Say what the creditor's settings lack for a reminder to go out."""
        config = f"config/{self.creditor}"
        if not rulebook.policies:
            self.warnings.append(
                f"{self.creditor} has no policies yet: nothing is sent until"
                f" {config}/policies.yaml is uploaded"
            )
        if not rulebook.creditor.sender:
            self.warnings.append(
                f"{self.creditor} has no from address yet: no e-mail can be sent, and accounts that"
                f" are due are set aside; upload {config}/creditor.json with one"
            )

    def as_json(self) -> bytes:
        """The report as it is stored."""
        return json.dumps(
            {
                "creditor": self.creditor,
                "file": self.file,
                "version": self.version,
                "uploaded_on": self.uploaded_on.isoformat(),
                "accepted": self.accepted,
                "unchanged": self.unchanged,
                "rejected": self.rejected,
                "replanned": self.replanned,
                "types": dict(sorted((+self.taken).items())),
                "reasons": dict(sorted(self.codes.items())),
                "errors": self.errors,
                "errors_not_listed": sum(self.codes.values()) - len(self.errors),
                "warnings": self.warnings,
            },
            ensure_ascii=False,
            indent=1,
        ).encode()


class BadRows:
    """The bad rows as they came, each with its reason behind it."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._text = io.StringIO(newline="")
        self._write = csv.writer(self._text).writerow
        self._width = len(columns)
        taken = {column.strip().lower() for column in columns}
        reason = "import_reason" if "reason" in taken else "reason"
        self._write([*map(escaped, columns), reason])

    def add(self, row: Row, error: LedgerError) -> int:
        """Every row of a bad record; returns how many."""
        for cells in row.cells or ((),):
            padded = (*cells, *("" for _ in range(self._width - len(cells))))
            self._write([*map(escaped, padded), escaped(f"{error.code}: {error}")])
        return max(len(row.cells), 1)

    def as_csv(self) -> bytes:
        """The file as it is stored."""
        return self._text.getvalue().encode("utf-8", "replace")

"""What came of a file: counts, the rows to mend with their reasons, and the report made of these.
Counting and writing alone; what is good or bad is decided elsewhere.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from dunning.domain.calling import BY_PHONE
from dunning.domain.intake.formulas import escaped
from dunning.domain.intake.plain import WITHIN
from dunning.domain.intake.returned import names_for
from dunning.domain.intake.row import Row
from dunning.domain.intake.understood import Understood
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.service.intake_ports import Counts

LISTED = 1_000
"""Errors that the report itself lists; the file of bad rows has all."""
EXAMPLES = 3
"""Sentences that the report repeats of each kind of note; all are counted."""
LONGEST_VALUE = 80
SEVERAL = (WITHIN,)
"""The columns of a list of several files, where each has columns of its own."""


def rows_of(row: Row) -> int:
    """Rows of the file that a record stands for; one that is passed over stands for none."""
    if row.document is not None and row.document.withdrawn:
        return 0
    return len(row.cells) or 1


@dataclass(slots=True)
class Tally:
    """What became of records, counted in rows of the file (accepted, unchanged and rejected are all
    of them). Tallies of parts add up to the file's."""

    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    """Accepted records by their type."""
    codes: Counter[str] = field(default_factory=Counter)
    """Rejected records by why."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        return Counts(self.accepted, self.unchanged, self.rejected)

    def take(self, rows: int, repeats: int, kind: str, *, taken: bool) -> None:
        """Count a good record: accepted, or unchanged if it was known."""
        self.accepted += rows - repeats if taken else 0
        self.unchanged += repeats if taken else rows
        self.taken[kind] += taken

    def reject(self, error: LedgerError, rows: int, where: Mapping[str, object]) -> None:
        """Count a bad record and list why, and where it stands."""
        self.rejected += rows
        self.codes[error.code] += 1
        if len(self.errors) < LISTED:
            said = {"code": error.code, "field": error.field, "message": str(error)}
            self.errors.append({**where, **said})

    def note(self, code: str, text: str) -> None:
        """Something worth saying of a record that was taken."""
        self.notes[code] += 1
        examples = self.examples.setdefault(code, [])
        if len(examples) < EXAMPLES:
            examples.append(text)

    def add(self, other: "Tally") -> None:
        """The other's counts too."""
        self.accepted += other.accepted
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.taken += other.taken
        self.codes += other.codes
        self.notes += other.notes
        self.errors = sorted([*self.errors, *other.errors], key=lambda one: one["row"])[:LISTED]
        for code, examples in other.examples.items():
            self.examples[code] = [*self.examples.get(code, ()), *examples][:EXAMPLES]

    def as_dict(self) -> dict[str, Any]:
        """In JSON's words."""
        return {
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "taken": +self.taken,
            "codes": self.codes,
            "errors": self.errors,
            "notes": self.notes,
            "examples": self.examples,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Tally":
        """As it was written."""
        counters = {name: Counter(said[name]) for name in ("taken", "codes", "notes")}
        return cls(**{**said, **counters})


@dataclass(slots=True)
class Report(Tally):
    """All that is to be said of one version of one file."""

    creditor: str = ""
    creditor_name: str = ""
    file: str = ""
    version: str = ""
    uploaded_on: date = date.min
    replanned: int = 0
    warnings: list[str] = field(default_factory=list)
    understood: dict[str, object] = field(default_factory=dict)
    questions: list[dict[str, object]] = field(default_factory=list)

    def warn_of(self, rulebook: Rulebook) -> None:
        """Say what the creditor's settings lack for a reminder to go out."""
        self.creditor_name = rulebook.creditor.name
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
        ringing = sorted(
            {
                channel
                for policy in rulebook.policies
                for step in policy.ladder
                for channel in step.channels
                if channel in BY_PHONE
            }
        )
        if ringing and not rulebook.creditor.brand.phone:
            self.warnings.append(
                f"{self.creditor} has no number to call back, and steps go by {', '.join(ringing)}:"
                " accounts whose turn that is are set aside; give brand.phone in"
                f" {config}/creditor.json"
            )

    def said(self) -> dict[str, object]:
        """The report in JSON's words."""
        return {
            "creditor": self.creditor,
            "creditor_name": self.creditor_name,
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
            "notes": [
                {"code": code, "count": count, "examples": self.examples.get(code, [])}
                for code, count in sorted(self.notes.items())
            ],
            "understood": self.understood,
            "questions": self.questions,
        }

    def as_json(self) -> bytes:
        """The report as it is stored."""
        said = json.dumps(self.said(), ensure_ascii=False, indent=1)
        return said.encode("utf-8", "replace")


class Bad:
    """Bad rows as they came, each with its reason, a line each: until all are together."""

    def __init__(self, out: BinaryIO, columns: tuple[str, ...], understood: Understood) -> None:
        self._out, self._columns, self._understood = out, columns, understood

    def add(self, row: Row, error: LedgerError, tally: Tally) -> None:
        """Every row of a bad record, counted too."""
        line = (row.number, row.cells or ((),), f"{error.code}: {error}")
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        self._out.write(text.encode("utf-8", "surrogatepass") + b"\n")
        tally.reject(error, rows_of(row), self._where(row, error))

    def _where(self, row: Row, error: LedgerError) -> dict[str, object]:
        """Row, column and value, as a person looks for them in the file."""
        found: dict[str, object] = {"row": row.number}
        if row.file:
            found["in"] = row.file
        cells = row.cells[row.at] if row.at < len(row.cells) else ()
        own, columns, cells = _of_member(self._understood, self._columns, cells)
        heading = own.columns.get(error.field) or error.field.rpartition(".")[2]
        at = columns.index(heading) if heading in columns else len(cells)
        if at < len(cells):
            found["column"] = heading
            found["value"] = cells[at][:LONGEST_VALUE]
        return found


def _of_member(
    understood: Understood, columns: tuple[str, ...], cells: tuple[str, ...]
) -> tuple[Understood, tuple[str, ...], tuple[str, ...]]:
    """How a row was read, its columns, and its cells: of a list of several files those of the file
    that it begins with."""
    if columns != SEVERAL or not cells:
        return understood, columns, cells
    own = understood.of(cells[0])
    return own, own.shown or understood.shown, cells[1:]


class BadRows:
    """The file of bad rows: ready to be mended and uploaded again. Rows of several files stand
    behind their file's name, each kind below headings of its own; a file of which no row could be
    read stands with its reason alone."""

    def __init__(
        self, out: BinaryIO, columns: tuple[str, ...], understood: Understood, file: str
    ) -> None:
        # Spreadsheets take a CSV for Windows' own encoding unless a BOM says that it is UTF-8.
        self._text = io.TextIOWrapper(
            out, encoding="utf-8-sig", errors="replace", newline="", write_through=True
        )
        self._write = csv.writer(self._text).writerow
        self._columns, self._understood, self._file = columns, understood, file
        self._header: tuple[str, ...] = ()

    def add(self, lines: Iterable[bytes]) -> None:
        """What `Bad` wrote."""
        for line in lines:
            _, rows, reason = json.loads(line.decode("utf-8", "surrogatepass"))
            for cells in rows:
                self._row(tuple(cells), reason)

    def close(self) -> None:
        """All is written; the stream below stays open."""
        if not self._header:
            self._below(self._columns, read_as="")
        self._text.flush()
        self._text.detach()

    def _row(self, cells: tuple[str, ...], reason: str) -> None:
        name = (cells or (self._file,))[:1]
        own, columns, rest = _of_member(self._understood, self._columns, cells)
        if not rest:  # the file as a whole
            self._below(SEVERAL, read_as="")
            self._write([*map(escaped, name), escaped(reason)])
            return
        within, before = (SEVERAL, name) if self._columns == SEVERAL else ((), ())
        self._below((*within, *columns), read_as=own.read_as)
        padded = (*before, *rest, *("" for _ in range(len(columns) - len(rest))))
        behind = (own.read_as,) if own.read_as else ()
        self._write([*map(escaped, padded), escaped(reason), *behind])

    def _below(self, columns: tuple[str, ...], *, read_as: str) -> None:
        """The headings of the next row, where the ones above are others."""
        header = (*map(escaped, columns), *names_for(columns, read_as=bool(read_as)))
        if header != self._header:
            self._write(header)
            self._header = header

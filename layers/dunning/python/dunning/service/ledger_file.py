"""A ledger file as a whole, for the offline commands: its bodies by day, and what is wrong in it.
How a row becomes a body is `domain.reading`'s, or of a document `domain.intake.meaning`'s.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dunning.domain.bodies import AccountBody, CreditorBody, CustomerBody
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import Document
from dunning.domain.intake.meaning import Context, alike, meant
from dunning.domain.intake.merge import gathered
from dunning.domain.intake.understood import Question, Understood
from dunning.domain.intake.zeros import Zeros
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import Defaults, read
from dunning.service.file_payers import UNKNOWN_PAYER, FilePayers
from dunning.service.ports import Row

DEFAULT_CREDITOR = "default"
NO_DAY = date(1970, 1, 1)
"""Stands for the day of a document that states none, where no day is given for those."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One body, whose it is, and the row that states it."""

    row: int
    creditor: str
    body: AccountBody | CreditorBody


@dataclass(slots=True)
class LedgerFile:
    """Bodies in the order of their days, each day in the order of the file."""

    bodies: list[Stated] = field(default_factory=list)
    problems: list[tuple[int, LedgerError]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences: numbers that were taken for others."""

    @property
    def creditors(self) -> tuple[str, ...]:
        """Whose bodies these are."""
        return tuple(dict.fromkeys(one.creditor for one in self.bodies))

    def without_body(self) -> frozenset[tuple[str, str]]:
        """Customers (with their creditor) that bodies name and no customer body describes."""
        described: set[tuple[str, str]] = set()
        named: set[tuple[str, str]] = set()
        for one in self.bodies:
            if isinstance(one.body, CustomerBody):
                described.add((one.creditor, one.body.customer.customer))
                continue
            about = getattr(one.body, "about", None)
            if about is not None and about.addresses:
                described.add((one.creditor, about.customer))
            if not isinstance(one.body, CreditorBody):
                customer = getattr(one.body, "customer", None)
                if customer:
                    named.add((one.creditor, customer))
        return frozenset(named - described)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day of the file."""
        return (self.bodies[0].body.on, self.bodies[-1].body.on) if self.bodies else None


def read_ledger(
    rows: Iterable[Row], on: date | None = None, understood: Understood | None = None
) -> LedgerFile:
    """Read every row; a bad one is a problem, and the rest is read all the same. Documents are
    history: each becomes known on its own day, and `on` is the day of those that state none.

    A file that leaves a question open is a problem as a whole: nothing of it is read."""
    file = LedgerFile()
    raws: list[tuple[int, Mapping[str, object]]] = []
    documents: list[tuple[Row, Document]] = []
    zeros = Zeros(lambda _, text: file.notes.append(text))
    for row in gathered(_restored(row, zeros) for row in rows):
        if row.error is None and row.document is not None:
            documents.append((row, row.document))
        elif row.error is None and row.body is not None:
            raws.append((row.number, row.body))
        else:
            file.problems.append((row.number, row.error or ReadingError("bad_row", "", "empty")))
    if understood is not None and understood.questions and documents:
        told = {str(error) for _, error in file.problems}
        asked = [as_problem(one) for one in understood.questions]
        file.problems += [(0, error) for error in asked if str(error) not in told]
        return file
    named = {raw["creditor"] for _, raw in raws if isinstance(raw.get("creditor"), str)}
    only = str(next(iter(named))).strip() if len(named) == 1 else DEFAULT_CREDITOR
    settings = _settings(raws, only)
    _read_bodies(file, raws, only, len(named) > 1, settings, on)
    context = Context(
        settings.get(only, Creditor(only)), on or NO_DAY, understood or Understood(), True
    )
    _read_documents(file, documents, context)
    file.bodies.sort(key=lambda one: (one.body.on, not isinstance(one.body, CreditorBody)))
    file.problems.sort(key=lambda one: one[0])
    return file


def _restored(row: Row, zeros: Zeros) -> Row:
    """A row whose numbers have the leading zeros that they have elsewhere in the file."""
    known = row.document and zeros.restored(row.document)
    return row if known is row.document else row._replace(document=known)


def as_problem(question: Question) -> ReadingError:
    """A question as a row's error: what is asked, and the lines of a mapping file that answer."""
    answers = "; ".join(f"`{line}`: {means}" for line, means in question.answers)
    said = f"{question.text} Answer in a mapping file: {answers}" if answers else question.text
    return ReadingError("question", question.code, said)


def _read_bodies(
    file: LedgerFile,
    raws: list[tuple[int, Mapping[str, object]]],
    only: str,
    several: bool,
    settings: Mapping[str, Creditor],
    on: date | None,
) -> None:
    for number, raw in raws:
        creditor = str(raw.get("creditor") or only).strip()
        known = settings.get(creditor)
        try:
            if several and not raw.get("creditor"):
                raise ReadingError(
                    "missing", "creditor", "the file has several creditors; name the one meant"
                )
            found = read(raw, Defaults(creditor, on, known.terms_days if known else None))
        except LedgerError as error:
            file.problems.append((number, error))
            continue
        file.bodies += [Stated(number, creditor, body) for body in found.bodies]


def _read_documents(
    file: LedgerFile, documents: list[tuple[Row, Document]], context: Context
) -> None:
    """The bodies of documents. One that names a creditor is that creditor's, as a body is; those of
    open-item lists come behind the others. A bank's payment that nothing in the file tells whose it
    is goes onto no account, and is told."""
    seen: Counter[object] = Counter()
    payers = FilePayers(one for _, one in documents)
    payers.know(one.body for one in file.bodies)
    for row, stated in sorted(documents, key=lambda one: one[1].listed):
        creditor = stated.creditor.strip() or context.creditor.creditor
        known = replace(context, understood=context.understood.of(row.file))
        if creditor != context.creditor.creditor:
            known = replace(known, creditor=replace(context.creditor, creditor=creditor))
        same = alike(stated)
        if same is not None:
            seen[same] += 1
        try:
            document = payers.of(stated)
            bodies = meant(document, known, seen[same] if same is not None else 1).bodies
        except LedgerError as error:
            if stated.of_bank and error.code == UNKNOWN_PAYER:
                where = f"{row.file}, row {row.number}" if row.file else f"row {row.number}"
                file.notes.append(f"{where}: {error}. It is on no account here")
            else:
                file.problems.append((row.number, error))
            continue
        file.bodies += [Stated(row.number, creditor, body) for body in bodies]


def _settings(raws: list[tuple[int, Mapping[str, object]]], only: str) -> dict[str, Creditor]:
    """Each creditor's settings: the terms stand for due days that invoices leave out."""
    found: dict[str, Creditor] = {}
    for _, raw in raws:
        if raw.get("type") != "creditor":
            continue
        try:
            for body in read(raw, Defaults(str(raw.get("creditor") or only).strip())).bodies:
                if isinstance(body, CreditorBody):
                    known = found.get(body.creditor.creditor)
                    terms = body.creditor.terms_days
                    if terms is None and known is not None:
                        terms = known.terms_days
                    found[body.creditor.creditor] = replace(body.creditor, terms_days=terms)
        except LedgerError:
            continue  # it is named as a problem when its row is read
    return found
